"""The lines of a diff as they are drawn: numbers, signs, changed words, colours of the language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from looptui.tui.glyphs import UNICODE, Glyphs
from looptui.tui.spans import TAB, Line, Span, Spans, cleaned, fit, pad, skip, width
from looptui.tui.widgets.diff_layout import Pair
from looptui.tui.widgets.diff_model import Diff, changed_parts
from looptui.tui.widgets.diff_syntax import Syntax

_SIGN_STYLES = {"+": "diff-add on diff-add-bg", "-": "diff-del on diff-del-bg", "\\": "muted"}
_FILLS = {"+": "on diff-add-bg", "-": "on diff-del-bg"}
_WORDS = {"+": "on diff-add-word", "-": "on diff-del-word"}
_NO_LINE = "on bar"
MIDDLE = 1
"""Cells between the two sides."""
MOST_WRAPPED = 100
"""Rows with which one line goes on at most."""
SEAM = "rule"
"""The style of what is between them."""


@dataclass
class Pen:
    """How lines are drawn; what is not set here is the same for every diff."""

    diff: Diff = field(default_factory=Diff)
    glyphs: Glyphs = UNICODE
    digits: int = 3
    plain: bool = False
    """Whether changed words are underlined because colours may not be seen."""
    blanks: bool = True
    """Whether a change of blanks alone stands out like any other."""
    syntax: Syntax | None = None

    @property
    def gutter(self) -> int:
        """The width of both numbers and the sign."""
        return 2 * self.digits + 4

    # --- one above the other --------------------------------------------------------------------

    def body(self, hunk: int, index: int, columns: int) -> Line:
        """A line of a hunk with both numbers and its sign."""
        numbers = self.diff.numbers(hunk)
        sign, spans = self.text(hunk, index, columns)
        gutter = self._gutter(numbers.old[index], numbers.new[index], sign)
        if sign == "\\":
            return Line((gutter, ("  ", ""), *spans), fixed=2)
        fill = self._fill(hunk, index, sign)
        style = _SIGN_STYLES.get(sign, "") if fill or sign == " " else "muted"
        return Line((gutter, (f"{sign} ", style), *spans), fill, 2)

    def further(self, hunk: int, index: int, columns: int, skipped: int) -> Line:
        """A line of a hunk behind its first `skipped` cells, without numbers and sign."""
        line = self.body(hunk, index, columns + skipped)
        (gutter, style), (_, beside), *spans = line.spans
        rest = skip(cleaned(spans, columns + skipped), skipped)
        return Line(((" " * len(gutter), style), ("  ", beside), *rest), line.fill, 2)

    def rooms(self, columns: int, *, split: bool) -> tuple[int, int]:
        """The cells that the text of a line has; side by side on the left and on the right."""
        if not split:
            return columns - self.gutter, columns - self.gutter
        left, right = self.halves(columns)
        return left - self.digits - 3, right - self.digits - 3

    def unchanged(self, old: int, new: int, text: str) -> Line:
        """A line around a hunk."""
        gutter = self._gutter(old, new, " ")
        return Line((gutter, ("  ", ""), (text.expandtabs(TAB), "muted")), fixed=2)

    def _gutter(self, old: int, new: int, sign: str) -> Span:
        digits = self.digits
        return f"{old or '':>{digits}} {new or '':>{digits}} ", "muted " + _FILLS.get(sign, "")

    # --- side by side ---------------------------------------------------------------------------

    def pair(self, hunk: int, pair: Pair, columns: int, shift: int) -> Line:
        """Two lines of a hunk beside each other; every span is fixed, `shift` is applied here."""
        left, right = self.halves(columns)
        old = self._half(hunk, pair[0], left, shift, new=False)
        new = self._half(hunk, pair[1], right, shift, new=True)
        return self._joined(old, new)

    def further_pair(self, hunk: int, pair: Pair, columns: int, place: int) -> Line:
        """Both lines behind what `place` rows have shown of them, without numbers."""
        widths, rooms = self.halves(columns), self.rooms(columns, split=True)
        old, new = (
            self._half(hunk, at, size, place * (room - 1), new=side == 1)
            for side, (at, size, room) in enumerate(zip(pair, widths, rooms, strict=True))
        )
        return self._joined(_unnumbered(old), _unnumbered(new))

    def unchanged_pair(self, old: int, new: int, text: str, columns: int, shift: int) -> Line:
        """A line around a hunk, on both sides."""
        spans: Spans = ((text.expandtabs(TAB), "muted"),)
        left, right = self.halves(columns)
        return self._joined(
            self._side(old, " ", spans, left, shift), self._side(new, " ", spans, right, shift)
        )

    def halves(self, columns: int) -> tuple[int, int]:
        """The widths of the sides."""
        left = (columns - MIDDLE) // 2
        return left, columns - MIDDLE - left

    def _joined(self, old: Spans, new: Spans) -> Line:
        spans = (*old, (self.glyphs.note_more, SEAM), *new)
        return Line(spans, "", len(spans))

    def _half(self, hunk: int, index: int, columns: int, shift: int, *, new: bool) -> Spans:
        if index < 0:
            return ((" " * columns, _NO_LINE),)
        numbers = self.diff.numbers(hunk)
        sign, spans = self.text(hunk, index, columns + shift)
        number = (numbers.new if new else numbers.old)[index]
        shown = " " if not self._fill(hunk, index, sign) and sign in "+-" else sign
        return self._side(number, shown, spans, columns, shift)

    def _side(self, number: int, sign: str, spans: Spans, columns: int, shift: int) -> Spans:
        fill, style = _FILLS.get(sign, ""), _SIGN_STYLES.get(sign, "")
        gutter = (f"{number or '':>{self.digits}} ", f"muted {fill}")
        mark = (f"{'  ' if sign == chr(92) else sign + ' '}", style)
        room = columns - self.digits - 3
        text = cleaned(spans, room + shift)
        text = pad(fit(skip(text, shift), room, self.glyphs.ellipsis), room, fill)
        return (gutter, mark, *text)

    # --- text -----------------------------------------------------------------------------------

    def text(self, hunk: int, index: int, columns: int) -> tuple[str, Spans]:
        """The sign and the text of a line, as much of it as `columns` cells can show."""
        longest = 4 * columns + 64
        line = self.diff.line(hunk, index)[:longest]
        sign, text = line[0], line[1:].expandtabs(TAB)
        if sign == "\\":
            return sign, ((text.strip(), "muted"),)
        if not self._fill(hunk, index, sign) and sign in "+-":
            return sign, ((text, "muted"),)
        tokens = self.syntax.of(hunk, index) if self.syntax and not self.plain else ()
        partner = self.diff.numbers(hunk).partner[index]
        other = self.diff.line(hunk, partner)[1:longest].expandtabs(TAB) if partner >= 0 else None
        return sign, tuple(self._pieces(sign, text, other, tokens))

    def _fill(self, hunk: int, index: int, sign: str) -> str:
        """The ground of a line; none where it differs in blanks only, and they do not count."""
        if sign not in _FILLS or (not self.blanks and self._same_but_blanks(hunk, index)):
            return ""
        return _FILLS[sign]

    def _same_but_blanks(self, hunk: int, index: int) -> bool:
        partner = self.diff.numbers(hunk).partner[index]
        if partner < 0:
            return not self.diff.line(hunk, index)[1:].strip()
        one, other = self.diff.line(hunk, index)[1:], self.diff.line(hunk, partner)[1:]
        return _bare(one) == _bare(other)

    def _pieces(
        self, sign: str, text: str, other: str | None, tokens: Sequence[tuple[int, int, str]]
    ) -> Iterator[Span]:
        shown = text.rstrip(" ") if sign == "+" else text
        changed: tuple[tuple[int, int], ...] = ()
        if other is not None:
            old, new = (text, other) if sign == "-" else (other, text)
            changed = changed_parts(old, new)[sign == "+"]
        strong = ("underline " if self.plain else "") + "bold "
        whole = tokens or [(0, 0, "")]
        default = "" if tokens else _SIGN_STYLES.get(sign, "").partition(" ")[0]
        for start, end, token, strongly in _cut(len(shown), whole, changed):
            ground = _WORDS.get(sign, "") if strongly else _FILLS.get(sign, "")
            style = f"{strong if strongly else ''}{token or default} {ground}"
            yield shown[start:end], style.strip()
        blanks = len(text) - len(shown)
        yield self.glyphs.space * blanks, "diff-blank " + _FILLS.get(sign, "")


def _cut(
    size: int, tokens: Sequence[tuple[int, int, str]], changed: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int, str, bool]]:
    """A text cut wherever its colour or its emphasis changes."""
    ranges = [*((start, end) for start, end, _ in tokens), *changed]
    places = sorted({0, size, *(min(place, size) for pair in ranges for place in pair)})
    colour = emphasis = 0
    for start, end in pairwise(places):
        while colour < len(tokens) and tokens[colour][1] <= start:
            colour += 1
        while emphasis < len(changed) and changed[emphasis][1] <= start:
            emphasis += 1
        inside = colour < len(tokens) and tokens[colour][0] <= start
        new = emphasis < len(changed) and changed[emphasis][0] <= start
        yield start, end, tokens[colour][2] if inside else "", new


def _unnumbered(half: Spans) -> Spans:
    (number, style), *rest = half
    return ((" " * len(number), style), *rest)


def rows_beyond(line: str, room: int) -> int:
    """How many rows a line with its sign needs beyond the first; a row that goes on is one short.

    A line of a megabyte is not worth more than the rows of a screen or two.
    """
    text = line[1 : MOST_WRAPPED * max(2, room)]
    if len(text) * 2 <= room or room < 2:
        return 0
    plain = text.isascii() and text.isprintable()
    size = len(text) if plain else width(cleaned(((text.expandtabs(TAB), ""),)))
    return min(MOST_WRAPPED, max(0, -(-(size - room) // (room - 1))))


def _bare(text: str) -> str:
    return "".join(text.split())
