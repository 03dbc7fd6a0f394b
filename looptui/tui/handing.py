"""What the screen asks of runs that go on without it, or that were left lying by a crash."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Leftovers:
    """What a session that died left of a run; nothing of it was touched."""

    run: str
    session: str = ""
    """Who drove it last: `screen, process 4312`."""
    began: float | None = None
    """When the step in flight began, in Unix seconds."""
    held_usd: float = 0.0
    """Reserved for calls that were under way; charged when the run goes on or ends."""
    processes: tuple[int, ...] = ()
    """Still alive. The next session ends them, whatever it does."""
    worktree: str = ""
    size: int = 0
    """Bytes of the worktree."""
    dirty: bool = False
    """It holds work that is in no candidate; also when that cannot be told."""


class Hands(Protocol):
    """Handing runs to a process in the background, and looking at what is left of others."""

    async def hand_over(self, runs: Sequence[str]) -> tuple[int, str]:
        """Have runs that are driven here go on in the background, each from its safe point.

        Returns when all do, or rest: (the id of the process, '') or (0, why not); what could not
        be handed over goes on here. Cancelled, what was not handed over yet stays.
        """
        ...

    def hand_over_now(self) -> None:
        """Interrupt the steps in flight of those that are being handed over."""
        ...

    async def resume_away(self, run: str) -> tuple[int, str]:
        """Have a run that nobody drives go on in the background: (its process, '') or (0, why not).

        0 and nothing where another process drives it already.
        """
        ...

    async def leftovers(self, runs: Sequence[str]) -> tuple[Leftovers, ...]:
        """What is left of runs that nobody drives. Reads only; none where that cannot be."""
        ...
