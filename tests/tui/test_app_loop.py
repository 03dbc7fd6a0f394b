"""The Loop screen: what people came for is there at once, or one key away."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from looptui.tui.watching import saves
from looptui.tui.widgets.table_view import TableView
from tests.tui.cockpit import SLEEPS, Player, home, make_project, playing

__all__ = ["home"]


async def _worktree(player: Player) -> Path:
    await player.until(lambda: bool(player.app.snapshot.runs))
    await player.until(lambda: bool(player.app.snapshot.runs[0].worktree))
    return Path(player.app.snapshot.runs[0].worktree or "")


@pytest.mark.parametrize("size", [(120, 40), (200, 60)])
async def test_four_things_and_the_transcript_are_visible_at_once(
    home: Path, size: tuple[int, int]
) -> None:
    async with playing(make_project(home, agent=SLEEPS), size=size) as player:
        await player.sees("Iterations", "Breakers", "Memory in the next prompt", "Transcript")
        await player.sees("base", "iters ", "half way", "return None", "live")
        if size[0] == 200:
            await player.sees("Gates", "Cost")


async def test_at_80x24_each_is_one_key_away(home: Path) -> None:
    async with playing(make_project(home, agent=SLEEPS), size=(80, 24)) as player:
        await player.sees("Iterations", "Breakers", "half way")
        await player.press("d")
        await player.sees("return None", "live")
        await player.press("d")
        await player.sees("half way")
        await player.press("m")
        await player.sees("In the next prompt", "nothing yet")
        await player.press("escape", "m", "d", "m", "m")
        await player.sees("half way")


async def test_the_diff_follows_each_save(home: Path) -> None:
    async with playing(make_project(home, agent=SLEEPS)) as player:
        worktree = await _worktree(player)
        await player.sees("return None")
        (worktree / "calc.py").write_text("def add(a, b):\n    return 'first'\n")
        await player.sees("return 'first'")
        (worktree / "more.py").write_text("second = 2\n")
        await player.sees("second = 2", "more.py")


async def test_saves_are_told_from_the_first_on_and_can_be_left(tmp_path: Path) -> None:
    told = asyncio.Queue[int]()

    async def follow() -> None:
        number = 0
        async for _ in saves(tmp_path):
            told.put_nowait(number := number + 1)

    following = asyncio.create_task(follow())
    async with asyncio.timeout(10):
        assert await told.get() == 1
        (tmp_path / "one.txt").write_text("saved")
        assert await told.get() == 2
        threads = [one for one in threading.enumerate() if one.name.startswith("saves")]
        following.cancel()
        await asyncio.wait({following})
    assert threads
    for thread in threads:
        await asyncio.to_thread(thread.join, 5)
    assert not any(thread.is_alive() for thread in threads)


async def test_a_folder_that_cannot_be_watched_is_looked_at_again_and_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("looptui.tui.watching._AGAIN", 0.0)
    told = 0
    async with asyncio.timeout(10):
        async for _ in saves(tmp_path / "missing"):
            told += 1
            if told == 3:
                break
    assert told == 3


@pytest.mark.parametrize("size", [(60, 15), (60, 17), (80, 20)])
async def test_a_small_terminal_shows_iterations_and_transcript(
    home: Path, size: tuple[int, int]
) -> None:
    async with playing(make_project(home, agent=SLEEPS), size=size) as player:
        await player.sees("gates", "half way", "? help")
        await player.press("d")
        await player.sees("return a - b")
        await player.press("escape", "b")
        await player.sees("Breakers of fix-add", "iters")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_an_iteration_is_opened_with_all_that_is_known_of_it(
    home: Path, size: tuple[int, int]
) -> None:
    shown = {
        "return a + b": "diff", "of iteration 1:": "prompt", "goal   ": "sections",
        "outcome   good": "verdict", "✓ pass": "gates", "characters": "transcript",
    }  # fmt: skip
    async with playing(make_project(home), size=size) as player:
        await player.until(lambda: bool(player.app.snapshot.needs))
        await player.sees("1.00")
        await player.until(lambda: player.app.screen.query_one(TableView).cursor == 1)
        await player.press("enter")
        await player.sees("iteration 1 - B goes back to it, esc: newest")
        missing = set(shown)

        def looked() -> bool:
            missing.difference_update(word for word in set(missing) if word in player.screen)
            return not missing

        for _ in range(6):
            await player.press("]")
            await player.pilot.pause(0.1)
            looked()
        await player.until(looked)
        await player.press("escape")
        await player.until(lambda: "esc: newest" not in player.screen)
        await player.sees("Breakers", "Iterations")
        await player.press("k", "enter")
        await player.sees("the base - B goes back to it")
        told = {"no change: it is the base", "the base, as the run found it", "add is wrong"}
        told |= {"No prompt: it is the base"}

        def told_all() -> bool:
            told.difference_update(word for word in set(told) if word in player.screen)
            return not told

        for _ in range(6):
            await player.press("]")
            await player.pilot.pause(0.1)
            told_all()
        await player.until(told_all)


async def test_the_panes_are_there_before_the_run_and_nothing_of_another_run_stays(
    home: Path,
) -> None:
    project = make_project(home)
    async with playing(project) as player:
        await player.sees("Iterations", "Breakers", "Memory in the next prompt", "Transcript")
        await player.until(lambda: bool(player.app.snapshot.needs))
        await player.sees("return a + b", "✓ gate")
        project.loop.write_text("schema = 1\n")
        player.app.start_loop(project.loop, trust=True)
        await player.sees("fix-add did not start")
        for words in ("return a + b", "✓ gate", "iters ", "iteration 1 changed"):
            await player.until(lambda words=words: words not in player.screen)  # type: ignore[misc]
        await player.sees("Iterations", "Breakers", "Memory in the next prompt", "Transcript")


async def test_what_the_loop_screen_says_already_is_not_said_twice(home: Path) -> None:
    async with playing(make_project(home)) as player:
        await player.until(lambda: bool(player.app.snapshot.needs))
        await player.sees("press r (or !) to review")
        assert not [n for n in player.app._notifications if "needs you" in n.message]
