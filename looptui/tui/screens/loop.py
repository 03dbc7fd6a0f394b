"""Loop: one run, what it does now and what each of its iterations did."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from time import time
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.widget import Widget

from looptui.projections.figures import money, short, span
from looptui.tui import looks
from looptui.tui.panes import iteration_rows, now_line
from looptui.tui.panes.details import TABS, Details
from looptui.tui.panes.fleet_rows import RUN_CELLS
from looptui.tui.panes.side import Side
from looptui.tui.screens.run_actions import RunScreen
from looptui.tui.spans import Spans
from looptui.tui.widgets.bar import Field
from looptui.tui.widgets.box import Box
from looptui.tui.widgets.gauge import GaugeView
from looptui.tui.widgets.table_view import TableView
from looptui.tui.widgets.titles import set_titles
from looptui.tui.widgets.virtual_view import VirtualView

if TYPE_CHECKING:
    from looptui.projections.values import IterationView, RunView


class LoopScreen(RunScreen):
    """Iterations, breakers, and the details of the iteration that was chosen."""

    scope: ClassVar[str] = "loop"
    tab: ClassVar[str] = "fleet"
    AUTO_FOCUS = "#iterations"

    def __init__(self) -> None:
        super().__init__()
        self.run: str | None = None
        self._expected = ""
        self._refusal = ""
        self._chosen: int | None = None
        """The iteration that is looked at; None follows the newest."""
        self._read: tuple[str, int] = ("", -1)
        self._known: Sequence[IterationView] = ()
        self._follows = True
        """Whether the cursor goes to each new iteration."""

    def panes(self) -> Iterator[Widget]:
        with Box(id="loop"):
            with Box(id="run"):
                yield TableView(iteration_rows.COLUMNS, id="iterations")
                yield GaugeView(id="breakers")
            yield Details()

    def on_mount(self) -> None:
        set_titles(self.table, "Iterations")
        set_titles(self.query_one("#breakers"), "Breakers")

    # --- which run ----------------------------------------------------------------------------

    def expect(self, name: str) -> None:
        """A run of this loop is about to be made."""
        self.run, self._expected, self._refusal, self._chosen = None, name, "", None
        self.redraw()

    def refuse(self, name: str, why: str) -> None:
        """It could not be made."""
        self._expected, self._refusal = name, why
        self.redraw()

    def show_run(self, run: str) -> None:
        """Show a run."""
        if run != self.run:
            self.run, self._expected, self._refusal, self._chosen = run, "", "", None
            self._follows = True
        self.redraw()

    @property
    def subject(self) -> RunView | None:
        return self.snapshot.run(self.run)

    @property
    def table(self) -> TableView:
        return self.query_one("#iterations", TableView)

    @property
    def details(self) -> Details:
        return self.query_one(Details)

    def _draw_side(self, view: RunView, iterations: Sequence[IterationView]) -> None:
        """The third column, where there is room for it; made when there first is."""
        if not self.has_class("-w200"):
            return
        found = self.query(Side)
        if not found:
            self.query_one("#loop").mount(Side())
            self.call_after_refresh(self.redraw)
        elif found.first().is_mounted:
            found.first().show(view, iterations, self._chosen)

    # --- drawing ------------------------------------------------------------------------------

    def draw(self) -> None:
        view = self.subject
        if view is None:
            self._draw_nothing()
            return
        glyphs, now = self.cockpit.glyphs, time()
        driver = self.snapshot.driver(view)
        iterations = self._iterations(view)
        since = self.snapshot.started.get(view.id)
        running = now - since if since and view.state == "active" else 0.0
        self.table.set_rows(iteration_rows.rows(view, iterations, running, glyphs))
        set_titles(self.table, "Iterations", iteration_rows.scores(view, iterations, glyphs))
        self._follow(len(iterations))
        gauges = looks.gauges(looks.live(view, driver, now))
        self.query_one("#breakers", GaugeView).set_gauges(gauges)
        self._say(view, driver, iterations, now)
        self.summarise(self._fields(view, driver))
        self.details.show(view, iterations, self._chosen)
        self._draw_side(view, iterations)

    def _iterations(self, view: RunView) -> Sequence[IterationView]:
        """Read again only when something happened in the run."""
        if self._read != (view.id, view.events):
            self._read = view.id, view.events
            self._known = self.cockpit.controller.iterations(view.id)
        return self._known

    def _draw_nothing(self) -> None:
        """No run yet: it is being made, or could not be."""
        if self._refusal:
            text = f"{self._expected} did not start: {self._refusal}"
            self.now_bar.call(text, "state-need")
        elif self._expected or self.run:
            words: Spans = (
                ("starting ", ""),
                (self._expected, "bold"),
                (": opening the repository", ""),
            )
            self.now_bar.say(words, turning=True)
        else:
            self.now_bar.say((("no run is chosen: 1 is the fleet", "muted"),))
        self.summarise([Field(((self._expected, "bold"),))])

    def _follow(self, count: int) -> None:
        if self._follows and self.table.cursor != count:
            self.table.move_to(count)

    def _say(
        self, view: RunView, driver: str, iterations: Sequence[IterationView], now: float
    ) -> None:
        last = self.cockpit.controller.last_output(view.id, view.iteration)
        since, pausing = self.snapshot.started.get(view.id), view.id in self.snapshot.pausing
        moment = now_line.Moment(now, since, last, pausing)
        said = now_line.sentence(view, driver, iterations, moment, self.cockpit.glyphs)
        if said.calls:
            self.now_bar.call(said.spans[0][0], said.calls, said.press)
        else:
            self.now_bar.say(said.spans, turning=said.turning)

    def _fields(self, view: RunView, driver: str) -> Sequence[Field]:
        look = looks.of_run(view, driver, self.cockpit.glyphs)
        limit = view.breakers.get("iterations")
        most = f"/{limit.limit:.0f}" if limit else ""
        return (
            Field(((view.loop, "bold"),)),
            Field((("run ", "muted"), (view.id[:RUN_CELLS], "")), 4),
            Field(look.spans()),
            Field(((f"iter {view.iteration}{most}", ""),), 1),
            Field(((money(view.cost_usd, known=view.cost_known), ""),), 2),
            Field(((span(view.active_s), ""),), 3),
            Field((("agent ", "muted"), (view.agent, "")), 5),
            Field((("risk ", "muted"), (view.risk, f"risk-{view.risk}")), 7),
            Field((("base ", "muted"), (short(view.base), "")), 8),
            Field((("tree ", "muted"), (short(view.tree), "bold")) if view.tree else (), 6),
            Field((("sandbox ", "muted"), (view.sandbox, "")) if view.sandbox else (), 9),
        )

    # --- keys and clicks ----------------------------------------------------------------------

    @on(VirtualView.Moved, "#iterations")
    def _moved(self, event: VirtualView.Moved) -> None:
        self._follows = event.index == self.table.table.count() - 1

    @on(VirtualView.Chosen, "#iterations")
    def _choose(self, event: VirtualView.Chosen) -> None:
        if isinstance(event.key, int):
            self._chosen = event.key
            self.redraw()

    def action_newest(self) -> None:
        self._chosen, self._follows = None, True
        self.redraw()

    def action_next_tab(self) -> None:
        self._turn(1)

    def action_last_tab(self) -> None:
        self._turn(-1)

    def _turn(self, step: int) -> None:
        place = TABS.index(self.details.current)
        self.details.turn_to(TABS[(place + step) % len(TABS)])
        self.redraw()
