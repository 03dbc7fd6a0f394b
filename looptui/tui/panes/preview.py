"""The run under the cursor of the fleet, in short."""

from __future__ import annotations

from collections.abc import Sequence
from time import time
from typing import TYPE_CHECKING

from looptui.projections.figures import moment, short
from looptui.tui import looks
from looptui.tui.glyphs import Glyphs
from looptui.tui.panes.gate_lines import gate_line
from looptui.tui.spans import Spans
from looptui.tui.widgets.gauge import gauge_spans

if TYPE_CHECKING:
    from looptui.projections.values import RunView
    from looptui.tui.feed import Snapshot


def lines(view: RunView, snapshot: Snapshot, glyphs: Glyphs, columns: int) -> Sequence[Spans]:
    """Goal, state, gauges, gates, and what it waits for."""
    driver, now = snapshot.driver(view), time()
    look = looks.of_run(view, driver, glyphs)
    gauges = looks.gauges(looks.live(view, driver, now))
    return (
        (("Goal ", "muted"), (view.goal, "")),
        (("State ", "muted"), *look.spans(), (f"  {driver}", "muted")),
        (
            ("Iteration ", "muted"),
            (str(view.iteration), ""),
            ("  agent ", "muted"),
            (view.agent, ""),
        ),
        (("Base ", "muted"), (short(view.base), ""), ("  tree ", "muted"), (short(view.tree), "")),
        (("Run ", "muted"), (view.id, ""), ("  since ", "muted"), (moment(view.created, now), "")),
        (),
        *(gauge_spans(one, columns, glyphs) for one in gauges),
        (),
        *(gate_line(gate, glyphs) for gate in view.gates),
        (),
        *(((f"{need.kind}: ", look.style), (need.text, "")) for need in view.needs),
        *(() if view.needs else (((view.latest or view.reason, ""),),)),
    )
