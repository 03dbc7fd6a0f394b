"""A desk with a run whose maker waits to be let, and what the system says of processes."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from looptui import loopfile
from looptui.proctable import start_time
from looptui.projections.values import RunView
from looptui.store.leases import Leases
from looptui.wire import views
from looptui.wire.desk import Desk
from tests.engine.project import make_project
from tests.engine.shell import GATE

WAITS = """\
import pathlib, time
go = pathlib.Path("go")
print("half way", flush=True)
while not go.exists():
    time.sleep(0.02)
go.unlink()
calc = pathlib.Path("calc.py")
calc.write_text(calc.read_text().replace("a - b", "a + b"))
"""
"""An agent that waits for a file in its worktree, then mends the fault."""


@asynccontextmanager
async def a_desk(place: Path) -> AsyncIterator[Desk]:
    desk = Desk.open(make_project(place, WAITS))
    try:
        yield desk
    finally:
        await desk.close()


async def a_run(desk: Desk) -> str:
    """A run that nobody drives yet."""
    file = desk.repository.root.parent / "fix.toml"
    command = ", ".join(f"'{word}'" for word in GATE)
    head, _, tail = file.read_text().partition('id = "pytest"\nkind = "command"\nargv = [')
    assert tail
    gate = f'id = "pytest"\nkind = "command"\nargv = [{command}]\n{tail.partition("]")[2]}'
    file.write_text(head + gate)
    return (await desk.make_run(loopfile.load(file), trust=True)).run


def view(desk: Desk, run: str) -> RunView:
    return views.run(desk.reader, run)


def driver(desk: Desk, run: str) -> int | None:
    """The process that drives a run."""
    holder = desk.store.leases.holder(run)
    return holder.pid if holder else None


async def until(condition: Callable[[], object], seconds: float = 40) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)


async def at_work(desk: Desk, run: str) -> None:
    """Wait until the maker of a run does something."""
    printed = transcript(desk, run)
    await until(lambda: printed.exists() and printed.read_bytes())


def transcript(desk: Desk, run: str) -> Path:
    """What the first maker of a run printed."""
    return desk.state_dir / "transcripts" / run / "1.log"


def let(desk: Desk, run: str) -> None:
    """Let the maker of a run go on."""
    (Path(view(desk, run).worktree or "") / "go").touch()


def kill_drivers(place: Path) -> None:
    """Leave no driver behind that has its state below a place."""
    for lock in place.rglob("leases/*.lock"):
        holder = Leases(lock.parent).holder(lock.stem)
        if holder is not None and holder.pid != os.getpid():
            os.kill(holder.pid, signal.SIGKILL)


def ended(pid: int, seconds: float = 20) -> bool:
    """Whether a process is gone, waiting for one that is on its way out."""
    deadline = time.monotonic() + seconds
    while start_time(pid) is not None and time.monotonic() < deadline:
        time.sleep(0.02)
    return start_time(pid) is None


def terminal_of(pid: int) -> int:
    """The number of the controlling terminal of a process; 0 for none."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[4])


def stands_alone(pid: int) -> bool:
    """In a session and group of its own, without a terminal."""
    return (os.getsid(pid), os.getpgid(pid), terminal_of(pid)) == (pid, pid, 0)
