"""The line to the worker: one process for all runs, started when the first call needs it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from looptui import proc
from looptui.adapters.makers.call import own_command
from looptui.cancelling import cancel

START_SECONDS = 120.0
"""Longest start: importing takes 4 s alone on a machine and several times that on a busy one."""
_FOR_EVER = 10.0 * 365 * 86400


class WorkerGone(Exception):
    """The worker ended, or could not be started; says why."""


@dataclass(slots=True)
class _Call:
    on_text: Callable[[str], None]
    ended: asyncio.Future[dict[str, Any]]


@dataclass(slots=True)
class _Process:
    """A worker that was started, and what waits for it."""

    writing: int
    ready: asyncio.Future[None]
    task: asyncio.Task[proc.Ended] | None = None
    calls: dict[int, _Call] = field(default_factory=dict)
    rest: bytes = b""

    @property
    def lives(self) -> bool:
        return self.task is not None and not self.task.done()


class Line:
    """Asks the worker; calls of many runs may be under way at a time."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        self._process: _Process | None = None
        self._starting = asyncio.Lock()
        self._numbers = 0

    async def ask(
        self, request: Mapping[str, Any], on_text: Callable[[str], None]
    ) -> dict[str, Any]:
        """The answer of a call, `done` or `error`; WorkerGone where there is none to come.

        Cancelled, the call is broken off.
        """
        process = await self._started()
        self._numbers += 1
        number = self._numbers
        call = _Call(on_text, asyncio.get_running_loop().create_future())
        process.calls[number] = call
        try:
            await self._say(process, {"op": "call", "id": number, "request": request})
            return await call.ended
        except asyncio.CancelledError:
            if process.lives:
                with contextlib.suppress(OSError, WorkerGone):
                    await self._say(process, {"op": "cancel", "id": number})
            raise
        finally:
            process.calls.pop(number, None)

    async def close(self) -> None:
        """End the worker, if there is one."""
        process, self._process = self._process, None
        if process is not None and process.task is not None:
            await cancel([process.task])

    async def _started(self) -> _Process:
        async with self._starting:
            if self._process is None or not self._process.lives:
                self._process = self._start()
            process = self._process
        try:
            async with asyncio.timeout(START_SECONDS):
                await asyncio.shield(process.ready)
        except TimeoutError:
            raise WorkerGone(f"litellm did not start within {START_SECONDS:g} s") from None
        return process

    def _start(self) -> _Process:
        loop = asyncio.get_running_loop()
        reading, writing = os.pipe()
        os.set_blocking(writing, False)
        process = _Process(writing, loop.create_future())
        running = proc.run(
            own_command("looptui.adapters.chat.worker"),
            env=self._env,
            cwd=Path("/"),
            stdin=reading,
            seconds=_FOR_EVER,
            grace=0.0,
            flood_limit=1 << 62,
            on_output=lambda data: _hear(process, data),
            on_errors=lambda data: None,
        )
        process.task = loop.create_task(running, name="litellm worker")
        process.task.add_done_callback(lambda task: _gone(process, task, reading))
        return process

    async def _say(self, process: _Process, words: Mapping[str, Any]) -> None:
        """Write a line; a pipe that is full is waited for."""
        left = json.dumps(words).encode() + b"\n"
        while left:
            if not process.lives:
                raise WorkerGone("litellm's process has ended")
            try:
                left = left[os.write(process.writing, left) :]
            except BlockingIOError:
                await _writable(process.writing)


async def _writable(descriptor: int) -> None:
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    loop.add_writer(descriptor, ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_writer(descriptor)


def _hear(process: _Process, data: bytes) -> None:
    *lines, process.rest = (process.rest + data).split(b"\n")
    for line in lines:
        try:
            said = json.loads(line)
        except ValueError:
            continue
        if said.get("type") == "ready" and not process.ready.done():
            process.ready.set_result(None)
        elif call := process.calls.get(said.get("id")):
            if said["type"] == "delta":
                call.on_text(said["text"])
            elif not call.ended.done():
                call.ended.set_result(said)


def _gone(process: _Process, task: asyncio.Task[proc.Ended], reading: int) -> None:
    os.close(reading)
    os.close(process.writing)
    words = "litellm's process was ended"
    if not task.cancelled() and task.exception() is None:
        last = task.result().output.strip().splitlines()
        words = f"litellm's process ended: {last[-1][:300]}" if last else "litellm's process ended"
    waited: list[asyncio.Future[Any]] = [call.ended for call in process.calls.values()]
    for waiting in (process.ready, *waited):
        if not waiting.done():
            waiting.set_exception(WorkerGone(words))
            waiting.exception()  # nobody may be waiting any more
