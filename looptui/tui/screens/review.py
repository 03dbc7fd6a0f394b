"""Review: one candidate, its diff and its evidence, and the decision about exactly this tree."""

from __future__ import annotations

from looptui.core import commands as cmd
from looptui.core.finding import rules_of
from looptui.core.hunks import spelled
from looptui.projections.feedback import named, rejected
from looptui.projections.figures import plural, short
from looptui.projections.values import NeedView, RunView
from looptui.tui import marks
from looptui.tui.dialogs.approve import Approval, ApproveDialog
from looptui.tui.dialogs.submit import SubmitDialog, Way
from looptui.tui.panes.gate_lines import counted
from looptui.tui.remarks import feedback
from looptui.tui.screens.review_file import ReviewFile
from looptui.tui.spans import Spans


class ReviewScreen(ReviewFile):
    """Decision keys are dead for a moment after the card appears, and while its tree is stale."""

    def _decidable(self) -> NeedView | None:
        """The card, if a decision about exactly what is on screen may be made now."""
        card = self._current()
        if self.too_small or not self.cockpit.guard.passes():
            return None
        if self._newer() is not None:
            words = "the tree changed while you read; {review.submit} shows the new one"
            self.cockpit.tell(self.keyed(words), "warning")
            return None
        if card is None:
            self.cockpit.tell("nothing is left to decide here")
            return None
        return card if self._loaded == card.tree else None

    def _approvable(self) -> NeedView | None:
        """The card, if it may be approved; says why not."""
        card = self._decidable()
        if card is None:
            return None
        if card.approved:
            said = "it is approved, only its landing is in the way: {app.next-need} says why, "
            self.cockpit.tell(self.keyed(said + "{review.undo} takes it back"), "warning")
            return None
        if card.kind != "approval":
            words = "gates do not pass on this tree: send it back with {review.send-back}"
            self.cockpit.tell(self.keyed(words), "warning")
            return None
        return card

    def action_submit(self) -> None:
        """Show the new tree; else ask what to do with this one."""
        newer = self._newer()
        if newer is not None:
            if self.cockpit.guard.passes():
                self.show_need(newer.id)
            return
        card, view = self._decidable(), self._view
        if card is None or view is None:
            return

        def chosen(way: str | None) -> None:
            if way is not None:
                self._go(way)

        dialog = SubmitDialog(card, self._facts(card, view), self._ways(card))
        self.cockpit.push_screen(dialog, chosen)

    def _go(self, way: str) -> None:
        """On with one of the ways; what it asks is a dialog of its own."""
        match way:
            case "approve":
                self._ask_approval()
            case "back":
                self._ask_words()
            case "take":
                self.run_worker(self._ask_part(), group="part", exclusive=True)
            case "comment":
                self._ask_comment()

    # --- what is shown first ------------------------------------------------------------------

    def _facts(self, card: NeedView, view: RunView) -> list[Spans]:
        glyphs, draft = self.cockpit.glyphs, self._draft
        parts = marks.sort_parts(self.diff, draft)
        seen = f"{len(marks.viewed(self.diff, draft))} of {len(self.diff.files)}"
        return [
            (("tree   ", "muted"), (card.tree or "", "bold")),
            (("change ", "muted"), *self._change()),
            (("hunks ", "muted"), *marks.counted(parts, glyphs)),
            (
                ("gates  ", "muted"), *counted(view.gates, glyphs),
                ("   comments ", "muted"), (str(len(draft.notes)), ""),
                ("   viewed ", "muted"), (seen, ""),
                ("   cautions ", "muted"), (str(len(self._cautions)), ""),
            ),
        ]  # fmt: skip

    def _ways(self, card: NeedView) -> list[Way]:
        draft = self._draft
        parts = marks.sort_parts(self.diff, draft)
        out, stay, notes = len(parts.rejected), len(parts.kept), len(draft.notes)
        fine = card.kind == "approval" and not card.approved
        why = "gates do not pass on it" if not fine else f"{plural(out, 'hunk')} rejected"
        going = [plural(out, "rejected hunk")] if out else []
        going += [plural(notes, "comment")] if notes else []
        what = " and ".join(going) or "words"
        return [
            Way("approve", "Approve", self._landing if fine and not out else f"not offered: {why}",
                fine and not out),
            Way("back", "Request changes", f"the maker gets {what}"),
            Way("take", f"Take {plural(stay, 'hunk')}",
                "gates run on them first, then they land" if out else "no hunk is rejected",
                fine and bool(out and stay)),
            Way("comment", "Comment only", "into the next prompt if there is one, no verdict"),
        ]  # fmt: skip

    def _change(self) -> Spans:
        files = [file for file in self.diff.files if not file.joined]
        added = sum(file.added for file in self.diff.files)
        removed = sum(file.removed for file in self.diff.files)
        names = ", ".join(file.path for file in files[:4])
        more = f" and {len(files) - 4} more" if len(files) > 4 else ""
        return (
            (plural(len(files), "file"), "bold"),
            (f" +{added}", "breaker-ok"),
            (f" -{removed}", "breaker-trip"),
            (f"  {names}{more}", ""),
        )

    # --- approving ----------------------------------------------------------------------------

    def action_approve(self) -> None:
        """Everything, unless something of it was rejected: then it is asked which way to go."""
        if marks.sort_parts(self.diff, self._draft).rejected:
            self.action_submit()
        else:
            self._ask_approval()

    def _ask_approval(self) -> None:
        card, view = self._approvable(), self._view
        if card is None or view is None:
            return
        tree, landing = card.tree or "", self._landing
        approval = Approval(
            card,
            tree,
            self._change(),
            view.gates,
            landing,
            unsent=len(self._draft.notes),
            unviewed=self._unviewed(),
            cautions=self._cautions,
        )

        def answer(reason: str | None) -> None:
            if reason is not None:
                said = f"approved tree {short(tree)}: {landing}"
                self._decide(card, cmd.Approve(tree, reason, rules_of(card.findings)), said)

        self.cockpit.push_screen(ApproveDialog(approval), answer)

    async def _ask_part(self) -> None:
        """Make the tree of what stays, so that it is known what would be approved."""
        card, view = self._current(), self._view
        parts = marks.sort_parts(self.diff, self._draft)
        if card is None or view is None or not parts.rejected:
            return
        tree, hunks = card.tree or "", spelled(parts.kept)
        taken, problem = await self.cockpit.controller.picked(card.run, tree, hunks)
        if problem:
            self.cockpit.tell(problem, "warning", 8)
            return
        if not self.is_current or self._current() != card:
            return
        files = {self.diff.files[self.diff.parts[number - 1].file].path for number in parts.kept}
        approval = Approval(
            card,
            taken,
            ((f"hunks {hunks} of {len(self.diff.parts)}", "bold"),),
            view.gates,
            self._landing,
            hunks,
            len(parts.rejected),
            len(self._draft.notes),
            self._unviewed(),
            [one for one in self._cautions if not one.path or one.path in files],
        )

        def answer(reason: str | None) -> None:
            if reason is not None:
                said = f"hunks {hunks} are tree {short(taken)}: gates run, then it lands"
                rules = rules_of(card.findings)
                self._decide(card, cmd.TakeHunks(tree, hunks, taken, reason, rules), said)

        self.cockpit.push_screen(ApproveDialog(approval), answer)

    def _unviewed(self) -> int:
        """Files without the mark; none where nobody marks any."""
        seen = len(marks.viewed(self.diff, self._draft))
        return len(self.diff.files) - seen if seen else 0

    # --- sending back -------------------------------------------------------------------------

    def action_send_back(self) -> None:
        self._ask_words()

    def _ask_words(self) -> None:
        card = self._decidable()
        if card is None:
            return
        from looptui.tui.dialogs.send_back import SendBack, SendBackDialog

        tree, diff, draft = card.tree or "", self.diff, self._draft
        parts = marks.sort_parts(diff, draft)
        out = [f"{self._place(number)}  {named(diff, number)}" for number in parts.rejected]

        def answer(word: SendBack | None) -> None:
            if word is None:
                return
            text = feedback(word.text, draft.notes, rejected(diff, parts.rejected))
            if word.final:
                self._decide(card, cmd.Reject(tree, text), f"rejected tree {short(tree)} for good")
            else:
                said = f"sent back: it goes into the prompt of {card.loop}'s next iteration"
                stay = spelled(parts.kept) if parts.rejected else ""
                self._decide(card, cmd.SendBack(tree, text, stay), said)

        self.cockpit.push_screen(SendBackDialog(card, draft.notes, out), answer)

    def _place(self, number: int) -> str:
        return f"{number} {self.diff.files[self.diff.parts[number - 1].file].path}"

    def _ask_comment(self) -> None:
        """Words without a verdict: the review stays open."""
        card = self._decidable()
        if card is None:
            return
        from looptui.tui.dialogs.text import TextDialog

        def answer(text: str | None) -> None:
            if text:
                words = feedback(text, self._draft.notes)
                said = "noted for the next prompt, if there is one; the review stays open"
                self.cockpit.act(card.run, cmd.Nudge(words), said)
                self.cockpit.remarks.said(card.run)
                self._changed()

        about = "It goes into the next prompt, with your comments; nothing is decided."
        self.cockpit.push_screen(
            TextDialog(f"Comment on this change of {card.loop}", about), answer
        )

    def _decide(self, card: NeedView, command: cmd.Command, said: str) -> None:
        self.cockpit.act(card.run, command, said)
        if isinstance(command, cmd.SendBack | cmd.Reject):
            self.cockpit.remarks.said(card.run)
        self.cockpit.open_run(card.run)
