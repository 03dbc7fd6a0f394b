"""The first paint: the empty frame in plain ANSI, before Textual is imported.

It takes under 3 ms and imports nothing that Python has not loaded at start. Textual draws its
first full frame over it; `again` is for the moment in between, when Textual enters the alternate
screen a second time and some terminals clear it.
"""

from __future__ import annotations

import os
import sys

from looptui.tui.frame import HELP_HINT, NAME, SCREENS, SMALLEST, WIDE
from looptui.tui.glyphs import Glyphs, glyphs_for

_ENTER = "\x1b[?1049h\x1b[?25l"
_LEAVE = "\x1b[?1049l\x1b[?25h"
_BOLD, _DIM, _REVERSE, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[7m", "\x1b[0m"


class Skeleton:
    """One first paint; a context manager that leaves the terminal clean if Textual never started.

    `theme_file` gives the ground colours, so that the terminal does not change colour when
    Textual takes over; without it, or without 24-bit colour, the terminal's own stay.
    """

    def __init__(self, theme_file: str | os.PathLike[str] | None = None) -> None:
        self.painted = False
        self.taken_over = False
        self._theme_file = theme_file
        self._frame = ""

    def __enter__(self) -> Skeleton:
        size = _terminal_size()
        if size is not None:
            encoding = getattr(sys.__stdout__, "encoding", None)
            self._frame = draw(size, glyphs_for(encoding), self._ground())
            self.painted = True
            _write(_ENTER + self._frame)
        return self

    def __exit__(self, *error: object) -> None:
        if self.painted and not self.taken_over:
            _write(_LEAVE)

    def again(self) -> str:
        """What to write right after Textual entered the alternate screen; "" if nothing."""
        self.taken_over = True
        frame, self._frame = self._frame, ""
        return frame

    def _ground(self) -> str:
        truecolor = os.environ.get("COLORTERM") in ("truecolor", "24bit")
        if self._theme_file is None or not truecolor or "NO_COLOR" in os.environ:
            return ""
        return ground(self._theme_file)


def draw(size: tuple[int, int], glyphs: Glyphs, colours: str = "") -> str:
    """The frame as one string for a terminal of `size` (columns, rows).

    `colours` is the escape sequence of the ground colours. Below the smallest size only the
    ground is drawn, since the app will draw another screen there.
    """
    columns, rows = size
    start = f"{_PLAIN}{colours}\x1b[H\x1b[2J"
    if columns < SMALLEST[0] or rows < SMALLEST[1]:
        return start
    left, top, right, side, low_left, low_right = tuple(glyphs.frame)
    inner = columns - 2
    lines = {
        1: _tabs(columns, colours),
        3: f"{_DIM}{left}{top * inner}{right}",
        rows - 1: f"{_DIM}{low_left}{top * inner}{low_right}",
        rows: f"{_BOLD}\x1b[{columns - 7}G{HELP_HINT[0]}{_PLAIN}{colours} {HELP_HINT[1]}",
    }
    lines |= dict.fromkeys(range(4, rows - 1), f"{_DIM}{side}\x1b[{columns}G{side}")
    body = "".join(f"\x1b[{row}H{line}{_PLAIN}{colours}" for row, line in lines.items())
    return start + body + _PLAIN


def ground(theme_file: str | os.PathLike[str]) -> str:
    """The escape sequence of a theme's foreground and background; "" if it has no hex colours.

    Reads the two lines itself: a TOML parser would cost more than the whole paint.
    """
    try:
        with open(theme_file, encoding="utf-8") as file:  # noqa: PTH123 - pathlib is not loaded yet
            lines = [line.partition("=") for line in file]
    except OSError:
        return ""
    values = {name.strip(): value.strip().strip('"') for name, _, value in lines}
    sequence = ""
    for layer, name in ((38, "foreground"), (48, "background")):
        channels = _channels(values.get(name, ""))
        if channels is None:
            return ""
        sequence += f"\x1b[{layer};2;{channels}m"
    return sequence


def _channels(colour: str) -> str | None:
    if len(colour) != 7 or colour[0] != "#":
        return None
    try:
        return ";".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
    except ValueError:
        return None


def _tabs(columns: int, colours: str) -> str:
    names = [f"{key} {name}" for _, name, key in SCREENS]
    if columns < WIDE:
        names = [names[0], *(key for _, _, key in SCREENS[1:])]
    first, *rest = names
    more = "".join(f"  {name}" for name in rest)
    return f"{_BOLD}{NAME}{_PLAIN}{colours} {_REVERSE} {first} {_PLAIN}{colours}{more}"


def _terminal_size() -> tuple[int, int] | None:
    """Columns and rows, or None where nothing may be painted: no terminal, or a dumb one."""
    stdin, stdout = sys.__stdin__, sys.__stdout__
    if stdin is None or stdout is None or os.environ.get("TERM", "dumb") == "dumb":
        return None
    if not (stdin.isatty() and stdout.isatty()):
        return None
    try:
        columns, rows = os.get_terminal_size(stdout.fileno())
    except OSError:
        return None
    return (columns, rows) if columns and rows else None


def _write(text: str) -> None:
    stdout = sys.__stdout__
    if stdout is not None:
        stdout.write(text)
        stdout.flush()
