"""A table whose columns go one by one when it gets narrow, updated in place."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

from looptui.tui.spans import Line, Spans, clean, cleaned, column
from looptui.tui.widgets.virtual_view import VirtualView

_GAP = 2


class Column(NamedTuple):
    """One column: its title, its width in cells, and how important it is."""

    title: str
    width: int
    priority: int = 0
    """0 always stays; of the others the highest number goes first when there is no room."""
    grow: bool = False
    """Takes the cells that are left over; `width` is then the least."""
    right: bool = False


class TableRow(NamedTuple):
    """A row: its id, and one cell for each column of the table, also for those not shown."""

    key: Hashable
    cells: Sequence[Spans | str]


class TableRows:
    """The rows of a table, and which columns there is room for."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = tuple(columns)
        self.rows: Sequence[TableRow] = ()
        self.ellipsis = "…"
        self._places: dict[Hashable, int] = {}
        self._layouts: dict[int, tuple[tuple[int, int], ...]] = {}
        self._titles: dict[tuple[int, str], Line] = {}

    def replace(self, rows: Sequence[TableRow]) -> list[int]:
        """Take new rows; returns the indexes that show something else than before."""
        before, self.rows = self.rows, rows
        self._places = {row.key: place for place, row in enumerate(rows)}
        shared = min(len(before), len(rows))
        return [place for place in range(shared) if before[place] != rows[place]]

    def count(self) -> int:
        return len(self.rows)

    def key(self, index: int) -> Hashable:
        return self.rows[index].key

    def find(self, key: Hashable) -> int | None:
        return self._places.get(key)

    def line(self, index: int, columns: int) -> Line:
        return self.cells_line(self.rows[index].cells, columns)

    def titles(self, columns: int) -> Line:
        """The line above the rows."""
        line = self._titles.get((columns, self.ellipsis))
        if line is None:
            line = self._titles[columns, self.ellipsis] = self._title_line(columns)
        return line

    def _title_line(self, columns: int) -> Line:
        cells: list[Spans] = [((title.title, "bold"),) for title in self.columns]
        line = self.cells_line(cells, columns)
        return Line(tuple((text, f"{style} on bar") for text, style in line.spans), "on bar")

    def cells_line(self, cells: Sequence[Spans | str], columns: int) -> Line:
        """Some cells side by side in the columns that are shown."""
        spans: list[tuple[str, str]] = []
        for place, width in self.layout(columns):
            cell = cells[place]
            cleaned_cell = cleaned(((cell, ""),) if isinstance(cell, str) else cell, width)
            if spans:
                spans.append((" " * _GAP, ""))
            spans += column(cleaned_cell, width, self.ellipsis, right=self.columns[place].right)
        return Line(tuple(spans))

    def layout(self, columns: int) -> tuple[tuple[int, int], ...]:
        """The shown columns from left to right: (place in the table, width in cells)."""
        layout = self._layouts.get(columns)
        if layout is None:
            layout = self._layouts[columns] = self._lay_out(columns)
        return layout

    def _lay_out(self, columns: int) -> tuple[tuple[int, int], ...]:
        shown = list(range(len(self.columns)))
        while self._needed(shown) > columns:
            least = max(shown, key=lambda place: (self.columns[place].priority, place))
            if self.columns[least].priority == 0:
                break
            shown.remove(least)
        spare = max(0, columns - self._needed(shown))
        growing = [place for place in shown if self.columns[place].grow]
        extra = dict.fromkeys(growing, spare // max(1, len(growing)))
        if growing:
            extra[growing[-1]] += spare % len(growing)
        return tuple((place, self.columns[place].width + extra.get(place, 0)) for place in shown)

    def _needed(self, shown: Sequence[int]) -> int:
        return sum(self.columns[place].width for place in shown) + _GAP * (len(shown) - 1)


class TableView(VirtualView):
    """A table with titles that stay, a cursor that sticks to its row, and columns that drop."""

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        cursor: bool = True,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        self.table = TableRows(columns)
        super().__init__(self.table, cursor=cursor, id=id)

    def set_rows(self, rows: Sequence[TableRow]) -> None:
        """Show these rows; only lines that differ are drawn again if their number stays."""
        same_count = len(rows) == self.table.count()
        differing = self.table.replace(rows)
        if not same_count or not self.is_mounted:
            self.changed()
            return
        before = self._cursor
        self._restore_cursor()
        for index in {*differing, *((before, self._cursor) if before != self._cursor else ())}:
            self.redraw_row(index)

    def row_text(self, index: int) -> str:
        """The cells that say something, those without room among them."""
        cells = self.table.rows[index].cells
        texts = [
            cell if isinstance(cell, str) else "".join(text for text, _ in cell) for cell in cells
        ]
        return "  ".join(clean(text).strip() for text in texts if text.strip())

    def head_lines(self, columns: int) -> Sequence[Line]:
        self.table.ellipsis = self.glyphs.ellipsis
        return (self.table.titles(columns),)
