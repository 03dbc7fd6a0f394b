"""Where each row of a diff is: blocks of rows that are drawn in one way, laid out without lines."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Literal, NamedTuple

from looptui.tui.spans import Spans
from looptui.tui.widgets.diff_model import Diff, DiffFile

Kind = Literal["file", "note", "hunk", "body", "wrap", "context", "gap", "remark", "blank"]
Pair = tuple[int, int]
"""Lines of a hunk that stand side by side, left and right; -1 for none."""
Longer = Callable[[int], Sequence[tuple[int, int]]]
"""Of a hunk: the rows of lines that do not fit, each with the rows that go on with it."""


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


class Context(NamedTuple):
    """Unchanged lines of a file that are shown around its hunks."""

    lines: Sequence[str]
    """All lines of the file as it is after the change."""
    size: int
    """How many on each side of a hunk, beside those that are in it."""


class Block(NamedTuple):
    """Rows in a row that are drawn in the same way."""

    kind: Kind
    file: int
    hunk: int
    start: int
    """The first line of the hunk; side by side the first pair; around a hunk the new number."""
    rows: int
    remark: str = ""
    lines: tuple[Spans, ...] = ()


class RowKey(NamedTuple):
    """The id of a row as long as the diff is the same, one above the other or side by side."""

    kind: Kind
    file: int
    hunk: int
    at: int
    remark: str = ""


@dataclass
class Layout:
    """Rows of a diff; all that it is made of is given to `build`."""

    diff: Diff = field(default_factory=Diff)
    split: bool = False
    blocks: list[Block] = field(default_factory=list)
    starts: list[int] = field(default_factory=lambda: [0])
    hunk_rows: list[int] = field(default_factory=list)
    """The row of each hunk's header; of its file if that is folded."""
    file_rows: list[int] = field(default_factory=list)
    _pairs: dict[int, list[Pair]] = field(default_factory=dict)
    _counts: dict[int, int] = field(default_factory=dict)
    """Of the pairs of a hunk."""
    _longer: Longer | None = None

    def build(
        self,
        folded: frozenset[int],
        contexts: Mapping[int, Context],
        remarks: Mapping[int, Sequence[tuple[Remark, tuple[Spans, ...]]]],
        longer: Longer | None = None,
    ) -> None:
        """Lay all rows out anew; `longer` where long lines go on in rows of their own."""
        self._longer = longer
        self.blocks, self.starts = [], [0]
        self.file_rows, self.hunk_rows = [], []
        for block in self._lay_out(folded, contexts, remarks):
            row = self.starts[-1]
            if block.kind == "file":
                self.file_rows.append(row)
                if block.file in folded:
                    self.hunk_rows += [row] * self.diff.files[block.file].hunks
            elif block.kind == "hunk":
                self.hunk_rows.append(row)
            self.blocks.append(block)
            self.starts.append(row + block.rows)

    def _lay_out(
        self,
        folded: frozenset[int],
        contexts: Mapping[int, Context],
        remarks: Mapping[int, Sequence[tuple[Remark, tuple[Spans, ...]]]],
    ) -> Iterator[Block]:
        for place, file in enumerate(self.diff.files):
            if place:
                yield Block("blank", place, -1, 0, 1)
            yield Block("file", place, -1, 0, 1)
            if place in folded:
                continue
            if file.notes:
                yield Block("note", place, -1, 0, len(file.notes))
            context = contexts.get(place)
            if context is not None:
                yield from self._with_context(place, file, context, remarks)
                continue
            for hunk in file.span:
                yield Block("hunk", place, hunk, 0, 1)
                yield from self._hunk(place, hunk, remarks.get(hunk, ()))

    def _hunk(
        self, file: int, hunk: int, remarks: Sequence[tuple[Remark, tuple[Spans, ...]]]
    ) -> Iterator[Block]:
        start, size = 0, self._rows_of(hunk)
        for place, block in self._between(file, hunk, remarks):
            end = min(place + 1, size)
            if end > start:
                yield Block("body", file, hunk, start, end - start)
                start = end
            yield block
        if size > start:
            yield Block("body", file, hunk, start, size - start)

    def _between(
        self, file: int, hunk: int, remarks: Sequence[tuple[Remark, tuple[Spans, ...]]]
    ) -> list[tuple[int, Block]]:
        """What stands below lines of a hunk: how long ones go on, then remarks."""
        found = [
            (place, 0, Block("wrap", file, hunk, place, rows))
            for place, rows in (self._longer(hunk) if self._longer else ())
        ]
        found += [
            (
                self._place(hunk, remark.at),
                1,
                Block("remark", file, hunk, remark.at, len(lines), remark.id, lines),
            )
            for remark, lines in remarks
        ]
        return [(place, block) for place, _, block in sorted(found, key=lambda one: one[:2])]

    def _with_context(
        self,
        place: int,
        file: DiffFile,
        context: Context,
        remarks: Mapping[int, Sequence[tuple[Remark, tuple[Spans, ...]]]],
    ) -> Iterator[Block]:
        """Hunks with unchanged lines around them; what is still left out is counted."""
        shown, size = 1, context.size
        for hunk in file.span:
            begin, end = _new_lines(self.diff, hunk)
            before = min(size, begin - shown)
            if begin - shown > before:
                yield Block("gap", place, hunk, begin - shown - before, 1)
            yield Block("hunk", place, hunk, 0, 1)
            if before:
                yield Block("context", place, hunk, begin - before, before)
            yield from self._hunk(place, hunk, remarks.get(hunk, ()))
            last = hunk + 1 == file.span.stop
            next_begin = len(context.lines) + 1 if last else _new_lines(self.diff, hunk + 1)[0]
            after = max(0, min(size, next_begin - end))
            if after:
                yield Block("context", place, hunk, end, after)
            shown = end + after
            if last and next_begin > shown:
                yield Block("gap", place, hunk, next_begin - shown, 1, "after")

    # --- side by side ---------------------------------------------------------------------------

    def pairs(self, hunk: int) -> list[Pair]:
        """The lines of a hunk side by side."""
        found = self._pairs.get(hunk)
        if found is None:
            found = self._pairs[hunk] = list(_paired(_signs(self.diff, hunk)))
        return found

    def _rows_of(self, hunk: int) -> int:
        part = self.diff.hunks[hunk]
        if not self.split:
            return part.size
        count = self._counts.get(hunk)
        if count is None:
            signs = _signs(self.diff, hunk)
            if "\\" in signs:
                count = len(self.pairs(hunk))
            else:
                longer = [max(len(left), len(right)) for left, right in _RUN.findall(signs)]
                count = signs.count(" ") + sum(longer)
            self._counts[hunk] = count
        return count

    def _place(self, hunk: int, at: int) -> int:
        """The row of a line within its hunk."""
        if not self.split:
            return at
        places = (place for place, pair in enumerate(self.pairs(hunk)) if at in pair)
        return next(places, 0)

    # --- looking up -----------------------------------------------------------------------------

    def at(self, row: int) -> tuple[Block, int]:
        """The block that a row is in, and its place there."""
        place = bisect_right(self.starts, row) - 1
        return self.blocks[place], row - self.starts[place]

    def key(self, row: int) -> Hashable:
        block, offset = self.at(row)
        if block.kind == "wrap":
            block, offset = block._replace(kind="body"), 0
        at = block.start + offset
        if block.kind == "body" and self.split:
            at = _shown(self.pairs(block.hunk)[at])
        elif block.kind in ("remark", "gap"):
            at = block.start + offset if block.kind == "remark" else 0
        return RowKey(block.kind, block.file, block.hunk, at, block.remark)

    def find(self, key: Hashable) -> int | None:
        if not isinstance(key, RowKey) or key.file >= len(self.file_rows):
            return None
        if key.hunk >= len(self.hunk_rows):
            return None
        first = self.file_rows[key.file]
        if key.kind == "blank":
            return first - 1
        at = self._place(key.hunk, key.at) if key.kind == "body" else key.at
        for place in range(bisect_right(self.starts, first) - 1, len(self.blocks)):
            block = self.blocks[place]
            if block.file != key.file:
                break
            same = (block.kind, block.hunk, block.remark) == (key.kind, key.hunk, key.remark)
            start = 0 if block.kind == "gap" else block.start
            if same and start <= at < start + block.rows:
                return self.starts[place] + at - start
        return None

    def spot(self, row: int, contexts: Mapping[int, Context]) -> Spot:
        """What a row is about; side by side the line on the right, unless there is none."""
        block, offset = self.at(row)
        file = self.diff.files[block.file]
        hunk = None if block.hunk < 0 else block.hunk
        if hunk is None or block.kind not in ("body", "wrap", "remark", "context"):
            return Spot(block.kind, block.file, file, hunk)
        if block.kind == "context":
            new = block.start + offset
            old = new - _shift(self.diff, hunk, new)
            text = contexts[block.file].lines[new - 1]
            return Spot("context", block.file, file, hunk, -1, " ", old, new, text)
        index = block.start + offset if block.kind == "body" else block.start
        if self.split and block.kind in ("body", "wrap"):
            index = _shown(self.pairs(hunk)[index])
        kind: Kind = "remark" if block.kind == "remark" else "body"
        return self.line_spot(kind, hunk, index, block.remark)

    def line_spot(self, kind: Kind, hunk: int, index: int, remark: str = "") -> Spot:
        """What a line of a hunk is about."""
        numbers, line = self.diff.numbers(hunk), self.diff.line(hunk, index)
        place, sides = self.diff.hunks[hunk].file, (numbers.old[index], numbers.new[index])
        file = self.diff.files[place]
        return Spot(kind, place, file, hunk, index, line[0], *sides, line[1:], remark)


_RUN = re.compile(r"(-*)(\+*)")


def _signs(diff: Diff, hunk: int) -> str:
    part = diff.hunks[hunk]
    return "".join([line[:1] or " " for line in diff.lines[part.start : part.start + part.size]])


def _paired(signs: str) -> Iterator[Pair]:
    """Removed lines beside the added ones that follow them; others beside themselves."""
    left: list[int] = []
    right: list[int] = []
    before = " "
    for index, sign in enumerate(signs):
        side = before if sign == "\\" else sign
        if (side == "-" and right) or side == " ":
            yield from zip_longest(left, right, fillvalue=-1)
            left, right = [], []
        if side == "-":
            left.append(index)
        elif side == "+":
            right.append(index)
        else:
            yield index, index
        before = side
    yield from zip_longest(left, right, fillvalue=-1)


def _shown(pair: Pair) -> int:
    return pair[1] if pair[1] >= 0 else pair[0]


def _new_lines(diff: Diff, hunk: int) -> tuple[int, int]:
    """The new lines of a hunk: its first, and the first after it."""
    part = diff.hunks[hunk]
    begin = part.new_start + (not part.new_size)
    return begin, begin + part.new_size


def _shift(diff: Diff, hunk: int, new: int) -> int:
    """New number minus old number of an unchanged line beside a hunk."""
    part = diff.hunks[hunk]
    begin, _ = _new_lines(diff, hunk)
    before = begin - part.old_start - (not part.old_size)
    return before if new < begin else before + part.new_size - part.old_size
