"""The diff pane: one above the other or side by side, signs beside colours, remarks below lines."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from looptui.tui.ink import ink_of
from looptui.tui.spans import Line
from looptui.tui.widgets.diff_lines import SEAM
from looptui.tui.widgets.diff_model import Diff
from looptui.tui.widgets.diff_rows import Context, DiffRows, Marks, Remark, Spot
from looptui.tui.widgets.diff_syntax import Syntax
from looptui.tui.widgets.virtual_view import VirtualView

SPLIT_FROM = 130
"""Columns of the pane from which a diff is shown side by side, unless a key said otherwise."""


class DiffView(VirtualView):
    """A diff to read and to decide on; `spot` says what the cursor is on."""

    key_scopes: ClassVar[tuple[str, ...]] = ("list", "diff")

    def __init__(
        self,
        *,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        self.diff_rows = DiffRows()
        super().__init__(self.diff_rows, id=id)
        self.syntax = Syntax(self._coloured)
        self.diff_rows.pen.syntax = self.syntax
        self._range_start: int | None = None
        self._split: bool | None = None
        """What a key said; None: by the width of the pane."""

    @property
    def diff(self) -> Diff:
        return self.diff_rows.diff

    @property
    def spot(self) -> Spot | None:
        """What the cursor is on; None in an empty diff."""
        return None if self.cursor is None else self.diff_rows.spot(self.cursor)

    @property
    def selection_spots(self) -> list[Spot]:
        """The lines of the range that `v` began, within one hunk; the cursor's line without."""
        spot = self.spot
        if spot is None:
            return []
        spots = [one for row in self._range() for one in self.diff_rows.spots(row)]
        lines = {one.at: one for one in spots if one.kind == "body" and one.hunk == spot.hunk}
        return [lines[at] for at in sorted(lines)]

    def copied(self) -> str:
        """The lines of the range without signs and numbers; of a header its file."""
        spot, spots = self.spot, self.selection_spots
        if spots:
            return "\n".join(one.text for one in spots)
        return spot.file.path if spot is not None and spot.kind == "file" else super().copied()

    def words_of(self, index: int) -> str:
        """Of lines the lines alone: drawing a long diff for a search would take seconds."""
        spot = self.diff_rows.spot(index)
        return spot.text if spot.kind in ("body", "context") else super().words_of(index)

    def set_diff(
        self, diff: Diff, *, folded: Iterable[int] = (), remarks: Sequence[Remark] = ()
    ) -> None:
        """Show another diff; the cursor goes to the same line of the same file if there is one."""
        spot = self.spot
        self.diff_rows.diff = diff
        self.syntax.show(diff)
        self.diff_rows.remarks, self.diff_rows.folded = tuple(remarks), frozenset(folded)
        self.diff_rows.contexts = {}
        self.diff_rows.hunk_marks, self.diff_rows.file_marks = {}, {}
        self._range_start = None
        self._cursor, self._cursor_key = 0, None
        self.changed()
        row = None if spot is None else self._same_place(spot)
        if row is None:
            self.scroll_rows_to(0)
        else:
            self.move_to(row)

    def set_marks(self, hunks: Marks, files: Marks) -> None:
        """Show a mark at the right end of hunk and file headers, by their numbers."""
        self.diff_rows.hunk_marks, self.diff_rows.file_marks = hunks, files
        self._strips.clear()
        self.refresh()

    def set_remarks(self, remarks: Sequence[Remark]) -> None:
        """Show remarks below their lines."""
        if tuple(remarks) != self.diff_rows.remarks:
            self.diff_rows.remarks = tuple(remarks)
            self.changed()

    def fold(self, files: Iterable[int]) -> None:
        """Show only the headers of some files, by their numbers."""
        self.diff_rows.folded = frozenset(files)
        self.changed()

    @property
    def split(self) -> bool:
        """Whether old and new lines are side by side."""
        return self.columns >= SPLIT_FROM if self._split is None else self._split

    def set_split(self, split: bool | None) -> None:
        """Side by side or one above the other; None leaves it to the width of the pane."""
        self._split = split
        self.changed()

    def set_context(self, file: int, context: Context | None) -> None:
        """Show unchanged lines around the hunks of a file, or only those of the diff."""
        contexts = {**self.diff_rows.contexts}
        contexts.pop(file, None)
        if context is not None:
            contexts[file] = context
        self.diff_rows.contexts = contexts
        self.changed()

    @property
    def blanks(self) -> bool:
        """Whether a change of blanks alone stands out."""
        return self.diff_rows.pen.blanks

    def set_blanks(self, blanks: bool) -> None:
        self.diff_rows.pen.blanks = blanks
        self._repaint()

    def go_to_hunk(self, hunk: int) -> None:
        """Put the cursor on the header of a hunk and show as much of the hunk as fits."""
        rows = self.diff_rows.hunk_rows
        if 0 <= hunk < len(rows):
            self._go_to(rows[hunk], min(self.page, 1 + self.diff.hunks[hunk].size))

    def go_to_change(self) -> None:
        """Put the cursor on the first changed line at or below it, if there is one."""
        for row in range(self.cursor or 0, self.diff_rows.count()):
            spot = self.diff_rows.spot(row)
            if spot.kind == "body" and spot.sign in ("+", "-"):
                self.move_to(row)
                return

    def go_to_file(self, file: int) -> None:
        """Put the cursor on the header of a file."""
        rows = self.diff_rows.file_rows
        if 0 <= file < len(rows):
            self._go_to(rows[file], self.page)

    def changed(self) -> None:
        self.diff_rows.glyphs = self.glyphs
        self.diff_rows.pen.plain = ink_of(self.app).plain
        self.diff_rows.split = self.split
        self.diff_rows.build(self.columns)
        super().changed()

    def on_unmount(self) -> None:
        self.syntax.close()

    def _coloured(self) -> None:
        """Colours of some lines are known now."""
        if self.is_mounted and self.is_on_screen:
            self._repaint()

    def _repaint(self) -> None:
        self._strips.clear()
        self.refresh()

    def _shift_to(self, shift: int) -> None:
        shift = 0 if self.diff_rows.wrapped else shift
        self.diff_rows.shift = max(0, shift)
        self._strips.clear()
        super()._shift_to(shift)

    def state_of(self, index: int) -> str:
        return super().state_of(index) or ("range" if index in self._range() else "")

    def dress(self, line: Line, state: str, *, focused: bool) -> Line:
        """The cursor shows in the gutter, so that the colours of the line stay readable."""
        words = self.cursor_words(focused=focused and state == "cursor")
        if not line.fixed:
            return super().dress(line, state, focused=focused)
        if line.fixed == len(line.spans) and self.diff_rows.split:
            return _dressed_sides(line, words)
        gutter = tuple((text, words) for text, _ in line.spans[: line.fixed])
        below = "" if line.fill or self.app.no_color else "on cursor-line"
        rest = tuple((text, style or below) for text, style in line.spans[line.fixed :])
        return Line((*gutter, *rest), line.fill or below, line.fixed)

    def move_to(self, index: int) -> None:
        super().move_to(index)
        if self._range_start is not None:
            self.refresh()

    def action_next_hunk(self) -> None:
        self._next(self.diff_rows.hunk_rows, self.go_to_hunk)

    def action_last_hunk(self) -> None:
        self._last(self.diff_rows.hunk_rows, self.go_to_hunk)

    def action_next_file(self) -> None:
        self._next(self.diff_rows.file_rows, self.go_to_file)

    def action_last_file(self) -> None:
        self._last(self.diff_rows.file_rows, self.go_to_file)

    def action_split(self) -> None:
        """Side by side, or one above the other."""
        self.set_split(not self.split)

    def action_wrap(self) -> None:
        """Let long lines go on in rows of their own, or cut them again."""
        self.diff_rows.wrapped = not self.diff_rows.wrapped
        self._shift_to(0)
        self.changed()

    def action_blanks(self) -> None:
        """Let changes of blanks alone stand back, or stand out again."""
        self.set_blanks(not self.blanks)

    def action_range(self) -> None:
        """Begin a range of lines at the cursor, or end it."""
        self._range_start = self.cursor if self._range_start is None else None
        self.refresh()

    def end_range(self) -> None:
        """Select the line of the cursor alone."""
        self._range_start = None
        self.refresh()

    def _range(self) -> range:
        if self.cursor is None:
            return range(0)
        start = self.cursor if self._range_start is None else self._range_start
        return range(min(start, self.cursor), max(start, self.cursor) + 1)

    def _next(self, rows: Sequence[int], go: Callable[[int], None]) -> None:
        if self.cursor is not None:
            go(bisect_right(rows, self.cursor))

    def _last(self, rows: Sequence[int], go: Callable[[int], None]) -> None:
        if self.cursor is not None:
            go(bisect_left(rows, self.cursor) - 1)

    def _go_to(self, row: int, rows: int) -> None:
        """The cursor on a row, with the rows after it in view, all of them if they fit."""
        top = self.scroll_offset.y
        if row < top or row + rows > top + self.page:
            self.scroll_rows_to(min(row, max(0, row + rows - self.page)))
        self.move_to(row)

    def _same_place(self, spot: Spot) -> int | None:
        found = self.diff.find_line(spot.file.path, old=0 if spot.new else spot.old, new=spot.new)
        if found is not None and (spot.new or spot.old):
            return self.diff_rows.row_of(*found)
        paths = [file.path for file in self.diff.files]
        if spot.file.path in paths:
            return self.diff_rows.file_rows[paths.index(spot.file.path)]
        return None


def _dressed_sides(line: Line, words: str) -> Line:
    """The cursor in the numbers of both sides."""
    seam = next((place for place, (_, style) in enumerate(line.spans) if style == SEAM), -2)
    spans = [
        (text, words if place in (0, seam + 1) and text.strip() else style)
        for place, (text, style) in enumerate(line.spans)
    ]
    return Line(tuple(spans), line.fill, line.fixed)
