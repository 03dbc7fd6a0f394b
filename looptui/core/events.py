"""The facts of a run, one frozen dataclass a kind, and their form in the log.

An event is never changed and never removed. A new field gets a default; a new meaning gets a new
kind. `tests/histories/` holds the logs of each release, which must go on folding.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from looptui.core import codec


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


# --- the run ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RunCreated(Event):
    kind = "run.created"
    loop: str
    spec: str
    """Blob: the loop with every default filled in."""
    digest: str
    """SHA-256 of the loop file as it was trusted."""
    base: str
    base_tree: str
    target: str | None = None
    left_out: int = 0
    """Uncommitted paths of the checkout, which are not part of the run."""
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class SessionStarted(Event):
    kind = "session.started"
    mode: str
    pid: int
    boot: str
    sandbox: str
    version: str


@dataclass(frozen=True, slots=True)
class SessionEnded(Event):
    kind = "session.ended"
    reason: str


@dataclass(frozen=True, slots=True)
class TimePassed(Event):
    """Nothing happened but time: bounds what a crash can hide from the time breaker."""

    kind = "time.passed"


@dataclass(frozen=True, slots=True)
class PauseRequested(Event):
    kind = "pause.requested"
    reason: str = ""
    now: bool = False
    """Interrupt the work in flight instead of waiting for the next safe point."""


@dataclass(frozen=True, slots=True)
class RunPaused(Event):
    kind = "run.paused"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RunResumed(Event):
    kind = "run.resumed"


@dataclass(frozen=True, slots=True)
class RunParked(Event):
    kind = "run.parked"
    until: float
    reason: str


@dataclass(frozen=True, slots=True)
class RunUnparked(Event):
    kind = "run.unparked"


@dataclass(frozen=True, slots=True)
class RunFinished(Event):
    kind = "run.finished"
    state: str
    """A terminal state: landed, completed, stopped, rejected, failed."""
    reason: str
    unfit: bool = False
    """Failed because the environment lacks something (exit 6)."""


@dataclass(frozen=True, slots=True)
class WorktreeRemoved(Event):
    kind = "worktree.removed"
    rescued: str | None = None
    """The ref that keeps what was never landed."""


# --- effects ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EffectStarted(Event):
    """Written before anything outside is touched; a result event follows, or a recovery."""

    kind = "effect.started"
    effect: str
    subject: str = ""
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class EffectAbandoned(Event):
    """The effect in flight did not finish: its process died, or a person interrupted it."""

    kind = "effect.abandoned"
    effect: str
    reason: str
    crashed: bool = False


@dataclass(frozen=True, slots=True)
class EffectFailed(Event):
    """Something outside did not do what it must: git, the disk, a broken adapter."""

    kind = "effect.failed"
    effect: str
    reason: str
    unfit: bool = False


@dataclass(frozen=True, slots=True)
class WorktreeOpened(Event):
    kind = "worktree.opened"
    path: str
    tree: str


@dataclass(frozen=True, slots=True)
class SetupFinished(Event):
    kind = "setup.finished"
    ok: bool
    seconds: float
    environment: str
    """Digest of what was shared and set up; part of the key of all evidence."""
    reason: str = ""
    output: str | None = None


@dataclass(frozen=True, slots=True)
class BaselineMeasured(Event):
    kind = "baseline.measured"
    score: float
    met: tuple[str, ...] = ()


# --- iterations ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class IterationStarted(Event):
    kind = "iteration.started"
    iteration: int
    start_tree: str
    strategy: str
    """`refine` the best candidate so far, or start `fresh` from the base."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a prompt, with its size."""

    name: str
    tokens: int
    left_out: int = 0
    """Entries or lines that the bound kept out."""


@dataclass(frozen=True, slots=True)
class PromptBuilt(Event):
    kind = "prompt.built"
    iteration: int
    prompt: str
    """Blob: exactly what the maker gets."""
    tokens: int
    """Estimate: UTF-8 bytes / 3.6."""
    sections: tuple[Section, ...] = ()
    memory: tuple[str, ...] = ()
    """Ids of the records in it."""


@dataclass(frozen=True, slots=True)
class MakerFinished(Event):
    kind = "maker.finished"
    iteration: int
    outcome: str
    exit_code: int | None
    seconds: float
    reason: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    micro_usd: int | None = None
    transcript: str = ""
    """SHA-256 of the raw output, which seals the file."""
    transcript_bytes: int = 0


@dataclass(frozen=True, slots=True)
class CandidateCaptured(Event):
    kind = "candidate.captured"
    iteration: int
    tree: str
    files: int = 0
    added: int = 0
    deleted: int = 0
    diff: str | None = None
    """Blob: the diff against the base of the run."""
    paths: tuple[str, ...] = ()
    """At most 50 changed paths."""
    protected: tuple[str, ...] = ()
    """Changed protected paths: kept in the candidate, ignored by gates, flagged."""
    lost: str = ""
    """Why there is no candidate: the maker removed its worktree, say."""


@dataclass(frozen=True, slots=True)
class PermissionDenied(Event):
    kind = "permission.denied"
    iteration: int
    path: str
    rule: str


@dataclass(frozen=True, slots=True)
class GateFinished(Event):
    kind = "gate.finished"
    iteration: int
    """0 for the base."""
    gate: str
    tree: str
    state: str
    seconds: float
    summary: str
    share: float
    """Of the expected tests that pass, 0 to 1; for a gate without counts 0 or 1."""
    passed: int = 0
    failed: int = 0
    failing: tuple[str, ...] = ()
    """At most 20 test ids."""
    signature: str = ""
    output: str | None = None
    report: str | None = None
    """Blob: all test ids by result."""
    key: str = ""
    """Digest of (tree, gate definition, environment): the cache key."""
    cached: bool = False


@dataclass(frozen=True, slots=True)
class IterationFinished(Event):
    kind = "iteration.finished"
    iteration: int
    outcome: str
    """good, red, empty, repeat, denied or error."""
    score: float
    tree: str | None = None
    met: tuple[str, ...] = ()
    best: bool = False


# --- memory ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MemoryRecorded(Event):
    kind = "memory.recorded"
    id: str
    type: str
    """fact, decision, rule, fix, failure, preference, or `tried` (never in a prompt)."""
    scope: str
    """run, loop, repository or user."""
    subject: str
    text: str
    iteration: int = 0
    files: tuple[str, ...] = ()
    digests: tuple[str, ...] = ()


# --- breakers --------------------------------------------------------------------------------


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


@dataclass(frozen=True, slots=True)
class BreakerReset(Event):
    """A person lets a tripped breaker go on half-open: one more step decides."""

    kind = "breaker.reset"
    breaker: str
    reason: str


# --- people ----------------------------------------------------------------------------------


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


@dataclass(frozen=True, slots=True)
class CandidateSentBack(Event):
    kind = "candidate.sent_back"
    need: str
    tree: str
    text: str


@dataclass(frozen=True, slots=True)
class Nudged(Event):
    kind = "run.nudged"
    text: str


# --- landing ---------------------------------------------------------------------------------


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
class Reverted(Event):
    kind = "run.reverted"
    ref: str
    commit: str
    reverts: str


REGISTRY: dict[str, type[Event]] = {
    event.kind: event for event in Event.__subclasses__() if event is not Unknown
}


def encode(event: Event, active: float) -> str:
    """Canonical JSON of an event and of the run's active seconds."""
    return codec.dumps({**codec.encode(event), "_active": round(active, 3)})


def decode(kind: str, data: str) -> tuple[Event, float]:
    """The event and the run's active seconds; an unknown kind becomes `Unknown`."""
    fields: dict[str, Any] = json.loads(data)
    active = float(fields.pop("_active", 0.0))
    event = REGISTRY.get(kind)
    if event is None:
        return Unknown(kind, fields), active
    return codec.decode(event, fields), active


def payload(event: Event) -> dict[str, Any]:
    """The plain fields of an event, for JSON streams."""
    encoded: dict[str, Any] = codec.encode(event)
    return encoded
