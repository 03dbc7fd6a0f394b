"""A process tree that does everything to outlive its parent, and a look at who is left of it."""

from __future__ import annotations

import textwrap
import time
from pathlib import Path

# Ignores TERM, leaves its session, forks twice, drops its environment and keeps our pipe open.
HOSTILE = textwrap.dedent(
    """
    import os, signal, sys, time
    tag = sys.argv[1]
    def stay():
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        code = "import time; time.sleep(60)"
        os.execve(sys.executable, ["python", "-I", "-S", "-c", code, tag], {})
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for _ in range(3):
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                stay()
            os._exit(0)
    if os.fork() == 0:
        stay()
    print("ready", flush=True)
    if len(sys.argv) > 2:
        sys.exit(int(sys.argv[2]))
    time.sleep(60)
    """
)


def survivors(tag: str) -> list[int]:
    """Living processes with `tag` on their command line."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_bytes() if entry.name.isdigit() else b""
        except OSError:
            continue
        if tag.encode() in words.split(b"\0"):
            found.append(int(entry.name))
    return found


def wait_until_gone(tag: str, seconds: float) -> float:
    start = time.monotonic()
    while survivors(tag):
        assert time.monotonic() - start < seconds, survivors(tag)
    return time.monotonic() - start


def wait_until_grown(tag: str, seconds: float = 5.0) -> None:
    """Until the whole tree stands: its main process, a child and three daemons."""
    start = time.monotonic()
    while len(survivors(tag)) < 5:
        assert time.monotonic() - start < seconds, survivors(tag)
