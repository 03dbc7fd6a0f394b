"""What an event is, and how it stands in the log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Event:
    """A fact. `kind` is its name in the log, in JSON streams and in the audit."""

    kind: ClassVar[str] = ""


@dataclass(frozen=True, slots=True)
class Record:
    """An event as it stands in the log of a run."""

    event: Event
    n: int
    """Position in the run, from 1."""
    at: float
    """Unix seconds, for display only."""
    actor: str
    """`human:NAME`, `agent:RUN/ROLE`, `engine` or `rule:NAME`."""
    active: float
    """Seconds that the run has been active so far; never decreases."""


@dataclass(frozen=True, slots=True)
class Unknown(Event):
    """An event of a newer program: kept, and ignored by the machine."""

    name: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
