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
        *_cautions(cautions, glyphs),
        *_printed(view, outputs),
        *_facts(card, view),
    ]


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
