"""Review: one candidate, its diff and its evidence, and the decision about exactly this tree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from time import time
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.widget import Widget

from looptui.core import commands as cmd
from looptui.projections.figures import moment, plural, short
from looptui.tui.panes.file_rows import COLUMNS, file_rows
from looptui.tui.panes.gate_lines import counted, gate_line
from looptui.tui.remarks import Note, feedback, shown
from looptui.tui.screens.base import MainScreen
from looptui.tui.spans import Spans
from looptui.tui.widgets.bar import Field
from looptui.tui.widgets.box import Box
from looptui.tui.widgets.diff_model import Diff
from looptui.tui.widgets.diff_view import DiffView
from looptui.tui.widgets.table_view import TableView
from looptui.tui.widgets.text_view import TextView
from looptui.tui.widgets.titles import set_titles
from looptui.tui.widgets.virtual_view import VirtualView

if TYPE_CHECKING:
    from looptui.projections.values import NeedView, RunView
    from looptui.tui.controller import Reads


class ReviewScreen(MainScreen):
    """Decision keys are dead for a moment after the card appears, and while its tree is stale."""

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
        """What an approval of it leads to."""

    def panes(self) -> Iterator[Widget]:
        with Box(id="review"):
            with Box(id="facts-of-review"):
                yield TableView(COLUMNS, id="files")
                yield TextView(id="evidence", hang=6)
            yield DiffView(id="candidate")

    def on_mount(self) -> None:
        set_titles(self.query_one("#files"), "Files")
        self._load()

    @property
    def diff_view(self) -> DiffView:
        return self.query_one(DiffView)

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

    def show_first(self) -> None:
        """Show the review that waits longest, unless one is on screen."""
        waiting = self._waiting()
        if self._current() is None and waiting:
            self.show_need(waiting[0].id)

    def _waiting(self) -> list[NeedView]:
        """The reviews that wait, the oldest first."""
        return [need for need in self.snapshot.needs if need.tree]

    def _current(self) -> NeedView | None:
        """The card on screen as long as it is open."""
        if self._card is None:
            return None
        return next((need for need in self._waiting() if need.id == self._card.id), None)

    def _newer(self) -> NeedView | None:
        """What the run on screen asks about now, if that is another tree than the one shown."""
        if self._card is None:
            return None
        run = self._card.run
        found = next((need for need in self._waiting() if need.run == run), None)
        return found if found is not None and found.tree != self._card.tree else None

    @property
    def _view(self) -> RunView | None:
        return self.snapshot.run(self._card.run) if self._card else None

    def _notes(self) -> Sequence[Note]:
        return self.cockpit.remarks.of(self._card.run) if self._card else ()

    # --- the diff -----------------------------------------------------------------------------

    def _load(self) -> None:
        card = self._card
        if card is not None and card.tree:
            self.run_worker(self._load_diff(card.run, card.tree), group="diff", exclusive=True)

    async def _load_diff(self, run: str, tree: str) -> None:
        from looptui.tui.widgets.diff_model import parse_diff

        text = await self.cockpit.controller.review_diff(run, tree)

        def read(reads: Reads) -> tuple[str, Diff]:
            return reads.landing(run), parse_diff(text) if text else Diff()

        self._landing, diff = await self.cockpit.controller.read(read)
        self.diff_view.set_diff(diff)
        self._loaded = tree
        self.diff_view.go_to_hunk(0)
        self.diff_view.go_to_change()
        self.cockpit.guard.shown()
        self._draw_remarks()
        self.redraw()

    def _draw_remarks(self) -> None:
        self.diff_view.set_remarks(shown(self._notes(), self.diff_view.diff))

    # --- drawing ------------------------------------------------------------------------------

    def draw(self) -> None:
        view, card = self._view, self._card
        if view is None or card is None:
            self._draw_nothing()
            return
        glyphs, diff = self.cockpit.glyphs, self.diff_view.diff
        self.query_one("#files", TableView).set_rows(file_rows(diff, self._notes(), card.flagged))
        evidence = self.query_one("#evidence", TextView)
        set_titles(evidence, f"Gates on tree {short(card.tree)}")
        evidence.set_lines([*(gate_line(gate, glyphs) for gate in view.gates), *_facts(card, view)])
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
        spot, diff = self.diff_view.spot, self.diff_view.diff
        if spot is None:
            set_titles(self.diff_view, "Diff", "" if self._loaded else "loading")
            return
        hunk = f"hunk {spot.hunk + 1} of {len(diff.hunks)}" if spot.hunk is not None else ""
        set_titles(self.diff_view, spot.file.path, hunk)

    def _say(self, card: NeedView) -> None:
        glyphs, newer, notes = self.cockpit.glyphs, self._newer(), self._notes()
        if newer is not None:
            trees = f"{short(card.tree)} -> {short(newer.tree)}"
            text = f"{glyphs.warn} the tree changed: {trees}; enter shows the new one"
            self.now_bar.call(text, "breaker-warn", "enter")
        elif self._current() is None:
            view = self._view
            state = f"{view.state}: {view.latest or view.reason}" if view else ""
            self.now_bar.say(((f"{glyphs.done} this was answered", "bold"), (f"  {state}", "")))
        elif card.flagged:
            text = f"{glyphs.warn} it changes protected files: {', '.join(card.flagged)}"
            self.now_bar.call(text, "breaker-warn")
        elif notes:
            words = f"{plural(len(notes), 'comment')} to send: x or enter sends back with them"
            self.now_bar.say(((words, "diff-comment"),))
        else:
            self.now_bar.say(
                (("a", "bold key"), (" approves exactly this tree   ", ""),
                 ("x", "bold key"), (" sends it back   ", ""),
                 ("c", "bold key"), (" comments on the line", ""))
            )  # fmt: skip

    def _fields(self, card: NeedView, view: RunView) -> Sequence[Field]:
        diff = self.diff_view.diff
        added = sum(file.added for file in diff.files)
        removed = sum(file.removed for file in diff.files)
        waiting = self._waiting()
        ids = [need.id for need in waiting]
        place = f"{ids.index(card.id) + 1} of {len(ids)}" if card.id in ids else ""
        return (
            Field(((card.loop, "bold"),)),
            Field((("tree ", "muted"), (short(card.tree), "bold"))),
            Field((("gates ", "muted"), *counted(view.gates, self.cockpit.glyphs)), 1),
            Field(
                ((plural(len(diff.files), "file"), ""), (f" +{added}", "breaker-ok"),
                 (f" -{removed}", "breaker-trip")), 2,
            ),
            Field(((f"iteration {view.iteration}", ""),), 4),
            Field((("risk ", "muted"), (view.risk, f"risk-{view.risk}")), 3),
            Field((("since ", "muted"), (moment(card.since, time()), "")), 6),
            Field(((f"review {place}", ""),) if len(ids) > 1 else (), 5),
        )  # fmt: skip

    # --- moving -------------------------------------------------------------------------------

    @on(VirtualView.Moved, "#candidate")
    def _spot_moved(self) -> None:
        self._title_diff()

    @on(VirtualView.Chosen, "#files")
    def _file_chosen(self, event: VirtualView.Chosen) -> None:
        self.diff_view.go_to_file(event.index)
        self.diff_view.focus()

    def action_next_file(self) -> None:
        self.diff_view.action_next_file()

    def action_last_file(self) -> None:
        self.diff_view.action_last_file()

    def action_next_review(self) -> None:
        self._step(1)

    def action_last_review(self) -> None:
        self._step(-1)

    def _step(self, by: int) -> None:
        ids = [need.id for need in self._waiting()]
        if ids and self._card is not None:
            at = ids.index(self._card.id) if self._card.id in ids else 0
            self.show_need(ids[(at + by) % len(ids)])

    # --- deciding -----------------------------------------------------------------------------

    def _decidable(self) -> NeedView | None:
        """The card, if a decision about exactly what is on screen may be made now."""
        card = self._current()
        if self.too_small or not self.cockpit.guard.armed:
            return None
        if self._newer() is not None:
            self.cockpit.tell("the tree changed while you read; enter shows the new one", "warning")
            return None
        if card is None:
            self.cockpit.tell("nothing is left to decide here")
            return None
        return card if self._loaded == card.tree else None

    def action_approve(self) -> None:
        card, view = self._decidable(), self._view
        if card is None or view is None:
            return
        if card.kind != "approval":
            self.cockpit.tell("gates do not pass on this tree: send it back with x", "warning")
            return
        from looptui.tui.dialogs.approve import ApproveDialog

        tree = card.tree or ""
        landing = self._landing
        facts = self._change(), view.gates, landing, len(self._notes())

        def answer(reason: str | None) -> None:
            if reason is not None:
                said = f"approved tree {short(tree)}: {landing}"
                self._decide(card, cmd.Approve(tree, reason), said)

        self.cockpit.push_screen(ApproveDialog(card, *facts), answer)

    def action_reject(self) -> None:
        card = self._decidable()
        if card is None:
            return
        from looptui.tui.dialogs.send_back import SendBack, SendBackDialog

        tree = card.tree or ""

        def answer(word: SendBack | None) -> None:
            if word is None:
                return
            text = feedback(word.text, self._notes())
            if word.final:
                self._decide(card, cmd.Reject(tree, text), f"rejected tree {short(tree)} for good")
            else:
                said = f"sent back: it goes into the prompt of {card.loop}'s next iteration"
                self._decide(card, cmd.SendBack(tree, text), said)

        self.cockpit.push_screen(SendBackDialog(card, self._notes()), answer)

    def _decide(self, card: NeedView, command: cmd.Command, said: str) -> None:
        self.cockpit.act(card.run, command, said)
        if not isinstance(command, cmd.Approve):
            self.cockpit.remarks.sent(card.run)
        self.cockpit.open_run(card.run)

    def action_submit(self) -> None:
        """Show the new tree; else send the comments back, or approve where there are none."""
        newer = self._newer()
        if newer is not None and self.cockpit.guard.armed:
            self.show_need(newer.id)
        elif newer is None and self._notes():
            self.action_reject()
        elif newer is None:
            self.action_approve()

    def _change(self) -> Spans:
        files = self.diff_view.diff.files
        added, removed = sum(f.added for f in files), sum(f.removed for f in files)
        names = ", ".join(file.path for file in files[:4])
        more = f" and {len(files) - 4} more" if len(files) > 4 else ""
        return (
            (plural(len(files), "file"), "bold"),
            (f" +{added}", "breaker-ok"),
            (f" -{removed}", "breaker-trip"),
            (f"  {names}{more}", ""),
        )

    # --- comments -----------------------------------------------------------------------------

    def action_comment(self) -> None:
        """Comment on the line of the cursor, on the range, or edit the comment under it."""
        if not self.diff_view.selection_spots:
            self.diff_view.go_to_change()
        card, spot = self._card, self.diff_view.spot
        if card is None or self._current() is None or spot is None:
            return
        old = next((note for note in self._notes() if note.id == spot.remark), None)
        spots = self.diff_view.selection_spots
        if old is None and not spots:
            self.cockpit.tell("put the cursor on a line of the diff to comment on it")
            self.cockpit.guard.shown()
            return
        from looptui.tui.dialogs.text import TextDialog

        def answer(text: str | None) -> None:
            if text and old is not None:
                self.cockpit.remarks.edit(card.run, old, text)
            elif text:
                self.cockpit.remarks.add(card.run, self.diff_view.diff, spots, text)
            self._draw_remarks()
            self.redraw()

        place = old.place if old else f"{spot.file.path}:{spots[-1].new or spots[-1].old}"
        about = "It goes to the maker with this hunk quoted, when you send the change back."
        before = old.text if old else ""
        self.cockpit.push_screen(TextDialog(f"Comment on {place}", about, before), answer)

    def action_clear(self) -> None:
        """Take back the comment under the cursor."""
        spot = self.diff_view.spot
        if spot is not None and spot.remark and self._card is not None:
            self.cockpit.remarks.take_back(self._card.run, spot.remark)
            self._draw_remarks()
            self.redraw()


def _facts(card: NeedView, view: RunView) -> Sequence[Spans]:
    return (
        (),
        (("goal  ", "muted"), (view.goal, "")),
        (("agent ", "muted"), (view.agent, "")),
        (("tree  ", "muted"), (card.tree or "", "")),
        (("base  ", "muted"), (short(view.base), "")),
        *((("protected ", "breaker-warn"), (path, "")) for path in card.flagged),
    )
