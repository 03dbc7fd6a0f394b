"""Leaving a run to another process: in order, and nothing that was paid for is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from looptui import loopfile
from looptui.core import events as ev
from looptui.core.spec import MakerSpec
from looptui.engine.runner import HANDED_OVER
from looptui.ports import MakerReport, MakerTask, OnOutput, Sandbox, Usage
from looptui.projections.values import RunView
from looptui.wire import views
from looptui.wire.desk import Desk
from tests.engine.project import make_project


class Slow:
    """A maker that mends the fault when it is let."""

    name = "slow"

    def __init__(self) -> None:
        self.at_work = asyncio.Event()
        self.may_end = asyncio.Event()
        self.calls = 0

    def check(self, spec: MakerSpec) -> str | None:
        return None

    async def make(self, task: MakerTask, sandbox: Sandbox, on_output: OnOutput) -> MakerReport:
        self.calls += 1
        self.at_work.set()
        await self.may_end.wait()
        task.transcript.write_text("mended")
        (task.worktree / "calc.py").write_text("def add(a, b):\n    return a + b\n")
        return MakerReport("ended", 0, 1.0, usage=Usage(10, 20, 5_000))


@pytest.fixture
async def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    monkeypatch.setenv("LOOPTUI_HOME", str(tmp_path / "home"))
    desk = Desk.open(make_project(tmp_path))
    yield desk
    await desk.close()


async def at_work(desk: Desk, maker: Slow) -> str:
    """A run whose maker is at work."""
    desk._makers["command"] = maker
    loaded = loopfile.load(desk.repository.root.parent / "fix.toml")
    run = (await desk.make_run(loaded, trust=True)).run
    await desk.start(run)
    await asyncio.wait_for(maker.at_work.wait(), 30)
    return run


def view(desk: Desk, run: str) -> RunView:
    return views.run(desk.reader, run)


async def ends(desk: Desk, run: str) -> list[str]:
    """How the sessions of a run ended."""
    decoded = [ev.decode(event.kind, event.data)[0] for event in await desk.store.read(run)]
    return [event.reason for event in decoded if isinstance(event, ev.SessionEnded)]


async def test_a_run_is_left_when_its_step_has_ended_and_goes_on_where_it_was(desk: Desk) -> None:
    maker = Slow()
    run = await at_work(desk, maker)
    leaving = asyncio.ensure_future(desk.supervisor.hand_over(run))
    assert not (await asyncio.wait({leaving}, timeout=0.3))[0]
    assert desk.supervisor.driving(run)
    maker.may_end.set()
    assert await asyncio.wait_for(leaving, 30) is True
    desk.store.leases.acquire(run).release()
    left = view(desk, run)
    assert (left.state, left.in_flight, left.cost_usd) == ("active", "", 0.005)
    assert await ends(desk, run) == [HANDED_OVER]
    state = await asyncio.wait_for(desk.drive(run), 30)
    assert (state.status, maker.calls, len(state.iterations)) == ("waiting", 1, 1)
    assert await ends(desk, run) == [HANDED_OVER, "waiting"]


async def test_now_interrupts_the_step_and_it_is_done_again(desk: Desk) -> None:
    maker = Slow()
    run = await at_work(desk, maker)
    hurried = asyncio.Event()
    leaving = asyncio.ensure_future(desk.supervisor.hand_over(run, hurried.is_set))
    assert not (await asyncio.wait({leaving}, timeout=0.3))[0]
    hurried.set()
    assert await asyncio.wait_for(leaving, 30) is True
    kinds = [event.kind for event in await desk.store.read(run)]
    assert kinds[-2:] == ["effect.abandoned", "session.ended"]
    assert "run.paused" not in kinds
    assert (view(desk, run).state, view(desk, run).in_flight) == ("active", "")
    maker.may_end.set()
    state = await asyncio.wait_for(desk.drive(run), 30)
    assert (state.status, maker.calls, len(state.iterations)) == ("waiting", 2, 1)


async def test_who_thinks_better_of_it_keeps_the_run(desk: Desk) -> None:
    maker = Slow()
    run = await at_work(desk, maker)
    hurried = asyncio.Event()
    leaving = asyncio.ensure_future(desk.supervisor.hand_over(run, hurried.is_set))
    await asyncio.sleep(0)
    assert desk.supervisor.leaving(run)
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    hurried.set()
    maker.may_end.set()
    assert (await asyncio.wait_for(desk.drive(run), 30)).status == "waiting"
    assert (maker.calls, await ends(desk, run)) == (1, ["waiting"])


async def test_a_run_that_rests_first_is_nobodys_to_drive_on(desk: Desk) -> None:
    maker = Slow()
    maker.may_end.set()
    run = await at_work(desk, maker)
    session = await desk.start(run)
    async with asyncio.timeout(30):
        while view(desk, run).tree is None or not view(desk, run).in_flight.startswith("gate"):
            await asyncio.sleep(0.01)
    assert await asyncio.wait_for(desk.supervisor.hand_over(run), 30) is False
    assert session.result().status == "waiting"
    assert await desk.supervisor.hand_over(run) is False
    assert await desk.supervisor.hand_over("nothing") is False
