"""Which files of the tree may be edited."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from looptui.repair.job import TESTS


def editable(path: str, write: Sequence[str], deny: Sequence[str]) -> bool:
    """Whether a Python file, by its path from the root, may be edited; tests never."""
    python = path.endswith(".py")
    return python and matches(path, write) and not matches(path, (*deny, *TESTS))


def matches(path: str, globs: Iterable[str]) -> bool:
    return any(pattern(glob).fullmatch(path) for glob in globs)


@cache
def pattern(glob: str) -> re.Pattern[str]:
    """`**` stands for any directories, `*` and `?` stay within one name."""
    parts = re.split(r"(\*\*/|/\*\*$|^\*\*$|\*|\?)", glob)
    words = {"**/": "(?:.*/)?", "/**": "/.*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(words.get(part, re.escape(part)) for part in parts))
