"""A unified diff of git as files, hunks and lines that are worked out only when looked at.

`unidiff` reads the structure without the lines; the text of a line stays where it is in the diff.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from looptui.errors import LooptuiError

if TYPE_CHECKING:
    from unidiff.patch import Hunk as ParsedHunk
    from unidiff.patch import PatchedFile

_NULL = "/dev/null"


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


@dataclass(frozen=True, slots=True)
class DiffHunk:
    """One hunk; `start` and `size` are its lines in the text of the diff, without the header."""

    file: int
    start: int
    size: int
    old_start: int
    new_start: int
    header: str


class Numbers(NamedTuple):
    """What is worked out for a hunk when it is first seen; 0 or -1 is none."""

    old: array[int]
    new: array[int]
    partner: array[int]
    "For a removed or added line, the line of the hunk that it was changed to or from."


@dataclass(slots=True)
class Diff:
    """A parsed diff. Files and hunks are numbered through the whole diff."""

    lines: list[str] = field(default_factory=list)
    files: list[DiffFile] = field(default_factory=list)
    hunks: list[DiffHunk] = field(default_factory=list)
    _numbers: dict[int, Numbers] = field(default_factory=dict)

    def line(self, hunk: int, index: int) -> str:
        """A line of a hunk with its first character: blank, +, - or backslash."""
        return self.lines[self.hunks[hunk].start + index] or " "

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
            for hunk in range(file.first_hunk, file.first_hunk + file.hunks):
                numbers, wanted = self.numbers(hunk), new or old
                column = numbers.new if new else numbers.old
                if wanted in column:
                    return hunk, column.index(wanted)
        return None

    def hunk_key(self, hunk: int) -> str:
        """An id of a hunk that stays the same as long as its file and its lines do."""
        part = self.hunks[hunk]
        body = self.lines[part.start : part.start + part.size]
        text = "\n".join([self.files[part.file].path, *body])
        return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def parse_diff(text: str) -> Diff:
    """The diff that git printed; LooptuiError if it is none."""
    from unidiff.errors import UnidiffParseError
    from unidiff.patch import PatchSet

    lines = text.split("\n")
    try:
        patch = PatchSet((line + "\n" for line in lines), metadata_only=True)
    except UnidiffParseError as error:
        message = f"The diff cannot be read: {error}."
        raise LooptuiError(message, "Look at it with `git diff`; this is a fault.") from error
    diff = Diff(lines)
    for parsed in patch:
        _add_file(diff, parsed)
    return diff


def _add_file(diff: Diff, parsed: PatchedFile) -> None:
    info = [line.rstrip("\n") for line in parsed.patch_info or ()]
    old, new = _paths(parsed, info)
    status, notes = _describe(parsed, info, old, new)
    first, at = len(diff.hunks), parsed.diff_line_no or 1
    for hunk in parsed:
        while not diff.lines[at].startswith("@@ -"):
            at += 1
        size = _body_size(diff.lines, at + 1, hunk)
        diff.hunks.append(
            DiffHunk(
                len(diff.files), at + 1, size, hunk.source_start, hunk.target_start, diff.lines[at]
            )
        )
        at += size + 1
    path = old if status == "deleted" else new
    diff.files.append(
        DiffFile(path, old, status, notes, parsed.added, parsed.removed, first, len(parsed))
    )


def _body_size(lines: Sequence[str], start: int, hunk: ParsedHunk) -> int:
    """The lines of a hunk, with the markers of a missing newline among and after them."""
    size, wanted = 0, hunk.source_length + hunk.added
    while start + size < len(lines):
        is_marker = lines[start + size].startswith("\\")
        if not wanted and not is_marker:
            break
        wanted -= not is_marker
        size += 1
    return size


def _paths(parsed: PatchedFile, info: Sequence[str]) -> tuple[str, str]:
    """Names before and after, without git's prefixes and quotes."""
    old, new = _unquoted(parsed.source_file), _unquoted(parsed.target_file)
    for line in info:
        for word in ("rename", "copy"):
            if line.startswith(f"{word} from "):
                old = "a/" + _unquoted(line.removeprefix(f"{word} from "))
            elif line.startswith(f"{word} to "):
                new = "b/" + _unquoted(line.removeprefix(f"{word} to "))
    old, new = (name if name == _NULL else name[2:] for name in (old, new))
    return (new if old == _NULL else old), (old if new == _NULL else new)


def _describe(
    parsed: PatchedFile, info: Sequence[str], old: str, new: str
) -> tuple[str, tuple[str, ...]]:
    starts = {word: line for line in info for word in _STARTS if line.startswith(word)}
    status = "modified"
    if "new file mode" in starts or parsed.source_file == _NULL:
        status = "added"
    elif "deleted file mode" in starts or parsed.target_file == _NULL:
        status = "deleted"
    elif "copy from" in starts:
        status = "copied"
    elif old != new:
        status = "renamed"
    elif "old mode" in starts and not parsed:
        status = "mode"
    notes = []
    if status in ("renamed", "copied"):
        notes.append(f"{status} from {old}")
    if "old mode" in starts and "new mode" in starts:
        notes.append(f"mode {starts['old mode'][9:]} to {starts['new mode'][9:]}")
    if parsed.is_binary_file or "Binary files" in starts or "GIT binary patch" in starts:
        notes.append("binary, not shown")
    if parsed.is_submodule:
        notes.append("submodule")
    if parsed.is_symlink:
        notes.append("symbolic link")
    if status == "added" and "100755" in starts.get("new file mode", ""):
        notes.append("executable")
    if not parsed and not notes:
        notes.append("empty file" if status in ("added", "deleted") else "no lines changed")
    return status, tuple(notes)


_STARTS = ("new file mode", "deleted file mode", "old mode", "new mode", "copy from",
           "Binary files", "GIT binary patch")  # fmt: skip
_ESCAPE = re.compile(r"\\([0-7]{3}|.)")
_SINGLE = {"n": 10, "t": 9, "r": 13, "b": 8, "f": 12, "v": 11, "a": 7}


def _unquoted(name: str) -> str:
    """A name as git wrote it; quoted ones are C strings of UTF-8 bytes."""
    if not (len(name) > 1 and name[0] == name[-1] == '"'):
        return name
    data = bytearray()
    at = 1
    for match in _ESCAPE.finditer(name, 1, len(name) - 1):
        data += name[at : match.start()].encode("utf-8", "surrogateescape")
        data.append(_byte(match[1]))
        at = match.end()
    data += name[at:-1].encode("utf-8", "surrogateescape")
    return data.decode("utf-8", "surrogateescape")


def _byte(escape: str) -> int:
    return int(escape, 8) & 0xFF if len(escape) == 3 else _SINGLE.get(escape, ord(escape[0]) & 0xFF)


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


_WORDS = re.compile(r"\w+|\s+|.")
_LONGEST_COMPARED = 600
_LEAST_ALIKE = 0.4


@lru_cache(maxsize=2048)
def changed_parts(old: str, new: str) -> tuple[tuple[tuple[int, int], ...], ...]:
    """The ranges of characters that differ in the old and in the new line, by words.

    Both are empty if the lines have little in common or are too long to compare.
    """
    from difflib import SequenceMatcher

    if max(len(old), len(new)) > _LONGEST_COMPARED:
        return (), ()
    old_words, new_words = _WORDS.findall(old), _WORDS.findall(new)
    matcher = SequenceMatcher(None, old_words, new_words, autojunk=False)
    if matcher.quick_ratio() < _LEAST_ALIKE or matcher.ratio() < _LEAST_ALIKE:
        return (), ()
    blocks = [block for block in matcher.get_opcodes() if block[0] != "equal"]
    return (
        _ranges(old_words, [(start, end) for _, start, end, _, _ in blocks]),
        _ranges(new_words, [(start, end) for _, _, _, start, end in blocks]),
    )


def _ranges(words: Sequence[str], spans: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    places = [0]
    for word in words:
        places.append(places[-1] + len(word))
    return tuple((places[start], places[end]) for start, end in spans if end > start)
