"""From a goal to a landed commit, and back to the maker with a remark, by keys alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from looptui.projections.values import IterationView
from looptui.tui.user_keys import resolve
from tests.tui.cockpit import Player, home, make_project, playing

__all__ = ["home"]


async def _to_review(player: Player) -> None:
    await player.sees("press r (or !) to review: 1 file +1 -1, all gates pass")
    await player.press("r")
    await player.sees("return a + b")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_approving_lands_exactly_the_tree_that_was_shown(
    home: Path, size: tuple[int, int]
) -> None:
    project = make_project(home)
    async with playing(project, size=size) as player:
        assert player.base.scope == "loop"
        await _to_review(player)
        tree = player.app.snapshot.needs[0].tree or ""
        assert tree[:9] in player.screen
        await player.decide("A")
        assert "Approve this change of fix-add?" in player.screen
        assert tree in player.screen
        assert "squash onto main" in player.screen
        assert project.git("log", "--format=%s") == "start"
        await player.decide("y")
        await player.until(lambda: player.state == "landed")
        await player.sees("landed as", "git show")
    assert project.git("rev-parse", "main^{tree}") == tree
    assert project.git("log", "-1", "--format=%s", "main") == "Make add add."
    assert "Approved-by:" in project.git("log", "-1", "--format=%B", "main")
    assert "a + b" in (project.repo / "calc.py").read_text()


async def test_the_screen_names_keys_of_a_persons_own_and_they_work(home: Path) -> None:
    keymap, problems = resolve(
        {"loop.review": "f5", "app.next-need": "C-e", "review.approve": "f6", "confirm.yes": "Y"}
    )
    assert problems == []
    project = make_project(home)
    async with playing(project, keymap=keymap) as player:
        await player.sees("press f5 (or ^e) to review")
        await player.press("1")
        await player.sees("press ^e to decide")
        await player.press("ctrl+e")
        await player.sees("f6 approves all of exactly this tree")
        await player.decide("f6", "Y")
        await player.until(lambda: player.state == "landed")


async def test_a_comment_goes_back_with_its_hunk_quoted(home: Path) -> None:
    project = make_project(home)
    async with playing(project) as player:
        await _to_review(player)
        await player.press("j", "j", "j")
        await player.press("c")
        assert player.scope == "text"
        await player.until(lambda: player.app.guard.armed)
        await player.write("why not sum?")
        await player.press("enter")
        await player.sees("1 comment to send", "why not sum?")
        await player.decide("X")
        await player.until(lambda: player.app.guard.armed)
        await player.write("use sum")
        await player.decide("enter")
        await player.until(lambda: player.app.snapshot.runs[0].iteration > 1)
        while (blob := (await _iterations(player))[1].prompt) is None:
            await player.pilot.pause()
        prompt = await player.app.controller.read(lambda reads: reads.blob(blob))
    assert "use sum" in prompt
    assert "calc.py:2" in prompt
    assert "> -    return a - b\n> +    return a + b\nwhy not sum?" in prompt
    assert project.git("log", "--format=%s") == "start"


async def test_rejecting_for_good_is_asked_twice(home: Path) -> None:
    project = make_project(home)
    async with playing(project) as player:
        await _to_review(player)
        await player.decide("X")
        await player.decide("enter")
        assert "say what should change" in player.screen
        await player.decide("ctrl+r")
        assert player.scope == "send-back"
        assert "press it again to reject for good" in player.screen
        await player.decide("ctrl+r")
        await player.until(lambda: player.state == "rejected")
        await player.sees("rejected")
    assert project.git("log", "--format=%s") == "start"


async def _iterations(player: Player) -> tuple[IterationView, ...]:
    run = player.app.snapshot.runs[0].id
    return await player.app.controller.read(lambda reads: reads.iterations(run))
