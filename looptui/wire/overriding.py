"""Limits that a person sets for one run as they start it: lower, or higher with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from looptui.core import commands as cmd
from looptui.core import events as ev
from looptui.core.breakers import limit_of, said
from looptui.core.decide import decide
from looptui.core.evolve import new
from looptui.core.spec import Loop
from looptui.errors import UsageError


@dataclass(frozen=True, slots=True)
class Overrides:
    """What holds instead of the limits of a loop file."""

    limits: Mapping[str, float] = field(default_factory=dict)
    """By breaker; money in dollars, time in seconds."""
    raising: bool = False
    """Whether they may be above those of the file."""
    reason: str = ""

    def events(self, run: str, loop: Loop) -> tuple[ev.Event, ...]:
        """What is recorded of it in the person's name. UsageError for what is not allowed."""
        if not self.limits:
            return ()
        state = new(run, loop)
        higher = {name: limit_of(state, name) for name in self.limits}
        higher = {name: own for name, own in higher.items() if self.limits[name] > own}
        if higher and not (self.raising and self.reason.strip()):
            name, own = next(iter(higher.items()))
            raise UsageError(
                f"{loop.name} allows {name} {said(name, own)}, and"
                f" {said(name, self.limits[name])} is more",
                "Limits can be lowered here; --raise --reason WHY raises them for this run.",
            )
        (breaker, limit), *also = self.limits.items()
        reason = self.reason.strip() or "set as the run was started"
        decided = decide(state, cmd.SetLimit(breaker, limit, reason, dict(also)), 0.0)
        if isinstance(decided, cmd.Refusal):
            raise UsageError(decided.reason, "`looptui run --help`")
        return decided
