"""What one iteration did, or the newest: a tab each; what is not seen is not read.

Where there is room the transcript has a pane of its own below the tabs, and memory one beside
them; they are no tabs then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, cast

from textual import on
from textual.app import ComposeResult
from textual.timer import Timer

from looptui.tui.asking import Asker
from looptui.tui.host import keymap_of
from looptui.tui.panes import memory_lines, verdict_lines
from looptui.tui.panes.story import StoryView
from looptui.tui.widgets.box import Box
from looptui.tui.widgets.text_view import TextView
from looptui.tui.widgets.titles import set_tabs, set_titles
from looptui.tui.widgets.virtual_view import VirtualView

if TYPE_CHECKING:
    from looptui.projections.values import IterationView, RunView
    from looptui.tui.app import LooptuiApp
    from looptui.tui.controller import Reads
    from looptui.tui.panes.diff_pane import DiffPane
    from looptui.tui.spans import Spans

    Question = Callable[[Reads], Sequence[Spans]]

TABS = ("Transcript", "Diff", "Gates", "Memory", "Prompt", "Verdict")
ROOMY_TABS = ("Diff", "Gates", "Prompt", "Verdict")
_PANES = {"Transcript": "#transcript", "Diff": "#diff"}
_HANG, _HANGS = 2, {"Memory": memory_lines.HANG, "Verdict": verdict_lines.HANG}
"""Cells before the later rows of a line."""
_TAIL = 0.1
"""Seconds between two looks at what a maker prints."""


class FactsPane(TextView):
    """A tab that is read as a whole."""

    def __init__(self) -> None:
        super().__init__(id="facts")
        self._asker = Asker(self)
        self._shown: tuple[tuple[str, str, int | None], int] = (("", "", None), -1)

    def show(self, subject: tuple[str, str, int | None], events: int, question: Question) -> None:
        """Show the answer; asked again only about another subject, or when something happened."""
        before, wanted = self._shown[0], (subject, events)
        if wanted == self._shown:
            return
        self._shown = wanted

        def put(lines: Sequence[Spans]) -> None:
            if wanted == self._shown:
                self.text_rows.hang = _HANGS.get(subject[0], _HANG)
                self.set_lines(lines)
                if subject != before:
                    self.scroll_rows_to(0)

        self._asker.ask(question, put)

    def clear(self) -> None:
        """Show nothing."""
        self._shown = ("", "", None), -1
        self.set_lines(())


class Details(Box):
    """One tab at a time, for one iteration or for the newest."""

    def __init__(self) -> None:
        super().__init__(id="details")
        self._tab = TABS[0]
        self._view: RunView | None = None
        self._iterations: Sequence[IterationView] = ()
        self._chosen: int | None = None
        self._base: IterationView | None = None
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        yield StoryView()

    @property
    def cockpit(self) -> LooptuiApp:
        return cast("LooptuiApp", self.app)

    @property
    def tabs(self) -> Sequence[str]:
        """The tabs at the size of the screen."""
        return ROOMY_TABS if self.screen.has_class("-roomy") else TABS

    @property
    def current(self) -> str:
        """The tab that is shown."""
        return self._tab if self._tab in self.tabs else self.tabs[0]

    @property
    def story(self) -> StoryView:
        return self.query_one(StoryView)

    @property
    def pane(self) -> VirtualView | None:
        """The pane of the current tab; None before it was first seen."""
        found = self.query(_PANES.get(self.current, "#facts"))
        return cast("VirtualView", found.first()) if found else None

    def show(
        self,
        view: RunView,
        iterations: Sequence[IterationView],
        chosen: int | None,
        base: IterationView | None = None,
    ) -> None:
        """Show a run; `chosen` is one of its iterations, 0 for the base, None for the newest."""
        self._view, self._iterations, self._chosen, self._base = view, iterations, chosen, base
        self._draw()
        self._watch(view.state == "active" and chosen in (None, view.iteration))

    def furnish(self) -> None:
        """Make the pane of the current tab before there is anything to show in it."""
        pane = self._arranged()
        if pane is not None:
            set_tabs(pane, self.tabs, self.current)
        if self.story.display and self.current != "Transcript":
            set_titles(self.story, "Transcript")

    def clear(self) -> None:
        """Show no run."""
        self._view, self._iterations, self._chosen, self._base = None, (), None, None
        self.rest()
        self.story.show("", None)
        if self.query("#diff"):
            self._diff.clear()
        if self.query("#facts"):
            cast("FactsPane", self.query_one("#facts")).clear()

    def turn_to(self, tab: str, *, focus: bool = False) -> None:
        """Show another tab; its pane is made when it is first seen."""
        had_focus = focus or (self.pane is not None and self.pane.has_focus)
        self._tab = tab
        self._draw()
        if had_focus:
            self.call_after_refresh(self.focus_pane)

    def turn(self, step: int) -> None:
        """Show the tab after this one, or before it."""
        self.turn_to(self.tabs[(self.tabs.index(self.current) + step) % len(self.tabs)])

    def focus_pane(self) -> None:
        """Give the keys to the current tab."""
        if self.pane is not None:
            self.pane.focus()

    # --- drawing ------------------------------------------------------------------------------

    def _draw(self) -> None:
        view, pane = self._view, self._arranged()
        if view is None or pane is None or not pane.is_mounted:
            return
        if self.story.display:
            self._draw_story(view)
        if self.current == "Diff":
            self._diff.show(view, self._iteration(), alive=self._alive(view))
            self._diff.say_when_empty(self._no_diff(view))
        elif self.current != "Transcript":
            subject = (self.current, view.id, self._chosen)
            cast("FactsPane", pane).show(subject, view.events, self._question(view))
        set_tabs(pane, self.tabs, self.current, self._about(view))

    def _arranged(self) -> VirtualView | None:
        """The pane of the current tab, with the others out of sight; made if there is none."""
        pane, roomy = self.pane, self.tabs is ROOMY_TABS
        for other in self.query(VirtualView):
            other.display = other is pane or (roomy and other is self.story)
        if pane is None:
            self.mount(_diff_pane() if self.current == "Diff" else FactsPane(), before=self.story)
            self.call_after_refresh(self._draw if self._view else self.furnish)
        if self.current != "Diff" and self.query("#diff"):
            self._diff.rest()
        return pane

    def _about(self, view: RunView) -> str:
        if self._chosen is not None:
            which = f"iteration {self._chosen}" if self._chosen else "the base"
            back = "" if view.ended else "{loop.restore} goes back to it, "
            return f"{which} - {keymap_of(self.app).told(back + '{loop.newest}: newest')}"
        if self.current == "Transcript":
            return self._following()
        if self.current == "Diff":
            return "live" if self._alive(view) else ""
        return f"iteration {len(self._iterations)}" if self._iterations else ""

    def _no_diff(self, view: RunView) -> str:
        if self._alive(view):
            return "no change yet; what the maker saves shows here at once"
        if self._iteration() is None:
            return "no change yet: the gates run on the base first"
        return "no change: it is the base" if self._chosen == 0 else "no change"

    def _following(self) -> str:
        return "following" if self.story.following else "F follows"

    def _draw_story(self, view: RunView) -> None:
        self.story.show(view.id, self._chosen)
        self.story.catch_up()
        if self.current != "Transcript":
            which = f"iteration {self._chosen}" if self._chosen else "the base"
            only = "" if self._chosen is None else f" of {which}"
            set_titles(self.story, f"Transcript{only}", self._following())

    def _iteration(self) -> IterationView | None:
        if self._chosen == 0:
            return self._base
        number = self._chosen if self._chosen is not None else len(self._iterations)
        return next((one for one in self._iterations if one.n == number), None)

    def _alive(self, view: RunView) -> bool:
        """Whether the maker of the iteration that is looked at may still change files."""
        one = self._iteration()
        return view.state == "active" and one is not None and one.tree is None

    def _question(self, view: RunView) -> Question:
        from looptui.tui.panes import facts

        newest = self._chosen in (None, view.iteration)
        about = facts.About(view, self._iteration(), newest, self.cockpit.glyphs)
        return about.question(self.current)

    @property
    def _diff(self) -> DiffPane:
        return cast("DiffPane", self.query_one("#diff"))

    @on(VirtualView.TabClicked)
    def _click(self, event: VirtualView.TabClicked) -> None:
        self.turn_to(event.tab, focus=True)

    # --- life ---------------------------------------------------------------------------------

    def _watch(self, on: bool) -> None:
        """While a maker works, its output changes without an event."""
        on = on and self.screen.is_current
        if on and self._timer is None:
            self._timer = self.set_interval(_TAIL, self._beat)
        elif not on and self._timer is not None:
            self._timer.stop()
            self._timer = None

    def rest(self) -> None:
        """Nobody looks."""
        self._watch(False)
        if self.query("#diff"):
            self._diff.rest()

    def _beat(self) -> None:
        if self._view is not None and self.story.display:
            self.story.catch_up()


def _diff_pane() -> DiffPane:
    from looptui.tui.panes.diff_pane import DiffPane

    return DiffPane()
