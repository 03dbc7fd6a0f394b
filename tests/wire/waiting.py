"""A repository with a run that asks a person something, written down and never driven."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from looptui.core import events as ev
from looptui.core.codec import dumps, encode
from looptui.core.evolve import new
from looptui.core.spec import Limits
from looptui.engine.recorder import Recorder
from looptui.wire.desk import Desk
from tests.core.runs import BASE, a_loop
from tests.engine.project import make_project

ASKED = ("r1", "r1.1")
"""The run, and what it asks."""


class Clock:
    """Stands where it is put."""

    def __init__(self, at: float = 1_000.0) -> None:
        self.at = at

    def now(self) -> float:
        return self.at

    def ticks(self) -> float:
        return self.at


@asynccontextmanager
async def desk_at(place: Path) -> AsyncIterator[tuple[Desk, Clock]]:
    """A desk on a repository below `place`, with a clock that the test moves."""
    repo = place / "repo"
    desk = Desk.open(repo if repo.exists() else make_project(place))
    clock = Clock()
    desk.clock = clock  # type: ignore[assignment]
    try:
        yield desk, clock
    finally:
        await desk.close()


async def asks(desk: Desk, human_wait: float, *, run: str = ASKED[0]) -> None:
    """Record a run with an open escalation."""
    loop = a_loop(Limits(human_wait=human_wait, escalate_at=0.8))
    spec = await desk.store.put(dumps(encode(loop)).encode())
    recorder = Recorder(desk.store, new(run, loop), desk.clock, (), desk.scrub)
    await recorder.append(
        ev.RunCreated(loop.name, spec, "d" * 64, "c" * 40, BASE, "main"),
        ev.SessionStarted("headless", 1, "boot", "bubblewrap", "0.1.0"),
        ev.NeedOpened(f"{run}.1", "escalation", "cost 4.5 of 5", breakers=("cost",)),
    )


async def story(desk: Desk, run: str = ASKED[0]) -> list[tuple[str, str]]:
    """What was recorded of a run after its question: kind and who did it."""
    return [(event.kind, event.actor) for event in (await desk.store.read(run))[3:]]
