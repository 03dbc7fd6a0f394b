"""Pausing, stopping, nudging, quitting, and breakers, of a run that is at work."""

from __future__ import annotations

from pathlib import Path

from tests.tui.cockpit import SLEEPS, Player, home, make_project, playing

__all__ = ["home"]


async def _at_work(player: Player) -> None:
    await player.sees("command at work on iteration 1", "half way")


async def test_p_twice_interrupts_and_p_again_goes_on(home: Path) -> None:
    async with playing(make_project(home, agent=SLEEPS)) as player:
        await _at_work(player)
        await player.press("p")
        await player.sees("pausing at the next safe point")
        assert player.state == "active"
        await player.press("p")
        await player.until(lambda: player.state == "paused")
        await player.sees("paused: by a person")
        await player.press("p")
        await _at_work(player)


async def test_stop_asks_and_escape_keeps_it_running(home: Path) -> None:
    async with playing(make_project(home, agent=SLEEPS)) as player:
        await _at_work(player)
        await player.press("S")
        assert "Stop fix-add?" in player.screen
        await player.decide("escape")
        assert player.state == "active"
        await player.press("S")
        await player.decide("y")
        await player.until(lambda: player.state == "stopped")
        assert "Pause" not in player.screen.splitlines()[-1]


async def test_the_diff_follows_the_worktree_while_the_maker_works(home: Path) -> None:
    async with playing(make_project(home, agent=SLEEPS)) as player:
        await _at_work(player)
        await player.sees("return None", "live")


async def test_quitting_with_a_run_at_work_asks_and_pauses_it(home: Path) -> None:
    project = make_project(home, agent=SLEEPS)
    async with playing(project) as player:
        await _at_work(player)
        await player.press("q", "q")
        await player.sees("1 run at work in this process")
        await player.decide("escape")
        assert player.scope == "fleet"
        await player.press("ctrl+q")
        await player.decide("p")
        await player.until(lambda: player.app.return_code == 0)
    async with playing(project, start=()) as player:
        assert player.state == "paused"


async def test_a_nudge_goes_into_the_store(home: Path) -> None:
    async with playing(make_project(home, agent=SLEEPS)) as player:
        await _at_work(player)
        await player.press("i")
        await player.until(lambda: player.app.guard.armed)
        await player.write("look at the sign")
        await player.press("enter")
        await player.until(lambda: player.app.snapshot.runs[0].nudges == 1)


async def test_a_limit_is_raised_with_a_reason_and_the_run_goes_on(home: Path) -> None:
    """The maker does nothing, so the iterations run out; `b` is the way on."""
    project = make_project(home, agent="print('nothing to do')", iterations=1)
    async with playing(project) as player:
        await player.until(lambda: player.state == "tripped")
        await player.sees("the iterations breaker tripped", "press b")
        await player.press("b")
        assert "Breakers of fix-add" in player.screen
        await player.decide("enter")
        await player.write("2")
        await player.press("enter")
        await player.decide("enter")
        assert "say why" in player.screen
        await player.write("one more")
        await player.press("enter")
        await player.until(lambda: player.app.snapshot.runs[0].iteration == 2)
        await player.until(lambda: player.state == "tripped")


async def test_a_tripped_breaker_is_let_go_on_once(home: Path) -> None:
    project = make_project(home, agent="print('nothing to do')", iterations=1)
    async with playing(project) as player:
        await player.until(lambda: player.state == "tripped")
        await player.press("b")
        await player.decide("r")
        await player.write("try once")
        await player.press("enter")
        await player.until(lambda: player.app.snapshot.runs[0].iteration == 2)
