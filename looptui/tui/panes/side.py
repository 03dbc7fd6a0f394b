"""The third column of the Loop screen at 200 columns: gates, memory and cost at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from textual.app import ComposeResult

from looptui.tui.panes import fact_lines, gate_lines
from looptui.tui.widgets.box import Box
from looptui.tui.widgets.text_view import TextView
from looptui.tui.widgets.titles import set_titles

if TYPE_CHECKING:
    from looptui.projections.values import IterationView, RunView
    from looptui.tui.app import LooptuiApp


class Side(Box):
    """Short forms of what the tabs show in full."""

    def __init__(self) -> None:
        super().__init__(id="side")
        self._shown: tuple[str, int, int | None] = ("", -1, None)

    def compose(self) -> ComposeResult:
        yield TextView(id="gates", hang=2)
        yield TextView(id="memory", hang=2)
        yield TextView(id="cost")

    def on_mount(self) -> None:
        for name in ("Gates", "Memory", "Cost"):
            set_titles(self.query_one(f"#{name.lower()}"), name)

    def show(self, view: RunView, iterations: Sequence[IterationView], chosen: int | None) -> None:
        """Show a run; read again only when something happened in it."""
        if (view.id, view.events, chosen) == self._shown:
            return
        self._shown = view.id, view.events, chosen
        app = cast("LooptuiApp", self.app)
        number = len(iterations) if chosen is None else chosen
        one = next((one for one in iterations if one.n == number), None)
        gates = view.gates if one is None or chosen is None else one.gates
        rows = [line for gate in gates for line in gate_lines.short(gate, app.glyphs)]
        self.query_one("#gates", TextView).set_lines(rows)
        used = app.controller.memory(view.id, number) if one else ()
        learnt = app.controller.learnt(view.id)
        lines = fact_lines.memory(number, used, learnt, next_=not view.ended)
        self.query_one("#memory", TextView).set_lines(lines)
        self.query_one("#cost", TextView).set_lines(fact_lines.cost(view, iterations, app.glyphs))
