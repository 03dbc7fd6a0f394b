"""The six breakers, tokens and stall: pure readings of a run against its limits.

Every one is always armed. States: ok, warn (from `warn_at` of the limit), tripped, half-open (a
person let it go on; it trips again as soon as its reading grows past the one they saw).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from looptui.core.state import Iteration, RunState

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


def gauges(state: RunState, at: float, active: float) -> tuple[Gauge, ...]:
    """All readings in display order. `at`: Unix seconds; `active`: active seconds of the run."""
    values = {
        "iterations": float(len(state.iterations)),
        "cost": state.micro_usd / 1e6,
        "tokens": float(state.tokens),
        "time": active,
        "errors": error_rate(state),
        "permission": float(state.denials),
        "escalation": _waiting(state, at),
        "stall": float(no_progress(state)),
    }
    return tuple(_gauge(state, breaker, value, active) for breaker, value in values.items())


def tripping(state: RunState, at: float, active: float, *, starting: bool) -> Gauge | None:
    """The first breaker that forbids going on, with its reading.

    `starting`: a new iteration would begin; only then do iterations and stall count.
    """
    for gauge in gauges(state, at, active):
        if gauge.breaker in ("iterations", "stall") and not starting:
            continue
        if gauge.state == "tripped":
            return gauge
    if starting and (stuck := same_failure(state)) >= state.loop.limits.stall.same_failure:
        limit = state.loop.limits.stall.same_failure
        if "stall" not in state.half_open:
            detail = f"the same failure {stuck} times, in spite of a fresh start"
            return Gauge("stall", stuck, limit, stuck / limit, "tripped", detail=detail)
    return None


def warnings(state: RunState, at: float, active: float) -> tuple[Gauge, ...]:
    """Gauges at warn that no one was told of yet."""
    return tuple(
        gauge
        for gauge in gauges(state, at, active)
        if gauge.state == "warn" and gauge.breaker not in state.warned and gauge.breaker != "stall"
    )


def time_to_trip(state: RunState, active: float) -> float:
    """Active seconds until the time breaker trips."""
    return max(0.0, limit_of(state, "time") - active)


def error_rate(state: RunState) -> float:
    """Share of errors in the window; 0 below the least number of samples; 1 for errors in a row."""
    rule = state.loop.limits.error_rate
    window = state.samples[-rule.window :]
    streak = state.samples[-rule.in_a_row :]
    if len(streak) >= rule.in_a_row and all(streak):
        return 1.0
    return sum(window) / len(window) if len(window) >= rule.min_samples else 0.0


def no_progress(state: RunState) -> int:
    """Iterations in a row, newest first, with no diff or a tree that was there before."""
    current = state.iterations[state.fresh_from :]
    closed = [i for i in current if i.outcome]
    count = 0
    for index in range(len(closed) - 1, -1, -1):
        if closed[index].outcome == "error":
            continue
        if not _stands_still(closed, index):
            break
        count += 1
    return count


def same_failure(state: RunState) -> int:
    """Times that the newest failure signature was seen in a row, once a fresh start was tried."""
    if not state.fresh_starts:
        return 0
    newest, count = "", 0
    for iteration in reversed(state.iterations):
        signature = _signature(iteration)
        if not iteration.outcome or not signature:
            continue
        newest = newest or signature
        if signature != newest:
            break
        count += 1
    return count


def rounds_without_gain(state: RunState) -> int:
    """Closed iterations of the present start since the score last rose (or since the start)."""
    since = max(state.gained, state.fresh_from)
    return sum(1 for i in state.iterations[since:] if i.outcome and i.outcome != "error")


def _stands_still(closed: list[Iteration], index: int) -> bool:
    iteration = closed[index]
    if iteration.outcome in ("empty", "repeat") or iteration.tree is None:
        return True
    return any(iteration.tree == earlier.tree for earlier in closed[:index])


def _signature(iteration: Iteration) -> str:
    return " ".join(e.signature for e in iteration.gates if e.state != "pass" and e.signature)


def _waiting(state: RunState, at: float) -> float:
    """Seconds that the oldest open escalation has waited; without one, the oldest need."""
    escalations = [n for n in state.needs if n.type == "escalation"] or list(state.needs)
    return max((max(0.0, at - need.since) for need in escalations), default=0.0)


def _gauge(state: RunState, breaker: str, value: float, active: float) -> Gauge:
    limit = limit_of(state, breaker)
    ratio = value / limit if limit else 1.0
    return Gauge(
        breaker,
        round(value, 6),
        limit,
        round(ratio, 4),
        _judge(state, breaker, value, ratio),
        _forecast(state, breaker, value, limit, active),
    )


def _judge(state: RunState, breaker: str, value: float, ratio: float) -> GaugeState:
    optional = breaker == "escalation" and state.need("escalation") is None
    if optional or ratio < 1 or _nothing_happened(breaker, value):
        return "warn" if ratio >= state.loop.limits.warn_at and value > 0 else "ok"
    return "half-open" if value <= state.half_open.get(breaker, -1.0) else "tripped"


def _nothing_happened(breaker: str, value: float) -> bool:
    """A limit of 0 of a thing that has not happened does not trip by itself."""
    return breaker in ("errors", "permission", "stall") and value == 0


def _forecast(state: RunState, breaker: str, value: float, limit: float, active: float) -> str:
    """At the average rate so far; after two iterations at the earliest."""
    done = sum(1 for i in state.iterations if i.outcome)
    if breaker not in ("cost", "tokens", "time") or done < 2 or value <= 0 or value >= limit:
        return ""
    left = (limit - value) / (value / done)
    return f"trips in about {max(1, round(left))} iterations" if left < 100 else ""
