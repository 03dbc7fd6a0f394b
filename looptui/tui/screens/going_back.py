"""Going back to an iteration of a run, or on from one in a new run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from looptui.projections.figures import plural, short
from looptui.tui.screens.run_actions import RunScreen

if TYPE_CHECKING:
    from looptui.projections.values import IterationView, RunView


class GoingBack(RunScreen):
    """A screen with an iteration under its cursor."""

    @property
    def iterations(self) -> Sequence[IterationView]:
        """The iterations of the run, in order."""
        raise NotImplementedError

    @property
    def number(self) -> int | None:
        """Which of them the keys are about; 0 is the base, None before anything is known."""
        raise NotImplementedError

    def keys_off(self) -> frozenset[str]:
        view, off = self.subject, super().keys_off()
        if view is None:
            return off | {"loop.restore", "loop.fork"}
        return off | {"loop.restore"} if view.ended else off

    def action_restore(self) -> None:
        """Ask why the run goes back to the iteration under the cursor."""
        view, n = self._living("take back"), self.number
        if view is None or n is None or not self._finished(view, n):
            return
        from looptui.core.commands import Restore
        from looptui.tui.dialogs.text import TextDialog

        def answer(why: str | None) -> None:
            if why:
                said = f"{view.loop} goes on from {_named(n)}"
                self.cockpit.act(view.id, Restore(n, why), said)

        about = (
            self._what(n),
            f"The run goes on from it; {self._since(view, n)}.",
            "Say why: it is recorded, and goes into the next prompt.",
        )
        self.cockpit.push_screen(
            TextDialog(f"Take {view.loop} back to {_named(n)}", *about), answer
        )

    def action_fork(self) -> None:
        """Ask what a new run that goes on from the iteration under the cursor should know."""
        view, n = self.subject, self.number
        if view is None or n is None or not self._finished(view, n):
            return
        from looptui.tui.dialogs.text import TextDialog

        def answer(why: str | None) -> None:
            if why is not None:
                self.cockpit.fork(view.id, n, why)

        about = (
            self._what(n),
            "A new run of the same loop goes on from it, with limits of its own; this one stays.",
            "A word for its first prompt, if there is one to say; enter starts it.",
        )
        title = f"A new run of {view.loop}, from {_named(n)}"
        self.cockpit.push_screen(TextDialog(title, *about, optional=True), answer)

    def _finished(self, view: RunView, n: int) -> bool:
        """Whether something can be built on an iteration; says so where it is still open."""
        known = view.baseline_score is not None if n == 0 else n <= len(self.iterations)
        if known and (n == 0 or self.iterations[n - 1].outcome):
            return True
        self.cockpit.tell(f"{_named(n)} is still at work: move to one that has ended")
        return False

    def _what(self, n: int) -> str:
        if n == 0:
            return "The base, as the run found it."
        one = self.iterations[n - 1]
        score = "" if one.score is None else f"score {one.score:.2f}, "
        change = f"+{one.diffstat.added} -{one.diffstat.deleted}"
        return f"Iteration {n}: {one.outcome}, {score}{change}, tree {short(one.tree)}"

    def _since(self, view: RunView, n: int) -> str:
        later = len(self.iterations) - n
        stay = f"{plural(later, 'later iteration')} stay{'s' if later == 1 else ''} in the list"
        stay = stay if later else "nothing came after it"
        return f"{stay}, and what is at work is left" if view.state == "active" else stay


def _named(n: int) -> str:
    return f"iteration {n}" if n else "the base"
