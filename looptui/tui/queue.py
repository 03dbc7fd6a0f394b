"""What waits for a person, the most urgent first: questions, reviews, then tripped breakers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from looptui.projections.values import NeedView, RunView

_URGENCY = {"escalation": 0, "permission": 1, "conflict": 2, "question": 3, "approval": 4}
_TRIPPED = 5


class Waiting(NamedTuple):
    """One thing that a run waits for."""

    key: str
    """The id of the need; of a run that tripped without one, the id of the run."""
    view: RunView
    need: NeedView | None

    @property
    def kind(self) -> str:
        return self.need.kind if self.need else "tripped"

    @property
    def since(self) -> float:
        """Unix seconds."""
        return self.need.since if self.need else self.view.updated


def queue(runs: Sequence[RunView]) -> list[Waiting]:
    """Everything, by urgency; among equals the oldest first."""
    found = [Waiting(need.id, view, need) for view in runs for need in view.needs]
    found += [Waiting(v.id, v, None) for v in runs if v.state == "tripped" and not v.needs]
    return sorted(found, key=lambda one: (_urgency(one), one.since, one.key))


def after(waiting: Sequence[Waiting], last: str) -> Waiting | None:
    """The one behind that which was shown last, in turn; the first where that is gone."""
    keys = [one.key for one in waiting]
    place = keys.index(last) + 1 if last in keys else 0
    return waiting[place % len(waiting)] if waiting else None


def _urgency(one: Waiting) -> int:
    return _URGENCY.get(one.kind, 3) if one.need else _TRIPPED
