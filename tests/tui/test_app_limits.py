"""The dialog of breakers: what one reads and why it tripped, half open, and a new limit."""

from __future__ import annotations

from pathlib import Path

from tests.cli.test_going_back import STEPS
from tests.tui.cockpit import home, make_project, playing

__all__ = ["home"]


async def test_a_tripped_breaker_is_explained_let_on_once_and_raised(home: Path) -> None:
    project = make_project(home, agent=STEPS, iterations=2)
    async with playing(project, size=(80, 24)) as player:
        await player.until(lambda: player.state == "tripped")
        await player.press("b")
        await player.sees("reads    2 of 2, 100%  TRIP", "tripped  2 of 2; r lets it pass once")
        await player.sees("iterations: 2 of 2")
        await player.press("j", "r")
        await player.sees("cost is not tripped; raise its limit instead")
        await player.press("j", "j")
        await player.sees("trend ", "for the last")
        await player.press("k", "k", "k", "r")
        await player.sees("half open, one more step decides")
        await player.write("one more")
        await player.decide("enter")
        await player.until(lambda: player.app.snapshot.runs[0].iteration == 3)
        await player.until(lambda: player.state == "tripped")

        await player.press("b", "plus", "plus", "plus", "minus", "plus")
        await player.sees("from 2 to 5: 60% used, and the run goes on")
        await player.press("enter", "enter")
        await player.write("it is near")
        await player.decide("enter")
        await player.until(lambda: player.app.snapshot.runs[0].iteration == 5)
        await player.until(lambda: player.state == "tripped")
        await player.press("b")
        await player.sees("limit", "raised from 2 to 5: it is near", "human:", "Reset")
