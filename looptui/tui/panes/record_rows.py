"""The list of the Memory screen: records under the headings of what becomes of them."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass

from looptui.projections.figures import percent, plural, span
from looptui.tui.glyphs import Glyphs
from looptui.tui.memories import Group, Item, Shelved
from looptui.tui.spans import Line, Spans
from looptui.tui.widgets.table_view import Column, TableRow, TableRows, TableView

COLUMNS = (
    Column("", 3),
    Column("kind", 10),
    Column("text", 30, grow=True),
    Column("uses", 4, priority=2, right=True),
    Column("ok%", 4, priority=3, right=True),
    Column("score", 5, priority=4, right=True),
    Column("age", 4, priority=1, right=True),
)
_HEADINGS: dict[Group, str] = {
    "next": "in the next prompt",
    "kept": "kept, not in it",
    "decide": "needs a decision",
    "away": "put away",
}
_STATES = {"quarantined": "unsure", "superseded": "superseded", "forgotten": "forgotten"}
"""What the list says of a state, in the cells of a kind; of others their own name."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The key of a row that is no record."""

    group: Group


class RecordRows(TableRows):
    """Rows of records, and headings that go across all columns."""

    def line(self, index: int, columns: int) -> Line:
        row = self.rows[index]
        if not isinstance(row.key, Heading):
            return super().line(index, columns)
        title, note = row.cells[1], row.cells[2]
        return Line(((f"{title}  ", "bold"), (str(note), "muted")))


class RecordsView(TableView):
    """The list; its cursor goes from record to record."""

    def __init__(
        self,
        *,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(COLUMNS, id=id)
        self.table = self.rows = RecordRows(COLUMNS)

    def set_rows(self, rows: Sequence[TableRow]) -> None:
        super().set_rows(rows)
        if self.is_mounted and self.cursor is not None and self._is_heading(self.cursor):
            self.move_to(self.cursor + 1)

    def move_to(self, index: int) -> None:
        count = self.table.count()
        index = max(0, min(index, count - 1))
        if count and self._is_heading(index):
            back = index < (self.cursor or 0) and index > 0
            index += -1 if back else 1
        super().move_to(index)
        if index == 1:
            self.show_row(0)

    def _is_heading(self, index: int) -> bool:
        return isinstance(self.table.key(index), Heading)


def rows(shelved: Shelved, marked: Collection[str], now: float, glyphs: Glyphs) -> list[TableRow]:
    """Headings and records as rows of the list."""
    found: list[TableRow] = []
    group: Group | None = None
    for item in shelved.items:
        if item.group != group:
            group = item.group
            found.append(_heading(shelved, group))
        found.append(_row(item, now, glyphs, marked=item.record.id in marked))
    return found


def _heading(shelved: Shelved, group: Group) -> TableRow:
    items = [item for item in shelved.items if item.group == group]
    note = plural(len(items), "record")
    if group == "next":
        note = f"{sum(item.tokens for item in items):,} tok"
    title = _HEADINGS[group]
    if group == "kept" and not shelved.budget:
        title = "kept"
    return TableRow(Heading(group), ("", title, note, "", "", "", ""))


def _row(item: Item, now: float, glyphs: Glyphs, *, marked: bool) -> TableRow:
    record = item.record
    helped = percent(record.helped / record.uses)[:-1] if record.uses else "-"
    return TableRow(
        record.id,
        (
            _marks(item, glyphs, marked=marked),
            ((word(item), style(item)),),
            _text(item),
            str(record.uses),
            helped,
            "-" if item.score is None else f"{item.score:.2f}",
            span(max(0.0, now - record.at)) if record.at else "",
        ),
    )


def _text(item: Item) -> Spans:
    record = item.record
    first = record.text.strip().split("\n")[0]
    against = f"<> {item.rival.id}  " if item.rival else ""
    return ((against, "memory-clash"), (first, ""))


def _marks(item: Item, glyphs: Glyphs, *, marked: bool) -> Spans:
    chosen = glyphs.done if item.chosen else glyphs.queued
    sign, look = chosen, "breaker-ok" if item.chosen else "muted"
    if item.group == "decide":
        sign, look = (glyphs.need if item.rival else glyphs.warn), style(item)
    return (
        (glyphs.stopped if marked else " ", "bold key"),
        ("P" if item.record.pinned else " ", "memory-pinned"),
        (sign, look),
    )


def word(item: Item) -> str:
    """What the list calls a record: its kind, or what is the matter with it."""
    state = item.record.state
    if item.rival is not None:
        return "clash"
    return item.record.type if state == "active" else _STATES.get(state, state)


def style(item: Item) -> str:
    """The style words of that."""
    if item.rival is not None:
        return "memory-clash"
    if item.record.state == "quarantined":
        return "breaker-warn"
    return "" if item.record.state == "active" else "memory-stale"


def key_of(key: Hashable) -> str:
    """The id of the record of a row; empty for a heading."""
    return key if isinstance(key, str) else ""
