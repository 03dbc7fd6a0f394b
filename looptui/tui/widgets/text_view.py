"""Lines to read: wrapped to the pane, without a cursor, kept in place when they change."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import ClassVar

from looptui.tui.spans import Line, Spans, cleaned, wrap
from looptui.tui.widgets.virtual_view import VirtualView


class TextRows:
    """Lines broken into rows for one width."""

    def __init__(self, hang: int = 0) -> None:
        self.hang = hang
        self.lines: Sequence[Spans] = ()
        self._rows: list[Spans] = []

    def build(self, columns: int) -> None:
        """Break the lines for a pane of `columns` cells."""
        self._rows = [row for line in self.lines for row in wrap(cleaned(line), columns, self.hang)]

    def count(self) -> int:
        return len(self._rows)

    def key(self, index: int) -> Hashable:
        return index

    def find(self, key: Hashable) -> int | None:
        return key if isinstance(key, int) and key < len(self._rows) else None

    def line(self, index: int, columns: int) -> Line:
        return Line(self._rows[index])


class TextView(VirtualView):
    """A pane of text."""

    key_scopes: ClassVar[tuple[str, ...]] = ("list",)

    def __init__(
        self,
        *,
        hang: int = 0,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        self.text_rows = TextRows(hang)
        super().__init__(self.text_rows, cursor=False, id=id)

    def set_lines(self, lines: Sequence[Spans]) -> None:
        """Show these lines; nothing is drawn if they are what is shown."""
        if lines != self.text_rows.lines:
            self.text_rows.lines = lines
            self.changed()

    def changed(self) -> None:
        self.text_rows.build(self.columns)
        super().changed()
