"""The last question before a tree lands: what it is, what was proven, what happens next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual import on
from textual.widget import Widget
from textual.widgets import Input

from looptui.projections.figures import plural
from looptui.projections.values import GateView, NeedView
from looptui.tui.dialogs.base import Dialog
from looptui.tui.dialogs.facts import Facts
from looptui.tui.panes.gate_lines import gate_line
from looptui.tui.spans import Spans


class ApproveDialog(Dialog[str]):
    """Gives the reason back, empty where none is needed; a flagged tree needs one, typed."""

    scope: ClassVar[str] = "confirm"

    def __init__(
        self, card: NeedView, change: Spans, gates: Sequence[GateView], then: str, unsent: int
    ) -> None:
        super().__init__(f"Approve this change of {card.loop}?")
        self._card = card
        self._change = change
        self._gates = gates
        self._then = then
        self._unsent = unsent

    def parts(self) -> Iterator[Widget]:
        glyphs = self.cockpit.glyphs
        lines: list[Spans] = [
            (("tree   ", "muted"), (self._card.tree or "", "bold")),
            (("change ", "muted"), *self._change),
            *((("gate   ", "muted"), *gate_line(gate, glyphs)) for gate in self._gates),
            (("then   ", "muted"), (f"{self._then}, as one commit", "bold")),
        ]
        if self._unsent:
            words = f"{plural(self._unsent, 'comment')} will not be sent: approving takes all of it"
            lines.append(((f"{glyphs.warn} {words}", "breaker-warn"),))
        if self._card.flagged:
            paths = ", ".join(self._card.flagged)
            lines += [
                (),
                ((f"{glyphs.warn} It changes protected files: {paths}", "breaker-warn"),),
                (("Say why that is right; it is recorded with the approval.", ""),),
            ]
        yield Facts(lines, hang=7)
        if self._card.flagged:
            yield Input(placeholder="reason")

    @on(Input.Submitted)
    def _reasoned(self, event: Input.Submitted) -> None:
        if event.value.strip() and self.armed:
            self.dismiss(event.value.strip())

    def action_yes(self) -> None:
        if self.armed and not self._card.flagged:
            self.dismiss("")
