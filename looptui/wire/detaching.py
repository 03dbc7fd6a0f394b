"""Handing runs to a process in the background, each at its safe point; what starts that process.

The other end of the socket is `background.py`.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from looptui import paths
from looptui.cancelling import finished
from looptui.errors import EnvironmentUnfit, LooptuiError
from looptui.wire import views
from looptui.wire.background import READY, TOOK, UNSANDBOXED

if TYPE_CHECKING:
    from looptui.wire.desk import Desk

_PATIENCE = 30.0
"""Seconds for an answer; the process needs half a second to start."""


class Background:
    """A process that drives runs on when we are gone."""

    def __init__(
        self, log: Path, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.pid = 0
        self.given: set[str] = set()
        """Runs that it was told to drive, whatever it answered."""
        self._log = log
        self._reader = reader
        self._writer = writer
        self._turn = asyncio.Lock()

    @classmethod
    async def start(cls, root: Path, state_dir: Path, *, unsandboxed: bool) -> Background:
        """Start one that waits for runs; EnvironmentUnfit when it cannot do its work."""
        log = paths.background_log(state_dir)
        ours, theirs = socket.socketpair()
        with theirs, ExitStack() as undone:
            undone.callback(ours.close)
            spawning = asyncio.ensure_future(
                _spawn(root, theirs.fileno(), log, unsandboxed=unsandboxed)
            )
            cancelled = await finished(spawning)  # half started it could not be waited for
            spawning.result()
            if cancelled is not None:
                raise cancelled
            started = cls(log, *await asyncio.open_connection(sock=ours))
            undone.pop_all()
        try:
            await started._ready()
        except BaseException:
            await started.let_go()
            raise
        return started

    async def _ready(self) -> None:
        word, *rest = await self._hear()
        if word != READY:
            raise EnvironmentUnfit(f"The process in the background: {rest[0]}", *rest[1:])
        self.pid = int(rest[0])

    async def give(self, run: str) -> None:
        """Have it drive a run that nobody drives; LooptuiError when it does not."""
        async with self._turn:
            self.given.add(run)
            self._writer.write(f"{json.dumps(run)}\n".encode())
            word, _, *why = await self._hear()
        if word != TOOK:
            raise LooptuiError(*why)

    async def let_go(self) -> None:
        """It has got all: when that rests it ends."""
        self._writer.close()
        with suppress(ConnectionError):
            await self._writer.wait_closed()

    async def _hear(self) -> list[str]:
        try:
            async with asyncio.timeout(_PATIENCE):
                said = await self._reader.readline()
        except (TimeoutError, ConnectionError):
            said = b""
        if not said:
            raise EnvironmentUnfit(
                "The process in the background does not answer", f"{self._log} may say why."
            )
        words: list[str] = json.loads(said)
        return words


async def _spawn(root: Path, descriptor: int, log: Path, *, unsandboxed: bool) -> None:
    """Start the process. It breaks away from us at once, so that nobody has to wait for it."""
    from looptui.adapters.makers.call import own_command

    words = (str(descriptor), str(root), *((UNSANDBOXED,) if unsandboxed else ()))
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    writing = os.open(log, flags, 0o600)
    try:
        starter = await asyncio.create_subprocess_exec(
            *own_command("looptui.wire.background", *words),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=writing,
            stderr=writing,
            cwd="/",
            pass_fds=(descriptor,),
        )
    finally:
        os.close(writing)
    await starter.wait()


async def give_away(desk: Desk, runs: Sequence[str]) -> int:
    """Have runs that nobody drives go on in the background; the id of the process.

    LooptuiError for the first that it does not take; the others are driven even so.
    """
    background = await Background.start(
        desk.repository.root, desk.state_dir, unsandboxed=desk.unsandboxed
    )
    try:
        problems = [await _problem(background, run) for run in runs]
    finally:
        await background.let_go()
    _raise_first(problems)
    return background.pid


async def hand_over(desk: Desk, runs: Sequence[str], now: Callable[[], bool] = bool) -> int:
    """Have runs that are driven here go on in the background, each from its next safe point.

    Returns the id of the process when all do, or rest. As soon as `now` says so, steps in flight
    are interrupted and done again. Cancelled, it keeps those here that were not handed over yet.
    LooptuiError when one cannot be handed over; it goes on here then.
    """
    background = await Background.start(
        desk.repository.root, desk.state_dir, unsandboxed=desk.unsandboxed
    )
    try:
        async with asyncio.TaskGroup() as passing:
            tasks = [passing.create_task(_pass_on(desk, background, run, now)) for run in runs]
    finally:
        await background.let_go()
    _raise_first([task.result() for task in tasks])
    return background.pid


async def _pass_on(
    desk: Desk, background: Background, run: str, now: Callable[[], bool]
) -> LooptuiError | None:
    try:
        if not await desk.supervisor.hand_over(run, now):
            return None
        problem = await _problem(background, run)
    except asyncio.CancelledError:
        if run not in background.given:
            await _take_back(desk, run)
        raise
    if problem is not None:
        await _take_back(desk, run)
    return problem


async def _problem(background: Background, run: str) -> LooptuiError | None:
    try:
        await background.give(run)
    except LooptuiError as error:
        return error
    return None


async def _take_back(desk: Desk, run: str) -> None:
    """Drive a run here again where its session was left and nobody else took it."""
    free = desk.store.leases.holder(run) is None and not desk.supervisor.driving(run)
    if free and views.run(desk.reader, run).live:
        await desk.start(run)


def _raise_first(problems: Sequence[LooptuiError | None]) -> None:
    for problem in problems:
        if problem is not None:
            raise problem
