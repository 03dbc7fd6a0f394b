"""How runs, gates and breakers look: a glyph, a word and a style, never colour alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from looptui.projections.figures import reading
from looptui.tui.glyphs import Glyphs
from looptui.tui.spans import Spans

if TYPE_CHECKING:
    from looptui.projections.values import BreakerView, GateView, RunView
    from looptui.tui.widgets.gauge import Gauge, GaugeState

ENDED = {
    "landed": ("done", "landed", "state-done"),
    "completed": ("done", "done", "state-done"),
    "stopped": ("stopped", "stopped", "state-stopped"),
    "rejected": ("stopped", "rejected", "state-stopped"),
    "failed": ("tripped", "failed", "state-need"),
}
_PHASES = {
    "verifying": ("gate", "gate", "state-gate"),
    "checking": ("review", "check", "state-review"),
    "landing": ("run", "landing", "state-run"),
    "preparing": ("run", "prepare", "state-run"),
}
_RESTS = {
    "tripped": ("tripped", "tripped", "state-need"),
    "paused": ("paused", "paused", "state-paused"),
    "queued": ("queued", "queued", "state-queued"),
    "parked": ("queued", "parked", "state-queued"),
}
GATES = {
    "pass": ("done", "breaker-ok"),
    "fail": ("tripped", "breaker-trip"),
    "error": ("need", "breaker-trip"),
    "unavailable": ("need", "breaker-trip"),
    "flaky": ("warn", "breaker-warn"),
    "running": ("gate", "state-gate"),
    "waiting": ("queued", "muted"),
}
SHORT = {
    "iterations": "iters", "cost": "cost", "tokens": "tokens", "time": "time",
    "errors": "errors", "permission": "perms", "escalation": "human", "stall": "stall",
}  # fmt: skip
"""Names of breakers in six cells, in the order in which they are shown."""


class Look(NamedTuple):
    """How the state of something looks."""

    glyph: str
    word: str
    style: str

    def spans(self) -> Spans:
        return ((f"{self.glyph} {self.word}", self.style),)


def interrupted(view: RunView, driven: str) -> bool:
    """Whether a run should be at work and nobody drives it: its session died."""
    return view.live and not driven


def of_run(view: RunView, driven: str, glyphs: Glyphs) -> Look:
    """The state of a run, with what it needs and whether somebody drives it."""
    if view.needs:
        review = view.needs[0].kind == "approval"
        if review:
            return Look(glyphs.review, "review", "state-review")
        return Look(glyphs.need, _need_word(view.needs[0].kind), "state-need")
    if view.ended:
        return _named(glyphs, ENDED[view.state])
    if interrupted(view, driven):
        return Look(glyphs.warn, "interrupted", "breaker-warn")
    if view.state == "active":
        return _named(glyphs, _PHASES.get(view.phase or "", ("run", "run", "state-run")))
    return _named(glyphs, _RESTS.get(view.state, ("queued", view.state, "state-queued")))


def of_gate(gate: GateView, glyphs: Glyphs) -> Look:
    name, style = GATES.get(gate.state, ("queued", "muted"))
    return Look(getattr(glyphs, name), gate.state, style)


def urgency(view: RunView, driven: str) -> int:
    """How much a run needs a person: the order of the fleet, the highest first."""
    if view.needs:
        return 90 if view.needs[0].kind == "approval" else 100
    if view.state == "tripped":
        return 80
    if interrupted(view, driven):
        return 70
    if view.live:
        return _at_work(view)
    return {"paused": 20, "failed": 5}.get(view.state, 0)


def waited(view: RunView, now: float) -> float:
    """Seconds for which the oldest need of a run has waited; 0 without one, or by a wrong clock."""
    return max((0.0, *(now - need.since for need in view.needs)))


def _at_work(view: RunView) -> int:
    if view.state != "active":
        return 10
    if any(gate.state in ("fail", "error", "unavailable") for gate in view.gates):
        return 60
    return 50 if any(b.state == "warn" for b in view.breakers.values()) else 30


def nearest(view: RunView) -> tuple[str, BreakerView] | None:
    """The breaker that is nearest to its limit, with its name; None while all are at zero."""
    if view.tripped in view.breakers:
        return view.tripped or "", view.breakers[view.tripped or ""]
    used = [(name, one) for name, one in view.breakers.items() if one.ratio > 0]
    return max(used, key=lambda pair: pair[1].ratio) if used else None


def gauge(name: str, view: BreakerView) -> Gauge:
    """One breaker as a gauge."""
    from looptui.tui.widgets.gauge import Gauge

    states: dict[str, GaugeState] = {
        "ok": "ok", "warn": "warn", "tripped": "tripped", "half-open": "half-open",
    }  # fmt: skip
    read = reading(name, view.value), reading(name, view.limit)
    state = states.get(view.state, "n/a")
    return Gauge(name, SHORT.get(name, name[:6]), view.ratio, "/".join(read), state, view.forecast)


def gauges(breakers: dict[str, BreakerView]) -> tuple[Gauge, ...]:
    """All breakers of a run in the order in which they are shown."""
    return tuple(gauge(name, breakers[name]) for name in SHORT if name in breakers)


def live(view: RunView, driven: str, now: float) -> dict[str, BreakerView]:
    """The breakers as they read at this moment: clocks run on between two events."""
    found = dict(view.breakers)
    if view.state == "active" and driven and "time" in found:
        found["time"] = _at(found["time"], found["time"].value + max(0.0, now - view.updated))
    if view.needs and "escalation" in found:
        oldest = min(need.since for need in view.needs)
        found["escalation"] = _at(found["escalation"], max(0.0, now - oldest))
    return found


def _at(breaker: BreakerView, value: float) -> BreakerView:
    ratio = value / breaker.limit if breaker.limit else 1.0
    return replace(breaker, value=value, ratio=ratio)


def sparkline(values: list[float], glyphs: Glyphs, columns: int) -> str:
    """The last values, 0 to 1 each, as a ramp of glyphs."""
    ramp = glyphs.spark
    top = len(ramp) - 1
    return "".join(ramp[round(max(0.0, min(value, 1.0)) * top)] for value in values[-columns:])


def _need_word(kind: str) -> str:
    return "escal" if kind == "escalation" else kind


def _named(glyphs: Glyphs, row: tuple[str, str, str]) -> Look:
    name, word, style = row
    return Look(getattr(glyphs, name), word, style)
