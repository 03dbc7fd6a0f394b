"""Breakers: what they read, and changing a limit with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from time import time
from typing import ClassVar

from textual import on
from textual.widget import Widget
from textual.widgets import Input

from looptui.core import commands as cmd
from looptui.projections.figures import reading
from looptui.projections.values import RunView
from looptui.tui import looks
from looptui.tui.dialogs.base import Dialog
from looptui.tui.dialogs.facts import Facts
from looptui.tui.widgets.gauge import GaugeView
from looptui.tui.widgets.virtual_view import VirtualView

_ABOUT = {
    "iterations": "rounds of prompt, make, verify and decide",
    "cost": "dollars; agents that bill themselves may pass it by the call in flight",
    "tokens": "tokens in and out; they govern where no price is known",
    "time": "time at work; a limit such as 45m or 6h",
    "errors": "share of the last steps that could not be done; a red gate is none",
    "permission": "refused permissions, hosts and paths",
    "escalation": "how long a question to you may wait, such as 12h",
    "stall": "iterations in a row without progress",
}


class LimitsDialog(Dialog[None]):
    """Choose a breaker, type a limit, say why; `r` lets a tripped one go on once."""

    scope: ClassVar[str] = "limits"

    def __init__(self, view: RunView) -> None:
        super().__init__(f"Breakers of {view.loop}")
        self._view = view
        self._resets = False

    def parts(self) -> Iterator[Widget]:
        yield GaugeView(cursor=True, id="choices")
        yield Facts([()])
        yield Input(placeholder="new limit", id="limit")
        yield Input(placeholder="reason, it is recorded", id="reason")

    def on_mount(self) -> None:
        driver = self.cockpit.snapshot.driver(self._view)
        gauges = self.query_one(GaugeView)
        gauges.set_gauges(looks.gauges(looks.live(self._view, driver, time())))
        gauges.focus()
        if self._view.tripped:
            gauges.move_to(gauges.gauge_rows.find(self._view.tripped) or 0)
        self._describe()

    @property
    def breaker(self) -> str:
        """The breaker under the cursor."""
        view = self.query_one(GaugeView)
        return str(view.gauge_rows.key(view.cursor or 0))

    def _describe(self) -> None:
        tripped = self._view.tripped == self.breaker
        words = f"{self.breaker}: {_ABOUT.get(self.breaker, '')}"
        if self._resets:
            words = f"{self.breaker}: one more step decides. Say why, then enter."
        elif tripped:
            words += f". Tripped: {self._view.reason}; r lets it go on once"
        self.query_one(Facts).set_lines([((words, "breaker-warn" if tripped else "muted"),)])

    @on(VirtualView.Moved)
    def _moved(self) -> None:
        self._resets = False
        self._describe()

    @on(VirtualView.Chosen)
    def _chosen(self) -> None:
        self.query_one("#limit", Input).focus()

    @on(Input.Submitted, "#limit")
    def _limited(self) -> None:
        self.query_one("#reason", Input).focus()

    @on(Input.Submitted, "#reason")
    def _apply(self, event: Input.Submitted) -> None:
        reason = event.value.strip()
        if not self.armed:
            return
        if not reason:
            self._complain("say why: it is recorded")
        elif self._resets:
            self._send(cmd.Resume(reset=True, reason=reason), f"{self.breaker} goes on once")
        else:
            self._set(self.query_one("#limit", Input).value.strip(), reason)

    def _set(self, text: str, reason: str) -> None:
        try:
            limit = parse_limit(self.breaker, text)
        except ValueError as error:
            self._complain(str(error))
            self.query_one("#limit", Input).focus()
            return
        said = f"{self.breaker} limit is now {reading(self.breaker, limit)}"
        self._send(cmd.SetLimit(self.breaker, limit, reason), said)

    def _send(self, command: cmd.Command, said: str) -> None:
        self.cockpit.act(self._view.id, command, said)
        self.dismiss(None)

    def _complain(self, words: str) -> None:
        self.query_one(Facts).set_lines([((words, "breaker-trip"),)])

    def action_reset(self) -> None:
        """Half open: a tripped breaker goes on for one step, with a reason."""
        if self._view.tripped != self.breaker:
            self._complain(f"{self.breaker} is not tripped; raise its limit instead")
            return
        self._resets = True
        self._describe()
        self.query_one("#reason", Input).focus()


def parse_limit(breaker: str, text: str) -> float:
    """A limit as people write it: `45m`, `$3`, `60%`, `2M`. ValueError with words for people."""
    plain = text.strip().replace(",", "").removeprefix("$")
    if breaker in ("time", "escalation"):
        from looptui.loopfile.values import seconds

        return seconds(plain if plain and not plain.replace(".", "").isdigit() else f"{plain}s")
    factor = {"%": 0.01, "k": 1e3, "K": 1e3, "M": 1e6}.get(plain[-1:], 1.0)
    number = plain.rstrip("%kKM") if factor != 1.0 else plain
    try:
        value = float(number) * factor
    except ValueError:
        raise ValueError(f"{text!r} is no number; for instance 12, 60%, $3 or 2M") from None
    if not 0 < value < 1e12:
        raise ValueError("a limit is a number above 0; none of them can be switched off")
    return value
