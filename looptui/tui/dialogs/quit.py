"""Quitting while runs are driven here: pause them all, or stay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual.widget import Widget

from looptui.projections.figures import money, plural
from looptui.projections.values import RunView
from looptui.tui.dialogs.base import Dialog
from looptui.tui.dialogs.facts import Facts
from looptui.tui.spans import Spans

_MOST = 8
_WHAT_THEN = (
    "Paused runs are interrupted now; the step in flight is done again when they resume "
    "(`looptui resume RUN`, or p here). Nothing is lost."
)


class QuitDialog(Dialog[bool]):
    """Says what is in flight and what becomes of it."""

    scope: ClassVar[str] = "quit"

    def __init__(self, runs: Sequence[RunView]) -> None:
        super().__init__(f"{plural(len(runs), 'run')} at work in this process")
        self._runs = runs

    def parts(self) -> Iterator[Widget]:
        rows: list[Spans] = [
            ((f"{view.loop:<16} ", "bold"), (f"{view.latest}  ", ""),
             (money(view.cost_usd, known=view.cost_known), "muted"))
            for view in self._runs[:_MOST]
        ]  # fmt: skip
        yield Facts(
            [
                *rows,
                (),
                ((_WHAT_THEN, ""),),
            ]
        )

    def action_pause(self) -> None:
        if self.armed:
            self.dismiss(True)
