"""A parsed diff as rows of a view: file and hunk headers, numbered lines, remarks below lines."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from looptui.tui.glyphs import UNICODE
from looptui.tui.spans import TAB, Line, Span, Spans, cleaned, fit, width, wrap
from looptui.tui.widgets.diff_model import Diff, DiffFile, changed_parts

Kind = Literal["file", "note", "hunk", "body", "remark", "blank"]

_SIGN_STYLES = {"+": "diff-add on diff-add-bg", "-": "diff-del on diff-del-bg", "\\": "muted"}
_WORD_STYLES = {"+": "diff-add on diff-add-word", "-": "diff-del on diff-del-word"}
_FILLS = {"+": "on diff-add-bg", "-": "on diff-del-bg"}


class Remark(NamedTuple):
    """A comment below a line; `text` may have several lines."""

    id: str
    hunk: int
    at: int
    """The line in the hunk that it stands below."""
    text: str


class Spot(NamedTuple):
    """What a row of a diff is about."""

    kind: Kind
    file_index: int
    file: DiffFile
    hunk: int | None = None
    at: int = -1
    """The line in the hunk, -1 on other rows."""
    sign: str = ""
    """+, -, blank or backslash for a line of a hunk."""
    old: int = 0
    new: int = 0
    """Line numbers; 0 where the line is not on that side."""
    text: str = ""
    remark: str = ""
    """The id of the remark, on its rows."""


class _Block(NamedTuple):
    """Rows in a row that are drawn in the same way."""

    kind: Kind
    file: int
    hunk: int
    start: int
    rows: int
    remark: str = ""
    lines: tuple[Spans, ...] = ()


class _Key(NamedTuple):
    """The id of a row as long as the diff is the same."""

    kind: Kind
    file: int
    hunk: int
    at: int
    remark: str = ""


class DiffRows:
    """The row provider of a diff; call `build` after diff, folds, remarks or width changed."""

    def __init__(self) -> None:
        self.diff = Diff()
        self.remarks: Sequence[Remark] = ()
        self.folded: frozenset[int] = frozenset()
        self.hunk_marks: Mapping[int, Spans] = {}
        self.file_marks: Mapping[int, Spans] = {}
        self.glyphs = UNICODE
        self.plain = False
        """Whether changed words are underlined because colours may not be seen."""
        self._blocks: list[_Block] = []
        self._starts: list[int] = [0]
        self.hunk_rows: list[int] = []
        """The row of each hunk's header; of its file if that is folded."""
        self.file_rows: list[int] = []
        self._digits = 3

    def build(self, columns: int) -> None:
        """Lay the rows out; remarks are wrapped to a pane of `columns` cells."""
        last = max((hunk.size + max(hunk.old_start, hunk.new_start) for hunk in self.diff.hunks),
                   default=0)  # fmt: skip
        self._digits = max(3, len(str(last)))
        remarks: dict[int, list[Remark]] = {}
        for remark in sorted(self.remarks, key=lambda remark: remark.at):
            remarks.setdefault(remark.hunk, []).append(remark)
        self._blocks, self._starts = [], [0]
        self.file_rows, self.hunk_rows = [], []
        for block in self._lay_out(remarks, columns):
            row = self._starts[-1]
            if block.kind == "file":
                self.file_rows.append(row)
                if block.file in self.folded:
                    self.hunk_rows += [row] * self.diff.files[block.file].hunks
            elif block.kind == "hunk":
                self.hunk_rows.append(row)
            self._blocks.append(block)
            self._starts.append(row + block.rows)

    def _lay_out(self, remarks: Mapping[int, list[Remark]], columns: int) -> Iterator[_Block]:
        for place, file in enumerate(self.diff.files):
            if place:
                yield _Block("blank", place, -1, 0, 1)
            yield _Block("file", place, -1, 0, 1)
            if place in self.folded:
                continue
            if file.notes:
                yield _Block("note", place, -1, 0, len(file.notes))
            for hunk in range(file.first_hunk, file.first_hunk + file.hunks):
                yield _Block("hunk", place, hunk, 0, 1)
                yield from self._hunk_blocks(place, hunk, remarks.get(hunk, []), columns)

    def _hunk_blocks(
        self, file: int, hunk: int, remarks: Sequence[Remark], columns: int
    ) -> Iterator[_Block]:
        start, size = 0, self.diff.hunks[hunk].size
        for remark in remarks:
            end = min(remark.at + 1, size)
            if end > start:
                yield _Block("body", file, hunk, start, end - start)
                start = end
            lines = self._remark_lines(remark.text, columns)
            yield _Block("remark", file, hunk, remark.at, len(lines), remark.id, lines)
        if size > start:
            yield _Block("body", file, hunk, start, size - start)

    def _remark_lines(self, text: str, columns: int) -> tuple[Spans, ...]:
        room = max(20, columns - self.gutter - 2)
        parts = [part for line in text.split("\n") for part in wrap(_remark(line), room)]
        glyphs, last = self.glyphs, len(parts) - 1
        corners = (glyphs.note_first, glyphs.note_more, glyphs.note_last)
        return tuple(
            (
                (" " * self.gutter, ""),
                (corners[(place > 0) + (0 < place == last)] + " ", "diff-comment"),
                *part,
            )
            for place, part in enumerate(parts)
        )

    @property
    def gutter(self) -> int:
        """The width of both numbers and the sign."""
        return 2 * self._digits + 4

    def count(self) -> int:
        return self._starts[-1]

    def key(self, index: int) -> Hashable:
        block, offset = self._at(index)
        return _Key(block.kind, block.file, block.hunk, block.start + offset, block.remark)

    def find(self, key: Hashable) -> int | None:
        if not isinstance(key, _Key) or key.file >= len(self.file_rows):
            return None
        first = self.file_rows[key.file] if key.hunk < 0 else self.hunk_rows[key.hunk]
        for place in range(bisect_right(self._starts, first) - 1, len(self._blocks)):
            block = self._blocks[place]
            if block.file != key.file:
                break
            same = (block.kind, block.hunk, block.remark) == (key.kind, key.hunk, key.remark)
            if same and block.start <= key.at < block.start + block.rows:
                return self._starts[place] + key.at - block.start
        return None

    def row_of(self, hunk: int, index: int) -> int | None:
        """The row of a line of a hunk; None if its file is folded."""
        return self.find(_Key("body", self.diff.hunks[hunk].file, hunk, index))

    def spot(self, row: int) -> Spot:
        """What a row is about."""
        block, offset = self._at(row)
        file = self.diff.files[block.file]
        hunk = None if block.hunk < 0 else block.hunk
        if hunk is None or block.kind not in ("body", "remark"):
            return Spot(block.kind, block.file, file, hunk)
        index = block.start + (offset if block.kind == "body" else 0)
        numbers, line = self.diff.numbers(hunk), self.diff.line(hunk, index)
        old, new = numbers.old[index], numbers.new[index]
        return Spot(
            block.kind, block.file, file, hunk, index, line[0], old, new, line[1:], block.remark
        )

    def line(self, index: int, columns: int) -> Line:
        block, offset = self._at(index)
        match block.kind:
            case "file":
                return self._file_line(block.file, columns)
            case "note":
                note = self.diff.files[block.file].notes[offset]
                return Line((("  ", ""), (note, "muted")))
            case "hunk":
                header = self.diff.hunks[block.hunk].header
                return _marked((header, "diff-hunk"), self.hunk_marks.get(block.hunk, ()), columns)
            case "body":
                return self._body_line(block.hunk, block.start + offset, columns)
            case "remark":
                return Line(block.lines[offset])
            case _:
                return Line(())

    def _at(self, row: int) -> tuple[_Block, int]:
        place = bisect_right(self._starts, row) - 1
        return self._blocks[place], row - self._starts[place]

    def _file_line(self, place: int, columns: int) -> Line:
        file = self.diff.files[place]
        status = "" if file.status == "modified" else f"  {file.status}"
        folded = "  folded" if place in self.folded else ""
        title: Spans = (
            (file.path, "bold diff-file"),
            (f"  +{file.added}", "breaker-ok"),
            (f" -{file.removed}", "breaker-trip"),
            (status + folded, "muted"),
        )
        line = _marked_spans(title, self.file_marks.get(place, ()), columns)
        return Line(line, "on bar")

    def _body_line(self, hunk: int, index: int, columns: int) -> Line:
        longest = 4 * columns + 64
        line, numbers = self.diff.line(hunk, index)[:longest], self.diff.numbers(hunk)
        sign, text = line[0], line[1:].expandtabs(TAB)
        style = _SIGN_STYLES.get(sign, "")
        digits = self._digits
        gutter: Span = (
            f"{numbers.old[index] or '':>{digits}} {numbers.new[index] or '':>{digits}} ",
            "muted " + _FILLS.get(sign, ""),
        )
        if sign == "\\":
            return Line((gutter, ("  ", ""), (text.strip(), style)), fixed=2)
        partner = numbers.partner[index]
        other = self.diff.line(hunk, partner)[1:longest].expandtabs(TAB) if partner >= 0 else None
        body = self._words(sign, text, other)
        return Line((gutter, (f"{sign} ", style), *body), _FILLS.get(sign, ""), 2)

    def _words(self, sign: str, text: str, other: str | None) -> Iterator[Span]:
        style = _SIGN_STYLES.get(sign, "")
        shown = text.rstrip(" ") if sign == "+" else text
        ranges: tuple[tuple[int, int], ...] = ()
        if other is not None:
            old, new = (text, other) if sign == "-" else (other, text)
            ranges = changed_parts(old, new)[sign == "+"]
        emphasis = ("underline " if self.plain else "") + "bold " + _WORD_STYLES.get(sign, "")
        at = 0
        for start, end in ranges:
            yield shown[at:start], style
            yield shown[start:end], emphasis
            at = max(at, end)
        yield shown[at:], style
        yield self.glyphs.space * (len(text) - len(shown)), "diff-blank " + _FILLS.get(sign, "")


def _remark(text: str) -> Spans:
    return cleaned(((text, "diff-comment"),)) or ((" ", ""),)


def _marked(text: Span, mark: Spans, columns: int) -> Line:
    return Line(_marked_spans((text,), mark, columns))


def _marked_spans(spans: Spans, mark: Spans, columns: int) -> Spans:
    """Spans with a mark at the right end of the row; the spans give way."""
    if not mark:
        return spans
    room = columns - width(mark) - 2
    spans = fit(cleaned(spans, columns), room)
    gap = room - width(spans) + 1
    return (*spans, (" " * max(1, gap), ""), *mark, (" ", ""))
