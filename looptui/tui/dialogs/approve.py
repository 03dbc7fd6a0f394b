"""The last question before a tree lands: what it is, what was proven, what happens next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.widget import Widget
from textual.widgets import Input

from looptui.projections.caution import Caution
from looptui.projections.figures import plural
from looptui.projections.values import GateView, NeedView
from looptui.tui.dialogs.base import Dialog
from looptui.tui.dialogs.facts import Facts
from looptui.tui.glyphs import Glyphs
from looptui.tui.panes.gate_lines import gate_line
from looptui.tui.spans import Spans
from looptui.tui.widgets.key_bar import KeyBar

_CAUTIONS = 6
_FEW = 2
"""Cautions that are shown on a low terminal."""
_HIGH = 32
"""Rows from which a terminal is not low."""
SHORTEST = 8
"""Characters of a reason: a `y` out of habit is none."""
_TOO_SHORT = "Say it in a few words; it is recorded with the approval."


@dataclass(frozen=True, slots=True)
class Approval:
    """What would be approved."""

    card: NeedView
    tree: str
    """All of the candidate, or what some hunks of it make."""
    change: Spans
    gates: Sequence[GateView]
    then: str
    hunks: str = ""
    """Those that are taken, as `1,3-5`; empty for all."""
    left: int = 0
    """How many hunks are left out."""
    unsent: int = 0
    """Comments that nobody will read."""
    unviewed: int = 0
    """Files that nobody said they looked at, where some were."""
    cautions: Sequence[Caution] = ()

    @property
    def grave(self) -> bool:
        """Whether it takes a typed reason."""
        protected = self.card.flagged and not self.hunks
        return bool(protected) or any(one.grave for one in self.cautions)


class ApproveDialog(Dialog[str]):
    """Gives the reason back, empty where none is needed; a grave caution needs one, typed."""

    scope: ClassVar[str] = "confirm"

    def __init__(self, approval: Approval) -> None:
        what = f"hunks {approval.hunks} of this" if approval.hunks else "this"
        super().__init__(f"Approve {what} change of {approval.card.loop}?")
        self._approval = approval

    def parts(self) -> Iterator[Widget]:
        glyphs, asked = self.cockpit.glyphs, self._approval
        lines: list[Spans] = [
            (("tree   ", "muted"), (asked.tree, "bold")),
            (("change ", "muted"), *asked.change),
            *self._gates(glyphs),
            (("then   ", "muted"), (f"{asked.then}, as one commit", "bold")),
            *(((f"{glyphs.warn} {words}", "breaker-warn"),) for words in _warnings(asked)),
        ]
        yield Facts(lines, hang=7)
        if asked.cautions:
            most = _CAUTIONS if self.app.size.height >= _HIGH else _FEW
            told = [caution_line(one, glyphs) for one in asked.cautions[:most]]
            if len(asked.cautions) > most:
                told.append(((f"and {len(asked.cautions) - most} more cautions", "breaker-warn"),))
            yield Facts([(), *told], hang=2)
        if asked.grave:
            yield Facts([(), (("Say why that is right; it is recorded with the approval.", ""),)])
            yield Input(placeholder="reason, then enter")

    def on_mount(self) -> None:
        if self._approval.grave:
            self.query_one(KeyBar).show(self.scope, frozenset({"confirm.yes"}))

    def _gates(self, glyphs: Glyphs) -> Iterator[Spans]:
        if self._approval.hunks:
            names = ", ".join(gate.id for gate in self._approval.gates)
            words = f"{names} run on this tree first; if one does not pass, nothing lands"
            yield (("gates  ", "muted"), (words, ""))
            return
        for gate in self._approval.gates:
            yield (("gate   ", "muted"), *gate_line(gate, glyphs))

    @on(Input.Changed)
    def _typed(self) -> None:
        self.cockpit.guard.typed()

    @on(Input.Submitted)
    def _reasoned(self, event: Input.Submitted) -> None:
        reason = event.value.strip()
        if not self.armed:
            return
        if len(reason) < SHORTEST:
            self.query(Facts).last().set_lines([(), ((_TOO_SHORT, "breaker-warn"),)])
        else:
            self.dismiss(reason)

    def action_yes(self) -> None:
        if self.armed and not self._approval.grave:
            self.dismiss("")


def caution_line(one: Caution, glyphs: Glyphs) -> Spans:
    """One thing to look at twice."""
    style = "breaker-trip" if one.grave else "breaker-warn"
    mark = f"{glyphs.tripped if one.grave else glyphs.warn} "
    place = f"{one.place}: " if one.path else ""
    return ((mark, style), (place, "bold"), (one.text, style))


def _warnings(asked: Approval) -> Iterator[str]:
    if asked.left:
        yield f"{plural(asked.left, 'hunk')} left out: what is not taken is gone with the run"
    if asked.unsent:
        yield f"{plural(asked.unsent, 'comment')} will not be sent: after it has landed nobody asks"
    if asked.unviewed:
        yield f"{plural(asked.unviewed, 'file')} not marked as viewed"
