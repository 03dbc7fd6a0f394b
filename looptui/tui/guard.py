"""Keeps decisions from being made by accident: typing ahead, pastes, the click that focuses."""

from __future__ import annotations

from time import monotonic

DEAD = 0.5
"""Seconds for which decision keys do nothing after the thing to decide appears or changes."""


class Guard:
    """Armed some time after `shown`; a decision before that is dropped."""

    def __init__(self) -> None:
        self._since = monotonic()

    def shown(self) -> None:
        """The thing to decide appeared, changed, or the terminal got the focus."""
        self._since = monotonic()

    @property
    def armed(self) -> bool:
        return monotonic() - self._since >= DEAD
