"""What we say to an agent: JSON, a line each, however slowly it reads."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any


class Line:
    """The way to the standard input of an agent."""

    def __init__(self, reading: int, transport: asyncio.WriteTransport) -> None:
        self.reading = reading
        """What the agent reads from."""
        self._transport = transport

    def send(self, message: Mapping[str, Any]) -> None:
        if not self._transport.is_closing():
            text = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
            self._transport.write(text.encode("utf-8", "backslashreplace") + b"\n")

    def end(self) -> None:
        """There is nothing more to say: the agent sees the end of its input."""
        self._transport.close()


@asynccontextmanager
async def opened() -> AsyncIterator[Line]:
    """A line; what was not read by the end is dropped."""
    reading, writing = os.pipe()
    try:
        pipe = os.fdopen(writing, "wb", buffering=0)
        loop = asyncio.get_running_loop()
        transport, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, pipe)
        try:
            yield Line(reading, transport)
        finally:
            if transport.get_write_buffer_size() or not transport.is_closing():
                transport.abort()
            await asyncio.sleep(0)
    finally:
        os.close(reading)
