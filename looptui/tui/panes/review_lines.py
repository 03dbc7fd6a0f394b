"""What stands beside the diff of a review: cautions, gates with their output, the facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from looptui.projections.figures import short
from looptui.tui.dialogs.approve import caution_line
from looptui.tui.panes import gate_lines
from looptui.tui.spans import Spans

if TYPE_CHECKING:
    from looptui.projections.caution import Caution
    from looptui.projections.values import NeedView, RunView
    from looptui.tui.glyphs import Glyphs

_OUTPUT = 30
"""Lines of the end of what a gate printed that did not pass."""


def lines(
    card: NeedView,
    view: RunView,
    cautions: Sequence[Caution],
    outputs: Mapping[str, str],
    glyphs: Glyphs,
) -> list[Spans]:
    """All of it: gates in a line each, what to look at twice, what gates printed, facts."""
    return [
        *(line for gate in view.gates for line in gate_lines.short(gate, glyphs)),
        *_checked(card, glyphs),
        *_cautions(cautions, glyphs),
        *_printed(view, outputs),
        *_facts(card, view),
    ]


def _checked(card: NeedView, glyphs: Glyphs) -> list[Spans]:
    """What the checker says of the tree; its open findings are among what to look at twice."""
    said = card.verdict
    if said is None:
        return []
    name, style = ("tripped", "breaker-trip") if said.objection else ("done", "breaker-ok")
    head = (f"{getattr(glyphs, name)} {said.state:<8}", style)
    score = "" if said.state == "error" else f"  {said.score:.2f} of {said.threshold:.2f}"
    return [(head, (" checker", "bold"), (score, ""), (f"  {said.model}", "muted"))]


def _cautions(cautions: Sequence[Caution], glyphs: Glyphs) -> list[Spans]:
    if not cautions:
        return []
    return [
        (),
        (("look twice", "bold breaker-warn"),),
        *(caution_line(one, glyphs) for one in cautions),
    ]


def _printed(view: RunView, outputs: Mapping[str, str]) -> list[Spans]:
    found: list[Spans] = []
    for gate in view.gates:
        if gate.state == "pass" or not outputs.get(gate.id):
            continue
        printed = outputs[gate.id].rstrip("\n").split("\n")[-_OUTPUT:]
        found += [(), ((f"{gate.id} printed", "bold"),), *(((line, ""),) for line in printed)]
    return found


def _facts(card: NeedView, view: RunView) -> list[Spans]:
    return [
        (),
        (("goal  ", "muted"), (view.goal, "")),
        (("agent ", "muted"), (view.agent, "")),
        (("tree  ", "muted"), (card.tree or "", "")),
        (("base  ", "muted"), (short(view.base), "")),
    ]
