"""How long runs have waited for a person: what goes on while nothing is recorded."""

from __future__ import annotations

from dataclasses import replace

from looptui.projections.values import RunView


def due(view: RunView) -> float | None:
    """When the wait of a run runs out, in Unix seconds; None where no escalation waits."""
    asked = [need.since for need in view.needs if need.kind == "escalation"]
    if view.state != "waiting" or not asked:
        return None
    return min(asked) + view.breakers["escalation"].limit


def as_of(view: RunView, at: float) -> RunView:
    """The run with its escalation gauge as it reads `at` (Unix seconds)."""
    if not view.needs:
        return view
    asked = [need.since for need in view.needs if need.kind == "escalation"]
    oldest = min(asked or [need.since for need in view.needs])
    gauge = view.breakers["escalation"]
    value = round(max(0.0, at - oldest), 3)
    state = gauge.state if value < gauge.limit else "tripped" if asked else "warn"
    now = replace(gauge, value=value, ratio=round(value / gauge.limit, 4), state=state)
    return replace(view, breakers={**view.breakers, "escalation": now})
