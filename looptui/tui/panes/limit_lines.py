"""One breaker in full: what it reads, where it is going, why it tripped, what people changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from looptui.projections.figures import clock, money, percent, reading, tokens, took
from looptui.tui.glyphs import Glyphs
from looptui.tui.looks import sparkline
from looptui.tui.spans import Spans
from looptui.tui.widgets.gauge import word

if TYPE_CHECKING:
    from looptui.projections.values import BreakerView, IterationView, RunView
    from looptui.tui.controller import Line, Reads
    from looptui.tui.widgets.gauge import GaugeState

HANG = 9
ABOUT = {
    "iterations": "rounds of prompt, make, verify and decide",
    "cost": "dollars; agents that bill themselves may pass it by the call in flight",
    "tokens": "tokens in and out; they govern where no price is known",
    "time": "time at work; a limit such as 45m or 6h",
    "errors": "share of the last steps that could not be done; a red gate is none",
    "permission": "refused permissions, hosts and paths",
    "escalation": "how long a question to you may wait, such as 12h",
    "stall": "iterations in a row without progress",
}
_HISTORY = {
    "breaker.warned": ("warn", "breaker-warn"),
    "breaker.tripped": ("trip", "breaker-trip"),
    "breaker.reset": ("reset", "breaker-half"),
    "limit.raised": ("limit", "breaker-half"),
}
_LATELY = 12
"""Iterations of which the trend is shown."""
_STEADY = 0.15
"""Share by which the later half may differ from the earlier one and still be called steady."""


def read_history(reads: Reads, run: str) -> Sequence[Line]:
    """What happened to the breakers of a run, oldest first."""
    return [line for line in reads.story(run, 0) if line.kind in _HISTORY]


def lines(
    view: RunView,
    breaker: str,
    now: BreakerView,
    iterations: Sequence[IterationView],
    history: Sequence[Line],
    glyphs: Glyphs,
) -> Sequence[Spans]:
    """All that is known of one breaker; the most important first."""
    tripped = view.tripped == breaker
    state: GaugeState = now.state  # type: ignore[assignment]
    value, limit = reading(breaker, now.value), reading(breaker, now.limit)
    found: list[Spans] = [
        ((f"{breaker}: ", "bold"), (ABOUT.get(breaker, ""), "muted")),
        _fact("reads", (f"{value} of {limit}, {percent(now.ratio)}  ", ""), word(state)),
    ]
    if tripped:
        found.append(_fact("tripped", (view.reason, "breaker-trip"), ("; r lets it pass once", "")))
    if ahead := now.forecast or _left(breaker, now):
        found.append(_fact("forecast", (ahead, "")))
    if trend := _trend(breaker, iterations, glyphs):
        found.append(_fact("trend", *trend))
    of_it = [line for line in history if line.text.startswith((f"{breaker} ", f"{breaker}:"))]
    return (*found, *(_event(line) for line in reversed(of_it)))


def _left(breaker: str, now: BreakerView) -> str:
    left = now.limit - now.value
    if breaker == "iterations" and left > 0:
        return f"{left:.0f} more at most"
    return ""


def _trend(breaker: str, iterations: Sequence[IterationView], glyphs: Glyphs) -> Spans:
    """How what feeds a breaker went from iteration to iteration; empty where it says nothing."""
    ended = [one for one in iterations if one.outcome and not one.restored][-_LATELY:]
    values, words = _feeding(breaker, ended)
    if len(values) < 2 or not any(values):
        return ()
    ramp = [value / max(values) for value in values]
    about = f"{words(values[-1])}, {_course(values)}"
    return ((f"{sparkline(ramp, glyphs, _LATELY)}  ", ""), (about, "muted"))


def _feeding(
    breaker: str, ended: Sequence[IterationView]
) -> tuple[Sequence[float], Callable[[float], str]]:
    """What each iteration adds to a breaker, or how it scored; and words for the last of them."""
    match breaker:
        case "cost":
            return [one.cost_usd for one in ended], lambda last: f"{money(last)} for the last"
        case "tokens":
            return [one.tokens for one in ended], lambda last: f"{tokens(last)} for the last"
        case "time":
            return [one.seconds for one in ended], lambda last: f"{took(last)} for the last"
        case "iterations" | "stall":
            return [one.score or 0.0 for one in ended], lambda last: f"score {last:.2f}"
        case "errors":
            return [one.outcome == "error" for one in ended], lambda last: f"{last:.0f} in the last"
        case "permission":
            return [len(one.denied) for one in ended], lambda last: f"{last:.0f} in the last"
    return (), str


def _course(values: Sequence[float]) -> str:
    half = len(values) // 2
    early, late = sum(values[:half]) / half, sum(values[-half:]) / half
    if abs(late - early) <= _STEADY * max(abs(early), abs(late)):
        return "steady"
    return "rising" if late > early else "falling"


def _event(line: Line) -> Spans:
    name, style = _HISTORY[line.kind]
    who = f"  {line.actor}" if line.actor not in ("", "engine") else ""
    return ((f"{name:<{HANG}}", style), (f"{clock(line.at)} {line.text}", ""), (who, "muted"))


def _fact(name: str, *spans: tuple[str, str]) -> Spans:
    return ((f"{name:<{HANG}}", "muted"), *spans)
