"""Row 3: what goes on at this moment, or what a person should do next. One line, always there."""

from __future__ import annotations

from time import monotonic

from textual.timer import Timer

from looptui.tui.spans import Spans, cleaned
from looptui.tui.widgets.bar import Bar, Field, Placed

_TURN = 0.125
"""Seconds between two steps of the spinner."""


class NowBar(Bar):
    """A sentence; it calls out when a person is needed and turns while something is at work."""

    def __init__(
        self,
        *,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(id=id)
        self._spans: Spans = ()
        self._calls = ""
        self._press = ""
        self._timer: Timer | None = None

    def say(self, spans: Spans, *, turning: bool = False) -> None:
        """Show a sentence; `turning` puts a spinner before it."""
        self._turn(turning)
        self._show(cleaned(spans), "", "")

    def call(self, text: str, style: str, press: str = "") -> None:
        """Call for a person in the colour `style`; a click is the key `press`."""
        self._turn(False)
        self._show(cleaned(((text, ""),)), style, press)

    def _show(self, spans: Spans, calls: str, press: str) -> None:
        if (spans, calls, press) != (self._spans, self._calls, self._press):
            self._spans, self._calls, self._press = spans, calls, press
            self.fill = f"bold reverse {calls}" if calls else ""
            self.refresh()

    def _turn(self, on: bool) -> None:
        on = on and self.app.animation_level != "none"
        if on and self._timer is None:
            self._timer = self.set_interval(_TURN, self.refresh)
        elif not on and self._timer is not None:
            self._timer.stop()
            self._timer = None
            self.refresh()

    def rest(self) -> None:
        """Nobody looks: stand still until the next sentence."""
        self._turn(False)

    def place_fields(self, columns: int) -> list[Placed]:
        if self._calls:
            calling = tuple((text, self.fill) for text, _ in self._spans)
            return [Placed(1, Field(calling, press=self._press))]
        if self._timer is None:
            return [Placed(1, Field(self._spans))]
        frames = self.glyphs.spinner
        frame = frames[int(monotonic() / _TURN) % len(frames)]
        return [Placed(1, Field(((f"{frame} ", "state-run"), *self._spans)))]
