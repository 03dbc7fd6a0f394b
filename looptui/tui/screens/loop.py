"""Loop: one run, what it does now and what each of its iterations did."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from time import time
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on
from textual.widget import Widget

from looptui.projections.figures import money, short, span
from looptui.tui import looks, themes
from looptui.tui.asking import Asker
from looptui.tui.panes import iteration_rows, now_line
from looptui.tui.panes.details import Details
from looptui.tui.panes.fleet_rows import RUN_CELLS
from looptui.tui.panes.side import Side
from looptui.tui.screens.going_back import GoingBack
from looptui.tui.spans import Spans
from looptui.tui.widgets.bar import Field
from looptui.tui.widgets.box import Box
from looptui.tui.widgets.gauge import GaugeView
from looptui.tui.widgets.table_view import TableView
from looptui.tui.widgets.titles import set_titles
from looptui.tui.widgets.virtual_view import VirtualView

if TYPE_CHECKING:
    from looptui.projections.values import IterationView, RunView
    from looptui.tui.controller import Reads


class _Known(NamedTuple):
    """What was read of a run."""

    run: str = ""
    events: int = -1
    iterations: Sequence[IterationView] = ()
    base: IterationView | None = None
    last_output: float | None = None


class LoopScreen(GoingBack):
    """Iterations, breakers, and the details of the iteration that was chosen."""

    CSS_PATH = themes.shipped_themes() / themes.LOOP
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
        self._known = _Known()
        self._asker = Asker(self)
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
        self.table.say_when_empty("the gates run on the base first")

    def _furnish(self) -> None:
        """The panes that the first frame can do without."""
        if self.subject is None:
            self.details.furnish()
            self._side()

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
    def iterations(self) -> Sequence[IterationView]:
        view = self.subject
        return self._known.iterations if view is not None and view.id == self._known.run else ()

    @property
    def number(self) -> int | None:
        """The iteration that was opened, else the one under the cursor."""
        if self._chosen is not None:
            return self._chosen
        row, cursor = self.table.table, self.table.cursor
        key = row.key(cursor) if cursor is not None and cursor < row.count() else None
        return key if isinstance(key, int) else None

    @property
    def table(self) -> TableView:
        return self.query_one("#iterations", TableView)

    @property
    def details(self) -> Details:
        return self.query_one(Details)

    @property
    def main_pane(self) -> VirtualView | None:
        return self.details.pane

    def _side(self) -> Side | None:
        """The panes beside the tabs, where there is room for them; made when there first is."""
        if not self.has_class("-roomy"):
            return None
        found = self.query(Side)
        if not found:
            self.query_one("#loop").mount(Side())
            self.call_after_refresh(self.redraw)
            return None
        return found.first() if found.first().is_mounted else None

    def on_screen_suspend(self) -> None:
        self.details.rest()

    # --- drawing ------------------------------------------------------------------------------

    def draw(self) -> None:
        view = self.subject
        if view is None:
            self._draw_nothing()
            return
        self.summarise(self._fields(view, self.snapshot.driver(view)))
        if view.state == "active" or (view.id, view.events) != self._known[:2]:
            self._asker.ask(lambda reads: _read(reads, view, self._known), self._learn)
        if view.id == self._known.run:
            self._draw_run(view, self._known)

    def _learn(self, known: _Known) -> None:
        self._known = known
        view = self.subject
        if view is not None and view.id == known.run:
            self._draw_run(view, known)

    def _draw_run(self, view: RunView, known: _Known) -> None:
        glyphs, now = self.cockpit.glyphs, time()
        driver, iterations = self.snapshot.driver(view), known.iterations
        since = self.snapshot.started.get(view.id)
        running = now - since if since and view.state == "active" else 0.0
        self.table.set_rows(iteration_rows.rows(view, iterations, running, glyphs, known.base))
        set_titles(self.table, "Iterations", iteration_rows.scores(view, iterations, glyphs))
        self._follow(len(iterations))
        gauges = looks.gauges(looks.live(view, driver, now))
        self.query_one("#breakers", GaugeView).set_gauges(gauges)
        moment = now_line.Moment(now, since, known.last_output, view.id in self.snapshot.pausing)
        self._say(now_line.sentence(view, driver, iterations, moment, glyphs, self.cockpit.keymap))
        self.details.show(view, iterations, self._chosen, known.base)
        side = self._side()
        if side is not None:
            side.show(view, iterations, self._chosen, known.base)

    def _draw_nothing(self) -> None:
        """No run yet: it is being made, or could not be."""
        self.call_after_refresh(self._furnish)
        if self._known.run:
            self._clear()
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

    def _clear(self) -> None:
        """Show nothing of the run that was here before."""
        self._known = _Known()
        self.table.set_rows(())
        set_titles(self.table, "Iterations")
        self.query_one("#breakers", GaugeView).set_gauges(())
        self.details.clear()
        for side in self.query(Side):
            side.clear()

    def _say(self, said: now_line.Sentence) -> None:
        if said.calls:
            self.now_bar.call(said.spans[0][0], said.calls, said.press)
        else:
            self.now_bar.say(said.spans, turning=said.turning)

    def _fields(self, view: RunView, driver: str) -> Sequence[Field]:
        look = looks.of_run(view, driver, self.cockpit.glyphs)
        limit = view.breakers.get("iterations")
        rounds = f"{limit.value:.0f}/{limit.limit:.0f}" if limit else str(view.iteration)
        return (
            Field(((view.loop, "bold"),)),
            Field((("run ", "muted"), (view.id[:RUN_CELLS], "")), 4),
            Field(look.spans()),
            Field(((f"iter {rounds}", ""),), 1),
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
            self.add_class("-opened")
            self.redraw()
            self.call_after_refresh(self.details.focus_pane)

    def action_newest(self) -> None:
        """Close the iteration that was opened, and follow the newest again."""
        self._chosen, self._follows = None, True
        self.remove_class("-opened")
        self.table.focus()
        self.redraw()

    def action_next_tab(self) -> None:
        self.details.turn(1)

    def action_last_tab(self) -> None:
        self.details.turn(-1)

    def action_diff(self) -> None:
        """The diff; a second time it is the transcript again, where they share a place."""
        self._toggle("Diff")

    def action_memory(self) -> None:
        """What the next prompt will hold."""
        if self.has_class("-roomy"):
            self.query_one("#memory").focus()
        else:
            self._toggle("Memory")

    def _toggle(self, tab: str) -> None:
        away = self.details.current == tab and "Transcript" in self.details.tabs
        self.details.turn_to("Transcript" if away else tab, focus=True)


def _read(reads: Reads, view: RunView, known: _Known) -> _Known:
    """What is not known yet; iterations change only when something happens in the run."""
    if (view.id, view.events) == known[:2]:
        iterations, base = known.iterations, known.base
    else:
        iterations, base = reads.iterations(view.id), reads.base(view.id)
    last_output = reads.last_output(view.id, view.iteration)
    return _Known(view.id, view.events, iterations, base, last_output)
