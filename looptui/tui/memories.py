"""What the Memory screen reads of the records: values, and the questions that give them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from looptui.core.events import Section
    from looptui.core.memory import Memory

LISTED = 1000
"""Records that are listed, the newest: more are found by searching."""
Group = Literal["next", "kept", "decide", "away"]


@dataclass(frozen=True, slots=True)
class Wish:
    """Which records are asked for."""

    run: str = ""
    """The run whose next prompt is looked at; empty for none: then all records are listed."""
    words: tuple[str, ...] = ()
    """Any of them; records of every scope and state are searched."""
    kind: str = ""
    state: str = ""
    scope: str = ""
    """In place of the scopes of the run."""


@dataclass(frozen=True, slots=True)
class Item:
    """A record, and what becomes of it in the next prompt."""

    record: Memory
    group: Group
    """next: the prompt has it; kept: it has not; decide: it needs a person; away: put away."""
    tokens: int = 0
    """What it takes in a prompt."""
    score: float | None = None
    """None where it was not weighed."""
    parts: Mapping[str, float] = field(default_factory=dict)
    """What the score is the sum of."""
    reason: str = ""
    """Why the prompt has it not; empty where it has it, or where no run is looked at."""
    rival: Memory | None = None
    """The record that says something else of the same subject."""

    @property
    def chosen(self) -> bool:
        """Whether the next prompt has it."""
        return self.score is not None and not self.reason


@dataclass(frozen=True, slots=True)
class Shelved:
    """The records that were asked for, at one version of the store."""

    wish: Wish
    version: int
    items: tuple[Item, ...] = ()
    """By group; in each as the prompt has them, or the best first."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """How many records there are by state, in the scopes that are looked at; `pinned` among it."""
    tokens: int = 0
    """What the chosen records take of the budget."""
    budget: int = 0
    """0 where no run is looked at."""
    took: float = 0.0
    """Seconds that the answer took."""


@dataclass(frozen=True, slots=True)
class Change:
    """One version of a record."""

    at: float
    actor: str
    words: str
    """What was changed: `recorded`, `text`, `pinned`, with `undone` before it."""
    before: str = ""
    """Its text before, where that was changed."""
    after: str = ""


@dataclass(frozen=True, slots=True)
class PromptCard:
    """The next prompt of a run as it would be sent now."""

    iteration: int = 0
    sections: tuple[Section, ...] = ()
    text: str = ""
    problem: str = ""
    """Why there is none."""


class Memories(Protocol):
    """What can be read of the records, in the thread that answers questions."""

    def shelved(self, wish: Wish, known: int = -1) -> Shelved | None:
        """The records that are wished for; None where the store is still at version `known`."""

    def record(self, identity: str) -> Memory | None:
        """A record as it is now; None where there is none of that id."""

    def history(self, record: Memory) -> Sequence[Change]:
        """How a record became what it is, newest first."""

    def facets(self) -> Sequence[tuple[str, str, int]]:
        """Kinds, states and scopes that there are: what, which, and how many records."""
