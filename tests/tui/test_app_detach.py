"""Leaving while runs are at work: they go on in a real process, and nothing is cut off."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from looptui.proctable import start_time
from looptui.store.leases import Leases
from looptui.wire.controller import DeskController
from looptui.wire.reading import Reading
from tests.tui.cockpit import Player, Project, home, make_project, playing
from tests.wire.background import WAITS, kill_drivers, stands_alone

__all__ = ["home"]


@pytest.fixture(autouse=True)
def _nothing_stays(home: Path) -> Iterator[None]:
    """A test that failed leaves no driver behind."""
    yield
    kill_drivers(home)


def _let(player: Player) -> None:
    (Path(player.app.snapshot.runs[0].worktree or "") / "go").touch()


def _driver(project: Project, run: str) -> int:
    directory = Reading(project.repo)._state_dir / "leases"
    holder = Leases(directory).holder(run)
    return holder.pid if holder else 0


async def _leaving(player: Player, run: str) -> None:
    """Wait until a run is handed over as soon as it can be."""
    controller = player.app.controller
    assert isinstance(controller, DeskController)
    supervisor = (await controller.desk()).supervisor
    await player.until(lambda: supervisor.leaving(run))


async def _asks_to_leave(player: Player) -> None:
    await player.sees("command at work on iteration 1", "half way")
    await player.press("ctrl+q")
    await player.sees("1 run at work in this process", "Detach")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_run_goes_on_in_the_background_when_its_step_has_ended(
    home: Path, size: tuple[int, int]
) -> None:
    project = make_project(home, agent=WAITS)
    async with playing(project, size=size) as player:
        await _asks_to_leave(player)
        await player.decide("d")
        await player.sees("Detaching 1 run", "command at work on iteration 1", "at most 29:5")
        run = player.app.snapshot.runs[0].id
        await player.decide("i")
        await player.sees("is spent for nothing")
        await _leaving(player, run)
        assert (player.scope, _driver(project, run)) == ("detach", os.getpid())
        _let(player)
        await player.until(lambda: player.app.return_code == 0)
    async with playing(project, start=()) as player:
        await player.until(lambda: player.state == "waiting")
        assert player.app.snapshot.runs[0].iteration == 1
    kinds = [line.kind for line in Reading(project.repo).story(run, 0)]
    assert (kinds.count("prompt.built"), kinds.count("run.paused")) == (1, 0)
    assert kinds.count("session.started") == 2


async def test_a_detached_run_is_seen_and_commanded_by_the_next_screen(home: Path) -> None:
    project = make_project(home, agent=WAITS)
    async with playing(project) as player:
        await _asks_to_leave(player)
        await player.decide("d")
        await player.sees("Detaching 1 run")
        await player.decide("i", "i")
        await player.until(lambda: player.app.return_code == 0)
        run = player.app.snapshot.runs[0].id
        said = str(player.app._exit_renderables[0])
    pid = _driver(project, run)
    assert f"fix-add goes on in the background (process {pid})" in said
    assert stands_alone(pid)
    async with playing(project, start=()) as player:
        await player.until(lambda: bool(player.app.snapshot.at_work))
        await player.press("enter")
        await player.sees(f"driven by pid {pid}", "half way")
        assert player.app.snapshot.driven_here == ()
        await player.press("p", "p")
        await player.until(lambda: player.state == "paused")
    assert start_time(pid) is None or await _gone(pid)


async def _gone(pid: int) -> bool:
    async with asyncio.timeout(20):
        while start_time(pid) is not None:
            await asyncio.sleep(0.02)
    return True


async def test_who_stays_keeps_the_run(home: Path) -> None:
    project = make_project(home, agent=WAITS)
    async with playing(project) as player:
        await _asks_to_leave(player)
        await player.decide("d")
        await player.sees("Detaching 1 run")
        await player.press("escape")
        await player.sees("stays open")
        _let(player)
        await player.until(lambda: player.state == "waiting")
        kinds = [
            line.kind for line in Reading(project.repo).story(player.app.snapshot.runs[0].id, 0)
        ]
        assert kinds.count("session.started") == 1
        assert player.app.return_code is None


async def test_what_will_be_removed_cannot_be_left_behind(home: Path) -> None:
    async with playing(make_project(home, agent=WAITS), lasting=False) as player:
        await player.sees("command at work on iteration 1", "half way")
        await player.press("ctrl+q")
        await player.sees("1 run at work in this process")
        assert "etach" not in player.screen
        await player.decide("d")
        assert player.scope == "quit"
        await player.decide("p")
        await player.until(lambda: player.app.return_code == 0)
