"""A terminal that goes away, or that does not know its size, must not take the app with it."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Callable
from typing import TextIO

UNSIZED = ("80", "24")
"""What a terminal that reports 0 by 0 (a bare pseudo-terminal) is taken for, by everybody alike."""

_SYSTEM = "TEXTUAL_COLOR_SYSTEM"
_MILLIONS = ("truecolor", "24bit")
_KNOWN_WELL = ("-direct", "kitty", "ghostty", "alacritty", "foot", "wezterm")


def settle_size() -> None:
    """Give a terminal without a size one. Textual and Rich fall back on different ones."""
    try:
        known = sys.__stdout__ is not None and all(os.get_terminal_size(sys.__stdout__.fileno()))
    except OSError:
        return
    if not known:
        for name, value in zip(("COLUMNS", "LINES"), UNSIZED, strict=True):
            os.environ.setdefault(name, value)


def settle_colours() -> bool:
    """Say what Textual may draw, before it is imported; True for sixteen colours or none.

    `COLORTERM` is lost over ssh and `TERM` is not. On a dumb terminal Textual would drop bold and
    reverse too, and with them the cursor.
    """
    system, kind = os.environ.get(_SYSTEM), os.environ.get("TERM", "dumb").strip().lower()
    if system is None and os.environ.get("COLORTERM", "").strip().lower() not in _MILLIONS:
        if kind.endswith(_KNOWN_WELL):
            os.environ[_SYSTEM] = "truecolor"
        elif not kind.endswith("256color"):
            os.environ[_SYSTEM] = "standard"
    if kind in ("dumb", "unknown"):
        os.environ.setdefault("NO_COLOR", "1")
    return os.environ.get(_SYSTEM) == "standard"


def hung_up() -> bool:
    """Whether the terminal at standard input is gone."""
    if sys.__stdin__ is None or not hasattr(select, "poll"):
        return False
    poll = select.poll()
    try:
        poll.register(sys.__stdin__.fileno(), 0)
    except (OSError, ValueError):
        return True
    gone = select.POLLHUP | select.POLLERR | select.POLLNVAL
    return any(event & gone for _, event in poll.poll(0))


class Forgiving:
    """The terminal's file for a writer thread: once it is gone, what is written is dropped.

    Textual's writer thread would end at the error, and the app wait for it for ever.
    """

    def __init__(self, file: TextIO, gone: Callable[[], None]) -> None:
        self._file = file
        self._gone = gone
        self._lost = False

    def write(self, text: str) -> int:
        if not self._lost:
            try:
                return self._file.write(text)
            except OSError:
                self._lose()
        return len(text)

    def flush(self) -> None:
        if not self._lost:
            try:
                self._file.flush()
            except OSError:
                self._lose()

    def _lose(self) -> None:
        self._lost = True
        self._gone()

    def __getattr__(self, name: str) -> object:
        return getattr(self._file, name)
