"""The command line: a verb, what it takes, and in place what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.widget import Widget
from textual.widgets import Input

from looptui.errors import UsageError
from looptui.tui import verbs
from looptui.tui.dialogs.base import Dialog
from looptui.tui.dialogs.facts import Facts
from looptui.tui.orders import Send, Stage
from looptui.tui.spans import Spans

if TYPE_CHECKING:
    from looptui.tui.reach import Reach

_MOST_OFFERS = 12


class CommandDialog(Dialog[None]):
    """Stays until a line was carried out, or escape."""

    scope: ClassVar[str] = "command"

    def __init__(self, reach: Reach) -> None:
        chosen = reach.chosen_run
        super().__init__(f"Command for {chosen.loop}" if chosen else "Command")
        self._reach = reach
        self._stage = Stage(
            reach.snapshot.runs, chosen, reach.snapshot.files, sorted(reach.available_themes)
        )
        self._at = len(reach.typed)

    def parts(self) -> Iterator[Widget]:
        yield Input(placeholder="pause, nudge TEXT, limits --cost 8 --reason WHY; tab completes")
        yield Facts(())

    def on_mount(self) -> None:
        self.query_one(Input).focus()
        self._say(self._offers(verbs.complete("", self._stage)))

    @property
    def line(self) -> str:
        return self.query_one(Input).value

    def _put(self, line: str) -> None:
        field = self.query_one(Input)
        field.value = line
        field.cursor_position = len(line)

    def _say(self, *lines: Spans) -> None:
        self.query_one(Facts).set_lines(lines)

    # --- typing -------------------------------------------------------------------------------

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        about: Spans = ((verbs.usage(event.value), "muted"),)
        self._say(about, self._offers(verbs.complete(event.value, self._stage)))

    def _offers(self, words: Sequence[str]) -> Spans:
        shown = "  ".join(words[:_MOST_OFFERS])
        return ((shown + ("  …" if len(words) > _MOST_OFFERS else ""), "key"),)

    def action_complete(self) -> None:
        """The word as far as it is certain; with one possibility, all of it."""
        offers = verbs.complete(self.line, self._stage)
        if not offers:
            return
        head, blank, _ = self.line.rpartition(" ")
        word = offers[0] + " " if len(offers) == 1 else _common(offers)
        self._put(f"{head}{blank}{word}")

    def action_older(self) -> None:
        self._recall(self._at - 1)

    def action_newer(self) -> None:
        self._recall(self._at + 1)

    def _recall(self, at: int) -> None:
        typed = self._reach.typed
        if 0 <= at <= len(typed):
            self._at = at
            self._put(typed[at] if at < len(typed) else "")

    # --- doing --------------------------------------------------------------------------------

    @on(Input.Submitted)
    async def action_run(self) -> None:
        line = self.line.strip()
        try:
            order = verbs.parse(line, self._stage)
        except UsageError as error:
            self._refuse(f"{error.message}. {error.hint}" if error.hint else error.message)
            return
        self._reach.typed.append(line)
        if isinstance(order, Send):
            self.run_worker(self._send(order), group="send", exit_on_error=False)
        else:
            self.dismiss(None)
            await self._reach.carry_out(order)

    async def _send(self, order: Send) -> None:
        refusal = await self._reach.controller.send(order.run, order.command)
        self._reach.feed.hurry()
        if refusal:
            self._refuse(refusal)
        elif self.is_current:
            self._reach.tell(order.said)
            self.dismiss(None)

    def _refuse(self, why: str) -> None:
        if self.is_mounted:
            self._say(((f"{self._reach.glyphs.need} ", "state-need"), (why, "state-need")))


def _common(words: Sequence[str]) -> str:
    """What all words begin with."""
    first, last = min(words), max(words)
    same = (at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other)
    return first[: next(same, min(len(first), len(last)))]
