"""What was spent, summed up: by loop, run, maker or day, over one, seven or thirty days.

Sums are over the calls of makers in the log. A call without a price is counted and never adds
nothing: where every call of a row is such, its money is unknown.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from looptui.projections.figures import DAY, moment, money, plural, span, took
from looptui.projections.figures import tokens as counted
from looptui.projections.values import BreakerView, RunView
from looptui.tui.glyphs import Glyphs
from looptui.tui.logbook import Call
from looptui.tui.spans import Spans
from looptui.tui.widgets.gauge import GaugeState, bar, word
from looptui.tui.widgets.table_view import Column, TableRow

FACETS = ("loop", "run", "maker", "model", "day")
"""By what sums are made, in the order in which a key goes through them."""
SPANS = {"today": 0, "7 days": 7 * DAY, "30 days": 30 * DAY}
"""Names of spans, and how many seconds back they begin; today begins at midnight UTC."""
_BAR = 8
COLUMNS = (
    Column("by", 14, grow=True),
    Column("share", _BAR, priority=2),
    Column("calls", 5, right=True),
    Column("tokens", 7, right=True),
    Column("spent", 9, right=True),
    Column("time", 6, priority=3, right=True),
    Column("", 12, priority=1),
)
NO_TOKENS = "tokens not reported by this maker"
NO_PRICE = "no price is known: it counts as unpriced, never as $0"


@dataclass(slots=True)
class Sum:
    """Calls that belong together."""

    name: str
    title: str
    calls: list[Call] = field(default_factory=list)

    @property
    def usd(self) -> float:
        return sum(call.micro_usd or 0 for call in self.calls) / 1e6

    @property
    def unpriced(self) -> int:
        """Calls whose maker told no price."""
        return sum(call.micro_usd is None for call in self.calls)

    @property
    def priced(self) -> bool:
        """Whether a price is known for any of it."""
        return not self.calls or self.unpriced < len(self.calls)

    @property
    def tokens(self) -> int:
        return sum(call.tokens for call in self.calls)

    @property
    def seconds(self) -> float:
        return sum(call.seconds for call in self.calls)


def begins(name: str, now: float) -> float:
    """When a span begins, in Unix seconds."""
    return now - SPANS[name] if SPANS[name] else now - now % DAY


def within(calls: Sequence[Call], name: str, now: float) -> Sum:
    """All calls of a span."""
    since = begins(name, now)
    return Sum(name, name, [call for call in calls if call.at >= since])


def nothing(span: str) -> str:
    """What stands where there is no call in a span."""
    when = span if span == "today" else f"in the last {span}"
    return f"No maker was called {when}." + (
        "" if span == [*SPANS][-1] else " T looks further back."
    )


def sums(calls: Sequence[Call], by: str, runs: Mapping[str, RunView]) -> list[Sum]:
    """The calls by a facet; what cost most first, then what took most tokens and time."""
    found: dict[str, Sum] = {}
    for call in calls:
        name, title = _KEYS[by](call, runs.get(call.run))
        found.setdefault(name, Sum(name, title)).calls.append(call)
    if by == "day":
        return sorted(found.values(), key=lambda one: one.name, reverse=True)
    return sorted(found.values(), key=lambda one: (-one.usd, -one.tokens, -one.seconds, one.name))


def _loop(call: Call, view: RunView | None) -> tuple[str, str]:
    name = view.loop if view else "unknown"
    return name, name


def _run(call: Call, view: RunView | None) -> tuple[str, str]:
    return call.run, f"{view.loop} {call.run}" if view else call.run


def _maker(call: Call, view: RunView | None) -> tuple[str, str]:
    name = (view.agent if view else "") or "unknown"
    return name, name


def _day(call: Call, view: RunView | None) -> tuple[str, str]:
    day = time.strftime("%Y-%m-%d", time.gmtime(call.at))
    return day, f"{day} UTC"


def _model(call: Call, view: RunView | None) -> tuple[str, str]:
    name = call.model or f"{_maker(call, view)[0]}, its own choice"
    return name, name


_KEYS: Mapping[str, Callable[[Call, RunView | None], tuple[str, str]]] = {
    "loop": _loop, "run": _run, "maker": _maker, "model": _model, "day": _day,
}  # fmt: skip


def row(one: Sum, most: Sum, glyphs: Glyphs) -> TableRow:
    """A sum as a row of the table; `most` has the longest bar."""
    share = _share(one, most)
    return TableRow(
        one.name,
        (
            one.title,
            bar(share, _BAR, "ok", glyphs),
            f"{len(one.calls)}",
            counted(one.tokens) if one.tokens else "n/a",
            money(one.usd, known=one.priced),
            took(one.seconds) if one.seconds < DAY else span(one.seconds),
            ((f"{one.unpriced} unpriced", "breaker-warn") if one.unpriced else ("", ""),),
        ),
    )


def _share(one: Sum, most: Sum) -> float:
    """By money where that is known, else by tokens, else by time."""
    for part, whole in ((one.usd, most.usd), (one.tokens, most.tokens)):
        if whole:
            return part / whole
    return one.seconds / most.seconds if most.seconds else 0.0


def notes(one: Sum) -> list[Spans]:
    """What is not known of a sum, said plainly."""
    found: list[Spans] = []
    if one.calls and not one.tokens:
        found.append(((NO_TOKENS, "muted"),))
    if one.unpriced:
        found.append(((f"{plural(one.unpriced, 'call')}: {NO_PRICE}", "muted"),))
    return found


def call_lines(one: Sum, runs: Mapping[str, RunView], now: float) -> list[Spans]:
    """The latest calls of a sum, newest first."""
    lines: list[Spans] = [*notes(one), ()] if notes(one) else []
    for call in reversed(one.calls[-500:]):
        view = runs.get(call.run)
        spent = "no price" if call.micro_usd is None else f"${call.micro_usd / 1e6:,.4f}"
        who = f"{call.model}  " if call.model else ""
        used = f"{counted(call.tokens)} tokens" if call.tokens else "no tokens told"
        lines.append(
            (
                (f"{moment(call.at, now):<13}", "muted"),
                (f"{view.loop if view else call.run}", "bold"),
                (f" {call.iteration}  ", "muted"),
                (f"{who}{used}  {spent}  {took(call.seconds)}  {call.outcome}", ""),
            )
        )
    return lines


def cap_lines(
    spent: Sum, cap_usd: float, held_usd: float, views: Sequence[RunView], glyphs: Glyphs
) -> list[Spans]:
    """The caps in force with their gauges: the day, what is reserved, and each open run."""
    lines = [
        _gauge("today", spent.usd / cap_usd if cap_usd else None, spent, cap_usd, glyphs),
        (
            (f"{'reserved':<14} ", "muted"),
            (money(held_usd), ""),
            ("  for calls under way", "muted"),
        ),
    ]
    for view in views:
        cost = view.breakers.get("cost")
        if cost is not None and not view.ended:
            lines.append(_of_run(view, cost, glyphs))
    if spent.unpriced:
        lines.append((("the caps cannot see calls without a price", "breaker-warn"),))
    lines.append((("a run: b raises its cap; all runs: Settings", "muted"),))
    lines.append((("no tiers: each loop names one maker", "muted"),))
    return lines


def _gauge(name: str, ratio: float | None, spent: Sum, cap: float, glyphs: Glyphs) -> Spans:
    state: GaugeState = "n/a" if ratio is None or not spent.priced else _state(ratio)
    reading = f"{money(spent.usd, known=spent.priced)} of {money(cap)}"
    return (
        (f"{name:<14} ", "muted"),
        *bar(ratio, _BAR, state, glyphs),
        (f" {reading}  ", ""),
        word(state),
    )


def _of_run(view: RunView, cost: BreakerView, glyphs: Glyphs) -> Spans:
    state: GaugeState = _state(cost.ratio) if view.cost_known else "n/a"
    known = money(cost.value, known=view.cost_known)
    return (
        (f"{view.loop[:14]:<14} ", "muted"),
        *bar(cost.ratio, _BAR, state, glyphs),
        (f" {known} of {money(cost.limit)}  ", ""),
        word(state),
    )


def _state(ratio: float) -> GaugeState:
    if ratio >= 1:
        return "tripped"
    return "warn" if ratio >= 0.8 else "ok"
