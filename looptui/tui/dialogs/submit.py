"""What to do with a change that was looked at: four ways, each with what comes of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, NamedTuple

from textual.widget import Widget

from looptui.projections.values import NeedView
from looptui.tui.dialogs.base import Dialog
from looptui.tui.dialogs.facts import Facts
from looptui.tui.keymap import label
from looptui.tui.spans import Spans


class Way(NamedTuple):
    """One of the ways."""

    id: str
    word: str
    about: str
    offered: bool = True


class SubmitDialog(Dialog[str]):
    """A number chooses; the way that was chosen asks for what it needs, and once more."""

    scope: ClassVar[str] = "submit"

    def __init__(self, card: NeedView, facts: Sequence[Spans], ways: Sequence[Way]) -> None:
        super().__init__(f"Decide about this change of {card.loop}")
        self._facts = facts
        self._ways = ways

    def parts(self) -> Iterator[Widget]:
        yield Facts(self._facts, hang=7)
        yield Facts([(), *(self._row(way) for way in self._ways)], hang=21)

    def _row(self, way: Way) -> Spans:
        keys = self.cockpit.keymap[f"submit.{way.id}"].keys
        shown = label(keys[0]) if keys else " "
        if not way.offered:
            return ((f" {shown}  ", "muted"), (f"{way.word:<16} ", "muted"), (way.about, "muted"))
        return ((f" {shown}  ", "bold key"), (f"{way.word:<16} ", "bold"), (way.about, ""))

    def action_pick(self, way: str) -> None:
        """Go on with a way that is offered."""
        offered = {one.id: one for one in self._ways if one.offered}
        if way in offered and self.armed:
            self.dismiss(way)
