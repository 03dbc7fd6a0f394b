"""Quitting while runs are driven here: detach, pause them all, or stay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Literal

from textual.widget import Widget

from looptui.projections.figures import money, plural
from looptui.projections.values import RunView
from looptui.tui.dialogs.base import Dialog
from looptui.tui.dialogs.facts import Facts
from looptui.tui.spans import Spans
from looptui.tui.widgets.key_bar import KeyBar

_MOST = 8
"""Runs that are named."""
_DETACHING = (
    "Detach: each goes on in the background when its step in flight has ended. Nothing that is "
    "paid for is cut off, and the screen is open until then."
)
_PAUSING = (
    "Pause: all are interrupted now. The step in flight is done again when they resume "
    "(`looptui resume RUN`, or {fleet.pause} here); nothing is lost."
)

Way = Literal["detach", "pause"]


class QuitDialog(Dialog[Way]):
    """Says what is in flight and what becomes of it; `lasting` runs can go on without us."""

    scope: ClassVar[str] = "quit"
    words: ClassVar[Mapping[str, str]] = {"dialog.close": "Stay"}

    def __init__(self, runs: Sequence[RunView], *, lasting: bool = True) -> None:
        super().__init__(f"{plural(len(runs), 'run')} at work in this process")
        self._runs = runs
        self._lasting = lasting

    def parts(self) -> Iterator[Widget]:
        rows: list[Spans] = [
            ((f"{view.loop:<16} ", "bold"), (f"{view.latest}  ", ""),
             (money(view.cost_usd, known=view.cost_known), "muted"))
            for view in self._runs[:_MOST]
        ]  # fmt: skip
        if len(self._runs) > _MOST:
            rows.append(((f"and {len(self._runs) - _MOST} more", "muted"),))
        detaching: list[Spans] = [((_DETACHING, ""),)] if self._lasting else []
        yield Facts([*rows, (), *detaching, ((self.cockpit.keymap.told(_PAUSING), ""),)])

    def on_mount(self) -> None:
        if not self._lasting:
            self.query_one(KeyBar).show(self.scope, frozenset({"quit.detach"}))

    def action_detach(self) -> None:
        if self._lasting and self.armed:
            self.dismiss("detach")

    def action_pause(self) -> None:
        if self.armed:
            self.dismiss("pause")
