"""How wide each column of a table becomes."""

from __future__ import annotations

from collections.abc import Sequence

from columns.cells import text_width

MINIMUM = 3
GAP = 2


def natural_widths(rows: Sequence[Sequence[str]]) -> list[int]:
    """The width of the widest cell of each column; short rows count as empty cells."""
    count = max((len(row) for row in rows), default=0)
    widths = [0] * count
    for row in rows:
        for index, cell in enumerate(row):
            widths[index] = max(widths[index], text_width(cell))
    return widths


def total_width(widths: Sequence[int], gap: int = GAP) -> int:
    """Columns of a whole line, gaps included."""
    if not widths:
        return 0
    return sum(widths) + gap * (len(widths) - 1)


def shrink(widths: Sequence[int], limit: int, gap: int = GAP) -> list[int]:
    """Take columns from the widest until the line fits; none goes below the minimum."""
    result = list(widths)
    while total_width(result, gap) > limit:
        widest = max(range(len(result)), key=lambda index: result[index])
        if result[widest] <= MINIMUM:
            break
        result[widest] -= 1
    return result


def stretch(widths: Sequence[int], limit: int, gap: int = GAP) -> list[int]:
    """Share the room that is left evenly; the first columns get what does not divide."""
    room = limit - total_width(widths, gap)
    if room <= 0 or not widths:
        return list(widths)
    share, extra = divmod(room, len(widths))
    return [width + share + (1 if index < extra else 0) for index, width in enumerate(widths)]


def is_number(text: str) -> bool:
    """Whether a cell reads as a number: digits with sign, separators or a percent sign."""
    body = text.strip().lstrip("+-").removesuffix("%")
    digits = body.replace(",", "").replace(".", "", 1)
    return digits.isdigit()


def alignments(rows: Sequence[Sequence[str]], count: int) -> list[str]:
    """For each column "right" if it holds only numbers (empty cells aside), else "left"."""
    result: list[str] = []
    for index in range(count):
        cells = [row[index] for row in rows if index < len(row) and row[index].strip()]
        numeric = bool(cells) and all(is_number(cell) for cell in cells)
        result.append("right" if numeric else "left")
    return result
