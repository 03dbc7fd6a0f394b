"""The panes beside the tabs where there is room: memory, and at 200 columns gates and cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from textual.app import ComposeResult

from looptui.projections.figures import plural
from looptui.tui.asking import Asker
from looptui.tui.panes import fact_lines, gate_lines, memory_lines
from looptui.tui.widgets.box import Box
from looptui.tui.widgets.text_view import TextView
from looptui.tui.widgets.titles import set_titles

if TYPE_CHECKING:
    from looptui.core.memory import Memory
    from looptui.projections.values import IterationView, RunView
    from looptui.tui.app import LooptuiApp
    from looptui.tui.controller import NextMemory, Reads


class Side(Box):
    """Short forms of what the tabs show in full."""

    def __init__(self) -> None:
        super().__init__(id="side")
        self._shown: tuple[str, int, int | None] = ("", -1, None)
        self._asker = Asker(self)

    def compose(self) -> ComposeResult:
        yield TextView(id="gates", hang=2)
        yield TextView(id="memory", hang=memory_lines.HANG)
        yield TextView(id="cost")

    def on_mount(self) -> None:
        set_titles(self.query_one("#gates"), "Gates")
        set_titles(self.query_one("#memory"), "Memory in the next prompt")
        set_titles(self.query_one("#cost"), "Cost")

    def clear(self) -> None:
        """Show no run."""
        self._shown = ("", -1, None)
        for pane in self.query(TextView):
            pane.set_lines(())

    def show(
        self,
        view: RunView,
        iterations: Sequence[IterationView],
        chosen: int | None,
        base: IterationView | None = None,
    ) -> None:
        """Show a run; read again only when something happened in it."""
        if (view.id, view.events, chosen) == self._shown:
            return
        self._shown = view.id, view.events, chosen
        glyphs = cast("LooptuiApp", self.app).glyphs
        number = len(iterations) if chosen is None else chosen
        known = (*((base,) if base else ()), *iterations)
        one = next((one for one in known if one.n == number), None)
        gates = view.gates if one is None or chosen is None else one.gates
        rows = [line for gate in gates for line in gate_lines.short(gate, glyphs)]
        self.query_one("#gates", TextView).set_lines(rows)
        self.query_one("#cost", TextView).set_lines(fact_lines.cost(view, iterations, glyphs))
        run, asked = view.id, self._shown

        def read_memory(reads: Reads) -> tuple[Sequence[Memory], NextMemory]:
            return reads.memory(run, number), reads.next_memory(run)

        def show_memory(found: tuple[Sequence[Memory], NextMemory]) -> None:
            if asked == self._shown:
                self._show_memory(view, chosen, *found)

        self._asker.ask(read_memory, show_memory)

    def _show_memory(
        self, view: RunView, chosen: int | None, used: Sequence[Memory], found: NextMemory
    ) -> None:
        pane = self.query_one("#memory", TextView)
        if chosen:
            held = plural(len(used), "record")
            set_titles(pane, f"Memory in the prompt of iteration {chosen}", held)
            pane.set_lines(memory_lines.held(used))
            return
        known = frozenset(record.id for record in used)
        title = "Memory of the run" if view.ended else "Memory in the next prompt"
        set_titles(pane, title, memory_lines.share(found))
        pane.set_lines(memory_lines.upcoming(found, known, ended=view.ended))
