"""The files of a change as rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from looptui.tui.spans import Spans
from looptui.tui.widgets.table_view import Column, TableRow

if TYPE_CHECKING:
    from looptui.tui.remarks import Note
    from looptui.tui.widgets.diff_model import Diff, DiffFile

COLUMNS = (
    Column("", 1),
    Column("file", 12, grow=True),
    Column("lines", 9),
    Column("note", 4, 1),
)
_STATUS = {"added": "A", "deleted": "D", "renamed": "R", "copied": "C", "mode": "m"}


def file_rows(diff: Diff, notes: Sequence[Note], flagged: Sequence[str]) -> list[TableRow]:
    """One row a file, with its comments counted and protected ones marked."""
    return [_row(file, notes, file.path in flagged) for file in diff.files]


def _row(file: DiffFile, notes: Sequence[Note], protected: bool) -> TableRow:
    count = sum(note.path == file.path for note in notes)
    lines: Spans = ((f"+{file.added}", "breaker-ok"), (f" -{file.removed}", "breaker-trip"))
    mark = (_STATUS.get(file.status, "M"), "breaker-warn" if protected else "muted")
    note = f"c{count}" if count else "prot" if protected else ""
    style = "diff-comment" if count else "breaker-warn"
    return TableRow(file.path, ((mark,), file.path, lines, ((note, style),)))
