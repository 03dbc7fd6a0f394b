"""Going back to an iteration, and on from one in a new run, by keys and by the command line."""

from __future__ import annotations

from pathlib import Path

from looptui.tui.screens.loop import LoopScreen
from tests.cli.test_going_back import STEPS
from tests.tui.cockpit import home, make_project, playing

__all__ = ["home"]


async def test_back_to_an_iteration_and_a_new_run_from_one(home: Path) -> None:
    async with playing(make_project(home, agent=STEPS, iterations=2)) as player:
        await player.until(lambda: player.state == "tripped")
        screen = player.base
        assert isinstance(screen, LoopScreen)
        await player.until(lambda: len(screen.iterations) == 2 and screen.table.cursor == 2)
        await player.press("k", "B")
        await player.sees("Take fix-add back to iteration 1", "1 later iteration stays")
        await player.write("2 went astray")
        await player.decide("enter")
        await player.until(lambda: [bool(one.outcome) for one in screen.iterations] == [True] * 3)
        await player.until(lambda: player.state == "tripped")
        await player.sees("back   to 1", "iter 2/2")
        await player.press("G", "enter")
        await player.until(lambda: screen.has_class("-opened"))
        await player.press("right_square_bracket", "right_square_bracket")
        await player.sees("No prompt: a person went back")
        await player.press("right_square_bracket")
        await player.sees("taken up", "no maker was called", "What a person said", "2 went astray")

        await player.press("escape", "k", "k", "Y")
        await player.sees("A new run of fix-add, from iteration 1")
        await player.write("not astray")
        await player.decide("enter")
        await player.until(lambda: len(player.app.snapshot.runs) == 2)
        await player.until(lambda: player.state == "waiting")
        assert screen.run == player.app.snapshot.runs[0].id
        await player.until(lambda: [bool(it.outcome) for it in screen.iterations][1:] == [True])
        taken, made = screen.iterations
        assert (taken.restored, made.outcome, made.start_tree) == (True, "good", taken.tree)

        await player.press("colon")
        await player.write("restore 2 --reason x")
        await player.press("enter")
        await player.sees("iteration 2 is what waits for your review already")
