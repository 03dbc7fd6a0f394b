"""The door to checkers: what one call is shown, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from looptui.core.spec import MakerSpec
from looptui.purse import Purse, Refused


@dataclass(frozen=True, slots=True)
class CheckTask:
    """One call of a checker. It has no tools, no files and no network but its provider."""

    model: str
    """As the agent names it."""
    who: str
    """What it is told of its task; ours."""
    prompt: str
    """What it is shown; others wrote parts of it."""
    seconds: float
    """Total deadline."""
    purse: Purse
    tier: int = 0
    """0: none."""
    fallback: tuple[str, ...] = ()
    """Models that are asked where this one cannot be reached."""


@dataclass(frozen=True, slots=True)
class CheckReport:
    """How a call ended. What is in `answer` is not read yet, so it passes nothing."""

    outcome: Literal["answered", "failed", "timeout", "missing"]
    answer: str = ""
    reason: str = ""
    model: str = ""
    """Who answered, as the agent names it."""
    seconds: float = 0.0
    until: float | None = None
    """Unix seconds: the provider wants no call before then, and the run is parked."""
    stuck: bool = False
    """Going on makes no sense before a person did something."""
    refused: Refused | None = None
    """The limit that allowed no call."""


@runtime_checkable
class Checker(Protocol):
    """Judges a change that somebody else made. Never the same call as the maker's."""

    def check(self, spec: MakerSpec) -> str | None:
        """Why it cannot run here with that agent and model, or None."""

    async def judge(self, task: CheckTask) -> CheckReport: ...
