"""What a killed looptui leaves behind: git processes that still work, and locks."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

from looptui.adapters.repository.shadow import Shadow, Site
from looptui.adapters.repository.worktree import delete

PATIENCE = 10.0
"""Seconds a git process of a dead looptui may take to finish before it is killed."""

_STALE = 10.0
"""Seconds after which a lock on the shared ref file of the shadow is nobody's; its holders take
milliseconds."""


def sweep(shadow: Shadow, site: Site) -> None:
    """Let git processes of a dead driver of this run end, and clear its locks and scraps.

    Call it only with the lease of the run in hand. Touches nothing outside our state.
    """
    outlive(shadow.place(site.run).mark)
    refs = shadow.git_dir / "refs/looptui" / site.run
    for lock in (*site.desk.glob("*.lock"), *refs.rglob("*.lock")):
        lock.unlink(missing_ok=True)
    for scrap in (shadow.state / "worktrees", shadow.state / "agent-git", shadow.desks):
        for path in scrap.glob(f".{site.run}.*.gone"):
            delete(path)
    lock = shadow.git_dir / "packed-refs.lock"
    if _age(lock) > _STALE:
        delete(lock)


def outlive(mark: str) -> None:
    """Return when no git process of ours carries this mark."""
    end = time.monotonic() + PATIENCE
    while pids := _marked(mark):
        if time.monotonic() > end:
            for pid in pids:
                _kill(pid)
        time.sleep(0.02)


def _marked(mark: str) -> list[int]:
    wanted = f"looptui.mark={mark}"
    proc = Path("/proc")
    if proc.joinpath("self").exists():
        return [int(entry.name) for entry in proc.glob("[0-9]*") if wanted in _arguments(entry)]
    listed = subprocess.run(["/bin/ps", "-axo", "pid=,command="], capture_output=True, check=True)
    rows = (line.split(None, 1) for line in os.fsdecode(listed.stdout).splitlines())
    return [int(row[0]) for row in rows if len(row) == 2 and f"{wanted} " in row[1]]


def _arguments(entry: Path) -> list[str]:
    try:
        return os.fsdecode((entry / "cmdline").read_bytes()).split("\0")
    except OSError:
        return []


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _age(path: Path) -> float:
    try:
        return time.time() - os.lstat(path).st_mtime
    except FileNotFoundError:
        return 0.0
