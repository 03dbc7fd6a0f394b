"""Chromium without a window, by its DevTools protocol: keys, mouse, pastes, requests."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from asyncio.subprocess import DEVNULL, PIPE
from base64 import b64decode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

from looptui.tui.guard import DEAD

SECONDS = 60
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
_ALONE = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--remote-debugging-port=0",
)  # fmt: skip
_LISTENS = re.compile(rb"DevTools listening on (ws://\S+)")
_SEQUENCE = re.compile(
    rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]P_^][^\x07\x1b]*(?:\x07|\x1b\\)|[()][0-9A-B]|[=>78MDEH])"
)
_NAMED = {"Enter": (13, "\r"), "Escape": (27, "")}
_SHIFTED = {"!": 49, "?": 191, ":": 186}
_SHIFT = 8


class Browser:
    """A running Chromium; tabs are opened in it."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self._socket = socket
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._tabs: dict[str, Tab] = {}

    async def ask(self, method: str, session: str = "", **params: Any) -> dict[str, Any]:
        """Call a method of the protocol, of the browser or of a tab."""
        number = len(self._answers)
        self._answers[number] = asyncio.get_running_loop().create_future()
        asked = {"id": number, "method": method, "params": params}
        await self._socket.send_json({**asked, "sessionId": session} if session else asked)
        async with asyncio.timeout(SECONDS):
            answer = await self._answers[number]
        assert "error" not in answer, (method, answer["error"])
        found: dict[str, Any] = answer["result"]
        return found

    async def open(self, address: str) -> Tab:
        """A tab that loads a page."""
        target = (await self.ask("Target.createTarget", url="about:blank"))["targetId"]
        attached = await self.ask("Target.attachToTarget", targetId=target, flatten=True)
        tab = self._tabs[attached["sessionId"]] = Tab(self, attached["sessionId"], target)
        for domain in ("Network", "Page", "Runtime", "Log"):
            await tab.ask(f"{domain}.enable")
        await tab.ask("Page.navigate", url=address)
        return tab

    async def listen(self) -> None:
        """Hear answers and events until the end."""
        async for message in self._socket:
            if message.type is WSMsgType.TEXT:
                said = json.loads(message.data)
                if "id" in said:
                    self._answers[said["id"]].set_result(said)
                elif said.get("sessionId") in self._tabs:
                    self._tabs[said["sessionId"]].hear(said["method"], said["params"])


class Tab:
    """A page, with what it asked for and what its terminal was sent."""

    def __init__(self, browser: Browser, session: str, target: str) -> None:
        self._browser, self._session, self._target = browser, session, target
        self._seen = b""
        self._news = asyncio.Event()
        self.requests: list[str] = []
        self.troubles: list[str] = []
        self.statuses: dict[str, int] = {}

    async def ask(self, method: str, **params: Any) -> dict[str, Any]:
        return await self._browser.ask(method, self._session, **params)

    def hear(self, method: str, said: dict[str, Any]) -> None:
        match method:
            case "Network.webSocketFrameReceived" if said["response"]["opcode"] == 2:
                self._seen += b64decode(said["response"]["payloadData"])
            case "Network.requestWillBeSent":
                self.requests.append(said["request"]["url"])
            case "Network.webSocketCreated":
                self.requests.append(said["url"])
            case "Network.responseReceived":
                self.statuses[said["response"]["url"]] = said["response"]["status"]
            case "Runtime.exceptionThrown":
                self.troubles.append(json.dumps(said["exceptionDetails"]))
            case "Log.entryAdded" if said["entry"]["level"] == "error":
                self.troubles.append(said["entry"]["text"])
        self._news.set()

    def forget(self) -> None:
        """Look for the next words only in what is sent from now on."""
        self._seen = b""

    async def until(self, condition: Callable[[], bool], what: str = "that") -> None:
        """Wait for something; the end of what the terminal was sent says why it never came."""
        try:
            async with asyncio.timeout(SECONDS):
                while not condition():
                    self._news.clear()
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._news.wait(), 0.1)
        except TimeoutError:
            end = self.written[-600:]
            raise AssertionError(f"it never came to {what}: {end!r} {self.troubles}") from None

    @property
    def written(self) -> str:
        """What the terminal was sent, without its sequences."""
        return _SEQUENCE.sub(b"", self._seen).decode(errors="replace")

    async def sees(self, *words: str) -> None:
        for word in words:
            await self.until(lambda word=word: word in self.written, word)  # type: ignore[misc]

    async def press(self, key: str) -> None:
        """A character, or the name of a key."""
        code, text = _NAMED.get(key, (_SHIFTED.get(key, ord(key.upper()[0])), key))
        shift = _SHIFT if len(key) == 1 and (key.isupper() or key in _SHIFTED) else 0
        common = {"key": key, "windowsVirtualKeyCode": code, "modifiers": shift}
        down = "keyDown" if text else "rawKeyDown"
        await self.ask("Input.dispatchKeyEvent", type=down, text=text, **common)
        await self.ask("Input.dispatchKeyEvent", type="keyUp", **common)

    async def decide(self, key: str, condition: Callable[[], bool]) -> None:
        """Press a key until it has worked: decision keys are dead for half a second."""
        async with asyncio.timeout(SECONDS):
            while not condition():
                await self.press(key)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.until(condition), 2 * DEAD)

    async def click(self, x: float, y: float) -> None:
        for kind in ("mousePressed", "mouseReleased"):
            await self.ask(
                "Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1
            )

    async def paste(self, text: str) -> None:
        """Paste as ctrl+v does, into whatever has the focus."""
        await self.run(
            "const data = new DataTransfer(); "
            f"data.setData('text/plain', {json.dumps(text)}); "
            "document.activeElement.dispatchEvent(new ClipboardEvent('paste', "
            "{clipboardData: data, bubbles: true, cancelable: true}))"
        )

    async def run(self, code: str) -> Any:
        """The value of an expression, or of the last of some statements."""
        done = await self.ask(
            "Runtime.evaluate", expression=code, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in done, done
        return done["result"].get("value")

    async def holds(self, code: str) -> None:
        """Wait until an expression is true."""
        async with asyncio.timeout(SECONDS):
            while not await self.run(code):
                self._news.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait(), 0.1)

    async def size(self, width: int, height: int) -> None:
        """Make the window of another size, in pixels."""
        await self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=False,
        )  # fmt: skip

    async def picture(self) -> bytes:
        """What is to be seen, as PNG."""
        return b64decode((await self.ask("Page.captureScreenshot"))["data"])

    async def close(self) -> None:
        await self._browser.ask("Target.closeTarget", targetId=self._target)


@asynccontextmanager
async def chromium(profile: Path) -> AsyncIterator[Browser]:
    """A browser with a profile of its own, ended with all its processes."""
    assert CHROMIUM is not None
    process = await asyncio.create_subprocess_exec(
        CHROMIUM, *_ALONE, f"--user-data-dir={profile}", "about:blank",
        stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE, start_new_session=True,
    )  # fmt: skip
    assert process.stderr is not None
    try:
        async with asyncio.timeout(SECONDS):
            while (found := _LISTENS.search(line := await process.stderr.readline())) is None:
                assert line, "chromium did not start"
        async with (
            asyncio.TaskGroup() as group,
            ClientSession() as session,
            session.ws_connect(found[1].decode(), max_msg_size=0) as socket,
        ):
            browser = Browser(socket)
            draining = group.create_task(process.stderr.read())
            listening = group.create_task(browser.listen())
            yield browser
            draining.cancel()
            listening.cancel()
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()
