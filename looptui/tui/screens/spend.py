"""Spend: what makers cost today, in 7 and in 30 days, by loop, run, maker or day, and the caps."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from time import time
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on
from textual.widget import Widget

from looptui.errors import LooptuiError
from looptui.projections.figures import money, plural
from looptui.tui import themes
from looptui.tui.asking import Asker
from looptui.tui.controller import Reads
from looptui.tui.logbook import SPAN, Call
from looptui.tui.panes import spend_rows
from looptui.tui.panes.spend_rows import FACETS, SPANS, Sum
from looptui.tui.screens.base import MainScreen
from looptui.tui.widgets.bar import Field
from looptui.tui.widgets.box import Box
from looptui.tui.widgets.gauge import bar
from looptui.tui.widgets.table_view import TableView
from looptui.tui.widgets.text_view import TextView
from looptui.tui.widgets.titles import set_titles
from looptui.tui.widgets.virtual_view import VirtualView

if TYPE_CHECKING:
    from looptui.projections.values import RunView


class _Page(NamedTuple):
    """Calls of a part of the log."""

    calls: tuple[Call, ...]
    top: int
    """The newest event that was looked at."""
    size: int
    held_usd: float


class SpendScreen(MainScreen):
    """Sums at the left; at the right the caps, and the calls behind the row under the cursor."""

    scope: ClassVar[str] = "spend"
    tab: ClassVar[str] = "spend"
    AUTO_FOCUS = "#spend-rows"
    CSS_PATH = themes.shipped_themes() / themes.LEDGERS

    def __init__(self) -> None:
        super().__init__()
        self.by = FACETS[0]
        self.span = "today"
        self._calls: list[Call] = []
        self._top = 0
        self._newest = 0
        self._held_usd = 0.0
        self._cap_usd = 0.0
        self._known = False

    def panes(self) -> Iterator[Widget]:
        with Box(id="spend"):
            yield TableView(spend_rows.COLUMNS, id="spend-rows")
            with Box(id="spend-rest"):
                yield TextView(id="caps", hang=15)
                yield TextView(id="calls", hang=13)

    def on_mount(self) -> None:
        self._asker = Asker(self)

    @property
    def table(self) -> TableView:
        return self.query_one("#spend-rows", TableView)

    # --- reading ------------------------------------------------------------------------------

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        self.run_worker(self._learn_cap(), group="cap", exclusive=True, exit_on_error=False)

    async def _learn_cap(self) -> None:
        from looptui import config

        try:
            loaded = await asyncio.to_thread(config.load, self.cockpit.controller.repo)
        except LooptuiError:
            loaded = config.Config()
        self._cap_usd = loaded.day_cost_micro_usd / 1e6
        if self.is_mounted:
            self._show()

    def draw(self) -> None:
        self._read()
        self._show()

    def _read(self) -> None:
        """Calls behind those that are known, a part of the log at a time."""
        top = self._top

        def question(reads: Reads) -> _Page:
            size = reads.log.head().size
            end = min(size, top + SPAN)
            calls = reads.log.calls(top + 1, end + 1) if end > top else ()
            return _Page(calls, end, size, reads.log.held_usd())

        def take(page: _Page) -> None:
            if top == self._top:
                self._calls += page.calls
                self._top, self._newest, self._held_usd = page.top, page.size, page.held_usd
                self._known = True
                self._show()
            if self._top < self._newest:
                self._read()

        self._asker.ask(question, take)

    # --- drawing ------------------------------------------------------------------------------

    @property
    def sums(self) -> list[Sum]:
        """The rows of the table."""
        chosen = spend_rows.within(self._calls, self.span, time())
        return spend_rows.sums(chosen.calls, self.by, self._runs)

    @property
    def _runs(self) -> dict[str, RunView]:
        return {view.id: view for view in self.snapshot.runs}

    def _show(self) -> None:
        glyphs, sums = self.cockpit.glyphs, self.sums
        most = max(sums, key=lambda one: (one.usd, one.tokens, one.seconds), default=None)
        self.table.set_rows([spend_rows.row(one, most or one, glyphs) for one in sums])
        self.table.say_when_empty(self._empty())
        set_titles(self.table, f"Spend by {self.by} - {self.span}")
        self._show_caps()
        self._show_calls(sums)
        self._show_now()
        self.summarise(self._fields())

    def _empty(self) -> str:
        if not self._known:
            return "reading"
        return spend_rows.nothing(self.span)

    def _show_caps(self) -> None:
        pane, today = self.query_one("#caps", TextView), self._within("today")
        set_titles(pane, "Caps")
        views = self.snapshot.runs
        glyphs = self.cockpit.glyphs
        pane.set_lines(spend_rows.cap_lines(today, self._cap_usd, self._held_usd, views, glyphs))

    def _show_calls(self, sums: Sequence[Sum]) -> None:
        pane, place = self.query_one("#calls", TextView), self.table.cursor
        one = sums[place] if place is not None and place < len(sums) else None
        set_titles(pane, f"Calls - {one.title}" if one else "Calls")
        pane.set_lines(spend_rows.call_lines(one, self._runs, time()) if one else [])

    def _show_now(self) -> None:
        snapshot, glyphs, chosen = self.snapshot, self.cockpit.glyphs, self._within(self.span)
        if snapshot.problem:
            self.now_bar.call(f"{glyphs.need} {snapshot.problem}", "state-need")
        elif self._top < self._newest:
            words = f"adding up, {self._newest - self._top:,} events to go"
            self.now_bar.say(((words, ""),), turning=True)
        elif snapshot.needs:
            first = snapshot.needs[0]
            self.call_for_needs(f"{first.loop}, {first.text}", "state-review")
        elif chosen.unpriced:
            words = f"{plural(chosen.unpriced, 'call')} without a price: {self.span}"
            self.now_bar.say(((f"{words}; they are counted, never as $0", "muted"),))
        else:
            self.now_bar.say((("every call has a price", "muted"),) if chosen.calls else ())

    def _within(self, span: str) -> Sum:
        return spend_rows.within(self._calls, span, time())

    def _fields(self) -> Sequence[Field]:
        today = self._within("today")
        ratio = today.usd / self._cap_usd if self._cap_usd else None
        cap = f" of {money(self._cap_usd)} " if self._cap_usd else " "
        known = money(today.usd, known=today.priced)
        gauge = bar(ratio, 10, "ok" if (ratio or 0) < 1 else "tripped", self.cockpit.glyphs)
        later = [
            Field(((f"{name} ", "muted"), (money(one.usd, known=one.priced), "")), place)
            for place, name in enumerate(tuple(SPANS)[1:], 1)
            for one in (self._within(name),)
        ]
        return (
            Field((("today ", "muted"), (known, "bold"), (cap, ""), *gauge)),
            *later,
            Field((("reserved ", "muted"), (money(self._held_usd), "")), 3),
        )

    # --- keys ---------------------------------------------------------------------------------

    @on(VirtualView.Moved, "#spend-rows")
    def _moved(self) -> None:
        self._show_calls(self.sums)

    @on(VirtualView.Chosen, "#spend-rows")
    def _opened(self) -> None:
        self.add_class("-opened")
        self.call_after_refresh(self.query_one("#calls").focus)

    def action_clear(self) -> None:
        """Back from the calls to the sums."""
        if self.has_class("-opened"):
            self.remove_class("-opened")
            self.call_after_refresh(self.table.focus)

    def action_facet(self) -> None:
        """Sum up by the next of loop, run, maker and day."""
        self.by = FACETS[(FACETS.index(self.by) + 1) % len(FACETS)]
        self._show()

    def action_span(self) -> None:
        """Today, 7 days, 30 days."""
        names = tuple(SPANS)
        self.span = names[(names.index(self.span) + 1) % len(names)]
        self._show()
