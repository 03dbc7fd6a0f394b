"""Repaints at most ten times a second: the first change at once, the rest together."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from textual.timer import Timer
from textual.widget import Widget

PERIOD = 0.1
"""Seconds between two repaints of content; keys repaint at once and are not throttled."""


class Throttle:
    """Calls `flush` for any number of `ask`s, at most once a period; nothing runs at rest."""

    def __init__(self, widget: Widget, flush: Callable[[], None], period: float = PERIOD) -> None:
        self._widget = widget
        self._flush = flush
        self._period = period
        self._last = -period
        self._timer: Timer | None = None

    def ask(self) -> None:
        """Flush now if the last time is a period ago, else when it is."""
        if self._timer is not None or not self._widget.is_attached:
            return
        wait = self._last + self._period - monotonic()
        if wait <= 0:
            self._run()
        else:
            self._timer = self._widget.set_timer(wait, self._run)

    def _run(self) -> None:
        self._timer = None
        self._last = monotonic()
        self._flush()
