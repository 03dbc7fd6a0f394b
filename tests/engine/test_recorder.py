"""Appending to a run: one at a time, whole, without secrets, and within what an event may hold."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from looptui.core import events as ev
from looptui.core.evolve import new
from looptui.engine.clock import SystemClock
from looptui.engine.recorder import Recorder
from looptui.engine.scrubbing import Scrub
from looptui.store.store import Store
from tests.core.runs import BASE, a_loop

SECRET = 'hunter2"hunter2'
CREATED = ev.RunCreated("fix-tests", "s" * 64, "d" * 64, "c" * 40, BASE, "main")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = Store.open(tmp_path / "state" / "state.db")
    yield opened
    await opened.close()


@pytest.fixture
async def recorder(store: Store) -> Recorder:
    scrub = Scrub({"API_KEY": SECRET})
    made = Recorder(store, new("r1", a_loop()), SystemClock(), (), scrub)
    await made.append(CREATED, ev.IterationStarted(1, BASE, "refine"))
    return made


async def replayed(store: Store, recorder: Recorder) -> Recorder:
    scrub = Scrub({"API_KEY": SECRET})
    return await Recorder.load(store, "r1", recorder.state.loop, SystemClock(), (), scrub)


async def test_two_that_append_at_once_do_not_meet(recorder: Recorder) -> None:
    await asyncio.gather(*(recorder.append(ev.Nudged(str(n))) for n in range(5)))
    assert recorder.state.nudges == ("0", "1", "2", "3", "4")


async def test_cancellation_tears_no_append(store: Store, recorder: Recorder) -> None:
    for pause in range(6):
        appending = asyncio.ensure_future(recorder.append(ev.Nudged("said")))
        for _ in range(pause):
            await asyncio.sleep(0)
        appending.cancel()
        await asyncio.wait({appending})
        await recorder.append(ev.TimePassed())
        assert (await replayed(store, recorder)).state == recorder.state


async def test_no_secret_is_stored_and_replay_gives_the_same_state(
    store: Store, recorder: Recorder
) -> None:
    await recorder.append(
        ev.Nudged(f"the key is {SECRET}"),
        ev.MemoryRecorded("r1.m1", "failure", "run", "iteration 1", f"tried {SECRET}"),
    )
    assert recorder.state.nudges == ("the key is [redacted]",)
    assert (await replayed(store, recorder)).state == recorder.state
    content = b"".join(path.read_bytes() for path in store.path.parent.glob("state.db*"))
    assert b"hunter2" not in content


async def test_a_secret_is_looked_for_in_a_text_and_never_across_two(
    store: Store, recorder: Recorder
) -> None:
    failing = ("get[http://host]", "name::post@1")
    gate = ev.GateFinished(1, "pytest", BASE, "fail", 1.0, "2 failed", 0.0, failing=failing)
    await recorder.append(ev.CandidateCaptured(1, BASE), gate)
    again = (await replayed(store, recorder)).state
    assert again.iterations[0].gates[0].failing == failing
    assert again == recorder.state


@pytest.mark.parametrize(
    "event",
    [
        ev.CandidateCaptured(
            1,
            BASE,
            paths=tuple(f"{n:02}/" + "deep/" * 60 for n in range(50)),
            protected=tuple(f"tests/{n:02}/" + "deep/" * 60 for n in range(50)),
        ),
        ev.PermissionDenied(1, "\x1b" * 4000, "outside write = src/**"),
        ev.GateFinished(1, "pytest", BASE, "fail", 1.0, "red", 0.0, failing=("\u5e93" * 200,) * 20),
        ev.LandingBlocked("conflict", "conflicts in " + "long/" * 4000),
    ],
    ids=lambda event: event.kind,
)
async def test_an_event_that_is_too_large_is_shortened(
    store: Store, recorder: Recorder, event: ev.Event
) -> None:
    await recorder.append(event)
    assert (await replayed(store, recorder)).state == recorder.state
