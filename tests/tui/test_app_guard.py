"""Nothing is decided by accident: typing ahead, pastes, a click for the focus, a stale tree."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events

from looptui.core import commands as cmd
from looptui.tui import guard
from looptui.tui.screens.review import ReviewScreen
from tests.tui.cockpit import Player, home, make_project, playing

__all__ = ["home"]

WRITES = """\
import pathlib, sys
words = sys.stdin.read()
better = "return a + b  # sum" if "comment" in words else "return a + b"
pathlib.Path("calc.py").write_text("def add(a, b):\\n    " + better + "\\n")
"""


async def _waiting(player: Player) -> None:
    await player.until(lambda: bool(player.app.snapshot.needs))


async def test_keys_typed_when_the_card_appears_decide_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However slow this machine is: the dead time is made long, or nothing."""
    project = make_project(home)
    async with playing(project) as player:
        await _waiting(player)
        monkeypatch.setattr(guard, "DEAD", 600.0)
        await player.press("r", "A", "y", "enter", "X")
        assert player.scope == "review"
        assert len(player.app.screen_stack) == 2
        monkeypatch.setattr(guard, "DEAD", 0.0)
        await player.press("A")
        monkeypatch.setattr(guard, "DEAD", 600.0)
        await player.press("y", "enter", "y")
        assert player.scope == "confirm"
        monkeypatch.setattr(guard, "DEAD", 0.0)
        await player.press("escape")
        assert player.state == "waiting"
    assert project.git("log", "--format=%s") == "start"


def test_the_dead_time_is_half_a_second() -> None:
    assert guard.DEAD == 0.5


async def test_a_paste_decides_nothing(home: Path) -> None:
    async with playing(make_project(home)) as player:
        await _waiting(player)
        await player.press("r")
        await player.until(lambda: player.app.guard.armed)
        player.app.post_message(events.Paste("a\ny\n"))
        await player.pilot.pause()
        assert player.scope == "review"
        await player.decide("A")
        await player.until(lambda: player.app.guard.armed)
        player.app.post_message(events.Paste("y\n"))
        await player.pilot.pause()
        assert (player.scope, player.state) == ("confirm", "waiting")


async def test_the_click_that_brings_the_focus_decides_nothing(home: Path) -> None:
    async with playing(make_project(home)) as player:
        await _waiting(player)
        await player.press("r")
        await player.until(lambda: player.app.guard.armed)
        player.app.post_message(events.AppFocus())
        await player.pilot.pause()
        hint = player.screen.split("\n")[39].index("A Approve all")
        await player.pilot.click(offset=(hint, 39))
        assert player.scope == "review"
        await player.until(lambda: player.app.guard.armed)
        await player.pilot.click(offset=(hint, 39))
        assert player.scope == "confirm"


async def test_a_tree_that_changes_under_the_reader_is_stale(home: Path) -> None:
    project = make_project(home, agent=WRITES)
    async with playing(project) as player:
        await _waiting(player)
        await player.press("r")
        need = player.app.snapshot.needs[0]
        await player.sees("return a + b")
        send_back = cmd.SendBack(need.tree or "", "add a comment")
        assert await player.app.controller.send(need.run, send_back) == ""
        await player.sees("the tree changed", "enter shows the new one")
        assert "# sum" not in player.screen
        await player.decide("A")
        assert player.scope == "review"
        await player.decide("enter")
        await player.sees("# sum", "A approves all of exactly this tree")
        await player.decide("A")
        assert player.scope == "confirm"


async def test_a_review_that_was_answered_elsewhere_says_so(home: Path) -> None:
    async with playing(make_project(home)) as player:
        await _waiting(player)
        await player.press("r")
        await player.sees("return a + b")
        need = player.app.snapshot.needs[0]
        await player.app.controller.send(need.run, cmd.Approve(need.tree or ""))
        await player.sees("this was answered")
        await player.decide("A")
        assert isinstance(player.base, ReviewScreen)
        assert len(player.app.screen_stack) == 2


async def test_a_protected_file_needs_a_typed_reason(home: Path) -> None:
    agent = WRITES + "pathlib.Path('test_calc.py').write_text('def test(): pass\\n')\n"
    project = make_project(home, agent=agent)
    async with playing(project) as player:
        await _waiting(player)
        await player.press("r")
        await player.sees("it changes protected files: test_calc.py")
        await player.decide("A")
        await player.sees("Say why that is right")
        await player.decide("enter")
        assert player.scope == "confirm"
        await player.write("a test of mine")
        await player.decide("enter")
        await player.until(lambda: player.state == "landed")


async def test_words_typed_for_a_comment_never_approve(home: Path) -> None:
    """`c` opens its box wherever the cursor is, and enter says yes to nothing."""
    project = make_project(home)
    async with playing(project) as player:
        await _waiting(player)
        await player.press("r")
        await player.until(lambda: player.app.guard.armed)
        await player.press("g", "c")
        assert player.scope == "text"
        await player.decide("escape")
        await player.decide("A")
        assert player.scope == "confirm"
        await player.decide("enter")
        assert (player.scope, player.state) == ("confirm", "waiting")
    assert project.git("log", "--format=%s") == "start"
