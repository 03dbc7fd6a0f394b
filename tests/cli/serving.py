"""`looptui serve` as a process, and tabs without a browser: what its page does, by hand."""

from __future__ import annotations

import asyncio
import re
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

from looptui.tui.guard import DEAD
from tests.cli.shell import SECONDS, Done, Shell, finish

_SEQUENCE = re.compile(
    rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]P_^][^\x07\x1b]*(?:\x07|\x1b\\)|[()][0-9A-B]|[=>78MDEH])"
)


@dataclass
class Serving:
    """A server that runs, and the address that it printed."""

    process: subprocess.Popen[str]
    address: str

    @property
    def origin(self) -> str:
        return "/".join(self.address.split("/")[:3])

    @property
    def screens(self) -> list[int]:
        """The processes of its screens."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in children.read_text().split()]

    def end(self, number: int) -> Done:
        """Send a signal and wait."""
        self.process.send_signal(number)
        return finish(self.process)


@contextmanager
def serving(shell: Shell, *words: str) -> Iterator[Serving]:
    process = shell.start("serve", *words)
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert address, finish(process).err
        yield Serving(process, address)
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


class Tab:
    """The websocket of a page, and what its terminal was sent."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.socket = socket
        self.sent = b""
        self.said: list[list[object]] = []
        self.closed: tuple[object, object] | None = None

    async def press(self, keys: str) -> None:
        await self.socket.send_json(["stdin", keys])

    async def sees(self, *words: str) -> None:
        """Wait until the terminal was sent words."""
        for word in words:
            await self.until(lambda word=word: word in self.written)  # type: ignore[misc]

    async def told(self, kind: str, start: str) -> None:
        """Wait until the page is told something beside the screen."""
        await self.until(lambda: self.knows(kind, start))

    def knows(self, kind: str, start: str) -> bool:
        """Whether the newest that the page was told of a kind begins like that."""
        found = [str(words) for name, words in self.said if name == kind]
        return bool(found) and found[-1].startswith(start)

    async def decide(self, key: str, condition: Callable[[], bool]) -> None:
        """Press a key until it has worked: decision keys are dead for half a second."""
        while not condition():
            await self.press(key)
            with suppress(TimeoutError):
                await asyncio.wait_for(self.until(condition), 2 * DEAD)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until what came makes something true."""
        while not condition():
            assert await self._hear(), f"closed too early: {self.said} {self.written[-400:]!r}"

    async def end(self) -> tuple[object, object]:
        """The code and the reason with which the server closes."""
        while await self._hear():
            pass
        assert self.closed is not None
        return self.closed

    def forget(self) -> None:
        self.sent = b""

    @property
    def written(self) -> str:
        return _SEQUENCE.sub(b"", self.sent).decode(errors="replace")

    async def _hear(self) -> bool:
        async with asyncio.timeout(SECONDS):
            message = await self.socket.receive()
        if message.type is WSMsgType.BINARY:
            self.sent += message.data
        elif message.type is WSMsgType.TEXT:
            self.said.append(message.json())
        else:
            if message.type is WSMsgType.CLOSE:
                self.closed = (message.data, message.extra)
            return False
        return True


@asynccontextmanager
async def tab(server: Serving, *, width: int = 120, height: int = 40) -> AsyncIterator[Tab]:
    """A tab that opens the address and looks at it."""
    async with (
        ClientSession() as session,
        session.ws_connect(
            f"{server.address}ws?width={width}&height={height}", origin=server.origin
        ) as socket,
    ):
        shown = Tab(socket)
        await socket.send_json(["focus"])
        yield shown
