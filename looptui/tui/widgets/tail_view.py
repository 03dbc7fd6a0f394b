"""A stream of lines: the last N are kept, it follows the end, and repaints at most at 10 Hz."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Iterable
from typing import ClassVar

from looptui.tui.spans import Line, Span, Spans, cleaned, width, wrap
from looptui.tui.widgets.throttle import Throttle
from looptui.tui.widgets.virtual_view import VirtualView

LINES_KEPT = 100_000
LONGEST = 4_000
"""Characters of a line that are kept; the whole line is in the transcript file."""
_COMPACT_AT = 4_096


class Ring:
    """The last lines of a stream, as rows that may wrap.

    A line is a tuple of spans; `hang` indents the rows after the first of a wrapped line, unless
    it begins with a span of blanks: then they hang two cells deeper than it.
    """

    def __init__(self, kept: int = LINES_KEPT, hang: int = 0) -> None:
        self.kept = kept
        self.hang = hang
        self.dropped = 0
        """Lines that are gone because of the limit."""
        self._lines: list[str] = []
        self._head = 0
        self._columns = 0
        self._ends: list[int] = []
        self._rows_before = 0

    def extend(self, lines: Iterable[Spans]) -> int:
        """Append lines and drop the oldest over the limit; returns how many rows went away."""
        start = len(self._lines)
        self._lines += map(_packed, lines)
        if self._columns:
            self._measure(start)
        excess = len(self._lines) - self._head - self.kept
        if excess <= 0:
            return 0
        before = self._first_row()
        self._head += excess
        self.dropped += excess
        gone = self._first_row() - before
        if self._head >= _COMPACT_AT:
            self._compact()
        return gone

    def join(self, spans: Spans) -> int:
        """Go on with the last line; returns how many rows went away."""
        if len(self._lines) == self._head:
            return self.extend([spans])
        if self._columns:
            self._ends.pop()
        return self.extend([(*_unpacked(self._lines.pop()), *spans)])

    def clear(self) -> None:
        """Forget every line."""
        self._lines.clear()
        self._ends.clear()
        self._head = self.dropped = self._rows_before = 0

    def wrap_at(self, columns: int) -> None:
        """Wrap lines at a width; 0 is one row a line."""
        if columns != self._columns:
            self._compact()
            self._columns = columns
            self._ends = []
            self._rows_before = 0
            if columns:
                self._measure(0)

    def count(self) -> int:
        if not self._columns:
            return len(self._lines) - self._head
        return (self._ends[-1] if self._ends else self._rows_before) - self._first_row()

    def key(self, index: int) -> Hashable:
        return index

    def find(self, key: Hashable) -> int | None:
        return key if isinstance(key, int) and key < self.count() else None

    def line(self, index: int, columns: int) -> Line:
        if not self._columns:
            return Line(_unpacked(self._lines[self._head + index]))
        row = index + self._first_row()
        place = bisect_right(self._ends, row)
        first = self._ends[place - 1] if place else self._rows_before
        return Line(self._wrapped(_unpacked(self._lines[place]))[row - first])

    def _measure(self, start: int) -> None:
        rows = self._ends[-1] if self._ends else self._rows_before
        for packed in self._lines[start:]:
            spans = _unpacked(packed)
            rows += 1 if width(spans) <= self._columns else len(self._wrapped(spans))
            self._ends.append(rows)

    def _wrapped(self, spans: Spans) -> list[Spans]:
        return wrap(spans, self._columns, _indent(spans) or self.hang)

    def _first_row(self) -> int:
        """How many rows came before the first kept one; without wrapping rows are lines."""
        if not self._columns:
            return self._head
        return self._ends[self._head - 1] if self._head else self._rows_before

    def _compact(self) -> None:
        """Give back the memory of the dropped lines."""
        if self._columns:
            self._rows_before = self._first_row()
            del self._ends[: self._head]
        del self._lines[: self._head]
        self._head = 0


_BETWEEN = "\x1f"


def _indent(spans: Spans) -> int:
    """How far the rows of an indented line hang; 0 for others."""
    blanks = spans[0][0] if spans else ""
    return len(blanks) + 2 if blanks.isspace() else 0


def _packed(spans: Spans) -> str:
    """A line as one string, a third of the memory: clean texts have no control characters."""
    spans = cleaned(spans if sum(len(text) for text, _ in spans) <= LONGEST else _cut(spans))
    return _BETWEEN.join([part for text, style in spans for part in (style, text)])


def _unpacked(line: str) -> Spans:
    parts = line.split(_BETWEEN)
    return tuple(zip(parts[1::2], parts[::2], strict=True)) if line else ()


def _cut(spans: Spans) -> Spans:
    kept: list[Span] = []
    room = LONGEST
    for text, style in spans:
        kept.append((text[:room], style))
        room -= min(room, len(text))
    return (*kept, (" [line cut]", "muted"))


class TailView(VirtualView):
    """A pane on a stream: `append` lines, `F` follows the end, `w` wraps.

    Scrolling up by hand stops following; reaching the end starts it again.
    """

    key_scopes: ClassVar[tuple[str, ...]] = ("list", "tail")

    class Followed(VirtualView.Moved):
        """Following was switched on or off, by the key or by scrolling."""

    def __init__(
        self,
        *,
        kept: int = LINES_KEPT,
        hang: int = 0,
        wrapped: bool = False,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        self.ring = Ring(kept, hang)
        super().__init__(self.ring, cursor=False, id=id)
        self.following = True
        self.wrapped = wrapped
        self._gone = 0
        self._throttle = Throttle(self, self._flush)

    def append(self, lines: Iterable[Spans], *, join: bool = False) -> None:
        """Add lines at the end; they are on screen within a tenth of a second.

        With `join` the first goes on with the line that was the last.
        """
        rest = iter(lines)
        if join:
            self._gone += self.ring.join(next(rest, ()))
        self._gone += self.ring.extend(rest)
        self._throttle.ask()

    def append_text(self, text: str, style: str = "") -> None:
        """Add plain text, a line at each newline; a newline at its end adds no empty line."""
        self.append(((line, style),) for line in text.removesuffix("\n").split("\n"))

    def clear(self) -> None:
        """Forget every line and follow again."""
        self.ring.clear()
        self._gone = 0
        self._set_following(True)
        self.changed()

    def changed(self) -> None:
        self.ring.wrap_at(self.columns if self.wrapped else 0)
        super().changed()
        if self.following:
            self._to_end()

    def action_follow(self) -> None:
        self._set_following(not self.following)
        if self.following:
            self._to_end()

    def action_wrap(self) -> None:
        self.wrapped = not self.wrapped
        self.shift = 0
        self.changed()

    def action_bottom(self) -> None:
        self._set_following(True)
        self._to_end()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        away_from_the_end = new_value < min(old_value, self.max_scroll_y)
        if away_from_the_end and not self._gone:
            self._set_following(False)
        elif new_value > old_value and new_value >= self.max_scroll_y:
            self._set_following(True)

    def _flush(self) -> None:
        """Show what was appended; a view that does not follow keeps the lines it shows."""
        gone, kept_top = self._gone, self.scroll_offset.y
        super().changed()
        if self.following:
            self._to_end()
        elif gone:
            self.scroll_rows_to(max(0, kept_top - gone))
        self._gone = 0

    def _to_end(self) -> None:
        self.scroll_rows_to(self.max_scroll_y)

    def _set_following(self, following: bool) -> None:
        if following != self.following:
            self.following = following
            self.post_message(self.Followed(self, 0, following))
