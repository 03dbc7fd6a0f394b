"""Breakers: what they read and where they go, and changing a limit with a reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from time import time
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.widget import Widget
from textual.widgets import Input

from looptui.core import commands as cmd
from looptui.projections.figures import reading
from looptui.projections.values import RunView
from looptui.tui import looks
from looptui.tui.asking import Asker
from looptui.tui.dialogs.base import Dialog
from looptui.tui.dialogs.facts import Facts
from looptui.tui.limits import effect, parse_limit, stepped
from looptui.tui.panes import limit_lines
from looptui.tui.spans import Spans
from looptui.tui.widgets.gauge import GaugeView
from looptui.tui.widgets.virtual_view import VirtualView

if TYPE_CHECKING:
    from looptui.projections.values import BreakerView, IterationView
    from looptui.tui.controller import Line

_FRAME = 17
"""Rows of the dialog beside what is told of a breaker."""
_AGAIN = 1.0
"""Seconds between two looks at the readings."""


class LimitsDialog(Dialog[None]):
    """Choose a breaker, type a limit, say why; `r` lets a tripped one go on once."""

    scope: ClassVar[str] = "limits"

    def __init__(self, view: RunView) -> None:
        super().__init__(f"Breakers of {view.loop}")
        self._run = view
        self._resets = False
        self._complaint = ""
        self._about = ""
        self._iterations: Sequence[IterationView] = ()
        self._history: Sequence[Line] = ()

    def parts(self) -> Iterator[Widget]:
        yield GaugeView(cursor=True, id="choices")
        yield Facts([()], hang=limit_lines.HANG)
        yield Input(placeholder="new limit; + and - step it", id="limit")
        yield Input(placeholder="reason, it is recorded", id="reason")

    def on_mount(self) -> None:
        gauges = self.query_one(GaugeView)
        self._read()
        gauges.focus()
        if self._run.tripped:
            gauges.move_to(gauges.gauge_rows.find(self._run.tripped) or 0)
        self._about = self.breaker
        self._describe()
        run = self._run.id
        Asker(self).ask(
            lambda reads: (reads.iterations(run), limit_lines.read_history(reads, run)), self._learn
        )
        self.set_interval(_AGAIN, self._look_again)

    def _learn(self, found: tuple[Sequence[IterationView], Sequence[Line]]) -> None:
        self._iterations, self._history = found
        self._describe()

    # --- what is shown ------------------------------------------------------------------------

    @property
    def _view(self) -> RunView:
        return self.cockpit.snapshot.run(self._run.id) or self._run

    @property
    def _breakers(self) -> dict[str, BreakerView]:
        view = self._view
        return looks.live(view, self.cockpit.snapshot.driver(view), time())

    @property
    def breaker(self) -> str:
        """The breaker under the cursor."""
        view = self.query_one(GaugeView)
        return str(view.gauge_rows.key(view.cursor or 0))

    def _read(self) -> None:
        self.query_one(GaugeView).set_gauges(looks.gauges(self._breakers))

    def _look_again(self) -> None:
        """Clocks run on, and so may the run."""
        self._read()
        self._describe()

    def _describe(self) -> None:
        """The breaker under the cursor, or what is about to be done to it."""
        breaker, view = self.breaker, self._view
        typed = self.query_one("#limit", Input).value.strip()
        if self._complaint:
            self._tell([((self._complaint, "breaker-trip"),)])
        elif self._resets:
            words = f"{breaker}: half open, one more step decides. Say why, then enter."
            self._tell([((words, "breaker-half"),)])
        elif typed:
            self._tell([self._effect(breaker, typed)])
        else:
            glyphs, now = self.cockpit.glyphs, self._breakers[breaker]
            self._tell(
                limit_lines.lines(view, breaker, now, self._iterations, self._history, glyphs)
            )

    def _effect(self, breaker: str, typed: str) -> Spans:
        try:
            limit = parse_limit(breaker, typed)
        except ValueError as error:
            return ((str(error), "muted"),)
        tripped = self._view.tripped == breaker
        said = effect(breaker, self._breakers[breaker], limit, tripped=tripped)
        return ((f"{breaker}: ", "bold"), (said, "breaker-trip" if "trip" in said else ""))

    def _tell(self, lines: Sequence[Spans]) -> None:
        self.query_one(Facts).set_lines(lines, max(2, self.app.size.height - _FRAME))

    def _complain(self, words: str) -> None:
        self._complaint = words
        self._describe()

    # --- keys ---------------------------------------------------------------------------------

    @on(VirtualView.Moved)
    def _moved(self) -> None:
        """On another breaker; new readings move nothing, and leave what is typed."""
        if self.breaker != self._about:
            self._about, self._resets, self._complaint = self.breaker, False, ""
            self.query_one("#limit", Input).value = ""
            self._describe()

    @on(Input.Changed, "#limit")
    def _typed(self) -> None:
        self._resets, self._complaint = False, ""
        self._describe()

    @on(VirtualView.Chosen)
    def _chosen(self) -> None:
        self.query_one("#limit", Input).focus()

    @on(Input.Submitted, "#limit")
    def _limited(self) -> None:
        self.query_one("#reason", Input).focus()

    def action_more(self) -> None:
        self._step(up=True)

    def action_less(self) -> None:
        self._step(up=False)

    def _step(self, *, up: bool) -> None:
        """One step from what is typed, else from the limit in force."""
        field = self.query_one("#limit", Input)
        try:
            limit = parse_limit(self.breaker, field.value)
        except ValueError:
            limit = self._breakers[self.breaker].limit
        field.value = stepped(self.breaker, limit, up)

    def action_reset(self) -> None:
        """Half open: a tripped breaker goes on for one step, with a reason."""
        if self._view.tripped != self.breaker:
            self._complain(f"{self.breaker} is not tripped; raise its limit instead")
            return
        self.query_one("#limit", Input).value = ""
        self._resets, self._complaint = True, ""
        self._describe()
        self.query_one("#reason", Input).focus()

    # --- sending ------------------------------------------------------------------------------

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
        self.cockpit.act(self._run.id, command, said)
        self.dismiss(None)
