"""The palette and jump mode, in the real app."""

from __future__ import annotations

from pathlib import Path

import pytest

from looptui.tui import guard
from looptui.tui.widgets.tail_view import TailView
from tests.tui.cockpit import Player, home, make_project, playing

__all__ = ["home"]


async def _waiting(player: Player) -> None:
    await player.until(lambda: bool(player.app.snapshot.needs))


# --- the palette -----------------------------------------------------------------------------


async def test_the_palette_does_an_action_of_the_screen(home: Path) -> None:
    async with playing(make_project(home)) as player:
        await _waiting(player)
        await player.press("ctrl+p")
        await player.sees("fix-add needs you: approval", "breakers and limits")
        await player.write("breakers")
        await player.press("enter")
        await player.until(lambda: player.scope == "limits")


async def test_the_palette_goes_to_runs_needs_and_themes(home: Path) -> None:
    async with playing(make_project(home)) as player:
        await _waiting(player)
        await player.press("1", "ctrl+p")
        await player.write(f"fix-add {player.app.snapshot.runs[0].id[:7]}")
        await player.press("enter")
        await player.until(lambda: player.scope == "loop")
        await player.press("ctrl+p")
        await player.write("needs you")
        await player.press("enter")
        await player.until(lambda: player.scope == "review")
        await player.press("ctrl+p")
        await player.write("theme daylight")
        await player.press("enter")
        await player.until(lambda: player.app.theme == "daylight")
        await player.press("ctrl+p")
        await player.write("zzz")
        await player.press("enter")
        assert player.scope == "palette", "there is nothing to do"


async def test_the_palette_acts_on_the_pane_with_the_focus(home: Path) -> None:
    async with playing(make_project(home), size=(120, 40)) as player:
        await _waiting(player)
        tail = player.app.screen.query_one(TailView)
        tail.focus()
        await player.pilot.pause()
        wrapped = tail.wrapped
        await player.press("ctrl+p")
        await player.write("wrap long")
        await player.press("enter")
        await player.until(lambda: tail.wrapped != wrapped)


async def test_typing_ahead_in_the_palette_decides_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with playing(make_project(home)) as player:
        await _waiting(player)
        await player.press("r")
        await player.sees("return a + b")
        monkeypatch.setattr(guard, "DEAD", 600.0)
        await player.press("ctrl+p")
        await player.write("approve")
        await player.press("enter")
        assert player.scope == "palette"
        monkeypatch.setattr(guard, "DEAD", 0.0)
        await player.press("enter")
        await player.until(lambda: player.scope == "confirm")
        assert player.state == "waiting"


# --- jump mode -------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_a_letter_takes_the_focus_to_its_pane(home: Path, size: tuple[int, int]) -> None:
    async with playing(make_project(home), size=size) as player:
        await _waiting(player)
        panes = player.base.panes_in_sight()
        assert len(panes) >= 3
        for letter, pane in zip("asdfghjk", panes, strict=False):
            await player.press("ctrl+o")
            assert f" {letter} " in player.screen.split("\n")[pane.region.y]
            await player.press(letter)
            assert pane.has_focus
        await player.press("ctrl+o", "escape")
        assert pane.has_focus
