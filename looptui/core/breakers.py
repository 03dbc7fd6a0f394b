"""The six breakers, tokens and stall: pure readings of a run against its limits.

Every one is always armed. States: ok, warn (from `warn_at` of the limit), tripped, half-open (a
person let it go on, and one more step decides: an iteration, a denial, a step that may fail, a
tenth more of money or time).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from looptui.core.state import RESTORED, RunState

GaugeState = Literal["ok", "warn", "tripped", "half-open"]

EXIT_CODES = {
    "iterations": 10,
    "cost": 11,
    "tokens": 11,
    "time": 12,
    "errors": 13,
    "stall": 13,
    "permission": 14,
    "escalation": 15,
}
UNITS = {"cost": "usd", "time": "seconds", "escalation": "seconds", "errors": "share"}


@dataclass(frozen=True, slots=True)
class Gauge:
    """The reading of one breaker."""

    breaker: str
    value: float
    """Money in dollars, time in seconds, errors as a share."""
    limit: float
    ratio: float
    """value / limit, may pass 1."""
    state: GaugeState
    forecast: str = ""
    """When it will trip at this rate, or empty."""
    detail: str = ""


Gauges = tuple[Gauge, ...]


def limit_of(state: RunState, breaker: str) -> float:
    """The limit in force: the loop file's, or what a person set since."""
    limits = state.loop.limits
    own = {
        "iterations": float(limits.iterations),
        "cost": limits.cost_micro_usd / 1e6,
        "tokens": float(limits.tokens),
        "time": limits.time,
        "errors": limits.error_rate.max,
        "permission": float(limits.permission_denials),
        "escalation": limits.human_wait,
        "stall": float(limits.stall.no_progress),
    }
    return state.raised.get(breaker, own[breaker])


def gauges(state: RunState, at: float, active: float) -> Gauges:
    """All readings in display order. `at`: Unix seconds; `active`: active seconds of the run."""
    values = {
        "iterations": float(state.rounds),
        "cost": state.micro_usd / 1e6,
        "tokens": float(state.tokens),
        "time": active,
        "errors": error_rate(state),
        "permission": float(state.denials),
        "escalation": _waiting(state, at),
    }
    known = (_gauge(state, name, value, limit_of(state, name)) for name, value in values.items())
    return (*known, _gauge(state, "stall", *_stall(state)))


def over(state: RunState, at: float) -> bool:
    """Whether the tripped breaker still reads at or over its limit."""
    readings = {g.breaker: g.state == "tripped" for g in gauges(state, at, state.active)}
    return readings.get(state.tripped or "", False)


def least(state: RunState, breaker: str, at: float) -> float | None:
    """What a limit must be above, so as not to trip at once; None where any will do."""
    reading = next(g for g in gauges(state, at, state.active) if g.breaker == breaker)
    spent = _spent(state, breaker, reading.value)
    return None if _spared(state, breaker, spent) or spent <= 0 else spent


def tripping(readings: Gauges, *, starting: bool) -> Gauge | None:
    """The first breaker that forbids going on.

    `starting`: a new iteration would begin; only then do iterations and stall count.
    """
    counted = (g for g in readings if starting or g.breaker not in ("iterations", "stall"))
    return next((gauge for gauge in counted if gauge.state == "tripped"), None)


def warnings(state: RunState, readings: Gauges) -> Gauges:
    """Gauges at warn that no one was told of yet."""
    told = (*state.warned, "stall")
    return tuple(g for g in readings if g.state == "warn" and g.breaker not in told)


def escalating(state: RunState, readings: Gauges) -> Gauges:
    """Gauges past `escalate_at` over which no person was asked yet."""
    share = state.loop.limits.escalate_at
    if share is None:
        return ()
    asked = (*state.escalated, "escalation", "stall")
    return tuple(
        gauge
        for gauge in readings
        if gauge.state in ("ok", "warn")
        and gauge.breaker not in asked
        and _spent(state, gauge.breaker, gauge.value) >= share * gauge.limit > 0
    )


def span(seconds: float) -> str:
    """`45 s`, `30 min`, `1.5 h`: in the largest unit that does not make it a fraction of one."""
    for size, unit in ((3600.0, "h"), (60.0, "min")):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.3g} s"


def said(breaker: str, value: float) -> str:
    """A reading or a limit in its unit, no longer than a person reads: `$4.60`, `1.5 h`, `50%`."""
    match UNITS.get(breaker):
        case "usd":
            return f"${value:,.2f}" if value >= 0.01 or not value else f"${value:.2g}"
        case "seconds":
            return span(value)
        case "share":
            return f"{value:.0%}"
    return f"{value:,.0f}"


def time_to_trip(state: RunState, active: float) -> float:
    """Active seconds until the time breaker trips."""
    return max(0.0, limit_of(state, "time") - active)


def error_rate(state: RunState) -> float:
    """Share of errors in the window; 0 below the least number of samples; 1 for errors in a row.

    Half-open, the next error is one too many.
    """
    if "errors" in state.half_open:
        return float(any(state.samples))
    rule = state.loop.limits.error_rate
    window = state.samples[-rule.window :]
    streak = state.samples[-rule.in_a_row :]
    if len(streak) >= rule.in_a_row and all(streak):
        return 1.0
    return sum(window) / len(window) if len(window) >= rule.min_samples else 0.0


def no_progress(state: RunState) -> int:
    """Iterations in a row, newest first, with no diff or a tree that was there before."""
    count = 0
    for index in range(len(state.iterations) - 1, state.fresh_from - 1, -1):
        if state.iterations[index].outcome in ("", "error"):
            continue
        if not _stands_still(state, index):
            break
        count += 1
    return count


def same_failure(state: RunState) -> int:
    """Times that the newest failure signature was seen in a row.

    0 until a fresh start brought no better score; while nothing beats the base, each is one.
    """
    if state.best and (not state.fresh_starts or state.gained > state.fresh_from):
        return 0
    return state.alike


def rounds_without_gain(state: RunState) -> int:
    """Closed iterations of the present start since the score last rose (or since the start)."""
    since = max(state.gained, state.fresh_from)
    return sum(1 for i in state.iterations[since:] if i.outcome and i.outcome != "error")


def _stands_still(state: RunState, index: int) -> bool:
    iteration = state.iterations[index]
    if iteration.outcome in ("empty", "repeat") or iteration.tree is None:
        return True
    if iteration.outcome == "red":
        return False
    earlier = state.iterations[state.fresh_from : index]
    return any(iteration.tree == before.tree for before in earlier if before.outcome)


def _waiting(state: RunState, at: float) -> float:
    """Seconds that the oldest open escalation has waited; without one, the oldest need."""
    escalations = [n for n in state.needs if n.type == "escalation"] or list(state.needs)
    return max((max(0.0, at - need.since) for need in escalations), default=0.0)


def _gauge(state: RunState, breaker: str, value: float, limit: float) -> Gauge:
    ratio = value / limit if limit else 1.0
    return Gauge(
        breaker,
        round(value, 6),
        limit,
        round(ratio, 4),
        _judge(state, breaker, value, limit),
        _forecast(state, breaker, value, limit),
        _detail(state, breaker, limit),
    )


def _stall(state: RunState) -> tuple[float, float]:
    """Reading and limit of whichever rule is nearer to its limit."""
    limit, seen = limit_of(state, "stall"), no_progress(state)
    same, most = same_failure(state), same_failure_limit(state)
    return (seen, limit) if seen * most >= same * limit else (same, most)


def same_failure_limit(state: RunState) -> float:
    """A person who raises stall raises this rule with it."""
    own = float(state.loop.limits.stall.same_failure)
    return max(own, state.raised.get("stall", own))


def _judge(state: RunState, breaker: str, value: float, limit: float) -> GaugeState:
    if _spent(state, breaker, value) >= limit and not _spared(state, breaker, value):
        steps = _ended(state) if breaker in ("iterations", "stall") else value
        return "half-open" if steps <= state.half_open.get(breaker, -1.0) else "tripped"
    if breaker == "errors" and breaker in state.half_open:
        return "half-open"
    return "warn" if value > 0 and value >= state.loop.limits.warn_at * limit else "ok"


def _spent(state: RunState, breaker: str, value: float) -> float:
    """The last iteration allowed may end, and its candidate may land."""
    return _ended(state) if breaker == "iterations" else value


def _ended(state: RunState) -> float:
    """Iterations that led nowhere, so that going on needs another one."""
    newest = state.iteration
    pending = state.open_iteration or state.candidate or state.approved
    counts = pending is not None and newest is not None and newest.strategy != RESTORED
    return float(state.rounds - counts)


def _spared(state: RunState, breaker: str, value: float) -> bool:
    """A limit of 0 of a thing that has not happened; a need that is no escalation."""
    if breaker == "escalation":
        return state.need("escalation") is None
    return breaker in ("errors", "permission", "stall") and value == 0


def _detail(state: RunState, breaker: str, limit: float) -> str:
    """What a person should know of a trip beyond its numbers."""
    if breaker == "escalation":
        return f"nobody answered within {span(limit)}"
    if breaker == "permission" and state.denials:
        paths = [path for iteration in state.iterations for path in iteration.denied]
        return f"{len(paths)} denied: {', '.join(paths[-3:])[:200]}"
    if breaker == "errors" and state.samples:
        return f"{sum(state.samples)} of the last {len(state.samples)} steps failed"
    if breaker == "stall" and limit == same_failure_limit(state) and same_failure(state) >= limit:
        return f"the same failure {same_failure(state)} times, in spite of a fresh start"
    if breaker == "stall" and no_progress(state) >= limit:
        return (
            f"{no_progress(state)} iterations in a row changed nothing, or back to what was there"
        )
    return ""


def _forecast(state: RunState, breaker: str, value: float, limit: float) -> str:
    """At the average rate so far; after two iterations at the earliest."""
    done = state.rounds - (state.open_iteration is not None)
    if breaker not in ("cost", "tokens", "time") or done < 2 or value <= 0 or value >= limit:
        return ""
    left = (limit - value) / (value / done)
    return f"trips in about {max(1, round(left))} iterations" if left < 100 else ""
