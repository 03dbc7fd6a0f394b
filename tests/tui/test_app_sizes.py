"""Any size at any time, colours or none, and silence when nothing happens."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from looptui.tui.glyphs import ASCII
from tests.tui.cockpit import Player, home, make_project, playing
from tests.tui.small_app import strips_of

__all__ = ["home"]


async def _waiting(player: Player) -> None:
    await player.until(lambda: bool(player.app.snapshot.needs))


async def test_every_size_on_every_screen(home: Path) -> None:
    sizes = ((80, 24), (200, 60), (50, 10), (120, 40), (61, 17), (20, 4), (80, 24))
    async with playing(make_project(home), size=(80, 24)) as player:
        await _waiting(player)
        for key, word in (
            ("1", "sorted by what needs you"),
            ("enter", "Iterations"),
            ("2", "a + b"),
            ("3", "Memory of fix-add"),
        ):
            await player.press(key)
            for columns, rows in sizes:
                await player.pilot.resize_terminal(columns, rows)
                await player.pilot.pause()
                lines = player.screen.split("\n")
                assert (len(lines), {len(line) for line in lines}) == (rows, {columns})
                if columns >= 60 and rows >= 16:
                    await player.sees(word)
                    assert lines[-1].rstrip().endswith("? help")
            await player.sees(word)


async def test_too_small_a_terminal_says_so_and_decides_nothing(home: Path) -> None:
    async with playing(make_project(home), size=(80, 24)) as player:
        await _waiting(player)
        await player.press("r")
        await player.until(lambda: player.app.guard.armed)
        await player.pilot.resize_terminal(52, 12)
        await player.sees("looptui needs 60x15, this is 52x12", "1 need, 0 at work", "fix-add")
        await player.press("A", "enter", "X")
        assert player.scope == "review"
        await player.press("q")
        assert player.scope == "loop"


async def test_focus_and_place_survive_a_resize(home: Path) -> None:
    async with playing(make_project(home), size=(120, 40)) as player:
        await _waiting(player)
        await player.press("r")
        await player.sees("return a + b")
        await player.press("j", "j")
        view = player.app.screen.query_one("#candidate")
        place = view.cursor  # type: ignore[attr-defined]
        for size in ((80, 24), (50, 10), (200, 60), (120, 40)):
            await player.pilot.resize_terminal(*size)
            await player.pilot.pause()
        assert player.app.focused is view
        assert view.cursor == place  # type: ignore[attr-defined]


async def test_without_colours_every_state_is_a_word(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with playing(make_project(home), size=(120, 40)) as player:
        await _waiting(player)
        await player.sees("? review", "press r (or !) to review")
        assert _colours(player) == set()
        await player.press("1")
        await player.sees("review", "needs you")


def _colours(player: Player) -> set[str]:
    """The colours on the screen."""
    segments = [segment for strip in strips_of(player.app) for segment in strip]
    styles = [segment.style for segment in segments if segment.style]
    both = [colour for style in styles for colour in (style.color, style.bgcolor)]
    return {colour.name for colour in both if colour is not None and not colour.is_default}


async def test_ascii_glyphs_are_all_that_is_drawn(home: Path) -> None:
    async with playing(make_project(home), size=(120, 40), glyphs=ASCII) as player:
        await _waiting(player)
        for keys in (("1",), ("enter",), ("]",), ("]",), ("r",), ("3",)):
            await player.press(*keys)
            await player.pilot.pause(0.2)
            assert player.screen.isascii(), [c for c in player.screen if not c.isascii()]


async def test_at_rest_nothing_is_drawn(home: Path) -> None:
    async with playing(make_project(home), size=(120, 40)) as player:
        await _waiting(player)
        await player.press("1")
        await player.until(lambda: not player.app._notifications)
        await player.pilot.pause(player.app.HOLD + 0.5)
        drawn: list[object] = []
        player.app._display, kept = lambda *args: drawn.append(args), player.app._display  # type: ignore[method-assign]
        async with asyncio.timeout(10):
            await asyncio.sleep(2.5)
        player.app._display = kept  # type: ignore[method-assign]
        assert drawn == []
