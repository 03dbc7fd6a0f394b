"""A small app around one widget, dressed like the real one, and ways to read its screen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence

from textual.app import App, ComposeResult
from textual.filter import LineFilter
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widget import Widget

from looptui.tui import themes
from looptui.tui.glyphs import UNICODE, Glyphs
from looptui.tui.keymap import Keymap
from looptui.tui.sanitize import line_filters

SIZES = ((80, 24), (120, 40), (200, 60))


class SmallApp(App[None]):
    """Shows some widgets below each other."""

    CSS_PATH = themes.shipped_themes() / themes.STYLESHEET
    ENABLE_COMMAND_PALETTE = False

    def __init__(
        self,
        *widgets: Widget,
        theme: str = themes.DEFAULT,
        keymap: Keymap | None = None,
        glyphs: Glyphs = UNICODE,
    ) -> None:
        super().__init__()
        self._widgets = widgets
        self.keymap = keymap or Keymap()
        self.glyphs = glyphs
        themes.register(self, themes.find_palettes(themes.shipped_themes()))
        self.theme = theme
        self.moved: list[object] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return themes.token_defaults(self)

    def get_line_filters(self) -> Sequence[LineFilter]:
        return line_filters(super().get_line_filters(), no_color=self.no_color)

    def compose(self) -> ComposeResult:
        yield from self._widgets


def screen_lines(app: App[None]) -> list[str]:
    """What is on the screen, a string a row."""
    width, height = app.size
    strips: Iterable[Strip] = app.screen._compositor.render_strips()
    return [strip.text.ljust(width) for strip in strips][:height]


def strips_of(app: App[None]) -> list[Strip]:
    """What is on the screen, with styles."""
    return list(app.screen._compositor.render_strips())


async def until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    """Let the app go on until something is true; TimeoutError after five seconds."""
    async with asyncio.timeout(5):
        while not condition():
            await pilot.pause()
