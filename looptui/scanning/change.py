"""A change as the scan reads it: files, hunks and lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from looptui.core.protect import NEW_TESTS, group_of, matches

LONGEST = 2_000
"""Characters of a line that are looked at."""
_CODE = re.compile(
    r"\.(?:pyi?|pyx|[cm]?[jt]sx?|go|rs|rb|php|java|kts?|scala|c|h|cc|cpp|hpp|cs|swift|lua|pl"
    r"|sh|bash|zsh|exs?|vue|svelte)$"
)
_OPENS = re.compile(
    r"^\s*(?:export\s+)?(?:default\s+)?(?:pub\s+)?(?:async\s+)?(?:def|func|fn|function|class)\b"
    r"|^\s*(?:it|test|describe)(?:\.\w+)*\s*\("
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a hunk."""

    sign: str
    """`+`, `-` or a blank."""
    number: int
    """In the new file; for a removed line in the old one."""
    text: str

    @property
    def indent(self) -> int:
        return len(self.text) - len(self.text.lstrip())


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines that stand together; `header` is the line of code that git names for them."""

    lines: tuple[Line, ...]
    header: str = ""

    def opening(self, at: int) -> Line | None:
        """The line that opens what line `at` is in: its function, test or class."""
        here = self.lines[at]
        for line in reversed(self.lines[:at]):
            if line.text.strip() and line.indent < here.indent and _OPENS.match(line.text):
                return line
        return None

    def context(self, at: int) -> str:
        """The text of `opening`, or what git names for the hunk."""
        line = self.opening(at)
        return line.text if line else self.header

    def in_new(self, at: int) -> bool:
        """Whether line `at` is in a function or test that the change adds."""
        line = self.opening(at)
        return line is not None and line.sign == "+"


@dataclass(frozen=True, slots=True)
class Change:
    """One changed file."""

    path: str
    old_path: str
    status: str
    """modified, added, deleted, renamed, copied or mode."""
    hunks: tuple[Hunk, ...] = ()

    @property
    def is_test(self) -> bool:
        """Whether the file says what correct is."""
        return is_test(self.path) or is_test(self.old_path)

    @property
    def is_code(self) -> bool:
        return _CODE.search(self.path) is not None

    @property
    def gained(self) -> str:
        """All lines that are added, to see quickly which rules can apply at all."""
        return "\n".join(line.text for _, _, line in self.each("+"))

    def each(self, sign: str) -> Iterator[tuple[Hunk, int, Line]]:
        """The lines that are added (`+`) or removed (`-`), with their place."""
        for hunk in self.hunks:
            for at, line in enumerate(hunk.lines):
                if line.sign == sign:
                    yield hunk, at, line


def is_test(path: str) -> bool:
    """Whether a path is one of tests or of their data."""
    group = group_of(path)
    return (group is not None and group.name == "tests") or is_collected(path)


def is_collected(path: str) -> bool:
    """Whether a test runner finds a file by its name."""
    return matches(path, NEW_TESTS) is not None
