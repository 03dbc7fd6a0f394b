"""Reads what git prints as a diff: files, hunks and their places, strictly by the counts given."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from looptui.errors import LooptuiError
from looptui.projections.patch import Diff, DiffFile, DiffHunk

CUT = "# looptui: the diff is longer"
"""How the line begins that stands in place of the rest of a diff that is too long."""
_NULL = "/dev/null"
_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


def parse_diff(text: str) -> Diff:
    """The diff that git printed; LooptuiError if it is none, or if a hunk is not complete."""
    diff = Diff(text.split("\n"))
    at, last = 0, len(diff.lines)
    while at < last:
        line = diff.lines[at]
        if line.startswith(("diff --git ", "--- ")):
            at = _read_file(diff, at)
        elif line.startswith(CUT):
            diff.cut, at = True, at + 1
        elif line:
            raise _unreadable(at, line)
        else:
            at += 1
    return diff


def _unreadable(at: int, line: str) -> LooptuiError:
    told = f"The diff cannot be read: line {at + 1} is no part of one: {line[:60]!r}"
    return LooptuiError(told, "Look at it with `git diff`; this is a fault.")


def _read_file(diff: Diff, at: int) -> int:
    """Read one file from its first header line; where the next begins."""
    start, lines = at, diff.lines
    at += 1
    while at < len(lines) and not lines[at].startswith(("@@ -", "diff --git ", CUT)):
        at += 1
    header = tuple(line for line in lines[start:at] if line)
    first, added, removed = len(diff.hunks), 0, 0
    while at < len(lines) and (match := _HUNK.match(lines[at])):
        hunk, more, less = _read_hunk(lines, at, match, len(diff.files))
        diff.hunks.append(hunk)
        added, removed, at = added + more, removed + less, at + 1 + hunk.size
    file = _described(header, first, len(diff.hunks) - first)
    file = replace(file, added=added, removed=removed)
    before = diff.files[-1] if diff.files else None
    if before and (before.status, file.status, before.path) == ("deleted", "added", file.path):
        file = replace(file, joined=True, notes=("takes the place of the file above", *file.notes))
        kind = {"link": "symbolic link"}.get(file.kind, file.kind) or "file"
        diff.files[-1] = replace(before, notes=(*before.notes, f"replaced by a {kind}"))
    diff.files.append(file)
    return at


def _read_hunk(
    lines: Sequence[str], at: int, match: re.Match[str], file: int
) -> tuple[DiffHunk, int, int]:
    """A hunk with the lines that it adds and removes; its header says how many lines it has."""
    old, new = (1 if size is None else int(size) for size in (match[2], match[4]))
    left, right, index, end = old, new, at + 1, len(lines)
    while (left or right) and index < end:
        sign = lines[index][:1]
        if sign == "+":
            right -= 1
        elif sign == "-":
            left -= 1
        elif sign in ("", " "):
            left, right = left - 1, right - 1
        elif sign != "\\":
            raise _unreadable(index, lines[index])
        index += 1
    if left or right:
        raise _unreadable(at, lines[at])
    while index < end and lines[index].startswith("\\"):
        index += 1
    body = lines[at + 1 : index]
    added = sum(line.startswith("+") for line in body)
    removed = sum(line.startswith("-") for line in body)
    places = int(match[1]), int(match[3])
    return DiffHunk(file, at + 1, len(body), *places, lines[at], old, new), added, removed


def _described(header: tuple[str, ...], first: int, hunks: int) -> DiffFile:
    """A file from the lines before its hunks; what it adds and removes is not known yet."""
    said = {word: line[len(word) :] for line in header for word in _WORDS if line.startswith(word)}
    old, new = _paths(header, said)
    status = _status(said, old != new, bool(hunks))
    modes = (said["old mode "], said["new mode "]) if "old mode " in said else None
    kind = _kind(said)
    notes = tuple(_notes(said, status, old, kind))
    if not hunks and not notes:
        notes = ("empty file" if status in ("added", "deleted") else "no lines changed",)
    path = old if status == "deleted" else new
    return DiffFile(path, old, status, notes, 0, 0, first, hunks, header, modes, kind)


_WORDS = (
    "old mode ", "new mode ", "new file mode ", "deleted file mode ", "copy from ", "copy to ",
    "rename from ", "rename to ", "index ", "--- ", "+++ ", "Binary files ", "GIT binary patch",
)  # fmt: skip


def _status(said: dict[str, str], moved: bool, lines: bool) -> str:
    if "new file mode " in said or said.get("--- ") == _NULL:
        return "added"
    if "deleted file mode " in said or said.get("+++ ") == _NULL:
        return "deleted"
    if "copy from " in said:
        return "copied"
    if moved:
        return "renamed"
    return "mode" if "old mode " in said and not lines and "index " not in said else "modified"


def _kind(said: dict[str, str]) -> str:
    modes = [said.get(word, "")[-6:] for word in ("new file mode ", "deleted file mode ", "index ")]
    if "120000" in modes:
        return "link"
    if "160000" in modes:
        return "submodule"
    return "binary" if "Binary files " in said or "GIT binary patch" in said else ""


def _notes(said: dict[str, str], status: str, old: str, kind: str) -> Iterator[str]:
    if status in ("renamed", "copied"):
        yield f"{status} from {old}"
    if "old mode " in said:
        yield f"mode {said['old mode ']} to {said['new mode ']}"
    if kind:
        yield {"binary": "binary, not shown", "link": "symbolic link"}.get(kind, kind)
    if status == "added" and said.get("new file mode ") == "100755":
        yield "executable"


def _paths(header: Sequence[str], said: dict[str, str]) -> tuple[str, str]:
    """Names before and after, without git's prefixes and quotes."""
    for word in ("rename", "copy"):
        if f"{word} from " in said:
            return _unquoted(said[f"{word} from "]), _unquoted(said[f"{word} to "])
    if "--- " in said and "+++ " in said:
        old, new = (_unquoted(said[word].removesuffix("\t")) for word in ("--- ", "+++ "))
        old, new = (name if name == _NULL else name[2:] for name in (old, new))
        return (new if old == _NULL else old), (old if new == _NULL else new)
    # Without lines and without a rename the name stands there twice, and a blank between them.
    both = header[0].removeprefix("diff --git ")
    name = _unquoted(both[: len(both) // 2])[2:]
    return name, name


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
