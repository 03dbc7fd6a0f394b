"""What a person may do with a run, the same on every screen that has one under the cursor."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from looptui.tui import looks
from looptui.tui.screens.base import MainScreen

if TYPE_CHECKING:
    from looptui.core.commands import Command
    from looptui.projections.values import RunView

AGAIN = 2.0
"""Seconds within which a second `p` means: now."""


class RunScreen(MainScreen):
    """A screen with a run that the keys are about."""

    _paused: tuple[str, float] = ("", 0.0)

    @property
    def subject(self) -> RunView | None:
        """The run that the keys are about."""
        raise NotImplementedError

    def keys_off(self) -> frozenset[str]:
        view = self.subject
        verbs: tuple[str, ...] = ()
        if view is None or view.ended:
            verbs = ("pause", "review", "limits", "nudge", "stop", "discard")
        elif not view.needs:
            verbs = ("review",)
        return frozenset(f"{self.scope}.{verb}" for verb in verbs)

    def action_pause(self) -> None:
        view = self._living("pause")
        if view is None:
            return
        from looptui.core.commands import Resume

        if view.needs:
            press = self.keyed("press {app.next-need}")
            self.cockpit.tell(f"{view.loop} rests already: it waits for you ({press})")
        elif view.state == "tripped":
            self.action_limits()
        elif view.state == "paused" or looks.interrupted(view, self.snapshot.driver(view)):
            self.cockpit.act(view.id, Resume(), f"{view.loop} goes on")
        else:
            self._pause(view)

    def _pause(self, view: RunView) -> None:
        from looptui.core.commands import Pause

        run, at = self._paused
        again = run == view.id and monotonic() - at < AGAIN
        now = again or view.id in self.snapshot.pausing
        self._paused = (view.id, monotonic())
        if now:
            self.cockpit.act(view.id, Pause(now=True), f"{view.loop} is interrupted")
        else:
            key = self.cockpit.keymap.name(f"{self.scope}.pause")
            said = f"{view.loop} pauses; {key} again interrupts it now"
            self.cockpit.act(view.id, Pause(), said)

    def action_review(self) -> None:
        view = self.subject
        if view is None:
            return
        if view.needs:
            self.cockpit.open_need(view.needs[0])
        else:
            self.cockpit.tell(f"nothing of {view.loop} waits for a review")

    def action_limits(self) -> None:
        view = self._living("change a limit of")
        if view is not None:
            from looptui.tui.dialogs.limits import LimitsDialog

            self.cockpit.push_screen(LimitsDialog(view))

    def action_nudge(self) -> None:
        view = self._living("nudge")
        if view is None:
            return
        from looptui.tui.dialogs.text import TextDialog
        from looptui.tui.nudging import NOW, nudge

        def send(text: str | None) -> None:
            if text:
                self.cockpit.act(view.id, *nudge(text))

        about = "It goes into the prompt of the next iteration."
        soon = f"With {NOW} before it, it interrupts the maker and goes into this one's."
        self.cockpit.push_screen(TextDialog(f"Nudge {view.loop}", about, soon), send)

    def action_rerun(self) -> None:
        """Run the gates again: what they said of the newest candidate counts no more."""
        view = self._living("run the gates of")
        if view is not None:
            from looptui.core.commands import Rerun

            self.cockpit.act(view.id, Rerun(), f"the gates of {view.loop} run again")

    def action_stop(self) -> None:
        from looptui.core.commands import Stop

        view = self._living("stop")
        if view is not None:
            facts = ("It ends here. Its work so far is kept.", view.latest)
            self._confirm(view, f"Stop {view.loop}?", facts, Stop(), "stopped")

    def action_discard(self) -> None:
        from looptui.core.commands import Discard

        view = self._living("discard")
        if view is not None:
            facts = (
                "It ends here and its worktree is removed.",
                f"What did not land is kept as refs/looptui/rescue/{view.id}.",
            )
            self._confirm(view, f"Discard {view.loop}?", facts, Discard(), "discarded")

    def _confirm(
        self, view: RunView, title: str, facts: tuple[str, ...], command: Command, done: str
    ) -> None:
        from looptui.tui.dialogs.confirm import ConfirmDialog

        def answer(yes: bool | None) -> None:
            if yes:
                self.cockpit.act(view.id, command, f"{view.loop} is {done}")

        lines = [((fact, "" if place == 0 else "muted"),) for place, fact in enumerate(facts)]
        self.cockpit.push_screen(ConfirmDialog(title, lines), answer)

    def _living(self, verb: str) -> RunView | None:
        """The run under the cursor if it has not ended; says so if it has."""
        view = self.subject
        if view is None or not view.ended:
            return view
        self.cockpit.tell(f"cannot {verb} {view.loop}: it has ended ({view.state})")
        return None
