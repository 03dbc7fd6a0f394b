"""Comments on lines of a diff, and the one block of feedback that they become."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from looptui.tui.widgets.diff_model import Diff
    from looptui.tui.widgets.diff_rows import Remark, Spot

LARGEST = 6000
"""Bytes of feedback: an event holds 8 KiB, and the text stands in two of them."""
_AROUND = 3
"""Lines of a hunk quoted before and after the lines that a comment is about."""


@dataclass(frozen=True, slots=True)
class Note:
    """One comment, with what it needs to find its line again in another diff."""

    id: str
    path: str
    old: int
    new: int
    lines: tuple[str, ...]
    """The lines it is about, with their signs."""
    quote: str
    """Those lines and some around them, below the header of their hunk."""
    text: str

    @property
    def place(self) -> str:
        """`path:line`, of the new file where the line is in it."""
        return f"{self.path}:{self.new or self.old}"


@dataclass(slots=True)
class Remarks:
    """The comments of every review that were not sent yet, by run."""

    notes: dict[str, list[Note]] = field(default_factory=dict)
    _next: int = 1

    def of(self, run: str) -> Sequence[Note]:
        return self.notes.get(run, ())

    def add(self, run: str, diff: Diff, spots: Sequence[Spot], text: str) -> Note:
        """Comment on some lines of one hunk."""
        last = spots[-1]
        lines = tuple(f"{spot.sign}{spot.text}" for spot in spots)
        quote = _quote(diff, last.hunk or 0, spots[0].at, last.at)
        path = last.file.path
        note = Note(f"c{self._next}", path, last.old, last.new, lines, quote, text.strip())
        self._next += 1
        self.notes.setdefault(run, []).append(note)
        return note

    def edit(self, run: str, note: Note, text: str) -> None:
        """Put other words in the place of a comment."""
        notes = self.notes.get(run, [])
        notes[notes.index(note)] = replace(note, text=text.strip())

    def take_back(self, run: str, note: str) -> None:
        self.notes[run] = [one for one in self.of(run) if one.id != note]

    def sent(self, run: str) -> None:
        """They went into the next prompt."""
        self.notes.pop(run, None)


def shown(notes: Sequence[Note], diff: Diff) -> list[Remark]:
    """The comments whose lines are in a diff, below those lines."""
    from looptui.tui.widgets.diff_rows import Remark

    found = []
    for note in notes:
        place = diff.find_line(note.path, old=0 if note.new else note.old, new=note.new)
        if place is not None and note.lines[-1] == diff.line(*place):
            words = f"{note.id} you, line {note.new or note.old}: {note.text}"
            found.append(Remark(note.id, *place, f"{words}\ngoes to the maker, hunk quoted"))
    return found


def feedback(summary: str, notes: Sequence[Note]) -> str:
    """One block for the next prompt: the summary, then each comment with its place and hunk."""
    blocks = [summary.strip()] if summary.strip() else []
    blocks += [f"{note.place}\n{note.quote}\n{note.text}" for note in notes]
    return _bounded("\n\n".join(blocks))


def _quote(diff: Diff, hunk: int, first: int, last: int) -> str:
    size = diff.hunks[hunk].size
    around = range(max(0, first - _AROUND), min(size, last + 1 + _AROUND))
    lines = [diff.hunks[hunk].header, *(diff.line(hunk, at) for at in around)]
    return "\n".join(f"> {line}" for line in lines)


def _bounded(text: str) -> str:
    data = text.encode()
    if len(data) <= LARGEST:
        return text
    return data[:LARGEST].decode("utf-8", "ignore") + "\n[cut: the feedback is too long]"
