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
class Rebased(Event):
    """Work that was sent back goes on where the target is now; all counts from there."""

    kind = "run.rebased"
    commit: str
    """The new base."""
    base_tree: str
    tree: str
    """The work on it."""
    conflicts: tuple[str, ...] = ()
    """At most 20 paths that conflict: in `tree` they are as the new base has them."""
    lost: str | None = None
    """Blob: the diff of the run's own change to them."""


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
