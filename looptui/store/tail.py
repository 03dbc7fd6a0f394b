"""Follows the log of any process by asking SQLite whether anything was committed (4.5 us)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

from looptui.store.events import StoredEvent
from looptui.store.reader import Reader


class Tail:
    """The events behind `seq`, of all runs, page by page as they come."""

    def __init__(self, reader: Reader, seq: int = 0, limit: int = 500) -> None:
        self.seq = seq
        self._reader = reader
        self._limit = limit
        self._seen: int | None = None

    def poll(self) -> list[StoredEvent]:
        """What came since; empty at the cost of one pragma where nothing did."""
        version = self._reader.data_version()
        if version == self._seen:
            return []
        events = self._reader.events_since(self.seq, self._limit)
        if events:
            self.seq = events[-1].seq
        self._seen = version if len(events) < self._limit else None
        return events

    async def follow(self, pause: Callable[[], float]) -> AsyncIterator[list[StoredEvent]]:
        """Pages without end; `pause` says how many seconds to wait before looking again."""
        while True:
            events = self.poll()
            if events:
                yield events
            else:
                await asyncio.sleep(pause())
