"""The palette: one line to type in, and what it means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual import on
from textual.widget import Widget
from textual.widgets import Input

from looptui.tui.dialogs.base import Dialog
from looptui.tui.palette import Entry, matching
from looptui.tui.spans import Spans
from looptui.tui.widgets.table_view import Column, TableRow, TableView
from looptui.tui.widgets.virtual_view import VirtualView

_COLUMNS = (Column("what", 34, grow=True), Column("", 22, priority=1, grow=True), Column("key", 6))


class PaletteDialog(Dialog[Entry]):
    """Gives back what was chosen."""

    scope: ClassVar[str] = "palette"

    def __init__(self, entries: Sequence[Entry]) -> None:
        super().__init__("Do or go to - type to search")
        self._entries = entries
        self._hits: Sequence[Entry] = entries

    def parts(self) -> Iterator[Widget]:
        yield Input(placeholder="an action, a run, a loop, a theme")
        yield TableView(_COLUMNS, id="hits")

    def on_mount(self) -> None:
        self.query_one(Input).focus()
        self._search("")

    @property
    def table(self) -> TableView:
        return self.query_one("#hits", TableView)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._search(event.value)

    def _search(self, query: str) -> None:
        self._hits = matching(self._entries, query)
        self.table.set_rows([_row(entry) for entry in self._hits])
        self.table.move_to(0)

    @on(Input.Submitted)
    def action_run(self) -> None:
        """Do what the cursor is on; what could decide something waits until the guard allows."""
        place = self.table.cursor
        if place is None:
            return
        entry = self._hits[place]
        if not entry.decides or self.armed:
            self.dismiss(entry)

    @on(VirtualView.Chosen)
    def _chosen(self) -> None:
        self.action_run()

    def action_down(self) -> None:
        self.table.action_down()

    def action_up(self) -> None:
        self.table.action_up()

    def action_page_down(self) -> None:
        self.table.action_page_down()

    def action_page_up(self) -> None:
        self.table.action_page_up()


def _row(entry: Entry) -> TableRow:
    about: Spans = ((entry.about, "muted"),)
    return TableRow(entry.id, (entry.text, about, ((entry.key, "bold key"),)))
