"""Bringing an approved tree onto its target, and taking it back."""

from __future__ import annotations

from dataclasses import dataclass

from looptui.core.events.fact import Event


@dataclass(frozen=True, slots=True)
class LandingChosen(Event):
    """A person chose another way to land than the loop file's."""

    kind = "landing.chosen"
    way: str


@dataclass(frozen=True, slots=True)
class LandingPlanned(Event):
    """The intent: everything that makes the commit is fixed, so repeating it gives the same id."""

    kind = "landing.planned"
    way: str
    ref: str
    old: str | None
    commit: str
    tree: str


@dataclass(frozen=True, slots=True)
class LandingBlocked(Event):
    kind = "landing.blocked"
    reason: str
    """moved, dirty, conflict, missing or failed."""
    detail: str
    branch: str | None = None
    """Where the approved result waits in the user's repository."""


@dataclass(frozen=True, slots=True)
class TargetMoved(Event):
    """The target moved since the base: the merged tree is a new candidate."""

    kind = "target.moved"
    commit: str
    tree: str


@dataclass(frozen=True, slots=True)
class Landed(Event):
    kind = "run.landed"
    way: str
    ref: str
    commit: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class CandidateBranched(Event):
    """A person took a good candidate of a run that ended without landing it."""

    kind = "candidate.branched"
    iteration: int
    tree: str
    ref: str
    commit: str


@dataclass(frozen=True, slots=True)
class Reverted(Event):
    kind = "run.reverted"
    ref: str
    commit: str
    reverts: str
