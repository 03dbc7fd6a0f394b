"""Runs in a background process: real ones, handed over, hung up, ended and killed."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from looptui.errors import EnvironmentUnfit, LooptuiError
from looptui.wire import detaching
from looptui.wire.desk import Desk
from looptui.wire.detaching import give_away, hand_over
from tests.engine.shell import gone
from tests.wire.background import (
    a_desk,
    a_run,
    at_work,
    driver,
    ended,
    let,
    stands_alone,
    transcript,
    until,
    view,
)


@pytest.fixture
async def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    monkeypatch.setenv("LOOPTUI_HOME", str(tmp_path / "home"))
    async with a_desk(tmp_path) as desk:
        yield desk


async def test_a_run_goes_on_in_the_background_and_the_process_ends_with_it(desk: Desk) -> None:
    run = await a_run(desk)
    pid = await give_away(desk, [run])
    assert stands_alone(pid)
    assert os.getppid() != pid
    os.kill(pid, signal.SIGHUP)
    await at_work(desk, run)
    assert driver(desk, run) == pid
    let(desk, run)
    await until(lambda: view(desk, run).needs)
    assert ended(pid)
    assert driver(desk, run) is None
    log = desk.state_dir / "background.log"
    assert log.stat().st_mode & 0o777 == 0o600
    assert f"{pid} INFO" in log.read_text()
    assert f"run {run} rests: waiting" in log.read_text()


async def test_a_run_changes_hands_between_two_steps_and_its_maker_is_called_once(
    desk: Desk,
) -> None:
    run = await a_run(desk)
    await desk.start(run)
    await at_work(desk, run)
    passing = asyncio.ensure_future(hand_over(desk, [run]))
    await until(lambda: desk.supervisor.leaving(run))
    assert driver(desk, run) == os.getpid()
    let(desk, run)
    await asyncio.wait_for(passing, 40)
    assert driver(desk, run) != os.getpid()
    await until(lambda: view(desk, run).needs)
    kinds = [event.kind for event in await desk.store.read(run)]
    assert kinds.count("prompt.built") == 1
    assert kinds.count("session.started") == 2
    assert {"run.paused", "effect.abandoned"} & set(kinds) == set()


async def test_who_stays_keeps_the_run_and_the_process_goes(desk: Desk) -> None:
    run = await a_run(desk)
    await desk.start(run)
    await at_work(desk, run)
    passing = asyncio.ensure_future(hand_over(desk, [run]))
    await until(lambda: desk.supervisor.leaving(run))
    passing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await passing
    let(desk, run)
    await desk.supervisor.idle()
    assert view(desk, run).needs
    kinds = [event.kind for event in await desk.store.read(run)]
    assert kinds.count("session.started") == 1
    await until(lambda: "ends" in (desk.state_dir / "background.log").read_text())


async def test_a_signal_pauses_in_order_what_is_driven_in_the_background(desk: Desk) -> None:
    run = await a_run(desk)
    pid = await give_away(desk, [run])
    await at_work(desk, run)
    os.kill(pid, signal.SIGTERM)
    assert ended(pid)
    assert (view(desk, run).state, view(desk, run).in_flight) == ("paused", "")
    assert gone(run)
    assert "SIGTERM: pauses what it drives" in (desk.state_dir / "background.log").read_text()


async def test_a_killed_one_leaves_nothing_behind_and_the_run_can_go_on(desk: Desk) -> None:
    run = await a_run(desk)
    pid = await give_away(desk, [run])
    await at_work(desk, run)
    os.kill(pid, signal.SIGKILL)
    assert ended(pid)
    assert gone(run)
    assert (view(desk, run).state, driver(desk, run)) == ("active", None)
    transcript(desk, run).unlink()
    again = await give_away(desk, [run])
    await at_work(desk, run)
    let(desk, run)
    await until(lambda: view(desk, run).needs)
    assert ended(again)


async def test_what_it_does_not_take_goes_on_here(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await a_run(desk)
    await desk.start(run)
    await at_work(desk, run)

    async def refuse(self: detaching.Background, run: str) -> None:
        self.given.add(run)
        raise LooptuiError("It will not")

    monkeypatch.setattr(detaching.Background, "give", refuse)
    passing = asyncio.ensure_future(hand_over(desk, [run]))
    await until(lambda: desk.supervisor.leaving(run))
    let(desk, run)
    with pytest.raises(LooptuiError, match="It will not"):
        await asyncio.wait_for(passing, 40)
    await desk.supervisor.idle()
    assert view(desk, run).needs


async def test_a_process_that_cannot_start_says_where_to_look(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await a_run(desk)
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(EnvironmentUnfit, match="does not answer"):
        await give_away(desk, [run])
    assert view(desk, run).state == "queued"
