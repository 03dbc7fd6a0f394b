"""Runs beyond `limits.max_concurrent` wait for their turn: visibly, and they can be stopped."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from looptui import loopfile
from looptui.core import commands as cmd
from looptui.core import events as ev
from looptui.core.spec import MakerSpec
from looptui.errors import TooManyRuns
from looptui.ports import MakerReport, MakerTask, OnOutput, Sandbox
from looptui.wire import views
from looptui.wire.desk import Desk
from tests.engine.project import make_project


class Waiting:
    """A maker that works until it is let go."""

    name = "waiting"

    def __init__(self) -> None:
        self.at_work: asyncio.Queue[str] = asyncio.Queue()
        self.go = asyncio.Event()

    def check(self, spec: MakerSpec) -> str | None:
        return None

    async def make(self, task: MakerTask, sandbox: Sandbox, on_output: OnOutput) -> MakerReport:
        task.transcript.write_text("done")
        self.at_work.put_nowait(task.run)
        await self.go.wait()
        calc = task.worktree / "calc.py"
        calc.write_text(calc.read_text().replace("a - b", "a + b"))
        return MakerReport("ended", 0, 1.0)

    async def next(self) -> str:
        return await asyncio.wait_for(self.at_work.get(), 30.0)


@pytest.fixture
async def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    """A desk at which one run may be at work at a time."""
    monkeypatch.setenv("LOOPTUI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LOOPTUI_LIMITS__MAX_CONCURRENT", "1")
    desk = Desk.open(make_project(tmp_path))
    desk._makers["command"] = Waiting()
    yield desk
    await desk.close()


def maker(desk: Desk) -> Waiting:
    found = desk._makers["command"]
    assert isinstance(found, Waiting)
    return found


async def start(desk: Desk) -> str:
    file = desk.repository.root.parent / "fix.toml"
    gate = '"-c", "import calc; assert calc.add(2, 3) == 5"'
    file.write_text(file.read_text().replace('"-m", "pytest", "-q"', gate))
    run = (await desk.make_run(loopfile.load(file), trust=True)).run
    await desk.start(run)
    return run


async def until(desk: Desk, run: str, *states: str) -> None:
    async with asyncio.timeout(30.0):
        while views.run(desk.reader, run).state not in states:
            await asyncio.sleep(0.01)


async def waits(desk: Desk, run: str) -> None:
    """Wait until a run waits for its turn."""
    async with asyncio.timeout(30.0):
        while not (view := views.run(desk.reader, run)).reason:
            await asyncio.sleep(0.01)
    assert (view.state, view.reason) == ("queued", "waits for its turn: 1 run is at work")


async def kinds(desk: Desk, run: str) -> list[str]:
    return [event.kind for event in await desk.store.read(run)]


async def test_a_second_run_waits_and_starts_when_the_first_one_rests(desk: Desk) -> None:
    first = await start(desk)
    assert await maker(desk).next() == first
    second = await start(desk)
    await waits(desk, second)
    view = views.run(desk.reader, second)
    assert (view.latest, view.live) == (view.reason, True)
    assert ev.EffectStarted.kind not in await kinds(desk, second)
    with pytest.raises(TooManyRuns, match="1 run is at work"):
        desk.require_place()
    maker(desk).go.set()
    assert await maker(desk).next() == second
    await desk.supervisor.idle()
    assert {views.run(desk.reader, run).state for run in (first, second)} == {"waiting"}
    desk.require_place()
    found = await kinds(desk, second)
    assert found[2:4] == ["run.queued", "run.unqueued"]


async def test_a_run_that_waits_for_its_turn_can_be_stopped(desk: Desk) -> None:
    await start(desk)
    await maker(desk).next()
    second, third = await start(desk), await start(desk)
    await waits(desk, second)
    await waits(desk, third)
    assert await desk.carry_out(second, cmd.Stop())
    await until(desk, second, "stopped")
    maker(desk).go.set()
    assert await maker(desk).next() == third


async def test_a_run_that_waits_for_its_turn_can_be_paused_and_asks_again_later(
    desk: Desk,
) -> None:
    await start(desk)
    await maker(desk).next()
    second = await start(desk)
    await waits(desk, second)
    assert await desk.carry_out(second, cmd.Pause())
    await until(desk, second, "paused")
    await asyncio.wait_for(asyncio.shield(desk.supervisor._tasks[second]), 30.0)
    assert not await desk.carry_out(second, cmd.Resume())
    await desk.start(second)
    await waits(desk, second)
    maker(desk).go.set()
    assert await maker(desk).next() == second


async def test_an_approval_lands_while_another_run_is_at_work(desk: Desk) -> None:
    first = await start(desk)
    await maker(desk).next()
    maker(desk).go.set()
    await until(desk, first, "waiting")
    await desk.supervisor.idle()
    maker(desk).go.clear()
    second = await start(desk)
    assert await maker(desk).next() == second
    tree = views.run(desk.reader, first).tree or ""
    await desk.carry_out(first, cmd.Approve(tree))
    state = await desk.drive(first)
    assert state.status == "landed"


async def test_the_end_of_a_session_pauses_who_waits_too(desk: Desk) -> None:
    await start(desk)
    await maker(desk).next()
    second = await start(desk)
    await waits(desk, second)
    await desk.supervisor.stop()
    assert views.run(desk.reader, second).state == "paused"
