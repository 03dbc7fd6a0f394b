"""Waits for a person that run out while a screen is open: it sleeps to the nearest of them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

from looptui.errors import LooptuiError

if TYPE_CHECKING:
    from looptui.projections.values import RunView

log = logging.getLogger(__name__)

_LONGEST = 3600.0
"""Seconds of one sleep: a machine that was suspended meanwhile is late by no more than that."""


class Waits:
    """Has each wait judged when it runs out, whichever process made the run wait."""

    def __init__(self, settle: Callable[[str], Awaitable[None]], now: Callable[[], float]) -> None:
        self._settle = settle
        self._now = now
        self._dues: dict[str, float] = {}
        self._judged: set[tuple[str, float]] = set()
        self._news = asyncio.Event()

    def see(self, views: Iterable[RunView]) -> None:
        """These are the runs as they are now."""
        from looptui.projections.waiting import due

        dues = {view.id: at for view in views if (at := due(view)) is not None}
        if dues != self._dues:
            self._dues = dues
            self._news.set()

    async def run(self) -> None:
        """Judge what is due, and sleep until the next is or there is news; until cancelled."""
        while True:
            self._news.clear()
            await self._judge()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), self._left())

    async def _judge(self) -> None:
        for run, due in self._open():
            if due > self._now():
                continue
            self._judged.add((run, due))
            try:
                await self._settle(run)
            except LooptuiError as error:
                log.warning("the wait of run %s ran out: %s", run, error.message)

    def _left(self) -> float | None:
        """Seconds to the nearest moment that is due; None where nothing waits."""
        dues = [due for _, due in self._open()]
        return min(_LONGEST, max(0.0, min(dues) - self._now())) if dues else None

    def _open(self) -> list[tuple[str, float]]:
        return [each for each in self._dues.items() if each not in self._judged]
