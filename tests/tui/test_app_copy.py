"""Copying from every pane, and the mouse, in the real app."""

from __future__ import annotations

import shutil
from base64 import b64decode
from pathlib import Path

import pytest
from textual.drivers.headless_driver import HeadlessDriver
from textual.events import MouseScrollDown

from looptui.tui.widgets.virtual_view import VirtualView
from tests.tui.cockpit import Player, home, make_project, playing

__all__ = ["home"]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is written to the terminal beside the screen."""
    written: list[str] = []
    monkeypatch.setattr(HeadlessDriver, "write", lambda self, data: written.append(data))
    monkeypatch.delenv("TMUX", raising=False)
    return written


async def _waiting(player: Player) -> None:
    await player.until(lambda: bool(player.app.snapshot.needs))


async def _at_rest(player: Player) -> None:
    await _waiting(player)
    await player.sees("all gates pass")
    await player.pilot.pause()


def _copied(told: list[str]) -> list[str]:
    texts = [data.removeprefix("\x1b]52;c;")[:-1] for data in told if data.startswith("\x1b]52")]
    return [b64decode(text).decode() for text in texts]


async def test_every_pane_can_be_copied(home: Path, told: list[str]) -> None:
    async with playing(make_project(home), size=(200, 60)) as player:
        await _at_rest(player)
        for pane in player.base.panes_in_sight():
            told.clear()
            pane.focus()
            before = pane.copied() if isinstance(pane, VirtualView) else ""
            await player.press("y")
            await player.until(lambda: bool(_copied(told)) or "nothing to copy" in player.screen)
            if isinstance(pane, VirtualView) and pane.rows.count():
                assert _copied(told)[0] in (before, pane.copied())
        await player.press("1", "y")
        await player.until(lambda: any("fix-add" in text for text in _copied(told)))
        await player.sees("copied 1 line")


async def test_more_than_terminals_take_is_not_sent(home: Path, told: list[str]) -> None:
    async with playing(make_project(home), start=()) as player:
        player.app.copy_to_clipboard("x" * 75_000)
        await player.sees("75,000 bytes are more than terminals take")
        player.app.copy_to_clipboard(" \n")
        await player.sees("there is nothing to copy here")
        assert _copied(told) == []


@pytest.mark.skipif(shutil.which("tmux") is None, reason="there is no tmux")
async def test_without_its_server_tmux_takes_nothing(
    home: Path, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMUX", f"{home}/no-such-socket,1,0")
    async with playing(make_project(home), start=()) as player:
        player.app.copy_to_clipboard("words")
        await player.until(lambda: bool(_copied(told)))
        assert "\x1bPtmux;" in "".join(told)


# --- the mouse -------------------------------------------------------------------------------


async def test_rows_tabs_hints_and_the_wheel_work_with_the_mouse(home: Path) -> None:
    async with playing(make_project(home), size=(120, 40)) as player:
        await _waiting(player)
        lines = player.screen.split("\n")
        await player.pilot.click(offset=(lines[0].index("Settings"), 0))
        assert player.scope == "settings"
        groups = player.app.screen.query_one("#groups", VirtualView)
        await player.pilot.click(groups, offset=(3, 7))
        await player.sees("quit (always)")
        values = player.app.screen.query_one("#values", VirtualView)
        await player.pilot.click(values, offset=(3, 3))
        assert values.has_focus
        top = values.scroll_offset.y
        values.post_message(_wheel(values))
        await player.until(lambda: values.scroll_offset.y > top)
        line = player.screen.split("\n")[-1]
        await player.pilot.click(offset=(line.index("? help"), 39))
        await player.until(lambda: player.scope == "help")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_tabs_in_a_border_are_clicked(home: Path, size: tuple[int, int]) -> None:
    async with playing(make_project(home), size=size) as player:
        await _waiting(player)
        for tab, words in (("Prompt", "Make add add"), ("Gates", "check"), ("Diff", "a + b")):
            lines = player.screen.split("\n")
            row = next(at for at, line in enumerate(lines) if "Diff - Gates" in line)
            await player.pilot.click(offset=(lines[row].index(tab) + 1, row))
            await player.until(lambda tab=tab: player.base.details.current == tab)  # type: ignore
            await player.sees(words)


def _wheel(pane: VirtualView) -> MouseScrollDown:
    return MouseScrollDown(pane, 5, 5, 0, 1, 0, False, False, False)
