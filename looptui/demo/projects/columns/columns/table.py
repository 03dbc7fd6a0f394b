"""Tables: rows in, lines of text out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from columns.cells import clip, pad, wrap
from columns.layout import GAP, alignments, natural_widths, shrink, stretch

Row = list[str]


@dataclass
class Table:
    """A table with a header; rows may be shorter than the header."""

    header: Row
    rows: list[Row] = field(default_factory=list)
    gap: int = GAP
    rule: str = "-"

    @classmethod
    def from_records(cls, records: Iterable[Mapping[str, object]]) -> Table:
        """A column for each key, in the order of first appearance; None shows as nothing."""
        found = list(records)
        header: Row = []
        for record in found:
            for key in record:
                if key not in header:
                    header.append(key)
        rows = [[show(record.get(key)) for key in header] for record in found]
        return cls(header, rows)

    def sort(self, column: str, reverse: bool = False) -> Table:
        """A sorted copy; numbers sort by value and before words."""
        index = self.header.index(column)
        ordered = sorted(self.rows, key=lambda row: sort_key(row[index]), reverse=reverse)
        return Table(self.header, ordered, self.gap, self.rule)

    def where(self, column: str, test: Callable[[str], bool]) -> Table:
        """A copy with the rows whose cell passes the test."""
        index = self.header.index(column)
        kept = [row for row in self.rows if test(row[index])]
        return Table(self.header, kept, self.gap, self.rule)

    def render(self, limit: int | None = None, fill: bool = False) -> str:
        """All lines; within `limit` columns if given, and exactly that wide with `fill`."""
        widths = natural_widths([self.header, *self.rows])
        if limit is not None:
            widths = shrink(widths, limit, self.gap)
            if fill:
                widths = stretch(widths, limit, self.gap)
        sides = alignments(self.rows, len(widths))
        lines = [self._line(self.header, widths, sides)]
        lines.append((" " * self.gap).join(self.rule * width for width in widths))
        lines.extend(self._line(row, widths, sides) for row in self.rows)
        return "\n".join(lines)

    def page(self, number: int, size: int) -> Table:
        """The rows of one page; pages count from 1."""
        if number < 1:
            raise ValueError("pages count from 1")
        start = (number - 1) * size
        return Table(self.header, self.rows[start : start + size], self.gap, self.rule)

    def _line(self, row: Sequence[str], widths: Sequence[int], sides: Sequence[str]) -> str:
        cells = [
            pad(clip(row[index] if index < len(row) else "", width), width, sides[index])
            for index, width in enumerate(widths)
        ]
        return (" " * self.gap).join(cells).rstrip()


def show(value: object) -> str:
    """A value as cell text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def sort_key(cell: str) -> tuple[int, float, str]:
    """Numbers by value, then words without regard to case, then empty cells."""
    text = cell.strip()
    if not text:
        return (2, 0.0, "")
    try:
        return (0, float(text.replace(",", "")), "")
    except ValueError:
        return (1, 0.0, text.lower())


def stack(title: str, text: str, width: int) -> str:
    """A paragraph under an underlined title."""
    lines = wrap(text, width)
    return "\n".join([title, "=" * len(title), *lines])
