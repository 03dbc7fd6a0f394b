"""The frame that every screen has: tabs, summary, what goes on now, panes, keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from time import time
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widget import Widget

from looptui.projections.figures import plural
from looptui.tui import looks
from looptui.tui.frame import SMALLEST, WIDE
from looptui.tui.hints import hints
from looptui.tui.keymap import bind
from looptui.tui.spans import Spans
from looptui.tui.widgets.bar import Field, SummaryBar
from looptui.tui.widgets.key_bar import KeyBar
from looptui.tui.widgets.now_bar import NowBar
from looptui.tui.widgets.small_view import SmallView
from looptui.tui.widgets.tab_bar import TabBar
from looptui.tui.widgets.virtual_view import VirtualView

if TYPE_CHECKING:
    from looptui.projections.values import RunView
    from looptui.tui.app import LooptuiApp
    from looptui.tui.feed import Snapshot


_WIDTHS = [(0, "-w80"), (WIDE, "-w120"), (170, "-w200")]
_HEIGHTS = [(0, "-h16"), (22, "-h24"), (32, "-h40"), (54, "-h60")]
_ROOMY = (WIDE, 32)
"""Columns and rows from which the panes of a run stand beside each other, not behind tabs."""
_STEP = 3
"""Rows of the main pane that one key goes on from a list."""
_CLASSES = [name for _, name in (*_WIDTHS, *_HEIGHTS)]


class MainScreen(Screen[None]):
    """A screen of the cockpit; `draw` shows what the feed holds and is cheap if that is old."""

    scope: ClassVar[str] = ""
    """The scope of its keys."""
    tab: ClassVar[str] = "fleet"
    ALLOW_IN_MAXIMIZED_VIEW = "TabBar, SummaryBar, NowBar, KeyBar, SmallView"
    ESCAPE_TO_MINIMIZE = True
    HORIZONTAL_BREAKPOINTS = _WIDTHS
    VERTICAL_BREAKPOINTS = _HEIGHTS

    _last_hit: tuple[VirtualView | None, str, int] = (None, "", -1)
    """The pane in which words were sought last, the words, and the row where they were."""

    def fit(self, columns: int, rows: int) -> None:
        """Take the classes of a size before it is laid out, so that it is laid out once."""
        wide = self._get_breakpoint_classes(columns, self.HORIZONTAL_BREAKPOINTS or [])
        high = self._get_breakpoint_classes(rows, self.VERTICAL_BREAKPOINTS or [])
        small = columns < SMALLEST[0] or rows < SMALLEST[1]
        roomy = columns >= _ROOMY[0] and rows >= _ROOMY[1]
        classes = {name: name in wide | high for name in _CLASSES}
        self.update_classes(classes | {"-small": small, "-roomy": roomy})

    def compose(self) -> ComposeResult:
        yield TabBar(self.tab)
        yield SummaryBar()
        yield NowBar()
        yield from self.panes()
        yield KeyBar(self.scope, words={} if self.scope == "fleet" else {"app.back": "Back"})
        yield SmallView()

    def panes(self) -> Iterator[Widget]:
        """The panes between the frame."""
        raise NotImplementedError

    def draw(self) -> None:
        """Show what the feed holds now."""
        raise NotImplementedError

    @property
    def cockpit(self) -> LooptuiApp:
        return cast("LooptuiApp", self.app)

    @property
    def snapshot(self) -> Snapshot:
        return self.cockpit.feed.snapshot

    @property
    def now_bar(self) -> NowBar:
        return self.query_one(NowBar)

    @property
    def too_small(self) -> bool:
        """Whether only the summary is on screen: nothing can be decided then."""
        return self.has_class("-small")

    def on_mount(self) -> None:
        self.bind_keys()

    def bind_keys(self) -> None:
        """Take the keys in force; again after they were changed."""
        bind(self, self.cockpit.keymap, self.scope)

    def panes_in_sight(self) -> list[Widget]:
        """What can have the focus and is seen, from left to right and top to bottom."""
        panes = [pane for pane in self.focus_chain if pane.region.area]
        return sorted(panes, key=lambda pane: (pane.region.x, pane.region.y))

    # --- finding ------------------------------------------------------------------------------

    def action_find(self) -> None:
        """Find words in the pane with the focus; the same words again find the next row."""
        pane = self.focused
        if not isinstance(pane, VirtualView):
            return
        from looptui.tui.dialogs.text import TextDialog

        def answer(words: str | None) -> None:
            if words:
                self._find(pane, words)

        title = "Find in this pane"
        self.cockpit.push_screen(TextDialog(title, "enter goes on to the next row that has it",
                                            text=self._last_hit[1]), answer)  # fmt: skip

    @property
    def main_pane(self) -> VirtualView | None:
        """What is read while a list has the focus; None where there is no such pane."""
        return None

    def action_read_on(self) -> None:
        self._scroll_main(_STEP)

    def action_read_back(self) -> None:
        self._scroll_main(-_STEP)

    def _scroll_main(self, rows: int) -> None:
        pane = self.main_pane
        if pane is not None:
            pane.scroll_rows_to(pane.scroll_offset.y + rows)

    def _find(self, pane: VirtualView, words: str) -> None:
        from looptui.tui.finding import find

        before, last = self._last_hit[0], self._last_hit[2]
        top = pane.scroll_offset.y - 1
        after = pane.cursor if pane.cursor is not None else last if before is pane else top
        hit = find(pane, words, after)
        self._last_hit = (pane, words, hit.row if hit else -1)
        if hit is None:
            self.cockpit.tell(f"{words!r} is not in this pane")
            return
        pane.go_to_row(hit.row)
        if hit.again:
            self.cockpit.tell("found from the top on")

    # --- one pane alone -----------------------------------------------------------------------

    def zoom(self) -> None:
        """Give all the room to the pane with the focus."""
        if self.focused is not None and self.focused in self.panes_in_sight():
            self.maximize(self.focused, container=False)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The pane that is alone is that with the focus, also where that goes elsewhere."""
        if self.maximized is not None and event.widget is not self.maximized:
            self.maximize(event.widget, container=False)

    def on_screen_resume(self) -> None:
        self.redraw()

    def on_screen_suspend(self) -> None:
        self.now_bar.rest()

    def on_resize(self, event: events.Resize) -> None:
        """Of two sizes in the queue the older is dropped: laid out, they would chase each other."""
        if event.size != self.app.size:
            event.prevent_default()
            return
        self.fit(*event.size)
        self.redraw()

    def redraw(self) -> None:
        """Draw everything: frame and panes."""
        if not self.is_mounted:
            return
        self.query_one(TabBar).show(self.tab, {"review": len(self.snapshot.needs)})
        self.query_one(SmallView).set_lines(self._small())
        self.draw()
        self.query_one(KeyBar).show(self.scope, self.keys_off())

    def keys_off(self) -> frozenset[str]:
        """The keys that would do nothing now; the key bar leaves them out."""
        return frozenset()

    def keyed(self, words: str) -> str:
        """A sentence of ours with each `{id}` of an action as the key in force."""
        return self.cockpit.keymap.told(words)

    def call_for_needs(self, what: str, style: str) -> None:
        """Say in the line of the moment what waits for a person; a click goes there."""
        glyph = (
            self.cockpit.glyphs.review if style == "state-review" else self.cockpit.glyphs.tripped
        )
        words = f"{glyph} {self.keyed('press {app.next-need} to decide')}: {what}"
        self.now_bar.call(words, style, self.cockpit.keymap.first("app.next-need"))

    def summarise(self, fields: Sequence[Field]) -> None:
        self.query_one(SummaryBar).set_fields(fields)

    def _small(self) -> Sequence[Spans]:
        columns, rows = self.size
        least, (wide, high) = self.snapshot, SMALLEST
        lines: list[Spans] = [
            ((f"looptui needs {wide}x{high}, this is {columns}x{rows}", "bold"),),
            ((f"{plural(len(least.needs), 'need')}, {len(least.at_work)} at work", ""),),
        ]
        worst = max(least.runs, key=self.urgency, default=None)
        if worst is not None:
            look = self.look(worst)
            lines.append(((f"{look.glyph} {worst.loop} ", look.style), (look.word, look.style)))
            lines.append(((worst.latest, "muted"),))
        ways = (("app.next-need", " next need  "), ("app.back", " back"))
        return (*lines, hints(self.cockpit.keymap, *ways))

    def look(self, view: RunView) -> looks.Look:
        return looks.of_run(view, self.snapshot.driver(view), self.cockpit.glyphs)

    def urgency(self, view: RunView) -> float:
        """How much a run needs a person; among equals the one that has waited longer."""
        waited = looks.waited(view, time())
        return looks.urgency(view, self.snapshot.driver(view)) + 9 * waited / (waited + 3600)
