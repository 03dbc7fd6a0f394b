"""Keeps decisions from being made by accident: typing ahead, pastes, the click that focuses."""

from __future__ import annotations

from time import monotonic

DEAD = 0.5
"""Seconds for which decision keys do nothing after the thing to decide appears or changes."""
PASTED = 0.1
"""Seconds after a character within which `enter` belongs to a paste, not to a person."""


class Guard:
    """Armed some time after `shown`; a decision before that is dropped."""

    def __init__(self) -> None:
        self._since = monotonic()
        self._typed = -DEAD

    def shown(self) -> None:
        """The thing to decide appeared, changed, or the terminal got the focus."""
        self._since = monotonic()

    def typed(self) -> None:
        """A character was written into the line that a decision sends."""
        self._typed = monotonic()

    @property
    def armed(self) -> bool:
        now = monotonic()
        return now - self._since >= DEAD and now - self._typed >= PASTED

    def passes(self) -> bool:
        """Whether a decision may be made now.

        One that comes too early makes the time begin anew: a key that is held down, or a paste
        that comes as keys, never decides, however long it lasts.
        """
        if self.armed:
            return True
        self.shown()
        return False
