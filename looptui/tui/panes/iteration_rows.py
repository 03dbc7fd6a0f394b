"""Iterations as rows: gates, score, lines, money, time, and what came of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from looptui.projections.figures import money, span
from looptui.tui import looks
from looptui.tui.glyphs import Glyphs
from looptui.tui.panes.gate_lines import counted
from looptui.tui.spans import Spans
from looptui.tui.widgets.table_view import Column, TableRow

if TYPE_CHECKING:
    from looptui.projections.values import IterationView, RunView

COLUMNS = (
    Column("", 1),
    Column("#", 4, right=True),
    Column("gates", 6),
    Column("score", 6),
    Column("lines", 8, 1),
    Column("$", 5, 3, right=True),
    Column("time", 5, 2, right=True),
    Column("came of it", 12, 4, grow=True),
)
_OUTCOMES = {
    "good": ("done", "breaker-ok"),
    "red": ("tripped", "breaker-trip"),
    "disputed": ("warn", "breaker-warn"),
    "sent-back": ("review", "state-review"),
    "denied": ("tripped", "breaker-trip"),
    "error": ("need", "breaker-trip"),
}
_DULL = ("", "empty", "repeat", "left")


def rows(
    view: RunView,
    iterations: Sequence[IterationView],
    running: float,
    glyphs: Glyphs,
    base: IterationView | None = None,
) -> list[TableRow]:
    """The base, then every iteration; `running` is how many seconds the open one took so far."""
    first = TableRow(
        0,
        (
            ((glyphs.gate if not iterations and view.live else " ", "state-gate"),),
            (("base", "muted"),),
            counted(base.gates if base else view.gates, glyphs) if base or not iterations else "",
            _score(view.baseline_score, best=False, glyphs=glyphs),
            "",
            "",
            ((span(base.seconds), "muted"),) if base else "",
            (("as it was", "muted"),),
        ),
    )
    return [first, *(_row(view, one, running, glyphs) for one in iterations)]


def _row(view: RunView, one: IterationView, running: float, glyphs: Glyphs) -> TableRow:
    open_ = not one.outcome
    name, style = _OUTCOMES.get(one.outcome, ("queued", "muted"))
    mark = (glyphs.run, "state-run") if open_ else (getattr(glyphs, name), style)
    gates = view.gates if open_ and one.tree else one.gates
    lines: Spans = (
        (f"+{one.diffstat.added}", "breaker-ok"),
        (f" -{one.diffstat.deleted}", "breaker-trip"),
    )
    seconds = max(one.seconds, running) if open_ else one.seconds
    return TableRow(
        one.n,
        (
            (mark,),
            ((str(one.n), ""),),
            counted(gates, glyphs),
            _score(one.score, best=one.best, glyphs=glyphs),
            lines if one.tree else (("", ""),),
            *(_back(one) if one.restored else (_cost(view, one), ((span(seconds), ""),))),
            ((_came_of(one), "muted" if one.outcome in _DULL else ""),),
        ),
    )


def _back(one: IterationView) -> tuple[Spans, Spans]:
    """In place of money and time, which going back does not take."""
    number = one.maker_reason.removeprefix("iteration ").partition(" ")[0]
    words = ("back", f"to {number}") if number.isdecimal() else ("to", "base")
    return ((words[0], "state-review"),), ((words[1], "state-review"),)


def _cost(view: RunView, one: IterationView) -> Spans:
    return ((money(one.cost_usd, known=view.cost_known).removeprefix("$"), ""),)


def _score(score: float | None, *, best: bool, glyphs: Glyphs) -> Spans:
    if score is None:
        return (("...", "muted"),)
    star = glyphs.best if best else ""
    return ((f"{score:.2f} {star}", "bold breaker-ok" if best else ""),)


def _came_of(one: IterationView) -> str:
    if one.restored:
        return f"back to {one.maker_reason}" + (", all gates pass" if one.outcome == "good" else "")
    if not one.outcome:
        return f"{one.strategy}, at work"
    if one.outcome == "good":
        return "all gates pass"
    if one.verdict is not None and one.verdict.objection and one.outcome != "sent-back":
        return f"{one.outcome}: {one.verdict.objection}"
    if one.feedback:
        return f"sent back: {one.feedback.splitlines()[0]}"
    return f"{one.outcome}: {one.maker_reason}" if one.maker_reason else one.outcome


def scores(view: RunView, iterations: Sequence[IterationView], glyphs: Glyphs) -> str:
    """The scores as a ramp, and where it goes."""
    values = [view.baseline_score, *(one.score for one in iterations)]
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return ""
    best, least = max(known), min(known)
    ramp = [(value - least) / (best - least) if best > least else 1.0 for value in known]
    return f"score {looks.sparkline(ramp, glyphs, 20)} best {best:.2f}"
