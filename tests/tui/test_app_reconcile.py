"""After a crash: drivers that were killed for good, and the screen on what they left."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from looptui.proctable import start_time
from looptui.wire.desk import Desk
from looptui.wire.reading import Reading
from tests.tui.cockpit import Player, Project, home, make_project, playing
from tests.tui.test_app_attach import _environment, _headless
from tests.wire.background import kill_drivers

__all__ = ["home"]

WRITES = """\
import pathlib, time
calc = pathlib.Path("calc.py")
if "None" in calc.read_text() or pathlib.Path("{mark}").exists():
    calc.write_text("def add(a, b):\\n    return a + b\\n")
else:
    calc.write_text("def add(a, b):\\n    return None\\n")
    print("half way", flush=True)
    time.sleep(600)
"""


@pytest.fixture(autouse=True)
def _nothing_stays(home: Path) -> Iterator[None]:
    """A test that failed leaves no driver behind."""
    yield
    kill_drivers(home)


async def _killed(project: Project, home: Path) -> str:
    """A run whose driver was killed while its maker was at work; its id."""
    process = await _headless(project, home)
    reading = Reading(project.repo)
    async with asyncio.timeout(40):
        while not (runs := reading.runs()) or reading.last_output(runs[0].id, 1) is None:
            await asyncio.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
    reading.close()
    return runs[0].id


def _kinds(project: Project, run: str) -> list[str]:
    reading = Reading(project.repo)
    kinds = [line.kind for line in reading.story(run, 0)]
    reading.close()
    return kinds


async def _reconciling(player: Player) -> None:
    await player.until(lambda: player.scope == "reconcile")
    await player.sees("1 run interrupted", "holds work that is in no candidate")


def _project(home: Path) -> Project:
    return make_project(home, agent=WRITES.format(mark=home / "never"))


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_what_a_crash_left_is_shown_and_nothing_goes_on_by_itself(
    home: Path, size: tuple[int, int]
) -> None:
    project = _project(home)
    run = await _killed(project, home)
    before = _kinds(project, run)
    async with playing(project, start=(), size=size) as player:
        await _reconciling(player)
        await player.sees(
            "command at work on iteration 1", "$0.00 spent so far", "none of it is left",
            "headless, process", "p goes on here", "S ends it, its work is kept",
        )  # fmt: skip
        player.app.guard.shown()
        await player.press("p", "p", "p")
        assert _kinds(project, run) == before
        await player.press("q")
        assert player.scope == "fleet"
        await player.sees("press I: 1 interrupted run (fix-add), $0.00 spent so far")
        await player.press("!")
        assert player.scope == "reconcile"
        await player.press("enter")
        assert player.scope == "loop"
        await player.sees("interrupted: nobody drives it")
        await player.press("q")
        assert player.scope == "reconcile"
    assert _kinds(project, run) == before


@pytest.mark.parametrize("key", ["S", "D"])
async def test_an_interrupted_run_is_ended_and_its_work_is_kept(home: Path, key: str) -> None:
    project = _project(home)
    run = await _killed(project, home)
    async with playing(project, start=(), size=(80, 24)) as player:
        await _reconciling(player)
        await player.press(key)
        await player.decide("y")
        await player.until(lambda: player.state == "stopped")
        await player.until(lambda: player.app.snapshot.runs[0].tidy)
        await player.sees("Nothing is left lying")
    shown = project.git("show", f"refs/looptui/rescue/{run}:calc.py")
    assert "return None" in shown


async def test_all_go_on_here_after_one_question(home: Path) -> None:
    project = _project(home)
    await _killed(project, home)
    async with playing(project, start=()) as player:
        await _reconciling(player)
        await player.press("A")
        await player.sees("Go on with 1 run?")
        await player.decide("y")
        await player.until(lambda: bool(player.app.snapshot.driven_here))
        await player.sees("Nothing is left lying")


async def test_a_run_goes_on_in_the_background_from_here(home: Path) -> None:
    project = _project(home)
    run = await _killed(project, home)
    async with playing(project, start=()) as player:
        await _reconciling(player)
        await player.decide("d")
        await player.sees("goes on in the background, process")
        await player.until(lambda: player.app.snapshot.driven.get(run, "").startswith("pid"))
        pid = int(player.app.snapshot.driven[run].removeprefix("pid "))
        assert pid != os.getpid()
        await player.press("1", "p", "p")
        await player.until(lambda: player.state == "paused")
        await player.until(lambda: start_time(pid) is None)


async def test_processes_that_live_on_are_counted_and_resuming_ends_them(home: Path) -> None:
    project = _project(home)
    run = await _killed(project, home)
    orphan = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(600)"],
        env=_environment(home) | {"LOOPTUI_RUN_ID": run}, start_new_session=True,
    )  # fmt: skip
    async with playing(project, start=()) as player:
        await _reconciling(player)
        await player.sees(f"1 process of it still alive ({orphan.pid})", "1 alive")
        assert orphan.poll() is None
        await player.decide("p")
        await player.until(lambda: bool(player.app.snapshot.driven_here))
    assert orphan.wait(20) == -signal.SIGKILL


async def test_an_end_that_was_not_cleaned_up_is_finished(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between its end and its cleaning up: nothing opens by itself, but it is listed."""
    from looptui.core.commands import Stop

    project = _project(home)
    run = await _killed(project, home)
    monkeypatch.setenv("LOOPTUI_HOME", str(home / "home"))
    desk = Desk.open(project.repo)
    assert await desk.carry_out(run, Stop()) is False
    await desk.close()
    async with playing(project, start=()) as player:
        await player.until(lambda: player.state == "stopped")
        assert player.scope == "fleet"
        await player.press("I")
        await player.sees("stopped, not cleaned up", "cleans up after it")
        await player.decide("p")
        await player.sees("Nothing is left lying")
        await player.until(lambda: player.app.snapshot.runs[0].tidy)
