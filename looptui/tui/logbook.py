"""What the screens Audit and Spend read of the log, as plain values. Texts in them are safe."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol


class Entry(NamedTuple):
    """One event as the audit list shows it."""

    seq: int
    at: float
    run: str
    loop: str
    actor: str
    kind: str
    text: str
    """Its words; may be empty."""


class Whole(NamedTuple):
    """All that the log holds of one event."""

    entry: Entry
    n: int
    """Its number in the run, from 1."""
    leaf: str
    """The hash of its entry, the leaf of the Merkle tree, in hexadecimal."""
    fields: tuple[tuple[str, str], ...]
    """What it says: (name, value as text)."""


class Head(NamedTuple):
    """The tree head: the number of events and the root over them in hexadecimal."""

    size: int = 0
    root: str = ""


class Names(NamedTuple):
    """What can be asked for: every kind and actor in the log, and runs as (id, loop)."""

    kinds: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    runs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Sought:
    """A filter: each part holds if one of its texts is within the name; an empty part is any."""

    kinds: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()
    """Parts of the id of a run or of the name of its loop."""
    actors: tuple[str, ...] = ()
    since: float = 0.0
    """Unix seconds; 0 is from the first event on."""
    words: tuple[str, ...] = ()
    """All of them are in the event."""

    def __bool__(self) -> bool:
        return bool(self.kinds or self.runs or self.actors or self.since or self.words)


class Call(NamedTuple):
    """One call of a model or of a maker. `micro_usd` is None where no price is known."""

    seq: int
    at: float
    run: str
    iteration: int
    outcome: str
    seconds: float
    tokens: int
    """In and out; 0 where the maker reported none."""
    micro_usd: int | None
    model: str = ""
    """Empty where the maker chose one itself."""


class Verified(NamedTuple):
    """What a verification found; `first_bad` names the first event that is not as it was written.

    That is None where all is well, and where the fault is not in one event.
    """

    ok: bool
    size: int
    root: str
    first_bad: int | None = None
    reason: str = ""


class Logbook(Protocol):
    """The log of the repository, read in the thread that answers questions.

    Every question takes at most about 0.1 s when it spans no more than SPAN events.
    """

    def head(self) -> Head: ...

    def names(self) -> Names: ...

    def entries(self, seqs: Sequence[int]) -> tuple[Entry, ...]:
        """Events by their numbers; those that are gone are left out."""
        ...

    def matching(self, sought: Sought, bottom: int, top: int) -> array[int]:
        """The numbers of events from `bottom` to below `top` that fit, newest first."""
        ...

    def whole(self, seq: int) -> Whole | None:
        """An event with all its fields; None where it is gone."""
        ...

    def calls(self, bottom: int, top: int) -> tuple[Call, ...]:
        """The calls of makers among the events from `bottom` to below `top`, oldest first."""
        ...

    def held_usd(self) -> float:
        """Dollars that are reserved for calls under way."""
        ...


SPAN = 100_000
"""Events that one question should span at most."""
