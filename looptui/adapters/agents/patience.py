"""How long a call may take and be silent; while a person is asked, neither counts."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

_LOOK = 0.5
"""Seconds between looks; a wait for a person ends between them."""


Over = Literal["timeout", "idle"]


class Patience:
    """The clock of one call."""

    def __init__(self, seconds: float, idle_seconds: float) -> None:
        now = asyncio.get_running_loop().time()
        self._deadline, self._last, self._idle = now + seconds, now, idle_seconds
        self._asking = 0
        self._asked_at = now

    def heard(self) -> None:
        """The agent is not silent."""
        self._last = asyncio.get_running_loop().time()

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Time in here does not count."""
        clock = asyncio.get_running_loop()
        if not self._asking:
            self._asked_at = clock.time()
        self._asking += 1
        try:
            yield
        finally:
            self._asking -= 1
            if not self._asking:
                self._deadline += clock.time() - self._asked_at
                self._last = clock.time()

    async def over(self) -> Over:
        """Returns when the agent has had all of its time."""
        clock = asyncio.get_running_loop()
        while True:
            left = _LOOK
            if not self._asking:
                if clock.time() >= self._deadline:
                    return "timeout"
                if clock.time() >= self._last + self._idle:
                    return "idle"
                left = min(self._deadline, self._last + self._idle) - clock.time()
            await asyncio.sleep(min(left, _LOOK))
