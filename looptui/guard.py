"""Outlives looptui for a moment, to end the sandboxes that were being set up when it was killed.

bubblewrap binds itself to our life, and its first process to its own, only in the course of its
setting up; killed before that, we would leave it behind. Run by path, alone, with a pipe for
standard input: `python -I -S guard.py NAME=VALUE`. When the other end of the pipe closes, every
process that was started with NAME=VALUE is killed. It imports nothing of looptui and runs
in the host's zone.
"""

from __future__ import annotations

import os
import signal
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST = 10.0  # seconds
_PAUSE = 0.01
_CLEAN = 3  # looks without a find: who is being forked is found by the next one


def main(mark: str) -> None:
    """Wait for the end of looptui, then end what it left."""
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)
    os.chdir("/")
    while os.read(0, 64):
        pass
    end, clean = time.monotonic() + _MOST, 0
    while clean < _CLEAN and time.monotonic() < end:
        clean += 1
        for pid in _marked(os.fsencode(mark)):
            clean = 0
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                continue
        time.sleep(_PAUSE)


def _marked(mark: bytes) -> Iterator[int]:
    for name in os.listdir("/proc"):  # noqa: PTH208
        if name.isdigit():
            try:
                with open(f"/proc/{name}/environ", "rb") as environment:  # noqa: PTH123
                    if mark in environment.read().split(b"\0"):
                        yield int(name)
            except OSError:
                continue


if __name__ == "__main__":
    main(sys.argv[1])
