"""The process in the background: `python -P -m looptui.wire.background SOCKET ROOT`.

It is nobody's child, has a session of its own and no terminal. Who started it gives it runs over
a socket, lines of JSON in both directions (`detaching.py` is the other end). When that closes it
has got all that it will get, and it ends when they rest.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import socket
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from looptui.wire.desk import Desk

log = logging.getLogger("looptui.wire.background")

UNSANDBOXED = "--unsandboxed"
READY, FAILED, TOOK, LEFT = "ready", "failed", "took", "left"
"""What it says: it has opened the repository, or cannot; it drives a run now, or does not."""
_SIGNALS = {signal.SIGTERM: 143, signal.SIGINT: 130}


def main(words: list[str]) -> int:
    """Break away, then drive what is given; the exit code of a signal that ended it, or 0."""
    descriptor, root, *flags = words
    break_away()
    channel = socket.socket(fileno=int(descriptor))
    return asyncio.run(_work(channel, Path(root), unsandboxed=UNSANDBOXED in flags))


def break_away() -> None:
    """Go on as nobody's child, in a session and a process group of our own."""
    if os.fork():
        os._exit(0)
    os.setsid()


async def _work(channel: socket.socket, root: Path, *, unsandboxed: bool) -> int:
    from looptui import paths
    from looptui.errors import LooptuiError
    from looptui.wire import logfile
    from looptui.wire.desk import Desk

    speaker = await _Speaker.on(channel)
    try:
        desk = Desk.open(root, mode="background", unsandboxed=unsandboxed)
    except LooptuiError as error:
        speaker.say(FAILED, error.message, error.hint)
        return error.exit_code
    logfile.keep(paths.background_log(desk.state_dir))
    logging.getLogger("looptui").setLevel(logging.INFO)
    try:
        return await _until_signal(_drive_all(desk, speaker))
    finally:
        await desk.close()
        log.info("ends")


class _Speaker:
    """Our end of the socket; who started us may be gone, and nobody minds."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def on(cls, channel: socket.socket) -> _Speaker:
        return cls(*await asyncio.open_connection(sock=channel))

    def say(self, *words: str) -> None:
        if not self._writer.is_closing():
            self._writer.write(f"{json.dumps(words)}\n".encode())

    async def hear(self) -> str | None:
        """The next run; None when there will be no more."""
        try:
            said = await self._reader.readline()
        except ConnectionError:
            return None
        return str(json.loads(said)) if said.endswith(b"\n") else None


async def _drive_all(desk: Desk, speaker: _Speaker) -> None:
    """Drive runs as they are given, until there will be no more and all of them rest."""
    speaker.say(READY, str(os.getpid()))
    try:
        async with asyncio.TaskGroup() as sessions:
            while (run := await speaker.hear()) is not None:
                sessions.create_task(_drive(desk, speaker, run))
    finally:
        await desk.stop()


async def _drive(desk: Desk, speaker: _Speaker, run: str) -> None:
    from looptui.errors import LooptuiError

    try:
        session = await desk.take(run)
    except LooptuiError as error:
        log.warning("run %s is left alone: %s", run, error.message)
        speaker.say(LEFT, run, error.message, error.hint)
        return
    speaker.say(TOOK, run)
    log.info("drives run %s", run)
    await asyncio.wait({session})
    if not session.cancelled() and session.exception() is None:
        log.info("run %s rests: %s %s", run, session.result().status, session.result().reason)


async def _until_signal(work: Coroutine[Any, Any, None]) -> int:
    """Do the work; a signal cancels it, and a second one takes the grace away. The exit code."""
    task = asyncio.ensure_future(work)
    codes: list[int] = []

    def end(number: signal.Signals) -> None:
        codes.append(_SIGNALS[number])
        log.info("%s: pauses what it drives", number.name)
        task.cancel()

    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, end, number)
    loop.add_signal_handler(signal.SIGHUP, lambda: None)
    await asyncio.wait({task})
    if not task.cancelled():
        task.result()
    return codes[0] if codes else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
