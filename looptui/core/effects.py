"""What the machine wants done outside. Every effect is idempotent or fenced by an event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from looptui.core.events import Event


@dataclass(frozen=True, slots=True)
class Effect:
    name: ClassVar[str] = ""
    phase: ClassVar[str] = "preparing"
    works: ClassVar[bool] = True
    """Whether a run that does this is at work, of which only so many may be at a time."""


@dataclass(frozen=True, slots=True)
class Append(Effect):
    """Only facts to record: a warning, a trip, an iteration that begins or ends."""

    name = "append"
    events: tuple[Event, ...]
    actor: str = "engine"


@dataclass(frozen=True, slots=True)
class OpenWorktree(Effect):
    name = "open-worktree"


@dataclass(frozen=True, slots=True)
class RunSetup(Effect):
    name = "setup"


@dataclass(frozen=True, slots=True)
class Make(Effect):
    """Reset the worktree to the iteration's start, build the prompt, call the maker."""

    name = "make"
    phase = "making"
    iteration: int


@dataclass(frozen=True, slots=True)
class Capture(Effect):
    """Turn the worktree into a candidate."""

    name = "capture"
    phase = "making"
    iteration: int


@dataclass(frozen=True, slots=True)
class RunGate(Effect):
    name = "gate"
    phase = "verifying"
    gate: str
    tree: str
    iteration: int
    """0 for the base."""


@dataclass(frozen=True, slots=True)
class Check(Effect):
    """Ask the checker about a tree whose gates all pass."""

    name = "check"
    phase = "checking"
    tree: str
    iteration: int


@dataclass(frozen=True, slots=True)
class Pick(Effect):
    """Make the tree that has only some hunks of a candidate."""

    name = "pick"
    phase = "verifying"
    tree: str
    hunks: str


@dataclass(frozen=True, slots=True)
class PlanLanding(Effect):
    """Look at the target; merge; make the commit that landing will publish."""

    name = "plan-landing"
    phase = "landing"
    works = False
    tree: str


@dataclass(frozen=True, slots=True)
class Rebase(Effect):
    """Merge `tree`, which was built on commit `onto`, with the target as it is; start from that."""

    name = "rebase"
    tree: str
    onto: str


@dataclass(frozen=True, slots=True)
class Publish(Effect):
    """Move the target ref to the planned commit, exactly once."""

    name = "publish"
    phase = "landing"
    works = False
    commit: str


@dataclass(frozen=True, slots=True)
class Tidy(Effect):
    """Remove the worktree of a run that ended; keep what was never landed under a rescue ref."""

    name = "tidy"
    phase = "landing"
    works = False
