"""Reading files that may be anything: what cannot be read is named, and the rest goes on."""

from __future__ import annotations

import json
import os
import re
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path

from looptui.detecting.values import Unread
from looptui.text import safe

LARGEST = 512 * 1024
"""Bytes. A manifest is a few pages; what is larger is data."""
MOST_NAMES = 2000
"""Entries of a directory that are looked at."""


class Tree:
    """A directory that is only looked at. Pipes, devices and endless files are never opened."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._unread: dict[str, str] = {}
        self._texts: dict[str, str | None] = {}
        self._data: dict[str, Mapping[str, object]] = {}
        self._names: dict[str, frozenset[str]] = {}

    @property
    def unread(self) -> tuple[Unread, ...]:
        """What could not be read so far, by path."""
        return tuple(Unread(safe(path), why) for path, why in sorted(self._unread.items()))

    def names(self, directory: str = "") -> frozenset[str]:
        """The names in a directory; none where there is none."""
        if directory not in self._names:
            self._names[directory] = self._list(directory)
        return self._names[directory]

    def has(self, path: str) -> bool:
        """Whether something has this name, a link that leads nowhere included."""
        directory, _, name = path.rpartition("/")
        return name in self.names(directory)

    def is_dir(self, path: str) -> bool:
        return os.path.isdir(self.root / path)  # noqa: PTH112 - says no where Path raises

    def is_link(self, path: str) -> bool:
        return os.path.islink(self.root / path)  # noqa: PTH114 - as above

    def text(self, path: str) -> str | None:
        """The text of a file; None where there is none, or none that can be read."""
        if path not in self._texts:
            self._texts[path] = self._read(path)
        return self._texts[path]

    def lines(self, path: str) -> list[str]:
        return (self.text(path) or "").splitlines()

    def toml(self, path: str) -> Mapping[str, object]:
        """The tables of a TOML file; none where it is not one."""
        return self._parsed(path, "TOML")

    def json(self, path: str) -> Mapping[str, object]:
        """The members of a JSON object; none where the file holds no such thing."""
        return self._parsed(path, "JSON")

    def _parsed(self, path: str, form: str) -> Mapping[str, object]:
        if path not in self._data:
            text = self.text(path)
            self._data[path] = {} if text is None else self._parse(path, text, form)
        return self._data[path]

    def _parse(self, path: str, text: str, form: str) -> Mapping[str, object]:
        try:
            data: object = tomllib.loads(text) if form == "TOML" else json.loads(text)
        except RecursionError:
            self._note(path, f"not {form}: nested too deeply")
            return {}
        except ValueError as error:
            self._note(path, f"not {form}: {str(error)[:200]}")
            return {}
        if isinstance(data, dict):
            return data
        self._note(path, f"not what it should be: its {form} is no object")
        return {}

    def _list(self, directory: str) -> frozenset[str]:
        names: set[str] = set()
        try:
            with os.scandir(self.root / directory) as entries:
                for entry in entries:
                    if len(names) >= MOST_NAMES:
                        self._note(directory or ".", f"only {MOST_NAMES} names were looked at")
                        break
                    names.add(entry.name)
        except (FileNotFoundError, NotADirectoryError):
            return frozenset()
        except (OSError, ValueError) as error:
            self._note(directory or ".", _reason(error))
        return frozenset(names)

    def _read(self, path: str) -> str | None:
        try:
            raw = _bytes(self.root / path)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError) as error:
            self._note(path, _reason(error))
            return None
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            self._note(path, "not text in UTF-8")
            return None

    def _note(self, path: str, reason: str) -> None:
        self._unread.setdefault(path, safe(reason).replace("\n", " "))


def _bytes(path: Path) -> bytes:
    """The content of a regular file. ValueError says in words what is no such thing."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    try:
        kind = os.fstat(handle)
        if not stat.S_ISREG(kind.st_mode):
            raise ValueError("not a file")
        with os.fdopen(handle, "rb", closefd=False) as file:
            raw = file.read(LARGEST + 1)
    finally:
        os.close(handle)
    if len(raw) > LARGEST:
        raise ValueError(f"larger than {LARGEST // 1024} KiB")
    if b"\0" in raw:
        raise ValueError("binary")
    return raw


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, OSError):
        return (error.strerror or str(error)).lower()
    return str(error)


def table(data: object, *keys: str) -> Mapping[str, object]:
    """The table at the end of some keys; an empty one where there is none."""
    for key in keys:
        data = data.get(key) if isinstance(data, Mapping) else None
    return data if isinstance(data, Mapping) else {}


def strings(value: object) -> tuple[str, ...]:
    """The strings of a list."""
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def toml_line(tree: Tree, path: str, *keys: str) -> int:
    """The line of a key in a TOML file; 0 where it does not stand there."""
    from looptui.loopfile.locate import Places

    places = Places((tree.text(path) or "").replace("\r\n", "\n"))
    return places.line(keys) if places.known(keys) else 0


def json_line(tree: Tree, path: str, outer: str, inner: str) -> int:
    """The line on which `inner` stands below `outer` in a JSON file; 0 where it does not."""
    inside = False
    for number, line in enumerate(tree.lines(path), 1):
        inside = inside or f'"{outer}"' in line
        if inside and re.search(rf'"{re.escape(inner)}"\s*:', line):
            return number
    return 0


def line_with(tree: Tree, path: str, pattern: str) -> int:
    """The first line that a pattern is found in; 0 for none."""
    found = (n for n, line in enumerate(tree.lines(path), 1) if re.search(pattern, line))
    return next(found, 0)


def below(at: str, name: str) -> str:
    """A name in a directory, which may be the root (empty)."""
    return f"{at}/{name}" if at else name
