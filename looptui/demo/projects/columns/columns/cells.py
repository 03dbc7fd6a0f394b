"""One cell: how wide a text is on a terminal, and how it is cut, padded and wrapped."""

from __future__ import annotations

import unicodedata

ELLIPSIS = "…"
WIDE = ("W", "F")


def char_width(char: str) -> int:
    """Columns that one character takes: 0 for combining marks, 2 for wide ones."""
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in WIDE else 1


def text_width(text: str) -> int:
    """Columns that a text takes."""
    return sum(char_width(char) for char in text)


def clip(text: str, width: int) -> str:
    """The text in at most `width` columns; what was cut off shows as an ellipsis."""
    if text_width(text) <= width:
        return text
    if width <= 0:
        return ""
    kept = ""
    used = 0
    for char in text:
        step = char_width(char)
        if used + step > width - 1:
            break
        kept += char
        used += step
    return kept.rstrip() + ELLIPSIS


def pad(text: str, width: int, align: str = "left") -> str:
    """The text filled up with spaces; text that is too long stays as it is."""
    missing = width - text_width(text)
    if missing <= 0:
        return text
    if align == "right":
        return " " * missing + text
    if align == "center":
        before = missing // 2
        return " " * before + text + " " * (missing - before)
    return text + " " * missing


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most `width` columns, broken between words where possible."""
    lines: list[str] = []
    current = ""
    for word in text.split():
        candidate = f"{current} {word}" if current else word
        if text_width(candidate) <= width:
            current = candidate
            continue
        if current:
            lines.append(current)
        pieces = chop(word, width)
        lines.extend(pieces[:-1])
        current = pieces[-1]
    if current or not lines:
        lines.append(current)
    return lines


def chop(word: str, width: int) -> list[str]:
    """A word in pieces of at most `width` columns; a piece is never empty."""
    pieces: list[str] = []
    piece = ""
    for char in word:
        if piece and text_width(piece) + char_width(char) > width:
            pieces.append(piece)
            piece = ""
        piece += char
    pieces.append(piece)
    return pieces
