"""What an effect came to is recorded, also where it ended in the instant of its cancellation."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from looptui import loopfile
from looptui.core import commands as cmd
from looptui.core import events as ev
from looptui.core.spec import MakerSpec
from looptui.ports import MakerReport, MakerTask, OnOutput, Sandbox, Usage
from looptui.projections.values import RunView
from looptui.wire import views
from looptui.wire.desk import Desk
from tests.engine.project import make_project


class LastMoment:
    """A maker that has just ended when it is cancelled."""

    name = "last-moment"

    def __init__(self) -> None:
        self.at_work = asyncio.Event()

    def check(self, spec: MakerSpec) -> str | None:
        return None

    async def make(self, task: MakerTask, sandbox: Sandbox, on_output: OnOutput) -> MakerReport:
        task.transcript.write_text("done")
        self.at_work.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return MakerReport("ended", 0, 1.0, usage=Usage(10, 20, 5_000))
        raise AssertionError


@pytest.fixture
async def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    monkeypatch.setenv("LOOPTUI_HOME", str(tmp_path / "home"))
    desk = Desk.open(make_project(tmp_path))
    yield desk
    await desk.close()


async def at_work(desk: Desk, maker: LastMoment) -> str:
    """A run whose maker is at work."""
    desk._makers["command"] = maker
    file = desk.repository.root.parent / "fix.toml"
    file.write_text(file.read_text().replace('"-m", "pytest", "-q"', '"-c", "raise SystemExit(1)"'))
    loaded = loopfile.load(file)
    run = (await desk.make_run(loaded, trust=True)).run
    await desk.start(run)
    await asyncio.wait_for(maker.at_work.wait(), 30.0)
    return run


async def kinds(desk: Desk, run: str) -> list[str]:
    """The events behind the prompt."""
    all_of_them = [event.kind for event in await desk.store.read(run)]
    return all_of_them[all_of_them.index(ev.PromptBuilt.kind) + 1 :]


def view(desk: Desk, run: str) -> RunView:
    return views.run(desk.reader, run)


async def test_a_session_that_ends_records_what_its_maker_came_to(desk: Desk) -> None:
    run = await at_work(desk, LastMoment())
    await desk.supervisor.stop([run])
    assert await kinds(desk, run) == ["maker.finished", "run.paused"]
    assert (view(desk, run).state, view(desk, run).cost_usd) == ("paused", 0.005)


async def test_a_pause_now_records_what_the_maker_came_to(desk: Desk) -> None:
    run = await at_work(desk, LastMoment())
    assert await desk.carry_out(run, cmd.Pause(now=True))
    await desk.supervisor.idle()
    found = await kinds(desk, run)
    assert found == ["pause.requested", "run.paused", "maker.finished", "session.ended"]
    assert view(desk, run).cost_usd == 0.005


async def test_a_run_that_was_stopped_meanwhile_still_knows_what_it_cost(desk: Desk) -> None:
    run = await at_work(desk, LastMoment())
    assert await desk.carry_out(run, cmd.Stop())
    await desk.supervisor.idle()
    found = await kinds(desk, run)
    assert found[:2] == ["run.finished", "maker.finished"]
    assert found[-2:] == ["worktree.removed", "session.ended"]
    assert (view(desk, run).state, view(desk, run).tokens) == ("stopped", 30)
