"""Memory: what is remembered, what of it the next prompt will hold, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from time import monotonic, time
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.timer import Timer
from textual.widget import Widget

from looptui.projections.figures import plural
from looptui.tui import themes
from looptui.tui.asking import Asker
from looptui.tui.memories import Change, Item, PromptCard, Shelved, Wish
from looptui.tui.panes import record_lines, record_rows
from looptui.tui.panes.record_rows import RecordsView
from looptui.tui.screens.memory_edits import MemoryEdits
from looptui.tui.widgets.bar import Field
from looptui.tui.widgets.box import Box
from looptui.tui.widgets.gauge import bar, word
from looptui.tui.widgets.key_bar import KeyBar
from looptui.tui.widgets.text_view import TextView
from looptui.tui.widgets.titles import set_tabs, set_titles
from looptui.tui.widgets.virtual_view import VirtualView

if TYPE_CHECKING:
    from looptui.projections.values import RunView

TABS = ("Record", "Next prompt", "History")
_REST = 4.0
"""How many times as long as the last answer took the store is left alone."""
_HANGS = {"Record": record_lines.HANG, "Next prompt": 2, "History": 4}


class MemoryScreen(MemoryEdits):
    """Records as the next prompt of a run would have them, and one of them with its reasons."""

    scope: ClassVar[str] = "memory"
    tab: ClassVar[str] = "memory"
    AUTO_FOCUS = "#records"
    CSS_PATH = themes.shipped_themes() / themes.MEMORY

    def __init__(self) -> None:
        super().__init__()
        self.wish = Wish()
        self.shelved: Shelved | None = None
        self._settled = False
        """Whether it is known of which run the memory is shown."""
        self.current = TABS[0]
        self._changes: Sequence[Change] = ()
        self._rested = 0.0
        """Until when the store is left alone."""
        self._waiting: Timer | None = None
        self._card: PromptCard | None = None
        self._card_of: tuple[str, int] = ("", -1)

    def panes(self) -> Iterator[Widget]:
        with Box(id="memory-box"):
            yield RecordsView(id="records")
            with Box(id="one"):
                yield TextView(id="record", hang=record_lines.HANG)
                yield TextView(id="why", hang=record_lines.HANG)
            yield TextView(id="history", hang=4)

    def on_mount(self) -> None:
        self._shelves, self._histories = Asker(self), Asker(self)
        set_titles(self.query_one("#why"), "Why it is here")
        set_titles(self.query_one("#history"), "History")

    @property
    def list(self) -> RecordsView:
        return self.query_one("#records", RecordsView)

    @property
    def pane(self) -> TextView:
        return self.query_one("#record", TextView)

    @property
    def subject(self) -> RunView | None:
        return self.snapshot.run(self.wish.run)

    @property
    def items(self) -> Sequence[Item]:
        return self.shelved.items if self.shelved else ()

    @property
    def item(self) -> Item | None:
        """The record under the cursor."""
        place = self.list.cursor
        key = None if place is None else record_rows.key_of(self.list.table.key(place))
        return next((item for item in self.items if item.record.id == key), None)

    # --- reading ------------------------------------------------------------------------------

    def show_run(self, run: str) -> None:
        """The memory of a run: what its next prompt would hold. Empty for that of all runs."""
        if run != self.wish.run:
            self._look_for(Wish(run))

    def _look_for(self, wish: Wish) -> None:
        if wish.run != self.wish.run:
            self.marked.clear()
        self.wish, self._settled = wish, True
        self.redraw()

    def draw(self) -> None:
        if not self.wish.run and not self._settled and self.snapshot.runs:
            self._settled = True
            self.wish = Wish(self._likeliest())
        self._read()
        self._show()

    def _likeliest(self) -> str:
        runs = self.snapshot.runs
        return next((view.id for view in runs if not view.ended), runs[0].id)

    def _read(self) -> None:
        """Ask again, but of a large store so seldom that it has time for other questions."""
        wish, known, early = self.wish, -1, self._rested - monotonic()
        if early > 0 and self.shelved is not None and self.shelved.wish == wish:
            if self._waiting is None:
                self._waiting = self.set_timer(early, self._read_late)
            return
        if self.shelved is not None and self.shelved.wish == wish:
            known = self.shelved.version

        def take(shelved: Shelved | None) -> None:
            if shelved is not None and shelved.wish == self.wish:
                self._rested = monotonic() + _REST * shelved.took
                self.shelved = shelved
                self._show()
                self._read_history()

        self._shelves.ask(lambda reads: reads.memories.shelved(wish, known), take)

    def _read_late(self) -> None:
        self._waiting = None
        if self.is_current:
            self._read()

    def _read_history(self) -> None:
        """How the record under the cursor came, where that is seen."""
        item = self.item
        seen = self.current == "History" or self.query_one("#history").display
        if item is None or not seen:
            self._changes = ()
            return

        def take(changes: Sequence[Change]) -> None:
            self._changes = changes
            self._draw_one()

        self._histories.ask(lambda reads: reads.memories.history(item.record), take)

    def _compose_prompt(self) -> None:
        """Have the next prompt composed; once for what is known now."""
        wanted = (self.wish.run, self.shelved.version if self.shelved else -1)
        if wanted != self._card_of and wanted[0]:
            if wanted[0] != self._card_of[0]:
                self._card = None
            self._card_of = wanted
            self.run_worker(self._preview(wanted), group="preview", exit_on_error=False)

    async def _preview(self, wanted: tuple[str, int]) -> None:
        card = await self.cockpit.controller.preview(wanted[0])
        if wanted == self._card_of and self.is_mounted:
            self._card = card
            self._draw_one()

    # --- drawing ------------------------------------------------------------------------------

    def _show(self) -> None:
        glyphs, shelved = self.cockpit.glyphs, self.shelved
        if shelved is not None:
            self.list.set_rows(record_rows.rows(shelved, self.marked, time(), glyphs))
        self.list.say_when_empty(self._empty())
        set_titles(self.list, self._title(), self._narrowed())
        self._draw_one()
        self._draw_now()
        self.summarise(self._fields())

    def _empty(self) -> str:
        if self.shelved is None:
            return "reading"
        if self._narrowed():
            return self.keyed("No record fits; {memory.clear} shows all.")
        return self.keyed("Nothing learned yet: {memory.new} adds a record by hand.")

    def _title(self) -> str:
        view = self.subject
        return f"Memory of {view.loop} - next prompt first" if view else "Memory of all loops"

    def _narrowed(self) -> str:
        wish = self.wish
        parts = [f"/{' '.join(wish.words)}"] if wish.words else []
        parts += [part for part in (wish.kind, wish.state, wish.scope) if part]
        return "  ".join(parts)

    def _draw_one(self) -> None:
        item, now = self.item, time()
        wide = self.query_one("#history").display
        tabs = TABS[:2] if wide else TABS
        tab = self.current if self.current in tabs else TABS[0]
        set_tabs(self.pane, tabs, tab, item.record.id if item else "")
        self.pane.text_rows.hang = _HANGS[tab]
        if tab == "Next prompt":
            self._compose_prompt()
            self.pane.set_lines(record_lines.prompt(self._card, self.shelved, self.cockpit.glyphs))
        elif tab == "History":
            self.pane.set_lines(record_lines.history(self._changes, now))
        else:
            self.pane.set_lines(record_lines.entry(item) if item else [])
        if wide:
            lines = record_lines.history(self._changes, now) if item else []
            self.query_one("#history", TextView).set_lines(lines)
        self.query_one(KeyBar).show(self.scope, self.keys_off())
        weighed = bool(self.shelved and self.shelved.budget)
        why = record_lines.why(item, now, weighed=weighed) if item else []
        self.query_one("#why", TextView).set_lines(why)

    def _draw_now(self) -> None:
        snapshot, glyphs = self.snapshot, self.cockpit.glyphs
        undecided = [item for item in self.items if item.group == "decide"]
        if snapshot.problem:
            self.now_bar.call(f"{glyphs.need} {snapshot.problem}", "state-need")
        elif self.held_words:
            self.now_bar.call(f"{glyphs.paused} {self.held_words}", "state-paused")
        elif undecided:
            first = undecided[0]
            told = f"{first.record.id}, {record_rows.word(first)}"
            count = plural(len(undecided), "record")
            words = f"{glyphs.warn} a decides: {count} to confirm or to settle, first {told}"
            self.now_bar.call(words, "breaker-warn")
        else:
            words = "everything here was confirmed, and nothing contradicts anything"
            self.now_bar.say(((words, "muted"),) if self.items else ())

    def _fields(self) -> Sequence[Field]:
        shelved, view = self.shelved, self.subject
        if shelved is None:
            return (Field((("Memory", "bold"),)),)
        counts = shelved.counts
        scope = f"{view.loop} {view.id[:7]}" if view else "all loops"
        kept = counts.get("active", 0)
        clashes = sum(1 for item in shelved.items if item.rival) // 2
        told = (
            (counts.get("quarantined", 0), "to confirm", "breaker-warn"),
            (clashes, "clash" if clashes == 1 else "clashes", "memory-clash"),
            (counts.get("stale", 0), "stale", "memory-stale"),
            (counts.get("pinned", 0), "pinned", "memory-pinned"),
        )
        out = [item for item in shelved.items if item.reason.startswith("needs ")]
        return (
            Field((("scope ", "muted"), ("repository + " if view else "", ""), (scope, "bold"))),
            Field(((f"{kept} kept", ""),), 2),
            *(Field(((f"{n} {name}", look),), place) for place, (n, name, look)
              in enumerate(told, 3) if n),
            *self._budget(shelved),
            Field(((f"{len(out)} left out for room", "breaker-warn"),), 1) if out else Field(()),
        )  # fmt: skip

    def _budget(self, shelved: Shelved) -> Sequence[Field]:
        if not shelved.budget:
            return ()
        ratio = shelved.tokens / shelved.budget
        words = f"{shelved.tokens:,} of {shelved.budget:,} tok "
        gauge = bar(ratio, 10, "ok", self.cockpit.glyphs)
        return (Field((("budget ", "muted"), (words, "bold"), *gauge, (" ", ""), word("ok")), 1),)

    # --- keys ---------------------------------------------------------------------------------

    @on(VirtualView.Moved, "#records")
    def _moved(self) -> None:
        self._changes = ()
        self._read_history()
        self._draw_one()

    @on(VirtualView.Chosen, "#records")
    def _opened(self) -> None:
        self.add_class("-opened")
        self.call_after_refresh(self.pane.focus)

    @on(VirtualView.TabClicked)
    def _clicked(self, event: VirtualView.TabClicked) -> None:
        self._turn_to(event.tab)

    def action_next_tab(self) -> None:
        self._turn(1)

    def action_last_tab(self) -> None:
        self._turn(-1)

    def _turn(self, step: int) -> None:
        tabs = TABS[:2] if self.query_one("#history").display else TABS
        place = tabs.index(self.current) if self.current in tabs else 0
        self._turn_to(tabs[(place + step) % len(tabs)])

    def _turn_to(self, tab: str) -> None:
        self.current = tab
        if self.has_class("-w80"):
            self.add_class("-opened")
            self.call_after_refresh(self.pane.focus)
        self.pane.scroll_rows_to(0)
        self._read_history()
        self._draw_one()

    def action_clear(self) -> None:
        """Close the record; then let marks go; then list everything again."""
        if self.has_class("-opened"):
            self.remove_class("-opened")
            self.call_after_refresh(self.list.focus)
        elif self.marked:
            self.marked.clear()
            self._show()
        elif self._narrowed():
            self._look_for(Wish(self.wish.run))

    def action_find(self) -> None:
        from looptui.tui.dialogs.text import TextDialog

        def answer(text: str | None) -> None:
            if text is not None:
                self._look_for(Wish(self.wish.run, tuple(text.split())))

        about = "any of these words, in records of every loop, also in those put away"
        self.cockpit.push_screen(
            TextDialog("Search", about, text=" ".join(self.wish.words)), answer
        )

    def action_facet(self) -> None:
        """Choose a kind, a state or a scope of those that there are."""
        Asker(self).ask(lambda reads: reads.memories.facets(), self._choose)

    def _choose(self, facets: Sequence[tuple[str, str, int]]) -> None:
        from looptui.tui.dialogs.facet import Facet, FacetDialog

        def answer(facet: Facet | None) -> None:
            if facet is not None:
                by, name = facet
                wanted: dict[str, Wish] = {
                    "kind": Wish(self.wish.run, kind=name),
                    "state": Wish(self.wish.run, state=name),
                    "scope": Wish(self.wish.run, scope=name),
                }
                self._look_for(wanted.get(by, Wish(self.wish.run)))

        rows = [((by, name), plural(count, "record")) for by, name, count in facets]
        self.cockpit.push_screen(FacetDialog(rows), answer)

    def action_next_run(self) -> None:
        self._go_on(1)

    def action_last_run(self) -> None:
        self._go_on(-1)

    def _go_on(self, step: int) -> None:
        runs = [view.id for view in self.snapshot.runs] + [""]
        place = runs.index(self.wish.run) if self.wish.run in runs else 0
        self._look_for(Wish(runs[(place + step) % len(runs)]))
