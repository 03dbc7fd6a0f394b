"""What a tab of a browser is sent: no faster than it takes it, and nobody ever waits for it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress

from aiohttp import web

MOST_BEHIND = 4 << 20
"""Bytes that wait for a slow tab; with more they are dropped, and it gets a whole screen later."""
_GOING_AWAY = 1001
_LONGEST_REASON = 120
"""Bytes; a close frame takes three more."""


class Tab:
    """One tab, as its websocket."""

    def __init__(self, socket: web.WebSocketResponse) -> None:
        self._socket = socket
        self._drawn = bytearray()
        self._said: dict[str, object] = {}
        self._behind = False
        self._reason: str | None = None
        self._wake = asyncio.Event()

    def draw(self, data: bytes) -> None:
        """Show what the screen wrote."""
        if len(self._drawn) + len(data) > MOST_BEHIND:
            self._drawn.clear()
            self._behind = True
        if not self._behind:
            self._drawn += data
        self._wake.set()

    def say(self, kind: str, words: object) -> None:
        """Tell the page something beside the screen; the newest of each kind counts."""
        self._said[kind] = words
        self._wake.set()

    def end(self, reason: str) -> None:
        """Close the tab's connection when all is sent; the page shows why."""
        self._reason = reason
        self._wake.set()

    async def send(self, redraw: Callable[[], Awaitable[None]]) -> None:
        """Send until the end of the connection; `redraw` asks for the whole screen again."""
        with suppress(ConnectionError):
            while self._reason is None:
                await self._wake.wait()
                self._wake.clear()
                await self._catch_up()
                if self._behind:
                    self._behind = False
                    await redraw()
            reason = self._reason.encode()[:_LONGEST_REASON].decode(errors="ignore")
            await self._socket.close(code=_GOING_AWAY, message=reason.encode())

    async def _catch_up(self) -> None:
        while self._drawn or self._said:
            drawn, self._drawn = bytes(self._drawn), bytearray()
            said, self._said = self._said, {}
            if drawn:
                await self._socket.send_bytes(drawn)
            for kind, words in said.items():
                await self._socket.send_str(json.dumps([kind, words]))
