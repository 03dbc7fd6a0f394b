"""What the screen needs from the rest: one Protocol, implemented by the composition root."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from looptui.core.commands import Command
from looptui.core.memory import Memory
from looptui.projections.views import IterationView, NeedView, RunView


@dataclass(frozen=True, slots=True)
class Line:
    """One event as the event list shows it."""

    seq: int
    at: float
    run: str
    loop: str
    kind: str
    text: str


class Controller(Protocol):
    """Reads projections and sends commands; every method is cheap and never blocks the screen."""

    repo: Path
    """Root of the repository on which the screen works."""

    def version(self) -> int:
        """Changes when anything was written, by this process or by another one."""
        ...

    def runs(self) -> tuple[RunView, ...]:
        """All runs, newest first."""
        ...

    def run(self, run: str) -> RunView | None: ...

    def iterations(self, run: str) -> tuple[IterationView, ...]: ...

    def needs(self) -> tuple[NeedView, ...]:
        """Open needs, the oldest first."""
        ...

    def events(self, after: int, limit: int = 200) -> tuple[Line, ...]:
        """Events newer than a sequence number, oldest first; `after` -1: the last `limit`."""
        ...

    def memory(self, run: str, iteration: int) -> tuple[Memory, ...]:
        """The records in the prompt of an iteration."""
        ...

    def blob(self, ref: str) -> str:
        """Text of a blob, made safe."""
        ...

    def transcript(self, run: str, iteration: int, offset: int) -> tuple[str, int]:
        """A maker's output as safe text from a byte offset, at most 256 KiB; the next offset."""
        ...

    def driven(self, run: str) -> str:
        """Who drives a run: `here`, `pid 4312` or an empty string for nobody."""
        ...

    async def live_diff(self, run: str) -> str:
        """The diff of the worktree as it is now, against the base of the run; made safe."""
        ...

    async def send(self, run: str, command: Command) -> str:
        """Send a command; an empty string when it was carried out, else why it was refused."""
        ...

    async def drive(self, run: str) -> str:
        """Drive a run in this process from now on; an empty string, or why not."""
        ...

    def loop_files(self) -> tuple[Path, ...]:
        """The loop files of the repository."""
        ...

    async def start(self, loop_file: Path, *, trust: bool = False) -> tuple[str, str]:
        """Make a run of a loop file and drive it here: (run id, '') or ('', why not)."""
        ...
