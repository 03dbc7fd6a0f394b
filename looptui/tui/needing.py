"""Going round what waits for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from looptui.tui.reach import Reach

if TYPE_CHECKING:
    from looptui.tui.queue import Waiting


class Needing(Reach):
    """An app that knows which need was shown last."""

    last_need = ""
    """The key of what was shown last."""

    def action_reconcile(self) -> None:
        raise NotImplementedError

    def open_waiting(self, waiting: Waiting) -> None:
        """Show what a run waits for."""
        self.last_need = waiting.key
        if waiting.need is None:
            self.open_run(waiting.view.id)
        else:
            self.open_need(waiting.need)

    def action_next_need(self) -> None:
        """The most urgent need, or the one after that which was shown last."""
        from looptui.tui.queue import after, queue

        waiting = after(queue(self.snapshot.runs), self.last_need)
        if waiting is None and self.snapshot.lying:
            self.action_reconcile()
        elif waiting is None:
            self.tell("nothing needs you")
        else:
            self.open_waiting(waiting)

    def action_queue(self) -> None:
        """Everything that waits for a person, to choose from."""
        from looptui.tui.dialogs.queue import QueueDialog
        from looptui.tui.queue import queue

        waiting = queue(self.snapshot.runs)
        if not waiting:
            self.tell("nothing needs you")
            return

        def chosen(one: Waiting | None) -> None:
            if one is not None:
                self.open_waiting(one)

        self.push_screen(QueueDialog(waiting, self.last_need), chosen)
