"""A dialog that takes one line of words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual import on
from textual.widget import Widget
from textual.widgets import Input

from looptui.tui.dialogs.base import Dialog
from looptui.tui.dialogs.facts import Facts


class TextDialog(Dialog[str]):
    """Enter gives the words back; without any it stays, unless they are `optional`."""

    scope: ClassVar[str] = "text"

    def __init__(self, title: str, *about: str, text: str = "", optional: bool = False) -> None:
        super().__init__(title)
        self._about = about
        self._text = text
        self._optional = optional

    def parts(self) -> Iterator[Widget]:
        yield Facts([*(((line, "muted"),) for line in self._about), ()])
        yield Input(self._text, select_on_focus=False)

    @on(Input.Submitted)
    def action_submit(self) -> None:
        text = self.query_one(Input).value.strip()
        if (text or self._optional) and self.armed:
            self.dismiss(text)
