"""A part of a list to look at alone: one of the kinds, runs or people that are in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual import on
from textual.widget import Widget

from looptui.tui.dialogs.base import Dialog
from looptui.tui.widgets.table_view import Column, TableRow, TableView
from looptui.tui.widgets.virtual_view import VirtualView

Facet = tuple[str, str]
"""What it is and its value: `("kind", "gate.finished")`; two empty texts are everything."""


class FacetDialog(Dialog[Facet]):
    """Gives back the facet that was chosen."""

    scope: ClassVar[str] = "choice"

    def __init__(self, facets: Sequence[tuple[Facet, str]]) -> None:
        """`facets` are facets, each with a word about it."""
        super().__init__("Show only")
        self._facets = facets

    def parts(self) -> Iterator[Widget]:
        yield TableView(
            (Column("by", 5), Column("which", 24, grow=True), Column("", 12, priority=1)),
            id="choices",
        )

    def on_mount(self) -> None:
        table = self.query_one(TableView)
        rows = [TableRow((by, name), (by, name, about)) for (by, name), about in self._facets]
        table.set_rows([TableRow(("", ""), ("all", "everything", "")), *rows])
        table.focus()

    @on(VirtualView.Chosen)
    def _choose(self, event: VirtualView.Chosen) -> None:
        if isinstance(event.key, tuple):
            self.dismiss(event.key)
