"""Reconcile: the runs that a crash left lying, what is left of them, and what to do with each.

It reads and nothing else: no run goes on and nothing is spent before a key.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.widget import Widget

from looptui.core.commands import Resume
from looptui.projections.figures import money, plural
from looptui.tui import themes
from looptui.tui.handing import Leftovers
from looptui.tui.panes import leftover_lines
from looptui.tui.screens.run_actions import RunScreen
from looptui.tui.widgets.bar import Field
from looptui.tui.widgets.box import Box
from looptui.tui.widgets.table_view import TableView
from looptui.tui.widgets.text_view import TextView
from looptui.tui.widgets.titles import set_titles
from looptui.tui.widgets.virtual_view import VirtualView

if TYPE_CHECKING:
    from looptui.projections.values import RunView

_AGAIN = 3.0
"""Seconds between two looks at what is left: processes come to an end by themselves."""


class ReconcileScreen(RunScreen):
    """A list of interrupted runs, and below it the one under the cursor."""

    scope: ClassVar[str] = "reconcile"
    tab: ClassVar[str] = "fleet"
    AUTO_FOCUS = "#cut"
    CSS_PATH = themes.shipped_themes() / themes.LEDGERS

    def __init__(self) -> None:
        super().__init__()
        self._left: dict[str, Leftovers] = {}
        self._asked: tuple[str, ...] = ()
        self._before: str | None = None

    def panes(self) -> Iterator[Widget]:
        with Box(id="reconcile"):
            yield TableView(leftover_lines.COLUMNS, id="cut")
            yield TextView(id="left", hang=11)

    def on_mount(self) -> None:
        set_titles(self.table, "Interrupted runs")
        self.set_interval(_AGAIN, self._look)

    def on_screen_resume(self) -> None:
        self.cockpit.guard.shown()
        self._look()
        super().on_screen_resume()

    @property
    def table(self) -> TableView:
        return self.query_one("#cut", TableView)

    @property
    def subject(self) -> RunView | None:
        place = self.table.cursor
        key = None if place is None else self.table.table.key(place)
        return self.snapshot.run(key) if isinstance(key, str) else None

    @property
    def runs(self) -> tuple[RunView, ...]:
        """The runs that nobody drives although somebody should."""
        return self.snapshot.lying

    # --- reading ------------------------------------------------------------------------------

    def _look(self) -> None:
        if self.is_current and self.runs:
            ids = tuple(view.id for view in self.runs)
            self.cockpit.run_worker(self._learn(ids), group="leftovers", exit_on_error=False)

    async def _learn(self, runs: tuple[str, ...]) -> None:
        for left in await self.cockpit.controller.leftovers(runs):
            self._left[left.run] = left
        if self.is_mounted:
            self.draw()

    # --- drawing ------------------------------------------------------------------------------

    def draw(self) -> None:
        views, glyphs = self.runs, self.cockpit.glyphs
        ids = tuple(view.id for view in views)
        if ids != self._asked:
            self._asked = ids
            self._look()
        rows = [leftover_lines.row(view, self._left.get(view.id), glyphs) for view in views]
        self.table.set_rows(rows)
        words = "Nothing is left lying: every run rests or is driven. {app.back} goes on."
        self.table.say_when_empty(self.keyed(words))
        self._draw_details()
        self._draw_now()
        self.summarise(self._fields())

    def _draw_details(self) -> None:
        view, pane = self.subject, self.query_one("#left", TextView)
        if view is not None and view.id != self._before:
            self.cockpit.guard.shown()
        self._before = view.id if view else None
        set_titles(pane, f"{view.loop} {view.id}" if view else "What is left")
        keymap = self.cockpit.keymap
        left = self._left.get(view.id) if view else None
        pane.set_lines(leftover_lines.details(view, left, keymap) if view else ())

    def _draw_now(self) -> None:
        glyphs, views = self.cockpit.glyphs, self.runs
        if self.snapshot.problem:
            self.now_bar.call(f"{glyphs.need} {self.snapshot.problem}", "state-need")
        elif views:
            words = f"{plural(len(views), 'run')} interrupted. Nothing goes on and nothing is spent"
            self.now_bar.call(f"{glyphs.warn} {words} before a key", "breaker-warn")
        else:
            self.now_bar.say((("nothing is left lying", "muted"),))

    def _fields(self) -> Sequence[Field]:
        views = self.runs
        left = [self._left[view.id] for view in views if view.id in self._left]
        alive = sum(len(one.processes) for one in left)
        dirty = sum(one.dirty for one in left)
        spent = money(sum(view.cost_usd for view in views))
        held = money(sum(one.held_usd for one in left))
        return (
            Field((("Reconcile  ", "bold"), (plural(len(views), "run"), ""))),
            Field((("spent ", "muted"), (spent, "bold")), 1),
            Field((("reserved ", "muted"), (held, "")), 2),
            Field(((f"{alive} alive", "breaker-warn" if alive else "muted"),), 3),
            Field(((f"{plural(dirty, 'dirty worktree')}", "" if dirty else "muted"),), 4),
        )

    def keys_off(self) -> frozenset[str]:
        view = self.subject
        if view is None:
            verbs: tuple[str, ...] = ("resume", "background", "stop", "discard", "resume-all")
        else:
            verbs = ("stop", "discard", "background") if view.ended else ()
        return frozenset(f"{self.scope}.{verb}" for verb in verbs)

    # --- keys and clicks ----------------------------------------------------------------------

    @on(VirtualView.Moved, "#cut")
    def _moved(self) -> None:
        self._draw_details()

    @on(VirtualView.Chosen, "#cut")
    def _chosen(self, event: VirtualView.Chosen) -> None:
        if isinstance(event.key, str):
            self.cockpit.open_run(event.key)

    def action_resume(self) -> None:
        view = self.subject
        if view is not None and self.cockpit.guard.passes():
            said = "is cleaned up after" if view.ended else "goes on"
            self.cockpit.act(view.id, Resume(), f"{view.loop} {said}")

    def action_background(self) -> None:
        """Go on in a process of its own."""
        view = self._living("go on with")
        if view is not None and self.cockpit.guard.passes():
            self.cockpit.resume_away(view)

    def action_resume_all(self) -> None:
        from looptui.tui.dialogs.confirm import ConfirmDialog

        views = [view for view in self.runs if not view.ended]
        if not views:
            return

        def answer(yes: bool | None) -> None:
            for view in views if yes else ():
                self.cockpit.act(view.id, Resume(), f"{view.loop} goes on")

        names = ", ".join(view.loop for view in views)
        about = "What was in flight is done again. Beyond limits.max_concurrent they take turns."
        facts = [((names, "bold"),), ((about, ""),)]
        self.cockpit.push_screen(
            ConfirmDialog(f"Go on with {plural(len(views), 'run')}?", facts), answer
        )
