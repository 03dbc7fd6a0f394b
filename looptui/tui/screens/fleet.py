"""Fleet: every run of the repository at a glance, what needs a person first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from time import time
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.widget import Widget

from looptui.projections.figures import HOUR, money, plural
from looptui.tui import looks
from looptui.tui.hints import hints
from looptui.tui.panes.fleet_rows import COLUMNS, file_row, ordered, run_row
from looptui.tui.screens.run_actions import RunScreen
from looptui.tui.widgets.bar import Field
from looptui.tui.widgets.box import Box
from looptui.tui.widgets.table_view import TableRow, TableView
from looptui.tui.widgets.tail_view import TailView
from looptui.tui.widgets.text_view import TextView
from looptui.tui.widgets.titles import set_titles
from looptui.tui.widgets.virtual_view import VirtualView

if TYPE_CHECKING:
    from looptui.projections.values import RunView

EVENTS_KEPT = 2_000
"""Events to scroll back in; all of them are in the log of each run."""


class FleetScreen(RunScreen):
    """All runs, the latest events, and at 200 columns the run under the cursor."""

    scope: ClassVar[str] = "fleet"
    tab: ClassVar[str] = "fleet"
    AUTO_FOCUS = "#runs"

    def __init__(self) -> None:
        super().__init__()
        self._last_event = -1
        self._ended: dict[str, tuple[RunView, int, TableRow]] = {}
        """Rows of runs that have ended, the hour in which they were made."""
        self._resort = False
        self.filter = ""
        """Which runs are shown, as a person wrote it; empty for all."""

    def panes(self) -> Iterator[Widget]:
        with Box(id="fleet"):
            yield TableView(COLUMNS, id="runs")
            yield TextView(id="preview")
        yield TailView(kept=EVENTS_KEPT, id="events")

    def on_mount(self) -> None:
        self._title()
        set_titles(self.query_one("#events"), "Events")

    def _title(self) -> None:
        if not self.filter:
            set_titles(self.table, "Loops - sorted by what needs you")
            return
        found, of = self.table.table.count(), len(self.snapshot.runs)
        clear = self.keyed("{fleet.clear} shows all")
        set_titles(self.table, f"Loops - {self.filter}", f"{found} of {of} - {clear}")

    @property
    def table(self) -> TableView:
        return self.query_one("#runs", TableView)

    @property
    def subject(self) -> RunView | None:
        return self.snapshot.run(self._key())

    def _key(self) -> str | None:
        place = self.table.cursor
        key = None if place is None else self.table.table.key(place)
        return key if isinstance(key, str) else None

    def draw(self) -> None:
        if not (self.snapshot.known or self.snapshot.problem):
            return
        self._draw_rows()
        self._draw_events()
        self._draw_preview()
        self._draw_now()
        self.summarise(self._fields())

    # --- panes --------------------------------------------------------------------------------

    def _draw_rows(self) -> None:
        views, hold = self._chosen_runs(), self.cockpit.holding
        shown = [row.key for row in self.table.table.rows]
        urgency = {view.id: self.urgency(view) for view in views}
        rows = [self._row(view) for view in ordered(views, urgency, shown, hold=hold)]
        started = {view.loop for view in views}
        files = [path for path in self.snapshot.files if path.stem not in started]
        files = [] if self.filter else files
        rows += [file_row(path, self.cockpit.glyphs, self.cockpit.keymap) for path in files]
        self.table.set_rows(rows)
        self._title()
        if hold and not self._resort:
            self._resort = True
            self.set_timer(self.cockpit.HOLD, self._sort_now)

    def _chosen_runs(self) -> Sequence[RunView]:
        """All runs, or those that the filter means."""
        if not self.filter:
            return self.snapshot.runs
        from looptui.tui.finding import choice

        wanted = choice(self.filter)
        return [one for one in self.snapshot.runs if wanted.fits(one, self.look(one).word)]

    def _row(self, view: RunView) -> TableRow:
        """Made once an hour for a run that has ended: most of them have."""
        if not view.ended:
            return run_row(view, self.snapshot, self.cockpit.glyphs, self.cockpit.keymap)
        hour = int(time() // HOUR)
        known = self._ended.get(view.id)
        if known is None or known[0] is not view or known[1] != hour:
            row = run_row(view, self.snapshot, self.cockpit.glyphs, self.cockpit.keymap)
            known = self._ended[view.id] = view, hour, row
        return known[2]

    def _sort_now(self) -> None:
        self._resort = False
        if self.is_current:
            self._draw_rows()

    def _draw_events(self) -> None:
        pane = self.query_one("#events", TailView)
        new = [line for line in self.cockpit.feed.events if line.seq > self._last_event]
        if new and pane.display:
            from looptui.tui.panes import event_lines

            self._last_event = new[-1].seq
            worth = [line for line in new if event_lines.worth(line, fleet=True)]
            pane.append(event_lines.fleet_line(line, self.cockpit.glyphs) for line in worth)

    def _draw_preview(self) -> None:
        pane = self.query_one("#preview", TextView)
        if self.table.table.count() == 0 and not self.filter:
            from looptui.tui.panes.welcome import welcome

            pane.set_lines(welcome(self.cockpit.controller.repo, self.cockpit.keymap))
            set_titles(pane, "Begin here")
        elif pane.display:
            self._preview(pane)
        self.set_class(self.table.table.count() == 0 and not self.filter, "-empty")

    def _preview(self, pane: TextView) -> None:
        from looptui.tui.panes import preview

        view = self.subject
        set_titles(pane, view.loop if view else "Loop")
        if view is not None:
            lines = preview.lines(view, self.snapshot, self.cockpit.glyphs, pane.columns)
            pane.set_lines(lines)

    def _draw_now(self) -> None:
        snapshot, glyphs = self.snapshot, self.cockpit.glyphs
        cut = [v for v in snapshot.runs if looks.interrupted(v, snapshot.driver(v))]
        if snapshot.problem:
            self.now_bar.call(f"{glyphs.need} {snapshot.problem}", "state-need")
        elif cut:
            names = ", ".join(view.loop for view in cut[:3])
            spent = money(sum(view.cost_usd for view in cut))
            key = self.cockpit.keymap.first("app.reconcile")
            press = self.keyed("press {app.reconcile}")
            self.now_bar.call(
                f"{glyphs.warn} {press}: {plural(len(cut), 'interrupted run')}"
                f" ({names}), {spent} spent so far. Nothing goes on before a key",
                "breaker-warn",
                key,
            )
        elif snapshot.needs:
            first = snapshot.needs[0]
            self.call_for_needs(f"{first.loop}, {first.text}", "state-review")
        elif tripped := [view for view in snapshot.runs if view.state == "tripped"]:
            stuck = tripped[0]
            self.call_for_needs(f"{stuck.loop}, {stuck.tripped} breaker tripped", "state-need")
        elif snapshot.at_work:
            words = plural(len(snapshot.at_work), "run") + " at work, nothing needs you"
            self.now_bar.say(((words, ""),), turning=True)
        else:
            ways = (("fleet.start", " starts a loop   "), ("pick.choose", " opens a row"))
            rest = hints(self.cockpit.keymap, *ways, style="muted")
            self.now_bar.say((("nothing needs you, nothing is at work   ", "muted"), *rest))

    def _fields(self) -> Sequence[Field]:
        snapshot, glyphs = self.snapshot, self.cockpit.glyphs
        views = snapshot.runs
        cut = sum(looks.interrupted(view, snapshot.driver(view)) for view in views)
        counts = (
            (
                len(snapshot.needs),
                glyphs.need,
                "needs you" if len(snapshot.needs) == 1 else "need you",
                "bold state-need",
            ),
            (len(snapshot.at_work), glyphs.run, "running", "state-run"),
            (cut, glyphs.warn, "interrupted", "breaker-warn"),
            (_count(views, "tripped"), glyphs.tripped, "tripped", "state-need"),
            (_count(views, "paused"), glyphs.paused, "paused", "state-paused"),
            (_count(views, "queued", "parked"), glyphs.queued, "queued", "state-queued"),
            (_count(views, "landed", "completed"), glyphs.done, "done", "state-done"),
            (_count(views, "stopped", "rejected", "failed"), glyphs.stopped, "ended", "muted"),
        )
        fields = [
            Field(((f"{glyph} {count} {word}", style),), place)
            for place, (count, glyph, word, style) in enumerate(counts)
            if count
        ]
        spent = money(snapshot.spent_today)
        return (*fields, Field((("spend today ", ""), (spent, "bold")), 9))

    # --- keys and clicks ----------------------------------------------------------------------

    @on(VirtualView.Moved, "#runs")
    def _moved(self) -> None:
        self._draw_preview()

    @on(VirtualView.Chosen, "#runs")
    def _chosen(self, event: VirtualView.Chosen) -> None:
        if isinstance(event.key, Path):
            self.cockpit.ask_to_start(event.key)
        elif isinstance(event.key, str):
            self.cockpit.open_run(event.key)

    def action_find(self) -> None:
        """Choose which runs are shown."""
        from looptui.tui.dialogs.text import TextDialog
        from looptui.tui.finding import FLEET_HELP

        def answer(text: str | None) -> None:
            if text is not None:
                self.set_filter(text)

        dialog = TextDialog("Which loops?", FLEET_HELP, text=self.filter, optional=True)
        self.cockpit.push_screen(dialog, answer)

    def action_clear(self) -> None:
        self.set_filter("")

    def set_filter(self, text: str) -> None:
        """Show only some runs; all of them for an empty text."""
        self.filter = text
        self.table.say_when_empty("no run is like that" if text else "")
        self.redraw()

    def action_start(self) -> None:
        """Choose a loop file to run, or have a new one written."""
        from looptui.tui.dialogs.start import StartDialog

        files = self.snapshot.files
        if not files:
            self.cockpit.action_new_loop()
            return

        def chosen(what: Path | str | None) -> None:
            if isinstance(what, Path):
                self.cockpit.ask_to_start(what)
            elif what is not None:
                self.cockpit.action_new_loop()

        self.cockpit.push_screen(StartDialog(files), chosen)


def _count(views: Sequence[RunView], *states: str) -> int:
    return sum(view.state in states and not view.needs for view in views)
