"""A list of a million events: it asks for those in sight, and stays where the reader is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.geometry import Region
from textual.strip import Strip

from looptui.tui.panes.log_rows import LogRows, Places
from looptui.tui.spans import Line
from looptui.tui.widgets.virtual_view import VirtualView

_AROUND = 60
"""Rows above and below the page that are asked for with it."""


class LogView(VirtualView):
    """Events, newest first. `wish` is called with the numbers of those that are to be read."""

    def __init__(
        self,
        wish: Callable[[Sequence[int]], None],
        *,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        self.events = LogRows()
        self._wish = wish
        self._wished: list[int] = []
        super().__init__(self.events, id=id)

    @property
    def seq(self) -> int | None:
        """The number of the event under the cursor."""
        return None if self.cursor is None else self.events.places.seq(self.cursor)

    def show_places(self, places: Places) -> None:
        """List other events, from the newest on."""
        self.events.places = places
        self._cursor, self._cursor_key = 0, None
        self.changed()
        self.scroll_rows_to(0)

    def grown(self, *, follow: bool) -> None:
        """More is listed: with `follow` go to the newest, else nothing in sight moves."""
        before, top = self._cursor, self.scroll_offset.y
        if follow:
            self._cursor_key = None
            self._cursor = 0
        self.changed()
        if not follow and top and self._cursor > before:
            self.scroll_rows_to(top + self._cursor - before)
        elif follow and top:
            self.scroll_rows_to(0)

    def answered(self) -> None:
        """What was wished for has come."""
        self._wished = []
        self._strips.clear()
        self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        top = max(0, self.scroll_offset.y - _AROUND)
        rows = range(top, min(self.events.count(), top + self.page + 2 * _AROUND))
        missing = self.events.missing(rows)
        if missing and missing != self._wished:
            self._wished = missing
            self.call_later(self._wish, missing)
        return super().render_lines(crop)

    def head_lines(self, columns: int) -> Sequence[Line]:
        self.events.ellipsis = self.glyphs.ellipsis
        self.events.marks = (self.glyphs.tripped, self.glyphs.done)
        return (self.events.titles(columns),)
