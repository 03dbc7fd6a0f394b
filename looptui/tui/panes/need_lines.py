"""What a person should know before answering: the question, its limits, and what led to it."""

from __future__ import annotations

from collections.abc import Sequence
from time import time
from typing import TYPE_CHECKING, NamedTuple

from looptui.projections.figures import moment, money
from looptui.tui import looks
from looptui.tui.glyphs import Glyphs
from looptui.tui.spans import Spans
from looptui.tui.widgets.gauge import gauge_spans

if TYPE_CHECKING:
    from looptui.projections.values import NeedView, RunView
    from looptui.tui.controller import Reads

HANG = 2
_COLUMNS = 66
_LED_TO_IT = {
    "permission.denied": "Paths that it may not touch",
    "permission.refused": "What it asked for and was refused",
    "effect.failed": "Steps that could not be done",
    "landing.blocked": "What the landing met",
}
"""Kinds of events that explain a need, and their headings."""
_MOST = 100


class Cause(NamedTuple):
    """An event that explains a need."""

    kind: str
    text: str


def read_causes(reads: Reads, run: str) -> Sequence[Cause]:
    """What led to the needs of a run, oldest first."""
    story = reads.story(run, 0)
    return [Cause(line.kind, line.text) for line in story if line.kind in _LED_TO_IT][-_MOST:]


def lines(
    view: RunView | None, need: NeedView, causes: Sequence[Cause], glyphs: Glyphs
) -> Sequence[Spans]:
    """All of it; the question first."""
    found: list[Spans] = [((need.text, "bold"),)]
    if view is not None:
        found += [_standing(view, need), *_gauges(view, need, glyphs)]
    for kind, heading in _LED_TO_IT.items():
        texts = [cause.text for cause in causes if cause.kind == kind]
        if texts:
            found += [(), ((heading, "bold"),), *(_cause(text, glyphs) for text in texts)]
    return found


def _standing(view: RunView, need: NeedView) -> Spans:
    cost = money(view.cost_usd, known=view.cost_known)
    since = moment(need.since, time())
    return ((f"iteration {view.iteration}, {cost} spent, asked at {since}", "muted"),)


def _gauges(view: RunView, need: NeedView, glyphs: Glyphs) -> Sequence[Spans]:
    """Those that the question is about, and those near their limit."""
    named = {part.split(" ", 1)[0] for part in need.text.split("; ")}
    near = {id_: one for id_, one in view.breakers.items() if id_ in named or one.state != "ok"}
    return [gauge_spans(one, _COLUMNS, glyphs) for one in looks.gauges(near)]


def _cause(text: str, glyphs: Glyphs) -> Spans:
    return ((f"{glyphs.tripped} ", "breaker-trip"), (text, ""))
