"""What a reviewer says as one block for the next prompt: words, remarks, rejected hunks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from looptui.projections.patch import Diff

LARGEST = 6000
"""Bytes of feedback: an event holds 8 KiB, and the text stands in two of them."""
_AROUND = 3
"""Lines of a hunk quoted before and after the lines that a comment is about."""
_QUOTED = 40
"""Lines of a rejected hunk that are quoted."""


def joined(blocks: Iterable[str]) -> str:
    """The blocks that say something, as one text that fits into an event."""
    return bounded("\n\n".join(block.strip("\n") for block in blocks if block.strip()))


def bounded(text: str) -> str:
    data = text.encode("utf-8", "replace")
    if len(data) <= LARGEST:
        return text
    return data[:LARGEST].decode("utf-8", "ignore") + "\n[cut: the feedback is too long]"


def rejected(diff: Diff, numbers: Sequence[int]) -> str:
    """The hunks that a reviewer rejects, quoted; empty for none."""
    if not numbers:
        return ""
    quotes = [quoted(diff, number) for number in numbers]
    head = "These changes were rejected and are taken out again. Do not bring them back:"
    return "\n\n".join([head, *quotes])


def quoted(diff: Diff, number: int) -> str:
    """One part of a change with its place, as a quotation."""
    part = diff.parts[number - 1]
    file = diff.files[part.file]
    if part.hunk is None:
        return "\n".join([file.path, *(f"> {note}" for note in file.notes)])
    hunk = diff.hunks[part.hunk]
    lines = diff.body(part.hunk).split("\n")
    more = [f"> [{len(lines) - _QUOTED} more lines]"] if len(lines) > _QUOTED else []
    body = [f"> {line}" for line in (hunk.header, *lines[:_QUOTED])]
    return "\n".join([f"{file.path}:{hunk.new_start or hunk.old_start}", *body, *more])


def remark(diff: Diff, hunk: int, first: int, last: int) -> str:
    """Some lines of a hunk, and a few around them, as a quotation below the hunk's header."""
    around = range(max(0, first - _AROUND), min(diff.hunks[hunk].size, last + 1 + _AROUND))
    lines = [diff.hunks[hunk].header, *(diff.line(hunk, at) for at in around)]
    return "\n".join(f"> {line}" for line in lines)


def named(diff: Diff, number: int) -> str:
    """A part of a change in one line: what is after its path."""
    part = diff.parts[number - 1]
    file = diff.files[part.file]
    if part.hunk is not None:
        return diff.hunks[part.hunk].header
    if not part.whole and file.modes:
        return f"mode {file.modes[0]} to {file.modes[1]}"
    return ", ".join((file.status, *file.notes))
