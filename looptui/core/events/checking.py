"""What a checker said of a candidate, and what people said to that."""

from __future__ import annotations

from dataclasses import dataclass

from looptui.core.events.fact import Event
from looptui.core.flaw import Flaw, Judged


@dataclass(frozen=True, slots=True)
class CheckFinished(Event):
    """A checker has judged a tree, or could not. Only `pass` counts as pass."""

    kind = "check.finished"
    iteration: int
    tree: str
    state: str
    """pass, fail, or error: malformed, refused, timed out, not reached."""
    summary: str
    agent: str
    model: str
    family: str = ""
    """Of the model; rounds are counted by it."""
    score: float = 0.0
    """0 to 1, the mean of the votes."""
    threshold: float = 0.0
    passes: int = 0
    """Votes that pass."""
    votes: int = 1
    """Calls that gave a verdict."""
    criteria: tuple[Judged, ...] = ()
    findings: tuple[Flaw, ...] = ()
    """The material ones first, as many as the event holds."""
    left_out: int = 0
    """Findings that did not fit; all of them are in `reply`."""
    seconds: float = 0.0
    tier: int = 0
    prompt: str | None = None
    """Blob: what the checker was shown."""
    reply: str | None = None
    """Blob: its answers, word for word."""


@dataclass(frozen=True, slots=True)
class FindingWaived(Event):
    """A person decided that a finding does not matter, and said why."""

    kind = "finding.waived"
    finding: str
    reason: str
