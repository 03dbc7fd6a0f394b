"""The files of a change as rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from looptui.tui.marks import sort_parts, viewed
from looptui.tui.spans import Spans
from looptui.tui.widgets.table_view import Column, TableRow

if TYPE_CHECKING:
    from looptui.tui.glyphs import Glyphs
    from looptui.tui.remarks import Draft
    from looptui.tui.widgets.diff_model import Diff

COLUMNS = (
    Column("", 1),
    Column("", 1),
    Column("file", 12, grow=True),
    Column("lines", 9),
    Column("note", 8, 1),
)
_STATUS = {"added": "A", "deleted": "D", "renamed": "R", "copied": "C", "mode": "m"}


def file_rows(diff: Diff, draft: Draft, flagged: Sequence[str], glyphs: Glyphs) -> list[TableRow]:
    """One row a file: viewed or not, and what was said of it; protected ones are marked."""
    seen, parts = set(viewed(diff, draft)), sort_parts(diff, draft)
    rejected = {diff.parts[number - 1].file for number in parts.rejected}
    rows = []
    for place, file in enumerate(diff.files):
        mark = (glyphs.done, "breaker-ok") if place in seen else (glyphs.queued, "muted")
        protected = file.path in flagged or file.old_path in flagged
        letter = _STATUS.get(file.status, "M"), "breaker-warn" if protected else "muted"
        lines: Spans = ((f"+{file.added}", "breaker-ok"), (f" -{file.removed}", "breaker-trip"))
        comments = sum(note.path == file.path for note in draft.notes)
        note: Spans = (
            (f"c{comments} " if comments else "", "diff-comment"),
            (f"{glyphs.tripped} " if place in rejected else "", "breaker-trip"),
            ("prot" if protected else "", "breaker-warn"),
        )
        rows.append(TableRow((place, file.path), ((mark,), (letter,), file.name, lines, note)))
    return rows
