"""Lines in a dialog: as many rows as they need, wrapped to its width."""

from __future__ import annotations

from collections.abc import Sequence

from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from looptui.tui.ink import ink_of
from looptui.tui.spans import Spans, cleaned, pad, wrap


class Facts(Widget):
    """Text that is read, not scrolled."""

    DEFAULT_CSS = """
    Facts { height: auto; width: 1fr; }
    """

    def __init__(self, lines: Sequence[Spans], *, hang: int = 0) -> None:
        super().__init__()
        self._lines = tuple(cleaned(line) for line in lines)
        self._hang = hang
        self._most: int | None = None

    def set_lines(self, lines: Sequence[Spans], most: int | None = None) -> None:
        """Show other lines, on at most so many rows; None for as many as they need."""
        clean = tuple(cleaned(line) for line in lines)
        if (clean, most) != (self._lines, self._most):
            self._lines, self._most = clean, most
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._rows(width))

    def render_line(self, y: int) -> Strip:
        columns, rows = self.size.width, self._rows(self.size.width)
        spans = rows[y] if y < len(rows) else ()
        line = pad(spans, columns)
        return Strip(ink_of(self.app).segments(line, self.rich_style), columns)

    def _rows(self, columns: int) -> list[Spans]:
        rows = [row for line in self._lines for row in wrap(line, columns, self._hang)]
        return rows[: self._most]
