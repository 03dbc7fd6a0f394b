"""The card of a review: which change is on screen, its diff, and what stands beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from time import time
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on
from textual.widget import Widget

from looptui.projections.figures import moment, plural, short
from looptui.tui import marks
from looptui.tui.drafts import from_text
from looptui.tui.hints import hints
from looptui.tui.panes import need_rows, review_lines
from looptui.tui.panes.file_rows import COLUMNS, file_rows
from looptui.tui.panes.gate_lines import counted
from looptui.tui.queue import queue
from looptui.tui.remarks import Draft, shown
from looptui.tui.screens.base import MainScreen
from looptui.tui.widgets.bar import Field
from looptui.tui.widgets.box import Box
from looptui.tui.widgets.diff_model import Diff
from looptui.tui.widgets.diff_view import DiffView
from looptui.tui.widgets.table_view import TableView
from looptui.tui.widgets.text_view import TextView
from looptui.tui.widgets.titles import set_titles
from looptui.tui.widgets.virtual_view import VirtualView

if TYPE_CHECKING:
    from looptui.projections.caution import Caution
    from looptui.projections.values import NeedView, RunView
    from looptui.tui.controller import Reads


class _Loaded(NamedTuple):
    """What was read for a card."""

    diff: Diff
    landing: str
    """What an approval leads to."""
    cautions: Sequence[Caution]
    outputs: Mapping[str, str]
    """What gates printed that did not pass."""
    draft: str
    """What was marked and written before this screen was opened; empty for nothing."""


class ReviewCard(MainScreen):
    """Shows one review and follows it; what may be done with it is in the classes on top."""

    scope: ClassVar[str] = "review"
    tab: ClassVar[str] = "review"
    AUTO_FOCUS = "#candidate"

    def __init__(self) -> None:
        super().__init__()
        self._card: NeedView | None = None
        """What is on screen; it may be answered or replaced meanwhile."""
        self._loaded = ""
        """The tree whose diff is on screen."""
        self._landing = ""
        self._cautions: Sequence[Caution] = ()
        self._outputs: Mapping[str, str] = {}

    def panes(self) -> Iterator[Widget]:
        with Box(id="review"):
            with Box(id="facts-of-review"):
                yield TableView(need_rows.COLUMNS, id="queue")
                yield TableView(COLUMNS, id="files")
                yield TextView(hang=2, id="evidence")
            yield DiffView(id="candidate")

    def on_mount(self) -> None:
        self._load()

    @property
    def diff_view(self) -> DiffView:
        return self.query_one(DiffView)

    @property
    def main_pane(self) -> VirtualView:
        return self.diff_view

    @property
    def diff(self) -> Diff:
        return self.diff_view.diff

    # --- which card ---------------------------------------------------------------------------

    def show_need(self, need: str) -> None:
        """Show a review."""
        found = next((one for one in self.snapshot.needs if one.id == need), None)
        if found is not None and found != self._card:
            self._card = found
            if self.is_mounted:
                self._load()
        self.cockpit.guard.shown()
        self.redraw()

    def show_first(self) -> bool:
        """Show the review that waits longest, unless one is on screen; whether there is one."""
        waiting = self._waiting()
        if self._current() is None and waiting:
            self.show_need(waiting[0].id)
        return bool(waiting)

    def _waiting(self) -> list[NeedView]:
        """The reviews that wait, the oldest first."""
        return [need for need in self.snapshot.needs if need.tree]

    def _current(self) -> NeedView | None:
        """The card on screen as long as it is open."""
        if self._card is None:
            return None
        return next((need for need in self._waiting() if need.id == self._card.id), None)

    def _newer(self) -> NeedView | None:
        """What the run on screen asks about now, if that is another card than the one shown."""
        if self._card is None or self._current() is not None:
            return None
        run = self._card.run
        return next((need for need in self._waiting() if need.run == run), None)

    @property
    def _view(self) -> RunView | None:
        return self.snapshot.run(self._card.run) if self._card else None

    @property
    def _draft(self) -> Draft:
        return self.cockpit.remarks.draft(self._card.run) if self._card else Draft()

    # --- the diff -----------------------------------------------------------------------------

    def _load(self) -> None:
        card = self._card
        if card is not None and card.tree:
            self.run_worker(self._load_card(card, card.tree), group="diff", exclusive=True)

    async def _load_card(self, card: NeedView, tree: str) -> None:
        """Read and parse in the thread of the reader: a large diff must not hold up the screen."""
        text = await self.cockpit.controller.review_diff(card.run, tree)
        gates = self._view.gates if self._view else ()

        def read(reads: Reads) -> _Loaded:
            from looptui.projections.caution import cautions
            from looptui.tui.widgets.diff_model import parse_diff

            diff = parse_diff(text) if text else Diff()
            red = {
                one.id: reads.blob(one.output)
                for one in gates
                if one.output and one.state != "pass"
            }
            diff.work_out()
            told = cautions(diff, card.flagged, card.findings, card.verdict)
            return _Loaded(diff, reads.landing(card.run), told, red, reads.draft(card.run))

        self._take(await self.cockpit.controller.read(read), tree)

    def _take(self, loaded: _Loaded, tree: str) -> None:
        self._landing, self._cautions = loaded.landing, loaded.cautions
        self._outputs = loaded.outputs
        if self._card is not None and not self.cockpit.remarks.knows(self._card.run):
            self.cockpit.remarks.take_up(self._card.run, from_text(loaded.draft))
        draft = self._draft
        self.diff_view.set_diff(
            loaded.diff,
            folded=marks.to_fold(loaded.diff, draft),
            remarks=shown(draft.notes, loaded.diff),
        )
        self._loaded = tree
        self.diff_view.go_to_hunk(0)
        self.diff_view.go_to_change()
        self.cockpit.guard.shown()
        self._draw_draft()
        self.redraw()

    def _draw_draft(self) -> None:
        """Show what the reviewer marked and wrote."""
        diff, draft, glyphs = self.diff, self._draft, self.cockpit.glyphs
        self.diff_view.set_remarks(shown(draft.notes, diff))
        self.diff_view.set_marks(
            marks.HunkMarks(diff, draft, glyphs), marks.FileMarks(diff, draft, glyphs)
        )

    # --- drawing ------------------------------------------------------------------------------

    def _draw_queue(self) -> None:
        """All that waits, beside the change where there is room."""
        if not self.has_class("-w200"):
            return
        waiting = queue(self.snapshot.runs)
        table = self.query_one("#queue", TableView)
        set_titles(table, f"Needs you: {len(waiting)}" if waiting else "Nothing needs you")
        table.set_rows(need_rows.need_rows(waiting, time(), self.cockpit.glyphs))
        if self._card is not None and not table.has_focus:
            table.move_to(table.table.find(self._card.id) or 0)

    @on(VirtualView.Chosen, "#queue")
    def _queue_chosen(self, event: VirtualView.Chosen) -> None:
        waiting = queue(self.snapshot.runs)
        for one in waiting:
            if one.key == event.key:
                self.cockpit.open_waiting(one)

    def draw(self) -> None:
        self._draw_queue()
        view, card = self._view, self._card
        if view is None or card is None:
            self._draw_nothing()
            return
        glyphs, diff, draft = self.cockpit.glyphs, self.diff, self._draft
        seen = len(marks.viewed(diff, draft))
        files = self.query_one("#files", TableView)
        set_titles(files, f"Files  viewed {seen} of {len(diff.files)}")
        files.set_rows(file_rows(diff, draft, card.flagged, glyphs))
        evidence = self.query_one("#evidence", TextView)
        set_titles(evidence, f"Gates on tree {short(card.tree)}")
        told = review_lines.lines(card, view, self._cautions, self._outputs, glyphs)
        evidence.set_lines(told)
        self._title_diff()
        self._say(card)
        self.summarise(self._fields(card, view))

    def _draw_nothing(self) -> None:
        at_work = len(self.snapshot.at_work)
        words = f"nothing waits for a review; {plural(at_work, 'run')} at work"
        self.now_bar.say(((words, "muted"),))
        self.summarise([Field((("Review", "bold"),))])
        set_titles(self.diff_view, "No change to review")

    def _title_diff(self) -> None:
        spot = self.diff_view.spot
        if spot is None:
            set_titles(self.diff_view, "Diff", "" if self._loaded else "loading")
            return
        part, of = self.diff.part_of(spot.file_index, spot.hunk), len(self.diff.parts)
        set_titles(self.diff_view, spot.file.name, f"hunk {part} of {of}")

    def _say(self, card: NeedView) -> None:
        glyphs, newer, draft = self.cockpit.glyphs, self._newer(), self._draft
        parts = marks.sort_parts(self.diff, draft)
        grave = [one for one in self._cautions if one.grave]
        if newer is not None:
            trees = f"{short(card.tree)} -> {short(newer.tree)}"
            same = "it is asked again" if newer.tree == card.tree else f"the tree changed: {trees}"
            text = f"{glyphs.warn} {same}; {self.keyed('{review.submit} shows the new one')}"
            self.now_bar.call(text, "breaker-warn", self.cockpit.keymap.first("review.submit"))
        elif self._current() is None:
            view = self._view
            state = f"{view.state}: {view.latest or view.reason}" if view else ""
            self.now_bar.say(((f"{glyphs.done} this was answered", "bold"), (f"  {state}", "")))
        elif again := card.text.partition("; ")[2]:
            self.now_bar.say(((f"{glyphs.warn} {again}", "breaker-warn"),))
        elif card.flagged:
            text = f"{glyphs.warn} it changes protected files: {', '.join(card.flagged)}"
            self.now_bar.call(text, "breaker-warn")
        elif grave:
            text = f"{glyphs.warn} look twice: {grave[0].place}: {grave[0].text}"
            self.now_bar.call(text, "breaker-warn")
        elif draft.notes:
            how = self.keyed("{review.submit}, then {submit.back}, sends back")
            words = f"{plural(len(draft.notes), 'comment')} to send: {how}"
            self.now_bar.say(((words, "diff-comment"),))
        elif not parts.open and self.diff.parts:
            words = self.keyed("every hunk is decided: {review.submit} submits")
            self.now_bar.say(((words, "bold"),))
        else:
            ways = (
                ("review.approve", " approves all of exactly this tree   "),
                ("review.accept review.reject", " accept or reject the hunk   "),
                ("review.submit", " decides"),
            )
            self.now_bar.say(hints(self.cockpit.keymap, *ways))

    def _fields(self, card: NeedView, view: RunView) -> Sequence[Field]:
        diff = self.diff
        added = sum(file.added for file in diff.files)
        removed = sum(file.removed for file in diff.files)
        count = sum(not file.joined for file in diff.files)
        waiting = self._waiting()
        ids = [need.id for need in waiting]
        place = f"{ids.index(card.id) + 1} of {len(ids)}" if card.id in ids else ""
        parts = marks.counted(marks.sort_parts(diff, self._draft), self.cockpit.glyphs)
        return (
            Field(((card.loop, "bold"),)),
            Field((("tree ", "muted"), (short(card.tree), "bold"))),
            Field((("gates ", "muted"), *counted(view.gates, self.cockpit.glyphs)), 1),
            Field(((f"{plural(len(diff.parts), 'hunk')}:", ""), *parts), 3),
            Field(
                ((plural(count, "file"), ""), (f" +{added}", "breaker-ok"),
                 (f" -{removed}", "breaker-trip")), 2,
            ),
            Field(((f"iteration {view.iteration}", ""),), 5),
            Field((("risk ", "muted"), (view.risk, f"risk-{view.risk}")), 4),
            Field((("since ", "muted"), (moment(card.since, time()), "")), 7),
            Field(((f"review {place}", ""),) if len(ids) > 1 else (), 6),
        )  # fmt: skip

    # --- moving -------------------------------------------------------------------------------

    @on(VirtualView.Moved, "#candidate")
    def _spot_moved(self) -> None:
        self._title_diff()

    @on(VirtualView.Chosen, "#files")
    def _file_chosen(self, event: VirtualView.Chosen) -> None:
        self.remove_class("-files")
        self.diff_view.go_to_file(event.index)
        self.diff_view.focus()

    def action_next_file(self) -> None:
        self.diff_view.action_next_file()

    def action_last_file(self) -> None:
        self.diff_view.action_last_file()

    def action_files(self) -> None:
        """The files beside the diff; where there is no room, in its place."""
        files = self.query_one("#files")
        if self.has_class("-w80"):
            self.toggle_class("-files")
        (files if self.focused is self.diff_view else self.diff_view).focus()

    def action_next_review(self) -> None:
        self._step(1)

    def action_last_review(self) -> None:
        self._step(-1)

    def _step(self, by: int) -> None:
        ids = [need.id for need in self._waiting()]
        if ids and self._card is not None:
            at = ids.index(self._card.id) if self._card.id in ids else 0
            self.show_need(ids[(at + by) % len(ids)])
