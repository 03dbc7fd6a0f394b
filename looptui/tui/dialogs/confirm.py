"""A question that is answered with yes or left alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual.widget import Widget

from looptui.tui.dialogs.base import Dialog
from looptui.tui.dialogs.facts import Facts
from looptui.tui.spans import Spans


class ConfirmDialog(Dialog[bool]):
    """Some facts, and `y` for yes."""

    scope: ClassVar[str] = "confirm"

    def __init__(self, title: str, facts: Sequence[Spans]) -> None:
        super().__init__(title)
        self._facts = facts

    def parts(self) -> Iterator[Widget]:
        yield Facts(self._facts)

    def action_yes(self) -> None:
        if self.armed:
            self.dismiss(True)
