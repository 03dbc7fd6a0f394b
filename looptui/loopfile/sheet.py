"""A loop file of ours as tables of lines: one is changed, the others keep their comments.

For texts that we wrote ourselves (templates): a table begins on a line of its own, a key stands on
one line with its value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

_HEADER = re.compile(r"\[\[?\s*([A-Za-z_.]+)\s*\]\]?\s*(?:#.*)?$")
_ORDER = (
    "", "goal", "criteria", "workspace", "maker", "gates", "permissions", "breakers", "approval",
    "landing",
)  # fmt: skip


@dataclass(slots=True)
class Part:
    """The lines of one table; those before the first header have no name."""

    name: str
    lines: list[str] = field(default_factory=list)

    def get(self, key: str) -> str | None:
        """The value of a key as it is written; None where it is not."""
        at = self._find(key)
        return None if at is None else _value(self.lines[at])[0]

    def set(self, key: str, value: str, comment: str = "") -> None:
        """Write a key anew, with its old comment unless there is another; a new one comes last."""
        at = self._find(key)
        if at is None:
            at = next((n for n in range(len(self.lines), 0, -1) if self.lines[n - 1].strip()), 0)
            self.lines.insert(at, _line(key, value, comment))
        else:
            old = _value(self.lines[at])
            if old[0] != value:
                self.lines[at] = _line(key, value, comment or old[1])

    def unset(self, key: str) -> None:
        """Take a key out, if it is there."""
        at = self._find(key)
        if at is not None:
            del self.lines[at]

    def _find(self, key: str) -> int | None:
        start = re.compile(rf"{re.escape(key)}\s*=")
        return next((n for n, line in enumerate(self.lines) if start.match(line)), None)


class Sheet:
    """The tables of a text, in order."""

    def __init__(self, text: str) -> None:
        self.parts = [Part("")]
        for line in text.rstrip("\n").split("\n"):
            header = _HEADER.match(line)
            if header:
                self.parts.append(Part(header[1], _comments(self.parts[-1].lines)))
            self.parts[-1].lines.append(line)

    def __str__(self) -> str:
        texts = ["\n".join(part.lines).strip("\n") for part in self.parts]
        return "\n\n".join(text for text in texts if text) + "\n"

    def all(self, name: str) -> list[Part]:
        return [part for part in self.parts if part.name == name]

    def part(self, name: str) -> Part:
        """The table of a name, made where there is none."""
        found = next((part for part in self.parts if part.name == name), None)
        return found or self.add(name)

    def named(self, name: str, key: str, value: str) -> Part | None:
        """The table of a list in which a key has a value."""
        return next((part for part in self.all(name) if part.get(key) == value), None)

    def add(self, name: str, *, many: bool = False, before: Part | None = None) -> Part:
        """A new table, behind those that come before it in a loop file, or before one of them."""
        made = Part(name, [f"[[{name}]]" if many else f"[{name}]"])
        place = _ORDER.index(name)
        after = [n + 1 for n, part in enumerate(self.parts) if _ORDER.index(part.name) <= place]
        self.parts.insert(self.parts.index(before) if before else after[-1], made)
        return made

    def drop(self, part: Part) -> None:
        self.parts = [one for one in self.parts if one is not part]


def _comments(lines: list[str]) -> list[str]:
    """Take the comment at the end of a table away from it: it is about the next one."""
    at = len(lines)
    while at and lines[at - 1].startswith("#"):
        at -= 1
    taken = lines[at:] if at and not lines[at - 1].strip() else []
    del lines[len(lines) - len(taken) :]
    return taken


def quoted(text: str) -> str:
    """`text` as a TOML string on one line."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def listed(words: Sequence[str]) -> str:
    """Words as a TOML list on one line."""
    return "[" + ", ".join(quoted(word) for word in words) + "]"


def _line(key: str, value: str, comment: str) -> str:
    line = f"{key} = {value}"
    return f"{line:<25} # {comment}" if comment else line


def _value(line: str) -> tuple[str, str]:
    """The value of a line and its comment, both as written."""
    rest = line.partition("=")[2].strip()
    quote = ""
    escaped = False
    for at, char in enumerate(rest):
        if escaped:
            escaped = False
        elif quote:
            escaped = char == "\\" and quote == '"'
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char == "#":
            return rest[:at].strip(), rest[at + 1 :].strip()
    return rest, ""
