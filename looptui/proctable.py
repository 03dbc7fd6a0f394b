"""The operating system's process table: who descends from whom, and ending those who are left.

A process is known by its number together with its start time and the boot: numbers are reused.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

_PROC = Path("/proc")
_DEATH = 2.0  # seconds that killed processes are waited for
_POLL = 0.01
_STILL = (b"T", b"t")  # stopped by a signal, by a debugger


@dataclass(frozen=True, slots=True)
class Child:
    """A started process as an event records it: enough to find it again after a crash."""

    pid: int
    pgid: int
    start_time: int
    """Clock ticks between boot and start; 0 where the system does not tell."""
    boot_id: str


def owned(prefix: str) -> str:
    """The beginning of a name that says which process it belongs to."""
    return f"{prefix}-{os.getpid()}-{start_time(os.getpid()) or 0}-"


def orphaned(name: str) -> bool:
    """Whether the process that made a name by `owned` is gone; False where that is not known."""
    try:
        _, pid, started, _ = name.split("-", 3)
        return int(started) != 0 and start_time(int(pid)) != int(started)
    except ValueError:
        return False


async def reap(child: Child) -> bool:
    """End what is left of a child that an earlier looptui started; True if there was something.

    A process that merely has the same number (another start time or boot) is left alone.
    """
    if not child.start_time or child.boot_id != boot_id():
        return False

    return start_time(child.pid) == child.start_time and bool(await end(child.pid))


async def end(top: int) -> tuple[int, ...]:
    """Kill a process and all below it; returns the ids of those that were killed.

    It is stopped first: who is started while a supervisor is killed would be nobody's.
    """
    started = start_time(top)
    send(top, signal.SIGSTOP)
    await _stopped(top)
    return await kill_all(lambda: lowest(top) if start_time(top) == started else [])


async def sweep(marker: str) -> tuple[int, ...]:
    """Kill every process whose environment has `marker` (`NAME=value`), with its descendants.

    Our own process and its ancestors are spared. Returns the ids of those that were killed; none
    on a system without /proc.
    """
    return await kill_all(lambda: _marked(marker))


def carriers(marker: str) -> tuple[int, ...]:
    """The living processes whose environment has `marker` (`NAME=value`); none without /proc."""
    return tuple(sorted(_carriers(marker)))


async def kill_all(find: Callable[[], Iterable[int]]) -> tuple[int, ...]:
    """Kill what `find` finds until it finds nobody, for at most 2 seconds; returns their ids."""
    loop = asyncio.get_running_loop()
    limit = loop.time() + _DEATH
    killed: set[int] = set()
    while (found := list(find())) and loop.time() < limit:
        for pid in found:
            send(pid, signal.SIGKILL)
        killed.update(found)
        await asyncio.sleep(_POLL)
    return tuple(sorted(killed))


async def _stopped(pid: int) -> None:
    """Until a process that was sent STOP does nothing more, for at most 2 seconds."""
    limit = asyncio.get_running_loop().time() + _DEATH
    while (stat := _stat(pid)) and stat.doing not in _STILL:
        if asyncio.get_running_loop().time() > limit:
            return
        await asyncio.sleep(_POLL / 10)


def send(pid: int, number: signal.Signals) -> None:
    """Signal a process that may be gone already."""
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)


def lowest(pid: int) -> list[int]:
    """The descendants of a process, or itself when it has none: whom to kill next.

    A supervisor goes last: until then it adopts those who are being started at this moment.
    """
    return descendants(pid) or ([pid] if start_time(pid) is not None else [])


def descendants(pid: int, but_not: str = "") -> list[int]:
    """Children, grandchildren and so on as they are now, nearest first, without a named program."""
    children: dict[int, list[tuple[int, str]]] = {}
    for child, parent, name in _processes():
        children.setdefault(parent, []).append((child, name))
    found = list(children.get(pid, ()))
    for child, _ in found:
        found.extend(children.get(child, ()))
    return [child for child, name in found if name != but_not]


@cache
def boot_id() -> str:
    """The kernel's name for the time since it was started; empty where there is none."""
    with suppress(OSError):
        return (_PROC / "sys/kernel/random/boot_id").read_text().strip()
    return ""


def start_time(pid: int) -> int | None:
    """Clock ticks between boot and the start of a living process; None when there is none."""
    stat = _stat(pid)
    return stat.started if stat else None


class _Stat(NamedTuple):
    """What the table says of a living process; a zombie has ended."""

    doing: bytes
    parent: int
    program: str
    started: int


def _stat(pid: int) -> _Stat | None:
    try:
        start, _, rest = (_PROC / str(pid) / "stat").read_bytes().rpartition(b")")
    except OSError:
        return None
    fields = rest.split()
    if fields[0] in (b"Z", b"X"):
        return None
    program = os.fsdecode(start.partition(b"(")[2])
    return _Stat(fields[0], int(fields[1]), program, int(fields[19]))


def _processes() -> Iterator[tuple[int, int, str]]:
    """(pid, parent, program) of every living process."""
    if sys.platform != "linux":
        with os.popen("ps -A -o pid= -o ppid= -o comm=") as listing:
            for line in listing:
                pid, parent, name = line.split(maxsplit=2)
                yield int(pid), int(parent), os.path.basename(name.strip())  # noqa: PTH119
        return
    for entry in _PROC.iterdir():
        if entry.name.isdigit() and (stat := _stat(int(entry.name))):
            yield int(entry.name), stat.parent, stat.program


def _marked(marker: str) -> set[int]:
    parents = _carriers(marker)
    tops = [pid for pid, parent in parents.items() if parent not in parents]
    return {pid for top in tops for pid in lowest(top)} - _line_of(os.getpid())


def _carriers(marker: str) -> dict[int, int]:
    """Processes with a marker, and the parent of each, without ourselves and our ancestors."""
    wanted = b"\0%s\0" % os.fsencode(marker)
    spared = _line_of(os.getpid())
    parents: dict[int, int] = {}
    for pid, parent, _ in _processes():
        with suppress(OSError):
            environment = (_PROC / str(pid) / "environ").read_bytes()
            if pid not in spared and wanted in b"\0" + environment:
                parents[pid] = parent
    return parents


def _line_of(pid: int) -> set[int]:
    """A process and its ancestors."""
    line = {pid}
    while (stat := _stat(pid)) and stat.parent not in line:
        pid = stat.parent
        line.add(pid)
    return line
