"""Send a candidate back with remarks, or reject it for good."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, NamedTuple

from textual import on
from textual.widget import Widget
from textual.widgets import Input

from looptui.projections.figures import short
from looptui.projections.values import NeedView
from looptui.tui.dialogs.base import Dialog
from looptui.tui.dialogs.facts import Facts
from looptui.tui.remarks import Note
from looptui.tui.spans import Spans

_MOST = 8
"""Rejected hunks that are listed."""


class SendBack(NamedTuple):
    """What a person said; `final` ends the run."""

    text: str
    final: bool


class SendBackDialog(Dialog[SendBack]):
    """Enter sends back, which needs a word or a comment; another key rejects for good."""

    scope: ClassVar[str] = "send-back"

    def __init__(self, card: NeedView, notes: Sequence[Note], rejected: Sequence[str] = ()) -> None:
        """`rejected` are the hunks that are taken out of it, each in a line."""
        super().__init__(f"Send this change of {card.loop} back?")
        self._card = card
        self._notes = notes
        self._rejected = rejected
        self._sure = False

    def parts(self) -> Iterator[Widget]:
        quoted = ", with these comments and their hunks" if self._said else ""
        glyphs = self.cockpit.glyphs
        lines: list[Spans] = [
            (("tree ", "muted"), (short(self._card.tree), "bold")),
            *(((f"{n.id} {n.place}  ", "diff-comment"), (n.text, "")) for n in self._notes),
            *(
                ((f"{glyphs.tripped} ", "breaker-trip"), (one, ""))
                for one in self._rejected[:_MOST]
            ),
        ]
        if len(self._rejected) > _MOST:
            lines.append(((f"  and {len(self._rejected) - _MOST} more", "muted"),))
        if self._rejected:
            lines.append((("The next iteration starts without these hunks.", ""),))
        yield Facts(lines, hang=5)
        yield Facts([(), ((f"What should change? It goes into the next prompt{quoted}.", ""),)])
        yield Input(placeholder="optional" if self._said else "what should change")
        yield Facts([()])

    @property
    def _said(self) -> bool:
        """Whether there is something to send without another word."""
        return bool(self._notes or self._rejected)

    @on(Input.Changed)
    def _typed(self) -> None:
        self.cockpit.guard.typed()

    @on(Input.Submitted)
    def action_submit(self) -> None:
        if not self.armed:
            return
        text = self.query_one(Input).value.strip()
        if text or self._said:
            self.dismiss(SendBack(text, final=False))
        else:
            words = "say what should change, or comment on a line first ({dialog.close}, then "
            self._say(self.cockpit.keymap.told(words + "{review.comment})"))

    def action_final(self) -> None:
        """Asked twice: the run ends with it."""
        if not self.armed:
            return
        if self._sure:
            self.dismiss(SendBack(self.query_one(Input).value.strip(), final=True))
        else:
            self._sure = True
            self.cockpit.guard.shown()
            self._say("this ends the run; press it again to reject for good")

    def _say(self, words: str) -> None:
        self.query(Facts).last().set_lines([((words, "breaker-warn"),)])
