"""One screen in a process of its own, which a tab of the browser shows.

The process outlives the tab: when that is closed or loaded anew, runs that are driven there go on,
and the next tab shows the same screen. It ends when it is quit, or with the server.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from looptui.adapters.browser.tab import Tab
from looptui.text import safe_bytes

_READY = b"__GANGLION__\n"
"""The line after which Textual's web driver speaks in packets."""
_LAST_WORDS = 1.0
"""Seconds in which output is still read after the process ended."""
_MOST_SAID = 16 << 10
"""Bytes of stderr that are kept."""
_OTHER_TERMINALS = (
    "COLUMNS", "ConEmuANSI", "LINES", "STY", "TERM_PROGRAM_VERSION", "TMUX", "TMUX_PANE",
    "VTE_VERSION", "WT_SESSION",
)  # fmt: skip
"""What the terminal around the server says of itself; the browser's is another one."""
_LARGEST = 1000
"""Columns or rows."""


@dataclass(frozen=True, slots=True)
class Program:
    """How a screen is started; its columns and rows are appended."""

    argv: Sequence[str]
    env: Mapping[str, str]
    tell: Callable[[str], None]
    """Hears what a screen printed on stderr when it has ended, line by line."""


def environment(env: Mapping[str, str]) -> dict[str, str]:
    """The environment of a process whose terminal is a browser."""
    kept = {name: value for name, value in env.items() if name not in _OTHER_TERMINALS}
    ours = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "TERM_PROGRAM": "looptui-serve"}
    return {**kept, **ours, "TEXTUAL_COLOR_SYSTEM": "truecolor"}


class Cockpit(AppService):
    """A screen and the tab that shows it, if there is one now."""

    def __init__(self, program: Program) -> None:
        super().__init__(
            "",
            write_bytes=self.on_data,
            write_str=_drop,
            close=_nothing,
            download_manager=DownloadManager(),
        )
        self._program = program
        self._said: dict[str, object] = {}
        self._why = ""
        self.tab: Tab | None = None
        self.ended = asyncio.Event()

    # --- its process --------------------------------------------------------------------------

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        """In a session of its own: ctrl+c is the server's, which then ends its screens in order."""
        self._process = process = await asyncio.create_subprocess_exec(
            *self._program.argv,
            *(str(_cells(width)), str(_cells(height))),
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env=environment(self._program.env),
            start_new_session=True,
        )
        self._stdin = process.stdin
        return process

    async def run(self) -> None:
        """Follow the process to its end."""
        process = self._process
        assert process is not None
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            async with asyncio.TaskGroup() as group:
                readers = {
                    group.create_task(self._follow(process.stdout)),
                    group.create_task(self._hear(process.stderr)),
                }
                await process.wait()
                _, late = await asyncio.wait(readers, timeout=_LAST_WORDS)
                for reader in late:
                    reader.cancel()
        finally:
            self.ended.set()
            if self.tab is not None:
                self.tab.end(self._why or _last_words(process.returncode))

    async def _follow(self, stdout: asyncio.StreamReader) -> None:
        while (line := await stdout.readline()) != _READY:
            if not line:
                return
        with suppress(asyncio.IncompleteReadError):
            while True:
                head = await stdout.readexactly(5)
                payload = await stdout.readexactly(int.from_bytes(head[1:], "big"))
                if head[:1] == b"D":
                    await self.on_data(payload)
                elif head[:1] == b"M":
                    await self.on_meta(payload)

    async def _hear(self, stderr: asyncio.StreamReader) -> None:
        said = bytearray()
        while data := await stderr.read(_MOST_SAID):
            said += data
            del said[:-_MOST_SAID]
        for line in safe_bytes(bytes(said)).splitlines():
            self._program.tell(line)

    async def end(self, grace: float) -> None:
        """Ask the screen to pause what it drives and to end; kill it after `grace` seconds."""
        if self._process is None or self._task is None:
            return
        self._why = "`looptui serve` has ended."
        with suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        with suppress(TimeoutError):
            await asyncio.wait_for(self.ended.wait(), grace)
        self.kill()
        await self._task

    def kill(self) -> None:
        """End it at once; the children of its runs end with it."""
        if self._process is not None and not self.ended.is_set():
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    # --- from the screen to the tab -----------------------------------------------------------

    async def on_data(self, payload: bytes) -> None:
        if self.tab is not None:
            self.tab.draw(payload)

    async def on_meta(self, data: bytes) -> None:
        """What the page is told beside the screen; the rest needs a page that we do not have."""
        match json.loads(data):
            case {"type": "title" | "ground" as kind, "words": words}:
                self._said[kind] = words
                if self.tab is not None:
                    self.tab.say(kind, words)
            case {"type": "call", "words": words} if self.tab is not None:
                self.tab.say("call", words)

    # --- from the tab to the screen -----------------------------------------------------------

    async def show_in(self, tab: Tab, width: int, height: int) -> None:
        """From now on this tab shows the screen; a new screen starts, another is drawn again."""
        self.tab = tab
        if self._process is None:
            await self.start(width, height)
            return
        for kind, words in self._said.items():
            tab.say(kind, words)
        columns, rows = _cells(width), _cells(height)
        await self.send_meta({"type": "redraw", "width": columns, "height": rows})

    async def redraw(self) -> None:
        """Have the whole screen drawn again."""
        await self.send_meta({"type": "redraw"})

    async def leave(self, tab: Tab) -> None:
        """The tab is gone; nobody looks at the screen until there is another one."""
        if self.tab is tab:
            self.tab = None
            if not self.ended.is_set():
                await self.blur()

    async def obey(self, text: str) -> None:
        """Do what the page asks for; what it does not say rightly is dropped."""
        try:
            asked = json.loads(text)
        except (ValueError, RecursionError):
            return
        match asked:
            case ["stdin", str(keys)]:
                await self.send_bytes(keys.encode("utf-8", "replace"))
            case ["resize", {"width": int(width), "height": int(height)}]:
                await self.set_terminal_size(_cells(width), _cells(height))
            case ["ping", sent] if self.tab is not None:
                self.tab.say("pong", sent)
            case ["blur", *_]:
                await self.blur()
            case ["focus", *_]:
                await self.focus()


def _cells(number: int) -> int:
    return min(max(1, number), _LARGEST)


def _last_words(code: int | None) -> str:
    if code is not None and code in (0, 130):
        return "You have left the screen."
    return "The screen has ended. The terminal of `looptui serve` may say why."


async def _drop(_text: str) -> None:
    """Textual's own messages to its page are not for ours."""


async def _nothing() -> None:
    """A tab is closed when the process has ended, and not before."""
