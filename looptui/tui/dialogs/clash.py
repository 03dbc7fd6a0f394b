"""Two records that contradict each other: which of them holds is for a person to say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from time import time
from typing import ClassVar, Literal

from textual import on
from textual.widget import Widget

from looptui.core.memory import Memory
from looptui.projections.figures import moment
from looptui.tui.dialogs.base import Dialog
from looptui.tui.dialogs.facts import Facts
from looptui.tui.spans import Spans
from looptui.tui.widgets.table_view import Column, TableRow, TableView
from looptui.tui.widgets.virtual_view import VirtualView

Verdict = Literal["this", "other", "both", "neither"]


class ClashDialog(Dialog[Verdict]):
    """Shows both sides with where they come from; gives back which of them is kept."""

    scope: ClassVar[str] = "choice"

    def __init__(self, this: Memory, other: Memory) -> None:
        super().__init__(f"Which holds of {this.subject}?")
        self._sides = (this, other)

    def parts(self) -> Iterator[Widget]:
        yield Facts([line for side in self._sides for line in _side(side)], hang=7)
        yield TableView((Column("", 14), Column("", 24, grow=True)), id="choices")

    def on_mount(self) -> None:
        this, other = self._sides
        table = self.query_one(TableView)
        table.set_rows(
            [
                TableRow("this", (f"keep {this.id}", "the other is superseded")),
                TableRow("other", (f"keep {other.id}", "this one is superseded")),
                TableRow("both", ("keep both", "they do not contradict each other")),
                TableRow("neither", ("keep neither", "both are forgotten")),
            ]
        )
        table.focus()

    @on(VirtualView.Chosen)
    def _choose(self, event: VirtualView.Chosen) -> None:
        if self.armed:
            self.dismiss(event.key)  # type: ignore[arg-type]


def _side(record: Memory) -> Sequence[Spans]:
    origin = f"run {record.run[:7]}" if record.run else record.actor
    told = f"{origin}, {moment(record.at, time())}, {record.scope}, {record.uses} prompts"
    return [
        ((f"{record.id:<6} ", "bold"), (record.text, "")),
        (("       ", ""), (told, "muted")),
        (),
    ]
