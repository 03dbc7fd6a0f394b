"""Where each key of a TOML text stands: neither `tomllib` nor pydantic tells.

The scanner reads text that `tomllib` has accepted, so it only follows structure and checks nothing.
On text that is broken it stops at the first thing it cannot follow.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right

from looptui.loopfile.problem import Path

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*+")
_INSIDE = re.compile(r"(?:[ \t\r\n,]|#[^\n]*)*+")
_SPACE = re.compile(r"[ \t]*+")
_BARE = re.compile(r"[A-Za-z0-9_-]++")
_STRINGS = (
    ('"""', re.compile(r'"""(?:[^"\\]|\\[\s\S]|"(?!""))*+"{3,5}')),
    ("'''", re.compile(r"'''(?:[^']|'(?!''))*+'{3,5}")),
    ('"', re.compile(r'"(?:[^"\\\n]|\\.)*+"')),
    ("'", re.compile(r"'[^'\n]*+'")),
)
_SCALAR = re.compile(r"\d{4}-\d\d-\d\d \d[^,\]}\s#]*|[^,\]}\s#]+")


class _Lost(Exception):
    """The text cannot be followed any further."""


class Places:
    """Lines (from 1) of the keys, tables and array items of a TOML text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._newlines = [at for at, char in enumerate(text) if char == "\n"]
        self._lines: dict[Path, int] = {}
        self._last_index: dict[Path, int] = {}
        self.unclosed: int | None = None
        """Line of a value that was begun and does not end; None when the text could be followed."""
        self._value_start = 0
        try:
            self._document()
        except (_Lost, RecursionError):
            self.unclosed = self._line(self._value_start)

    def line(self, path: Path) -> int:
        """The line of `path`, or of the nearest table or key around it; 1 for none."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)

    def known(self, path: Path) -> bool:
        return path in self._lines

    def _line(self, at: int) -> int:
        return bisect_right(self._newlines, at - 1) + 1

    def _note(self, path: Path, at: int) -> None:
        self._lines.setdefault(path, self._line(at))

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        if found is None:
            raise _Lost
        self._at = found.end()
        return found.group()

    def _next_is(self, mark: str) -> bool:
        return self._text.startswith(mark, self._at)

    def _expect(self, mark: str) -> None:
        self._take(_SPACE)
        if not self._next_is(mark):
            raise _Lost
        self._at += len(mark)

    def _document(self) -> None:
        table: Path = ()
        while True:
            self._take(_BLANK)
            if self._at >= len(self._text):
                return
            self._value_start = self._at
            if self._next_is("["):
                table = self._header()
            else:
                self._pair(table)

    def _header(self) -> Path:
        start = self._at
        many = self._next_is("[[")
        self._at += 2 if many else 1
        keys = self._keys()
        self._expect("]]" if many else "]")
        path: Path = ()
        for depth, key in enumerate(keys, start=1):
            path = (*path, key)
            self._note(path, start)
            if many and depth == len(keys):
                self._last_index[path] = self._last_index.get(path, -1) + 1
            if path in self._last_index:
                path = (*path, self._last_index[path])
                self._note(path, start)
        return path

    def _keys(self) -> list[str]:
        keys = [self._key()]
        self._take(_SPACE)
        while self._next_is("."):
            self._at += 1
            keys.append(self._key())
            self._take(_SPACE)
        return keys

    def _key(self) -> str:
        self._take(_SPACE)
        for mark, pattern in _STRINGS[2:]:
            if self._next_is(mark):
                raw = self._take(pattern)
                try:
                    return str(tomllib.loads(f"k = {raw}")["k"])
                except ValueError as broken:
                    raise _Lost from broken
        return self._take(_BARE)

    def _pair(self, table: Path) -> None:
        start = self._at
        path = table
        for key in self._keys():
            path = (*path, key)
            self._note(path, start)
        self._expect("=")
        self._take(_SPACE)
        self._value(path)

    def _value(self, path: Path) -> None:
        for mark, pattern in _STRINGS:
            if self._next_is(mark):
                self._take(pattern)
                return
        if self._next_is("["):
            self._array(path)
        elif self._next_is("{"):
            self._inline_table(path)
        else:
            self._take(_SCALAR)

    def _array(self, path: Path) -> None:
        self._at += 1
        index = 0
        while not self._ends("]"):
            self._note((*path, index), self._at)
            self._value((*path, index))
            index += 1

    def _inline_table(self, path: Path) -> None:
        self._at += 1
        while not self._ends("}"):
            self._pair(path)

    def _ends(self, mark: str) -> bool:
        self._take(_INSIDE)
        if not self._next_is(mark):
            return False
        self._at += 1
        return True
