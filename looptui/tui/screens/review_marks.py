"""What a reviewer does to a change before deciding: marks, comments, folds; all can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from looptui.core import commands as cmd
from looptui.core.hunks import spelled
from looptui.tui import marks
from looptui.tui.screens.review_card import ReviewCard
from looptui.tui.widgets.diff_rows import Context

if TYPE_CHECKING:
    from looptui.projections.values import NeedView
    from looptui.tui.remarks import Verdict

_CONTEXTS = (7, 22, 1_000_000)
"""Unchanged lines beside the three of a hunk: 10 in all, 25, the whole file."""


class ReviewMarks(ReviewCard):
    """None of this decides anything, and none of it touches a tree that is not on screen."""

    # --- hunks --------------------------------------------------------------------------------

    def action_accept(self) -> None:
        self._mark("accepted")

    def action_reject(self) -> None:
        self._mark("rejected")

    def action_clear(self) -> None:
        """Take back the comment under the cursor, else the mark of the hunk."""
        spot, card = self.diff_view.spot, self._markable()
        if card is None or spot is None:
            return
        if spot.remark:
            self.cockpit.remarks.take_back(card.run, spot.remark)
            self._changed()
        else:
            self._mark(None)

    def _mark(self, verdict: Verdict | None) -> None:
        card, spot = self._markable(), self.diff_view.spot
        if card is None or spot is None:
            return
        numbers = marks.parts_at(self.diff, spot)
        if not numbers:
            self.cockpit.tell("put the cursor on a hunk, or on the header of a file")
            return
        keys = [self.diff.keys[number - 1] for number in numbers]
        words = f"hunk {spelled(numbers)} {verdict or 'open again'}"
        self.cockpit.remarks.mark(card.run, keys, verdict, words)
        self._changed()
        if verdict is not None:
            self._go_to_open(numbers[-1])

    def _go_to_open(self, after: int) -> None:
        """On to the next hunk that is not decided."""
        number = marks.next_open(self.diff, self._draft, after)
        if number is None:
            return
        part = self.diff.parts[number - 1]
        if part.hunk is None:
            self.diff_view.go_to_file(part.file)
        else:
            self.diff_view.go_to_hunk(part.hunk)

    def _markable(self) -> NeedView | None:
        """The card if its own diff is on screen and it is still open."""
        card = self._current()
        if self.too_small or card is None or self._loaded != card.tree:
            return None
        return card

    def _changed(self) -> None:
        self._draw_draft()
        self.redraw()

    # --- undo ---------------------------------------------------------------------------------

    def action_undo(self) -> None:
        """Undo the last mark or comment; where there is none, an approval on its way."""
        card, view = self._card, self._view
        if card is None or view is None:
            return
        seen = set(marks.viewed(self.diff, self._draft))
        words = self.cockpit.remarks.undo(card.run)
        if words:
            self.cockpit.tell(f"undone: {words}")
            self._refold(seen)
            self._changed()
        elif self._current() is None or card.approved:
            command = cmd.Withdraw(view.tree or card.tree or "")
            self.cockpit.act(card.run, command, "taken back: the review is open again")
        else:
            self.cockpit.tell("nothing to undo here")

    def action_redo(self) -> None:
        seen = set(marks.viewed(self.diff, self._draft))
        words = self.cockpit.remarks.redo(self._card.run) if self._card else ""
        self.cockpit.tell(f"done again: {words}" if words else "nothing was undone")
        if words:
            self._refold(seen)
            self._changed()

    def _refold(self, seen: set[int]) -> None:
        """A file that is no longer viewed is open again, and the other way round."""
        now = set(marks.viewed(self.diff, self._draft))
        self.diff_view.fold((self.diff_view.diff_rows.folded - (seen - now)) | (now - seen))

    # --- files --------------------------------------------------------------------------------

    def action_viewed(self) -> None:
        """The file was looked at: fold it and go to the next one that was not."""
        card, place = self._markable(), self._file()
        if card is None or place is None:
            return
        diff, path = self.diff, self.diff.files[place].path
        seen = place in marks.viewed(diff, self._draft)
        key = diff.file_keys[place]
        self.cockpit.remarks.view(card.run, key, viewed=not seen, words=f"{path} viewed")
        folded = set(self.diff_view.diff_rows.folded)
        self.diff_view.fold(folded - {place} if seen else folded | {place})
        self._changed()
        left = set(range(len(diff.files))) - set(marks.viewed(diff, self._draft))
        if not seen and left:
            self.diff_view.go_to_file(min((one for one in left if one > place), default=min(left)))
        else:
            self.diff_view.go_to_file(place)

    def action_rerun(self) -> None:
        """Run the gates again on this tree; the review is asked anew when they have passed."""
        card = self._markable()
        if card is not None:
            said = f"the gates of {card.loop} run again on tree {(card.tree or '')[:9]}"
            self.cockpit.act(card.run, cmd.Rerun(), said)

    def action_fold(self) -> None:
        place = self._file()
        if place is not None:
            self.diff_view.fold(set(self.diff_view.diff_rows.folded) ^ {place})
            self.diff_view.go_to_file(place)

    def _file(self) -> int | None:
        """The file under the cursor of the pane that has the focus."""
        files = self.query_one("#files")
        if self.focused is files:
            return files.cursor  # type: ignore[attr-defined, no-any-return]
        spot = self.diff_view.spot
        return spot.file_index if spot is not None else None

    def action_more(self) -> None:
        self._widen(1)

    def action_less(self) -> None:
        self._widen(-1)

    def _widen(self, by: int) -> None:
        """More or fewer unchanged lines around the hunks of the file under the cursor."""
        place, card = self._file(), self._card
        if place is None or card is None:
            return
        known = self.diff_view.diff_rows.contexts.get(place)
        sizes: Sequence[int] = (0, *_CONTEXTS)
        at = sizes.index(known.size) if known else 0
        size = sizes[max(0, min(at + by, len(_CONTEXTS)))]
        if not size or known:
            context = Context(known.lines, size) if known and size else None
            self.diff_view.set_context(place, context)
            return
        work = self._load_context(card, place, size)
        self.run_worker(work, group="context", exclusive=True)

    async def _load_context(self, card: NeedView, place: int, size: int) -> None:
        diff, path = self.diff, self.diff.files[place].path
        text = await self.cockpit.controller.review_file(card.run, card.tree or "", path)
        if diff is not self.diff:
            return
        if not text:
            self.cockpit.tell(f"{path} has no unchanged lines to show")
            return
        lines = text.removesuffix("\n").split("\n")
        self.diff_view.set_context(place, Context(lines, size))

    # --- comments -----------------------------------------------------------------------------

    def action_comment(self) -> None:
        """Comment on the line of the cursor, on the range, or edit the comment under it."""
        under = self.diff_view.spot
        if not self.diff_view.selection_spots and not (under and under.remark):
            self.diff_view.go_to_change()
        card, spot = self._markable(), self.diff_view.spot
        if card is None or spot is None:
            return
        old = next((note for note in self._draft.notes if note.id == spot.remark), None)
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
                self.cockpit.remarks.add(card.run, self.diff, spots, text)
            self.diff_view.end_range()
            self._changed()

        place = old.place if old else f"{spot.file.path}:{spots[-1].new or spots[-1].old}"
        about = "It goes to the maker with this hunk quoted, when you send the change back."
        before = old.text if old else ""
        self.cockpit.push_screen(TextDialog(f"Comment on {place}", about, text=before), answer)
