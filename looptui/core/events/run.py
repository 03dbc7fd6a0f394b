"""The course of a run: sessions, rests, its end."""

from __future__ import annotations

from dataclasses import dataclass

from looptui.core.events.fact import Event


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
class RunQueued(Event):
    """As many runs are at work as may be: it waits for its turn."""

    kind = "run.queued"
    reason: str


@dataclass(frozen=True, slots=True)
class RunUnqueued(Event):
    """Its turn has come."""

    kind = "run.unqueued"


@dataclass(frozen=True, slots=True)
class RunFinished(Event):
    kind = "run.finished"
    state: str
    """A terminal state: landed, completed, stopped, rejected, failed."""
    reason: str
    unfit: bool = False
    """Failed because the environment lacks something (exit 6)."""
    discard: bool = False
    """A person lets the worktree go, whatever the loop file says of keeping it."""


@dataclass(frozen=True, slots=True)
class WorktreeRemoved(Event):
    """The end of a run's clean-up."""

    kind = "worktree.removed"
    rescued: str | None = None
    """The ref that keeps what was never landed."""
    kept: bool = False
    """The directory stays, because the loop file says so."""


@dataclass(frozen=True, slots=True)
class TranscriptsRemoved(Event):
    """A person let go of what an ended run was told and what it printed."""

    kind = "transcripts.removed"
    size: int
    """Bytes."""
    texts: int = 0
    """How many prompts and outputs of gates went with the transcripts."""
