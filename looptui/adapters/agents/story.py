"""What an agent says and does, told in lines that a person can read, as it happens."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from looptui.adapters.agents.usage import Meter
from looptui.making import Usage
from looptui.proc import MIB, Scrubber
from looptui.text import clip

Event = Mapping[str, Any]
LONGEST_LINE = 16 * MIB
"""Bytes; a longer one is no event."""
_MOST_SHOWN = 2000
"""Characters of one tool call or result."""
_TELLING = ("command", "cmd", "file_path", "filePath", "path", "pattern", "query", "url", "prompt")
"""What says best of a tool call what it is about, the first that is there."""


class Fatal(Exception):
    """The agent will not come to anything: its key is refused, say. `str` says it to a person."""


class Story:
    """Writes the transcript of a call and keeps what its end came to."""

    def __init__(
        self,
        write: Callable[[bytes], None],
        on_usage: Callable[[Usage], None] = lambda usage: None,
        worktree: str = "",
    ) -> None:
        self.meter = Meter()
        self.ended = False
        """The agent said that it came to its end, good or bad."""
        self.problem = ""
        """What went wrong in its own words; empty where it does not say."""
        self.session = ""
        self.breaches: list[str] = []
        """Files that it changed although it should have asked and did not."""
        self.last = ""
        """What it said last."""
        self._write = write
        self._on_usage = on_usage
        self._worktree = worktree.rstrip("/") + "/" if worktree else ""
        self._open = False

    def say(self, text: object) -> None:
        """Words of the agent."""
        if isinstance(text, str) and text.strip():
            self.last = text.strip()
            self._line(text.strip("\n"))

    def stream(self, text: object) -> None:
        """A piece of its words."""
        if isinstance(text, str) and text:
            self._write(text.encode("utf-8", "replace"))
            self._open = not text.endswith("\n")

    def tool(self, name: object, about: object) -> None:
        """It calls a tool."""
        self._line(f"\N{BLACK RIGHT-POINTING SMALL TRIANGLE} {name}: {self._about(about)}")

    def outcome(self, text: object, *, failed: bool = False) -> None:
        """What a tool came to."""
        shown = self._short(_text(text))
        if shown or failed:
            sign = "\N{BALLOT X}" if failed else "\N{CHECK MARK}"
            self._line(f"  {sign} {shown or 'failed'}".replace("\n", "\n    "))

    def note(self, text: str) -> None:
        """Something that looptui or the agent's program says about the call."""
        self._line(f"\N{MIDDLE DOT} {self._short(text)}")

    def fail(self, reason: object) -> None:
        """It says that it failed; the first reason stands."""
        text = self._short(_text(reason)) or "it failed and did not say why"
        self.problem = self.problem or text
        self.note(text)

    def breach(self, path: str) -> None:
        """It changed a file without asking."""
        if path not in self.breaches:
            self.breaches.append(path)
            self.note(f"changed without asking: {path}")

    def end(self, *, whole: bool = True) -> None:
        """It says that it is at its end; `whole`: and has told all that it used."""
        self.ended = True
        if whole:
            self.meter.finish()

    def used(self) -> None:
        """Tell whoever keeps the books what is known by now."""
        self._on_usage(self.meter.usage())

    def _about(self, value: object) -> str:
        if isinstance(value, Mapping):
            found = next((value[key] for key in _TELLING if value.get(key)), None)
            value = found if found is not None else _text(value)
        return self._short(_text(value))

    def _short(self, text: str) -> str:
        return clip(text.replace(self._worktree, "") if self._worktree else text, _MOST_SHOWN, 200)

    def _line(self, text: str) -> None:
        start = "\n" if self._open else ""
        self._open = False
        self._write(f"{start}{text}\n".encode("utf-8", "replace"))


def _text(value: object) -> str:
    """Words of a value: of text blocks their text, of anything else JSON."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value):
        return "\n".join(_text(one.get("text", one)) for one in value)
    if value in (None, {}, []):
        return ""
    return json.dumps(value, ensure_ascii=False, default=str)


class Lines:
    """Bytes as they come, made into events and other lines."""

    def __init__(self, on_event: Callable[[Event], None], on_text: Callable[[str], None]) -> None:
        self._on_event, self._on_text = on_event, on_text
        self._kept = bytearray()
        self._skipping = False

    def feed(self, data: bytes) -> None:
        self._kept += data
        while (end := self._kept.find(b"\n")) >= 0:
            line = bytes(self._kept[:end])
            del self._kept[: end + 1]
            self._take(line)
        if len(self._kept) > LONGEST_LINE:
            self._kept.clear()
            self._skipping = True

    def flush(self) -> None:
        """What came without an end of line."""
        line = bytes(self._kept)
        self._kept.clear()
        if line:
            self._take(line)

    def _take(self, line: bytes) -> None:
        if self._skipping:
            self._skipping = False
            self._on_text("(a line of more than 16 MiB is left out)")
            return
        event = decoded(line)
        if event is not None:
            self._on_event(event)
        elif line.strip():
            self._on_text(line.decode("utf-8", "replace"))


def decoded(line: bytes) -> Event | None:
    """The JSON object of a line; None for any other line."""
    if not line.lstrip().startswith(b"{"):
        return None
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


class Transcript:
    """The file of a call and whoever watches it; secrets are taken out first."""

    def __init__(
        self, path: Path, scrubber: Scrubber | None, on_output: Callable[[bytes], None], most: int
    ) -> None:
        self._file: BinaryIO = path.open("ab", buffering=0)
        self._scrubber, self._on_output, self._room = scrubber, on_output, most

    def write(self, data: bytes) -> None:
        self._pass_on(self._scrubber.feed(data) if self._scrubber else data)

    def close(self) -> None:
        self._pass_on(self._scrubber.flush() if self._scrubber else b"")
        self._file.close()

    def _pass_on(self, data: bytes) -> None:
        if not data:
            return
        kept = data[: self._room]
        self._room -= len(kept)
        if kept:
            self._file.write(kept)
        self._on_output(data)
