"""Starting a loop file: which one, and what it would run on this machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.widget import Widget

from looptui.tui.controller import LoopCard
from looptui.tui.dialogs.base import Dialog
from looptui.tui.dialogs.facts import Facts
from looptui.tui.spans import Spans
from looptui.tui.widgets.table_view import Column, TableRow, TableView
from looptui.tui.widgets.virtual_view import VirtualView

NEW = "new"
"""The answer that asks for a loop that is not there yet."""


class StartDialog(Dialog[Path | str]):
    """The loop files of the repository, and a row for a new one."""

    scope: ClassVar[str] = "start"

    def __init__(self, files: Sequence[Path]) -> None:
        super().__init__("Start a loop")
        self._files = files

    def parts(self) -> Iterator[Widget]:
        yield TableView((Column("loop", 20), Column("file", 20, grow=True)), id="choices")

    def on_mount(self) -> None:
        table = self.query_one(TableView)
        rows = [TableRow(path, (path.stem, "/".join(path.parts[-3:]))) for path in self._files]
        table.set_rows([*rows, TableRow(NEW, ("+ new loop", "the wizard writes one"))])
        table.focus()

    @on(VirtualView.Chosen)
    def _choose(self, event: VirtualView.Chosen) -> None:
        if isinstance(event.key, Path) and self.armed:
            self.dismiss(event.key)
        elif event.key == NEW:
            self.action_new()

    def action_new(self) -> None:
        self.dismiss(NEW)


class TrustDialog(Dialog[bool]):
    """Every command of a loop file, before it is trusted."""

    scope: ClassVar[str] = "confirm"

    def __init__(self, card: LoopCard) -> None:
        super().__init__(f"Start {card.name}?")
        self._card = card

    def parts(self) -> Iterator[Widget]:
        card = self._card
        commands: list[Spans] = [
            ((f"{role:<14} ", "muted"), (command, "bold")) for role, command in card.commands
        ]
        if card.trusted:
            ask: Spans = (("You trusted this content before.", "muted"),)
        else:
            ask = (("These commands would run on this machine, in a sandbox. Trust them?", ""),)
        digest = card.digest[:12]
        yield Facts(
            [
                ((card.goal.split("\n")[0], ""),),
                (),
                *commands,
                (),
                ask,
                ((f"{card.path.name}, content {digest}; asked again when it changes", "muted"),),
            ],
            hang=15,
        )

    def action_yes(self) -> None:
        if self.armed:
            self.dismiss(True)


class ProblemDialog(Dialog[None]):
    """Why a loop file cannot be started."""

    def __init__(self, card: LoopCard) -> None:
        super().__init__(f"{card.path.name} cannot be started")
        self._card = card

    def parts(self) -> Iterator[Widget]:
        yield Facts([((line, ""),) for line in self._card.problem.split("\n")], hang=2)
