"""A running command with everything below it: how it is ended, and how its end is waited for.

Below a warden nobody gets away: it adopts the orphans and ends them. Below bubblewrap the first
process of the namespace takes all others with it, but bubblewrap binds that process to its own
life only when it has set it up: killed before, it would leave it behind. So bubblewrap is never
killed before what is below it.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
from collections.abc import Awaitable
from contextlib import suppress

from looptui.cancelling import finished
from looptui.proctable import Child, boot_id, descendants, end, send, start_time

_DEATH = 2.0  # seconds that a killed tree is waited for
_FIRST_LOOK, _LAST_LOOK = 0.02, 0.5  # seconds between looks for somebody to send TERM to
_POLL = 0.001
_FIRST = re.compile(rb'"child-pid": (\d+)')


class Tree:
    """A running command with everything below it.

    The process is a warden, which kills when `pipe` is closed, or else bubblewrap, which tells on
    `pipe` the first process of its namespace.
    """

    def __init__(self, process: asyncio.subprocess.Process, pipe: int, *, warded: bool) -> None:
        self.process = process
        self._pipe = pipe
        self._warded = warded

    @property
    def exit_code(self) -> int | None:
        code = self.process.returncode
        return 128 - code if code is not None and code < 0 else code

    def child(self) -> Child:
        pid = self.process.pid
        return Child(pid, pid, start_time(pid) or 0, boot_id())

    async def end(self, grace: float) -> None:
        """TERM to all, as soon as there is anybody; returns when it ended or after `grace`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(grace):
                await self._tell()
                await self.process.wait()

    async def gone(self) -> None:
        """Kill what is left, and wait until nobody is; a cancelling comes after that."""
        cancelled = await finished(asyncio.ensure_future(self._gone()))
        if cancelled is not None:
            raise cancelled

    async def _tell(self) -> None:
        look = _FIRST_LOOK
        while self.process.returncode is None:
            told = descendants(self.process.pid, but_not="bwrap")
            for pid in told:
                send(pid, signal.SIGTERM)
            if told:
                return
            await self._ended_within(look)
            look = min(look * 2, _LAST_LOOK)

    async def _gone(self) -> None:
        if self._warded:
            os.close(self._pipe)
            if self.process.returncode is None:
                send(self.process.pid, signal.SIGCONT)  # the command may have stopped it
                await self._ended_within(_DEATH)
        if self.process.returncode is None:
            await end(self.process.pid)
            await self._ended_within(_DEATH)
        if not self._warded:
            first = self._first()
            os.close(self._pipe)
            await _within(_DEATH, _none_left(first))

    async def _ended_within(self, seconds: float) -> None:
        await _within(seconds, self.process.wait())

    def _first(self) -> int | None:
        """The first process of the namespace, if it came so far."""
        said = b""
        with suppress(BlockingIOError):
            said = os.read(self._pipe, 4096)
        found = _FIRST.search(said)
        return int(found[1]) if found else None


async def _within(seconds: float, event: Awaitable[object]) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event


async def _none_left(first: int | None) -> None:
    """Until the first process of a namespace is gone: the kernel lets it go as the last one."""
    while first is not None and start_time(first) is not None:
        await asyncio.sleep(_POLL)
