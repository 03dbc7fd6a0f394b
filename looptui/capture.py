"""What a command prints, taken from a pipe as it comes and kept within bounds."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, Protocol

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30
_CHUNK = 64 * KIB

_LITTLE = 4 * KIB
_BREATH = 0.01
"""Seconds until the next read after one of less than `_LITTLE`: waking up for each line would cost
more than its text."""


class Scrubber(Protocol):
    """Takes secrets out of a stream of bytes; may hold some back until the next call."""

    def feed(self, data: bytes) -> bytes: ...

    def flush(self) -> bytes: ...


class Capture:
    """What a command prints, as it comes: counted, kept at both ends, passed on."""

    def __init__(
        self,
        keep_head: int,
        keep_tail: int,
        flood_limit: int,
        scrubber: Scrubber | None,
        on_output: Callable[[bytes], None] | None,
    ) -> None:
        self.head, self.tail, self.total = bytearray(), bytearray(), 0
        self.last = asyncio.get_running_loop().time()
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._keep_head, self._keep_tail = keep_head, keep_tail
        self._flood_limit = flood_limit
        self._scrubber, self._on_output = scrubber, on_output
        self._sink: BinaryIO | None = None
        self._sink_room = 0
        self._reading: int | None = None
        self._pause: asyncio.TimerHandle | None = None
        self._alarm: asyncio.Timeout | None = None

    @property
    def flooded(self) -> bool:
        return self.total > self._flood_limit

    def write_to(self, sink: BinaryIO, limit: int) -> None:
        self._sink, self._sink_room = sink, limit

    @contextmanager
    def opened(self) -> Iterator[int]:
        """The descriptor to write to, while the command is being started."""
        self._reading, writing = os.pipe()
        os.set_blocking(self._reading, False)
        asyncio.get_running_loop().add_reader(self._reading, self._read)
        try:
            yield writing
        finally:
            os.close(writing)

    def close(self) -> None:
        self._stop_reading()
        if self.ended.done():
            self.ended.exception()  # one that nobody waited for has been looked at

    @contextmanager
    def waking(self, alarm: asyncio.Timeout) -> Iterator[None]:
        """End `alarm` early when there is something to decide."""
        self._alarm = alarm
        try:
            yield
        finally:
            self._alarm = None

    def raise_failure(self) -> None:
        if self.ended.done():
            self.ended.result()

    def finish(self) -> None:
        """Take no more, even if somebody still holds the pipe."""
        if not self.ended.done():
            self._take(b"")
            self._stop_reading()

    def _read(self) -> None:
        assert self._reading is not None
        try:
            data = os.read(self._reading, _CHUNK)
            self._take(data)
        except BlockingIOError:
            return
        except Exception as error:  # on_output is a stranger's; the run ends with its error
            self._stop_reading()
            self.ended.set_exception(error)
            self._wake()
            return
        if not data:
            self._stop_reading()
            self.ended.set_result(None)
        elif len(data) < _LITTLE:
            self._rest()

    def _rest(self) -> None:
        assert self._reading is not None
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._reading)
        self._pause = loop.call_later(_BREATH, self.hurry)

    def hurry(self) -> None:
        """Take what is there at once."""
        if self._pause is not None and self._reading is not None:
            self._pause.cancel()
            self._pause = None
            asyncio.get_running_loop().add_reader(self._reading, self._read)

    def _stop_reading(self) -> None:
        if self._pause is not None:
            self._pause.cancel()
            self._pause = None
        if self._reading is not None:
            asyncio.get_running_loop().remove_reader(self._reading)
            os.close(self._reading)
            self._reading = None

    def _wake(self) -> None:
        if self._alarm is not None and not self._alarm.expired():
            self._alarm.reschedule(asyncio.get_running_loop().time())

    def _take(self, data: bytes) -> None:
        self.last = asyncio.get_running_loop().time()
        self.total += len(data)
        if self._scrubber is not None:
            data = self._scrubber.feed(data) if data else self._scrubber.flush()
        if self.flooded:
            self._wake()
        elif data:
            self._pass_on(data)
        room = self._keep_head - len(self.head)
        self.head += data[:room]
        self.tail += data[max(room, 0) :]
        del self.tail[: max(len(self.tail) - self._keep_tail, 0)]

    def _pass_on(self, data: bytes) -> None:
        if self._sink is not None and self._sink_room > 0:
            self._sink_room -= self._sink.write(data[: self._sink_room])
            self._sink.flush()
        if self._on_output is not None:
            self._on_output(data)
