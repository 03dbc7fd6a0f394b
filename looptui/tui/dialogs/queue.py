"""Everything that waits for a person, to choose from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from time import time
from typing import ClassVar

from textual import on
from textual.widget import Widget

from looptui.projections.figures import plural
from looptui.tui.dialogs.base import Dialog
from looptui.tui.panes.need_rows import COLUMNS, need_rows
from looptui.tui.queue import Waiting
from looptui.tui.widgets.table_view import TableView
from looptui.tui.widgets.virtual_view import VirtualView


class QueueDialog(Dialog[Waiting]):
    """Gives back the one that was chosen; nothing is decided here."""

    scope: ClassVar[str] = "choice"

    def __init__(self, waiting: Sequence[Waiting], chosen: str) -> None:
        super().__init__(f"{plural(len(waiting), 'thing')} wait{'s' * (len(waiting) == 1)} for you")
        self._waiting = waiting
        self._chosen = chosen

    def parts(self) -> Iterator[Widget]:
        yield TableView(COLUMNS, id="choices")

    def on_mount(self) -> None:
        table = self.query_one(TableView)
        table.set_rows(need_rows(self._waiting, time(), self.cockpit.glyphs))
        table.move_to(table.table.find(self._chosen) or 0)
        table.focus()

    @on(VirtualView.Chosen)
    def _choose(self, event: VirtualView.Chosen) -> None:
        self.dismiss(next((one for one in self._waiting if one.key == event.key), None))
