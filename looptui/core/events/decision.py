"""What breakers say and what people decide."""

from __future__ import annotations

from dataclasses import dataclass

from looptui.core.events.fact import Event


@dataclass(frozen=True, slots=True)
class BreakerWarned(Event):
    kind = "breaker.warned"
    breaker: str
    value: float
    limit: float


@dataclass(frozen=True, slots=True)
class BreakerTripped(Event):
    kind = "breaker.tripped"
    breaker: str
    value: float
    limit: float
    reason: str


@dataclass(frozen=True, slots=True)
class LimitRaised(Event):
    """A person set a new limit; lowering one is a raise too, with its own reason."""

    kind = "limit.raised"
    breaker: str
    limit: float
    reason: str
    was: float | None = None
    """The limit until then; None in the logs of versions that did not say."""


@dataclass(frozen=True, slots=True)
class BreakerReset(Event):
    """A person lets a tripped breaker go on half-open: one more step decides."""

    kind = "breaker.reset"
    breaker: str
    reason: str


@dataclass(frozen=True, slots=True)
class NeedOpened(Event):
    kind = "need.opened"
    need: str
    type: str
    """approval, permission, escalation, conflict or question."""
    text: str
    tree: str | None = None
    card: str = ""
    """Digest of the facts on which the decision rests."""
    flagged: tuple[str, ...] = ()
    """Protected paths in the candidate: approving them needs a reason."""
    breakers: tuple[str, ...] = ()
    """An escalation: those over which a person is asked."""
    gate: str = ""
    """The gate that says nothing about any candidate; it runs again when a person goes on."""
    scope: str = ""
    """A permission: exactly what the answer `run` allows."""


@dataclass(frozen=True, slots=True)
class NeedClosed(Event):
    kind = "need.closed"
    need: str
    answer: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class CandidateApproved(Event):
    kind = "candidate.approved"
    need: str
    tree: str
    card: str
    reason: str = ""
    acknowledged: tuple[str, ...] = ()
    """Rules of the scan that were named with the reason."""


@dataclass(frozen=True, slots=True)
class CandidateSentBack(Event):
    kind = "candidate.sent_back"
    need: str
    tree: str
    text: str
    hunks: str = ""
    """Those that stay, as `1,3-5`; empty for all."""


@dataclass(frozen=True, slots=True)
class HunksTaken(Event):
    """A part of a candidate is approved, on the condition that every required gate passes it."""

    kind = "hunks.taken"
    need: str
    tree: str
    """Of the whole candidate."""
    hunks: str
    """Those that are taken, as `1,3-5`."""
    taken: str
    """The tree with only these."""
    reason: str = ""
    acknowledged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TreePicked(Event):
    """The tree with only some hunks of a candidate was made."""

    kind = "tree.picked"
    of: str
    tree: str
    files: int = 0
    added: int = 0
    deleted: int = 0
    protected: tuple[str, ...] = ()
    problem: str = ""
    """Why there is none: these hunks cannot be taken apart."""


@dataclass(frozen=True, slots=True)
class ApprovalWithdrawn(Event):
    """What was approved does not land: a person took it back, or a gate fails on the part taken."""

    kind = "approval.withdrawn"
    tree: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class GatesRerun(Event):
    """A person wants every gate to look at a candidate again: what they said counts no more."""

    kind = "gates.rerun"
    iteration: int
    tree: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Nudged(Event):
    kind = "run.nudged"
    text: str


@dataclass(frozen=True, slots=True)
class TestQuarantined(Event):
    """From now on no gate of this repository is red for this test alone."""

    __test__ = False
    kind = "test.quarantined"
    test: str
    reason: str


@dataclass(frozen=True, slots=True)
class TestReleased(Event):
    """The test counts again."""

    __test__ = False
    kind = "test.released"
    test: str
    reason: str = ""
