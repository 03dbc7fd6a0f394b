"""A unified diff of git as files, hunks and lines that are worked out only when looked at.

Only the structure is read; the text of a line stays where it is in the diff. What can be taken or
left by itself is a part, counted from 1 through the whole diff, the same for screen, command line
and git.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class DiffFile:
    """One changed file."""

    path: str
    "The name after the change; before it if the file is deleted."
    old_path: str
    status: str
    "modified, added, deleted, renamed, copied or mode."
    notes: tuple[str, ...]
    "What has no lines: binary, mode change, rename, submodule."
    added: int
    removed: int
    first_hunk: int
    hunks: int
    header: tuple[str, ...] = ()
    "The lines before its first hunk."
    modes: tuple[str, str] | None = None
    "Before and after, where they differ."
    kind: str = ""
    "link, submodule or binary; empty for text."
    joined: bool = False
    "It takes the place of the file before it in the diff, which goes: a file became a link, say."

    @property
    def name(self) -> str:
        """The path as it is shown: a tab or a line break in it is seen to be one."""
        return visible(self.path)

    @property
    def span(self) -> range:
        """The numbers of its hunks, from 0."""
        return range(self.first_hunk, self.first_hunk + self.hunks)


@dataclass(frozen=True, slots=True)
class DiffHunk:
    """One hunk; `start` and `size` are its lines in the text of the diff, without the header."""

    file: int
    start: int
    size: int
    old_start: int
    new_start: int
    header: str
    old_size: int = 0
    new_size: int = 0


class Part(NamedTuple):
    """What can be taken or left by itself: a hunk; without one a mode, or a file as a whole."""

    file: int
    hunk: int | None = None
    whole: bool = True
    "Without a hunk: all of the file, and not only its mode."


class Numbers(NamedTuple):
    """What is worked out for a hunk when it is first seen; 0 or -1 is none."""

    old: array[int]
    new: array[int]
    partner: array[int]
    "For a removed or added line, the line of the hunk that it was changed to or from."


@dataclass
class Diff:
    """A parsed diff. Files and hunks are numbered through the whole diff."""

    lines: list[str] = field(default_factory=list)
    files: list[DiffFile] = field(default_factory=list)
    hunks: list[DiffHunk] = field(default_factory=list)
    cut: bool = False
    "Whether it was too long: there are changes that are not in it."
    _numbers: dict[int, Numbers] = field(default_factory=dict)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """Everything that can be taken or left; part 1 is the first of them."""
        return tuple(
            part for place, file in enumerate(self.files) for part in self._parts_of(place, file)
        )

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Ids of the parts that stay the same as long as their file and their lines do."""
        seen: Counter[str] = Counter()
        found = []
        for part in self.parts:
            key = self._key(part)
            seen[key] += 1
            found.append(key if seen[key] == 1 else f"{key}.{seen[key]}")
        return tuple(found)

    def work_out(self) -> None:
        """Work out now, in a thread perhaps, what drawing would otherwise wait for."""
        self.keys, self.file_keys, self._places  # noqa: B018

    def _parts_of(self, place: int, file: DiffFile) -> Iterator[Part]:
        after = self.files[place + 1] if place + 1 < len(self.files) else None
        if file.joined:
            return
        if not file.hunks or (after is not None and after.joined):
            yield Part(place)
            return
        if file.modes is not None:
            yield Part(place, None, whole=False)
        yield from (Part(place, hunk) for hunk in file.span)

    def _key(self, part: Part) -> str:
        file = self.files[part.file]
        if part.hunk is not None:
            return self.hunk_key(part.hunk)
        if not part.whole:
            return _digest([file.path, *(file.modes or ())])
        after = self.files[part.file + 1 : part.file + 2]
        both = [file, *(one for one in after if one.joined)]
        words = (word for one in both for word in (*one.header, *map(self.body, one.span)))
        return _digest([file.path, *words])

    @cached_property
    def file_keys(self) -> tuple[str, ...]:
        """Ids of the files that stay the same as long as all that changes in them does."""
        return tuple(
            _digest([file.old_path, *file.header[1:], *map(self.body, file.span)])
            for file in self.files
        )

    def part_of(self, file: int, hunk: int | None) -> int:
        """The number of the part that a place belongs to, from 1."""
        places = self._places
        for wanted in ((file, hunk), (file, None)):
            if wanted in places:
                return places[wanted]
        return self.part_of(file - 1, None) if self.files[file].joined else places[file, -1]

    @cached_property
    def _places(self) -> dict[tuple[int, int | None], int]:
        """Number by file and hunk; by file and -1 that of its first part."""
        found: dict[tuple[int, int | None], int] = {}
        for number, part in enumerate(self.parts, 1):
            found.setdefault((part.file, -1), number)
            found[part.file, part.hunk] = number
        return found

    def line(self, hunk: int, index: int) -> str:
        """A line of a hunk with its first character: blank, +, - or backslash."""
        return self.lines[self.hunks[hunk].start + index] or " "

    def body(self, hunk: int) -> str:
        """All lines of a hunk."""
        part = self.hunks[hunk]
        return "\n".join(self.lines[part.start : part.start + part.size])

    def numbers(self, hunk: int) -> Numbers:
        """Line numbers and partners of the lines of a hunk."""
        numbers = self._numbers.get(hunk)
        if numbers is None:
            part = self.hunks[hunk]
            body = self.lines[part.start : part.start + part.size]
            numbers = self._numbers[hunk] = _count(body, part.old_start, part.new_start)
        return numbers

    def find_line(self, path: str, *, old: int = 0, new: int = 0) -> tuple[int, int] | None:
        """The hunk and the index in it of a line by its old or new number; None if not shown."""
        for file in self.files:
            if file.path != path:
                continue
            for hunk in file.span:
                numbers, wanted = self.numbers(hunk), new or old
                column = numbers.new if new else numbers.old
                if wanted in column:
                    return hunk, column.index(wanted)
        return None

    def hunk_key(self, hunk: int) -> str:
        """An id of a hunk that stays the same as long as its file and its lines do."""
        return _digest([self.files[self.hunks[hunk].file].path, self.body(hunk)])


def visible(path: str) -> str:
    """A path whose white space can be told apart."""
    return path.replace("\t", "␉").replace("\n", "␊")


def _digest(words: Sequence[str]) -> str:
    return sha256("\n".join(words).encode("utf-8", "surrogatepass")).hexdigest()


def _count(body: Sequence[str], old: int, new: int) -> Numbers:
    olds, news = array("l", bytes(0)), array("l", bytes(0))
    partner = array("l", [-1]) * len(body)
    removed: list[int] = []
    added: list[int] = []
    for index, line in enumerate(body):
        sign = line[:1]
        if sign == "-":
            if added:
                _pair(partner, removed, added)
            removed.append(index)
        elif sign == "+":
            added.append(index)
        elif sign != "\\":
            _pair(partner, removed, added)
        olds.append(old if sign not in ("+", "\\") else 0)
        news.append(new if sign not in ("-", "\\") else 0)
        old += sign not in ("+", "\\")
        new += sign not in ("-", "\\")
    _pair(partner, removed, added)
    return Numbers(olds, news, partner)


def _pair(partner: array[int], removed: list[int], added: list[int]) -> None:
    """Removed lines are the partners of the added lines that follow them, one by one."""
    for one, other in zip(removed, added, strict=False):
        partner[one], partner[other] = other, one
    removed.clear()
    added.clear()
