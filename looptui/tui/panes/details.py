"""The tabs of a run: transcript, diff, gates, memory, prompt; what is not seen is not read."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic
from typing import TYPE_CHECKING, cast

from textual.app import ComposeResult
from textual.timer import Timer

from looptui.tui.panes import fact_lines, gate_lines
from looptui.tui.panes.story import StoryView
from looptui.tui.spans import Spans
from looptui.tui.widgets.box import Box
from looptui.tui.widgets.text_view import TextView
from looptui.tui.widgets.titles import set_tabs
from looptui.tui.widgets.virtual_view import VirtualView

if TYPE_CHECKING:
    from looptui.projections.values import IterationView, RunView
    from looptui.tui.app import LooptuiApp
    from looptui.tui.widgets.diff_view import DiffView

TABS = ("Transcript", "Diff", "Gates", "Memory", "Prompt")
_PANES = {"Transcript": "#transcript", "Diff": "#diff"}
_TAIL = 0.1
"""Seconds between two looks at what a maker prints."""
_LOOK = 0.5
"""Least seconds between two looks at the worktree; longer where one look takes long."""


class Details(Box):
    """One pane at a time, for one iteration or for the newest."""

    def __init__(self) -> None:
        super().__init__(id="details")
        self.current = TABS[0]
        self._view: RunView | None = None
        self._iterations: Sequence[IterationView] = ()
        self._chosen: int | None = None
        self._shown_diff: tuple[str, str] = ("", "")
        self._shown_facts: tuple[str, str, int, int | None] = ("", "", -1, None)
        self._next_look = 0.0
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        yield StoryView()

    @property
    def cockpit(self) -> LooptuiApp:
        return cast("LooptuiApp", self.app)

    @property
    def pane(self) -> VirtualView:
        """The pane of the current tab."""
        return self.query_one(_PANES.get(self.current, "#facts"), VirtualView)

    def show(self, view: RunView, iterations: Sequence[IterationView], chosen: int | None) -> None:
        """Show a run; `chosen` is one of its iterations, 0 for the base, None for the newest."""
        self._view, self._iterations, self._chosen = view, iterations, chosen
        self._draw()
        self._watch(view.state == "active" and chosen in (None, view.iteration))

    def turn_to(self, tab: str) -> None:
        """Show another tab; its pane is made when it is first seen."""
        had_focus = self.pane.has_focus
        self.pane.display = False
        self.current = tab
        selector = _PANES.get(tab, "#facts")
        if not self.query(selector):
            self.mount(_diff_pane() if tab == "Diff" else TextView(id="facts"))
            self.call_after_refresh(self._draw)
        self.pane.display = True
        if had_focus:
            self.pane.focus()
        if selector == "#facts":
            self.pane.scroll_rows_to(0)

    # --- drawing ------------------------------------------------------------------------------

    def _draw(self) -> None:
        view = self._view
        if view is None or not self.pane.is_mounted:
            return
        match self.current:
            case "Transcript":
                self._draw_story(view)
            case "Diff":
                self._draw_diff(view)
            case _:
                self._draw_facts(view)
        set_tabs(self.pane, TABS, self.current, self._about(view))

    def _about(self, view: RunView) -> str:
        if self._chosen is not None:
            which = f"iteration {self._chosen}" if self._chosen else "the base"
            return f"{which} - esc: newest"
        if self.current == "Transcript":
            following = self.query_one(StoryView).following
            return "following" if following else "F follows"
        if self.current == "Diff":
            empty = not self._diff_view.diff.files
            none = "no change yet" if empty else ""
            return " - ".join(filter(None, ("live" if self._alive(view) else "", none)))
        return ""

    def _draw_story(self, view: RunView) -> None:
        story = self.query_one(StoryView)
        story.show(view.id, self._chosen)
        story.catch_up(self.cockpit.controller, self.cockpit.glyphs)

    def _draw_facts(self, view: RunView) -> None:
        source = (self.current, view.id, view.events, self._chosen)
        if source != self._shown_facts:
            self._shown_facts = source
            self.query_one("#facts", TextView).set_lines(self._facts(view))

    def _iteration(self) -> IterationView | None:
        number = self._chosen if self._chosen is not None else len(self._iterations)
        return next((one for one in self._iterations if one.n == number), None)

    def _facts(self, view: RunView) -> Sequence[Spans]:
        controller, glyphs, one = self.cockpit.controller, self.cockpit.glyphs, self._iteration()
        if self.current == "Gates":
            newest = self._chosen in (None, view.iteration)
            gates = view.gates if newest or one is None else one.gates
            return gate_lines.lines(gates, glyphs, controller.blob)
        if one is None:
            return ((("There is no iteration yet: the gates run on the base first.", "muted"),),)
        if self.current == "Memory":
            used, learnt = controller.memory(view.id, one.n), controller.learnt(view.id)
            return fact_lines.memory(one.n, used, learnt, next_=not view.ended)
        if one.prompt is None:
            return ((("The prompt is being built.", "muted"),),)
        sections = controller.sections(view.id, one.n)
        return fact_lines.prompt(one, sections, controller.blob(one.prompt), glyphs)

    # --- the diff -----------------------------------------------------------------------------

    def _alive(self, view: RunView) -> bool:
        """Whether the maker of the iteration that is looked at may still change files."""
        one = self._iteration()
        return view.state == "active" and one is not None and one.tree is None

    def _draw_diff(self, view: RunView) -> None:
        one = self._iteration()
        if self._alive(view):
            self._look_at_worktree(view)
        elif one is None or not one.diff:
            self._put_diff(view.id, "")
        else:
            self._put_diff(one.diff, self.cockpit.controller.blob(one.diff))

    def _look_at_worktree(self, view: RunView) -> None:
        if monotonic() >= self._next_look:
            self._next_look = monotonic() + 60
            self.run_worker(self._follow_worktree(view.id), group="diff", exclusive=True)

    async def _follow_worktree(self, run: str) -> None:
        began = monotonic()
        try:
            text = await self.cockpit.controller.live_diff(run)
        finally:
            self._next_look = monotonic() + max(_LOOK, 4 * (monotonic() - began))
        if self._view is not None and self._view.id == run and self._alive(self._view):
            self._put_diff(f"live {run}", text)

    def _put_diff(self, source: str, text: str) -> None:
        if self._shown_diff == (source, text):
            return
        self._shown_diff = source, text
        from looptui.tui.widgets.diff_model import Diff, parse_diff

        self._diff_view.set_diff(parse_diff(text) if text else Diff())

    @property
    def _diff_view(self) -> DiffView:
        return cast("DiffView", self.query_one("#diff"))

    # --- life ---------------------------------------------------------------------------------

    def _watch(self, on: bool) -> None:
        """While a maker works, its output and its worktree change without an event."""
        on = on and self.screen.is_current
        if on and self._timer is None:
            self._timer = self.set_interval(_TAIL, self._beat)
        elif not on and self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _beat(self) -> None:
        view = self._view
        if view is None or not self.screen.is_current:
            return
        if self.current == "Transcript":
            self._draw_story(view)
        elif self.current == "Diff":
            self._draw_diff(view)


def _diff_pane() -> DiffView:
    from looptui.tui.widgets.diff_view import DiffView

    return DiffView(id="diff")
