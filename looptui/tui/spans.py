"""One line of the screen as data: pieces of text, each with style words of the theme.

There is no markup in it, so text that others wrote cannot become a style, a link or an action.
Style words are those of `ink.py`: `bold breaker-warn on panel`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from rich.cells import cell_len, split_text

from looptui.text import safe

TAB = 4
_NARROWEST = 8

Span = tuple[str, str]
"""Text and style words; "" takes the style of what surrounds it."""

Spans = tuple[Span, ...]


class Line(NamedTuple):
    """A row of a view."""

    spans: Spans
    fill: str = ""
    """Style words for the rest of the width."""
    fixed: int = 0
    """How many of the first spans stay when the row is scrolled sideways."""


def clean(text: str) -> str:
    """Text that a terminal shows and never obeys, on one line, tabs expanded."""
    if text.isascii() and text.isprintable():
        return text
    return safe(text.expandtabs(TAB)).replace("\n", "␊")


def cells(text: str) -> int:
    """How many terminal cells a clean text takes."""
    return len(text) if text.isascii() else cell_len(text)


def width(spans: Iterable[Span]) -> int:
    """How many terminal cells clean spans take."""
    return sum(cells(text) for text, _ in spans)


def cleaned(spans: Iterable[Span], limit: int | None = None) -> Spans:
    """The spans with clean texts and no empty ones.

    `limit` is a number of cells that are needed at most: characters that cannot be within it
    even if most of them take no cell are dropped first, so that a line of a megabyte is cheap.
    """
    if limit is None:
        return tuple((clean(text), style) for text, style in spans if text)
    longest = 8 * limit + 64
    return tuple((clean(text[:longest]), style) for text, style in spans if text)


def fit(spans: Spans, columns: int, ellipsis: str = "…") -> Spans:
    """Clean spans cut to `columns` cells; what was cut ends in the ellipsis."""
    if width(spans) <= columns:
        return spans
    if columns <= 0:
        return ()
    room = columns - cells(ellipsis)
    if room < 0:
        return ((ellipsis[:columns], ""),)
    kept, style = _take(spans, room)
    return (*kept, (ellipsis, style))


def pad(spans: Spans, columns: int, style: str = "") -> Spans:
    """Clean spans followed by blanks up to `columns` cells."""
    missing = columns - width(spans)
    return (*spans, (" " * missing, style)) if missing > 0 else spans


def column(spans: Spans, columns: int, ellipsis: str = "…", *, right: bool = False) -> Spans:
    """Clean spans as a cell of a table: exactly `columns` wide, cut by the ellipsis."""
    fitted = fit(spans, columns, ellipsis)
    if not right:
        return pad(fitted, columns)
    missing = columns - width(fitted)
    return ((" " * missing, ""), *fitted) if missing > 0 else fitted


def skip(spans: Spans, columns: int) -> Spans:
    """Clean spans without their first `columns` cells."""
    rest: list[Span] = []
    for text, style in spans:
        if columns <= 0:
            rest.append((text, style))
            continue
        size = cells(text)
        if size > columns:
            rest.append((_split(text, columns)[1], style))
        columns -= size
    return tuple(rest)


def wrap(spans: Spans, columns: int, hang: int = 0) -> list[Spans]:
    """Clean spans broken into rows at blanks, or within a word that is too long.

    Rows after the first are indented by `hang` cells.
    """
    if columns < 2 or width(spans) <= columns:
        return [spans]
    hang = max(0, min(hang, columns - _NARROWEST))
    rows: list[Spans] = []
    room, rest = columns, spans
    while width(rest) > room:
        cut = _break_at("".join(text for text, _ in rest), room)
        rows.append(_indent(_take(rest, cut)[0], hang if rows else 0))
        rest = _lstrip(skip(rest, cut))
        room = columns - hang
    if rest:
        rows.append(_indent(rest, hang if rows else 0))
    return rows


def _take(spans: Spans, columns: int) -> tuple[Spans, str]:
    """The first `columns` cells, and the style words at the place of the cut."""
    kept: list[Span] = []
    for text, style in spans:
        size = cells(text)
        if size >= columns:
            kept.append((_split(text, columns)[0], style))
            return tuple(kept), style
        kept.append((text, style))
        columns -= size
    return tuple(kept), ""


def _split(text: str, columns: int) -> tuple[str, str]:
    if text.isascii():
        return text[:columns], text[columns:]
    return split_text(text, columns)


def _break_at(text: str, room: int) -> int:
    """The number of cells to keep on a row that has `room`: up to a blank in its second half."""
    head = _split(text, room)[0]
    if not text.startswith(head):
        return room - 1  # the last cell is half of a wide character
    if text[len(head) : len(head) + 1] == " ":
        return room
    blank = head.rfind(" ")
    return cells(head[: blank + 1]) if blank >= len(head) // 2 else room


def _lstrip(spans: Spans) -> Spans:
    kept = list(spans)
    while kept:
        text, style = kept[0]
        stripped = text.lstrip(" ")
        if stripped:
            kept[0] = (stripped, style)
            break
        kept.pop(0)
    return tuple(kept)


def _indent(spans: Spans, columns: int) -> Spans:
    return ((" " * columns, ""), *spans) if columns else spans
