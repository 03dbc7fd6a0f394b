"""The rows of the audit list: numbers at once, words when they are looked at."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Hashable, Iterable, Sequence
from typing import Protocol

from looptui.projections.figures import clock
from looptui.tui.logbook import Entry
from looptui.tui.spans import Line
from looptui.tui.widgets.table_view import Column, TableRows

COLUMNS = (
    Column("seq", 7, right=True),
    Column("time", 8),
    Column("kind", 18),
    Column("actor", 8, priority=2),
    Column("loop", 12, priority=3),
    Column("what", 16, grow=True),
)
_KEPT = 20_000
"""Entries that are kept in memory: some 10 MB at most."""


class Places(Protocol):
    """Which events are listed, newest first."""

    def count(self) -> int: ...

    def seq(self, index: int) -> int:
        """The number of the event in a row."""

    def find(self, seq: int) -> int | None:
        """The row of an event; None where it is not listed."""


class All:
    """Every event: their numbers have no gaps, so nothing has to be kept."""

    def __init__(self) -> None:
        self.top = 0
        """The number of the newest."""

    def count(self) -> int:
        return self.top

    def seq(self, index: int) -> int:
        return self.top - index

    def find(self, seq: int) -> int | None:
        return self.top - seq if 1 <= seq <= self.top else None


class Found:
    """Those that fit a filter; the log is gone through backwards from `top`, and forwards."""

    def __init__(self, top: int) -> None:
        self.top = top
        """The newest event that was looked at."""
        self.bottom = top + 1
        """The oldest one; 1 when all were."""
        self._newer = array("q")
        self._older = array("q")

    def add_older(self, seqs: array[int], bottom: int) -> None:
        """What fits from `bottom` on, newest first."""
        self._older.extend(seqs)
        self.bottom = bottom

    def add_newer(self, seqs: array[int], top: int) -> None:
        """What fits up to `top`, newest first."""
        self._newer.extend(reversed(seqs))
        self.top = top

    def count(self) -> int:
        return len(self._newer) + len(self._older)

    def seq(self, index: int) -> int:
        new = len(self._newer)
        return self._newer[new - 1 - index] if index < new else self._older[index - new]

    def find(self, seq: int) -> int | None:
        index = bisect_left(range(self.count()), -seq, key=lambda at: -self.seq(at))
        return index if index < self.count() and self.seq(index) == seq else None


class LogRows(TableRows):
    """Rows over places; an entry that is not here yet is wished for and drawn when it comes."""

    def __init__(self) -> None:
        super().__init__(COLUMNS)
        self.places: Places = All()
        self.bad_from: int | None = None
        """The first event that is not as it was written; it and all behind it are marked."""
        self.marks = ("✗", "✓")
        self._entries: dict[int, Entry | None] = {}

    def count(self) -> int:
        return self.places.count()

    def key(self, index: int) -> Hashable:
        return self.places.seq(index)

    def find(self, key: Hashable) -> int | None:
        return self.places.find(key) if isinstance(key, int) else None

    def missing(self, rows: Iterable[int]) -> list[int]:
        """The numbers of the events in some rows that are not here yet."""
        seqs = [self.places.seq(row) for row in rows]
        return [seq for seq in seqs if seq not in self._entries]

    def keep(self, asked: Sequence[int], entries: Sequence[Entry]) -> None:
        """Take the answer to a question; what was asked for and is not in it is gone."""
        if len(self._entries) > _KEPT:
            self._entries.clear()
        self._entries |= dict.fromkeys(asked)
        self._entries |= {entry.seq: entry for entry in entries}

    def entry(self, seq: int) -> Entry | None:
        return self._entries.get(seq)

    def line(self, index: int, columns: int) -> Line:
        seq = self.places.seq(index)
        bad = self.bad_from is not None and seq >= self.bad_from
        number = ((f"{self.marks[0]} " if bad else "", "state-need"), (str(seq), "muted"))
        entry = self._entries.get(seq)
        if entry is None:
            gone = "this event is gone" if seq in self._entries else self.ellipsis
            return self.cells_line((number, "", "", "", "", ((gone, "muted"),)), columns)
        return self.cells_line(
            (
                number,
                ((clock(entry.at), "muted"),),
                ((entry.kind, _style(entry.kind)),),
                entry.actor,
                ((entry.loop or entry.run, "muted"),),
                entry.text,
            ),
            columns,
        )


_STYLES = {
    "breaker": "breaker-warn", "need": "state-review", "gate": "state-gate",
    "candidate": "state-run", "run": "bold", "permission": "state-need",
}  # fmt: skip


def _style(kind: str) -> str:
    return _STYLES.get(kind.partition(".")[0], "")
