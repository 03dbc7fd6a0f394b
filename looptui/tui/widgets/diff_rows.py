"""A parsed diff as rows of a view: file and hunk headers, numbered lines, remarks below lines."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from functools import partial
from typing import Protocol

from looptui.projections.figures import plural
from looptui.tui.glyphs import UNICODE
from looptui.tui.spans import Line, Span, Spans, cleaned, fit, width, wrap
from looptui.tui.widgets.diff_layout import Block, Context, Layout, Remark, RowKey, Spot
from looptui.tui.widgets.diff_lines import Pen, rows_beyond
from looptui.tui.widgets.diff_model import Diff

__all__ = ["Context", "DiffRows", "Marks", "Remark", "Spot"]


class Marks(Protocol):
    """What stands at the right end of headers; asked only for those that are drawn."""

    def get(self, place: int, /) -> Spans | None:
        """The mark at a hunk or a file, by its number."""


class DiffRows:
    """The row provider of a diff; call `build` after diff, folds, remarks or width changed."""

    def __init__(self) -> None:
        self.remarks: Sequence[Remark] = ()
        self.folded: frozenset[int] = frozenset()
        self.contexts: Mapping[int, Context] = {}
        self.hunk_marks: Marks = {}
        self.file_marks: Marks = {}
        self.glyphs = UNICODE
        self.split = False
        self.wrapped = False
        """Whether lines that do not fit go on in rows of their own."""
        self.shift = 0
        """How many cells lines side by side are scrolled to the left."""
        self.pen = Pen()
        self.layout = Layout()

    @property
    def diff(self) -> Diff:
        return self.pen.diff

    @diff.setter
    def diff(self, diff: Diff) -> None:
        self.pen.diff = diff
        self.layout = Layout(diff)

    @property
    def hunk_rows(self) -> list[int]:
        """The row of each hunk's header; of its file if that is folded."""
        return self.layout.hunk_rows

    @property
    def file_rows(self) -> list[int]:
        """The row of each file's header."""
        return self.layout.file_rows

    def build(self, columns: int) -> None:
        """Lay the rows out; remarks are wrapped to a pane of `columns` cells."""
        last = max((hunk.size + max(hunk.old_start, hunk.new_start) for hunk in self.diff.hunks),
                   default=0)  # fmt: skip
        last = max([last, *(len(context.lines) for context in self.contexts.values())])
        self.pen.digits = max(3, len(str(last)))
        self.pen.glyphs = self.glyphs
        remarks: dict[int, list[tuple[Remark, tuple[Spans, ...]]]] = {}
        for remark in sorted(self.remarks, key=lambda remark: remark.at):
            lines = self._remark_lines(remark.text, columns)
            remarks.setdefault(remark.hunk, []).append((remark, lines))
        self.layout.split = self.split
        longer = partial(self._longer, columns) if self.wrapped else None
        self.layout.build(self.folded, self.contexts, remarks, longer)

    def _longer(self, columns: int, hunk: int) -> list[tuple[int, int]]:
        """The rows of a hunk whose lines do not fit, each with the rows that go on with it."""
        rooms, found = self.pen.rooms(columns, split=self.split), []
        size = self.diff.hunks[hunk].size
        rows = self.layout.pairs(hunk) if self.split else [(at, at) for at in range(size)]
        for place, pair in enumerate(rows):
            lines = (self.diff.line(hunk, at) if at >= 0 else "" for at in pair)
            more = max(rows_beyond(line, room) for line, room in zip(lines, rooms, strict=True))
            if more:
                found.append((place, more))
        return found

    def _remark_lines(self, text: str, columns: int) -> tuple[Spans, ...]:
        gutter = self.pen.gutter
        room = max(20, columns - gutter - 2)
        parts = [part for line in text.split("\n") for part in wrap(_remark(line), room)]
        glyphs, last = self.glyphs, len(parts) - 1
        corners = (glyphs.note_first, glyphs.note_more, glyphs.note_last)
        return tuple(
            (
                (" " * gutter, ""),
                (corners[(place > 0) + (0 < place == last)] + " ", "diff-comment"),
                *part,
            )
            for place, part in enumerate(parts)
        )

    def count(self) -> int:
        return self.layout.starts[-1]

    def key(self, index: int) -> Hashable:
        return self.layout.key(index)

    def find(self, key: Hashable) -> int | None:
        return self.layout.find(key)

    def row_of(self, hunk: int, index: int) -> int | None:
        """The row of a line of a hunk; None if its file is folded."""
        return self.find(RowKey("body", self.diff.hunks[hunk].file, hunk, index))

    def spot(self, row: int) -> Spot:
        """What a row is about."""
        return self.layout.spot(row, self.contexts)

    def spots(self, row: int) -> list[Spot]:
        """The lines of a row: side by side there may be two."""
        spot = self.spot(row)
        if not self.split or spot.kind != "body" or spot.hunk is None:
            return [spot]
        pairs = self.layout.pairs(spot.hunk)
        lines = dict.fromkeys(next(pair for pair in pairs if spot.at in pair))
        return [self.layout.line_spot("body", spot.hunk, at) for at in sorted(lines) if at >= 0]

    def line(self, index: int, columns: int) -> Line:
        block, offset = self.layout.at(index)
        match block.kind:
            case "file":
                return self._file_line(block.file, columns)
            case "note":
                note = self.diff.files[block.file].notes[offset]
                return Line((("  ", ""), (note, "muted")))
            case "hunk":
                header = self.diff.hunks[block.hunk].header
                return _marked((header, "diff-hunk"), self.hunk_marks.get(block.hunk), columns)
            case "gap":
                words = f"{self.glyphs.ellipsis} {plural(block.start, 'unchanged line')}"
                return Line((("  ", ""), (words, "muted")))
            case "remark":
                return Line(block.lines[offset])
            case "body" | "context":
                return self._text_line(index, columns)
            case "wrap":
                return self._further(block, offset + 1, columns)
            case _:
                return Line(())

    def _further(self, block: Block, place: int, columns: int) -> Line:
        """The row with which a long line goes on, the first of them 1."""
        room = min(self.pen.rooms(columns, split=self.split))
        if self.split:
            pair = self.layout.pairs(block.hunk)[block.start]
            return self.pen.further_pair(block.hunk, pair, columns, place)
        return self.pen.further(block.hunk, block.start, columns, place * (room - 1))

    def _text_line(self, row: int, columns: int) -> Line:
        block, offset = self.layout.at(row)
        inside = columns - self.shift
        if block.kind == "context":
            spot = self.spot(row)
            if self.split:
                return self.pen.unchanged_pair(spot.old, spot.new, spot.text, inside, self.shift)
            return self.pen.unchanged(spot.old, spot.new, spot.text)
        if self.split:
            pair = self.layout.pairs(block.hunk)[block.start + offset]
            return self.pen.pair(block.hunk, pair, inside, self.shift)
        return self.pen.body(block.hunk, block.start + offset, columns)

    def _file_line(self, place: int, columns: int) -> Line:
        file = self.diff.files[place]
        status = "" if file.status == "modified" else f"  {file.status}"
        folded = "  folded" if place in self.folded else ""
        title: Spans = (
            (file.name, "bold diff-file"),
            (f"  +{file.added}", "breaker-ok"),
            (f" -{file.removed}", "breaker-trip"),
            (status + folded, "muted"),
        )
        line = _marked_spans(title, self.file_marks.get(place), columns)
        return Line(line, "on bar")


def _remark(text: str) -> Spans:
    return cleaned(((text, "diff-comment"),)) or ((" ", ""),)


def _marked(text: Span, mark: Spans | None, columns: int) -> Line:
    return Line(_marked_spans((text,), mark, columns))


def _marked_spans(spans: Spans, mark: Spans | None, columns: int) -> Spans:
    """Spans with a mark at the right end of the row; the spans give way."""
    if not mark:
        return spans
    room = columns - width(mark) - 2
    spans = fit(cleaned(spans, columns), room)
    gap = room - width(spans) + 1
    return (*spans, (" " * max(1, gap), ""), *mark, (" ", ""))
