"""The door to makers: what one call is given, what it may ask, and what it tells at its end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

from looptui.core.permission import Answer, Request
from looptui.core.spec import GateSpec, Loop, MakerSpec
from looptui.proc import Scrubber
from looptui.purse import Purse, Refused

if TYPE_CHECKING:
    from looptui.ports import Confinement, OnOutput, Sandbox

Ask = Callable[[Request], Awaitable[Answer]]
"""Whether an agent may do something: by the rules of the loop, else a person says."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What one call of a maker used, in all its messages, however its agent counts."""

    tokens_in: int = 0
    """Everything that was read, also from a cache and into one."""
    tokens_out: int = 0
    micro_usd: int | None = None
    """None: the price is not known."""
    cached_in: int = 0
    """Of `tokens_in`, what came from a cache."""
    cache_write: int = 0
    """Of `tokens_in`, what was written to a cache."""
    model: str = ""
    """As the agent names it; empty where it does not, or where there were several."""
    said_micro_usd: int | None = None
    """The cost as the agent says it, to be held against a price table; 0 is no price."""
    whole: bool = True
    """False where the agent was cut off before it told everything."""


@dataclass(frozen=True, slots=True)
class MakerTask:
    """One call of a maker."""

    loop: Loop
    run: str
    iteration: int
    worktree: Path
    prompt: str
    transcript: Path
    """Raw output is appended here; the file exists and is private."""
    confinement: Confinement
    env: Mapping[str, str]
    seconds: float
    """Total deadline."""
    idle_seconds: float
    """Longest silence."""
    gates: tuple[GateSpec, ...] = ()
    failing: tuple[str, ...] = ()
    """Test ids that fail at present, as the gates last saw them."""
    scrubber: Scrubber | None = None
    """Takes secrets out of the output before it is kept or shown."""
    notes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Memory that is for this maker and never enters a prompt: subject -> digests."""
    ask: Ask | None = None
    """How its permission requests are decided; None refuses what the agent has to ask for."""
    on_usage: Callable[[Usage], None] = lambda usage: None
    """Told what the call has used so far whenever that is known, also of a call that is cut off."""
    micro_usd: int | None = None
    """What may still be spent, for agents that keep to a budget themselves; None is not known."""
    purse: Purse | None = None
    """Who calls a model itself asks here before each attempt; its calls stand in the log."""


@dataclass(frozen=True, slots=True)
class MakerReport:
    """How a maker's call ended. It says nothing about whether the work is good."""

    outcome: Literal["ended", "failed", "timeout", "idle", "flooded", "missing", "gave-up"]
    exit_code: int | None
    seconds: float
    reason: str = ""
    usage: Usage = Usage()
    notes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """To remember: subject -> digests, added to what was known."""
    breaches: tuple[str, ...] = ()
    """Files that an agent changed without asking, although it asks before each change."""
    until: float | None = None
    """Unix seconds: the provider wants no call before then, and the run is parked."""
    stuck: bool = False
    """Going on makes no sense before a person did something: the run pauses with the reason."""
    refused: Refused | None = None
    """The limit that allowed no other call."""


@runtime_checkable
class Closing(Protocol):
    """A maker that keeps something between its calls, to be ended with the process."""

    async def close(self) -> None: ...


class Maker(Protocol):
    """Proposes changes by editing the worktree."""

    name: str

    def check(self, spec: MakerSpec) -> str | None:
        """Why this maker cannot run here (a missing program, say), or None."""

    async def make(self, task: MakerTask, sandbox: Sandbox, on_output: OnOutput) -> MakerReport: ...
