"""Effects, and what preparation brings."""

from __future__ import annotations

from dataclasses import dataclass

from looptui.core.events.fact import Event


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
