"""Going on to show what changes: on a terminal as a picture that is drawn anew, else as lines."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Mapping, Sequence

import click

from looptui.text import safe

_SECONDS = 0.25
_START = "\x1b[2J"
_AT_ONCE = "\x1b[?2026h", "\x1b[?2026l"
"""Between these a terminal that knows them draws nothing: the picture changes in one step."""
_UNWRAPPED = "\x1b[?7l", "\x1b[?7h"
"""Between these a line that is too long is cut at the edge."""
_HOME, _LINE_END, _BELOW = "\x1b[H", "\x1b[K", "\x1b[J"
_HOW_TO_END = "ctrl+c ends this"


def on_terminal() -> bool:
    """Whether a picture can be drawn."""
    return sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"


def watched(version: Callable[[], object], changed: Callable[[], None]) -> None:
    """Call `changed` at once and after each change of the version; until a signal comes."""
    seen: object = None
    while True:
        now = version(), shutil.get_terminal_size()
        if now != seen:
            seen = now
            changed()
        time.sleep(_SECONDS)


class Changes:
    """Prints the lines that are new or differ from what was printed of the same thing."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._told: dict[str, str] = {}

    def see(self, lines: Mapping[str, str]) -> None:
        for name, text in lines.items():
            if self._told.get(name) != text:
                self._told[name] = text
                self._tell(text)
        sys.stdout.flush()


class Picture:
    """Lines at the top of the terminal, drawn over those from before without clearing them."""

    def __init__(self) -> None:
        self._begun = False

    def draw(self, lines: Sequence[str]) -> None:
        room = max(1, shutil.get_terminal_size().lines - 2)
        shown = [*map(safe, lines[:room]), _HOW_TO_END]
        if len(lines) > room:
            shown[-1] = f"{len(lines) - room} more; {_HOW_TO_END}"
        body = "\n".join(f"{text}{_LINE_END}" for text in shown)
        start = "" if self._begun else _START
        self._begun = True
        text = f"{start}{_HOME}{_UNWRAPPED[0]}{body}{_UNWRAPPED[1]}\n{_BELOW}"
        click.echo(f"{_AT_ONCE[0]}{text}{_AT_ONCE[1]}", nl=False)
