"""What is shown instead of everything on a terminal that is too small."""

from __future__ import annotations

from collections.abc import Sequence

from textual.strip import Strip
from textual.widget import Widget

from looptui.tui.host import glyphs_of
from looptui.tui.ink import ink_of
from looptui.tui.spans import Spans, cleaned, fit, pad


class SmallView(Widget):
    """Some lines over the whole screen; it is there while its screen has the class `-small`."""

    DEFAULT_CSS = """
    SmallView { display: none; layer: small; width: 100%; height: 100%; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._lines: Sequence[Spans] = ()

    def set_lines(self, lines: Sequence[Spans]) -> None:
        """Show these lines from the top; what does not fit is cut."""
        clean = tuple(cleaned(line) for line in lines)
        if clean != self._lines:
            self._lines = clean
            self.refresh()

    def render_line(self, y: int) -> Strip:
        columns = self.size.width
        spans = self._lines[y] if y < len(self._lines) else ()
        line = pad(fit(spans, columns, glyphs_of(self.app).ellipsis), columns)
        return Strip(ink_of(self.app).segments(line, self.rich_style), columns)
