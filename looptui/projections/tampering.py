"""A diff as the scan for tampering reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from looptui.core.finding import Finding
from looptui.errors import LooptuiError
from looptui.projections.patch import Diff, DiffFile
from looptui.projections.patch_reading import parse_diff
from looptui.scanning.change import LONGEST, Change, Hunk, Line
from looptui.scanning.literals import asks
from looptui.scanning.rules import found
from looptui.scanning.scan import scan


def scanned(diff: Diff, tests: Mapping[str, str] | None = None) -> tuple[Finding, ...]:
    """What the scan finds in a diff that was made safe; `tests` are sources beneath the change."""
    return scan([_change(diff, file) for file in diff.files], tests, cut=diff.cut)


def scanned_text(text: str, tests: Mapping[str, str] | None = None) -> tuple[Finding, ...]:
    """What the scan finds in the text of a diff. One that cannot be read is a finding too."""
    try:
        diff = parse_diff(text)
    except LooptuiError as unread:
        return (found("not-shown", "", 0, unread.message[:200]),)
    return scanned(diff, tests)


def copies_answers(text: str) -> bool:
    """Whether a diff has questions and answers in it that tests have to be compared with."""
    try:
        diff = parse_diff(text)
    except LooptuiError:
        return False
    return any(asks(_change(diff, file)) for file in diff.files)


def _change(diff: Diff, file: DiffFile) -> Change:
    hunks = tuple(Hunk(tuple(_lines(diff, at)), _header(diff, at)) for at in file.span)
    return Change(file.path, file.old_path, file.status, hunks)


def _header(diff: Diff, hunk: int) -> str:
    """The line of code that git prints behind the numbers of a hunk."""
    return diff.hunks[hunk].header.rpartition("@@")[2].strip()


def _lines(diff: Diff, hunk: int) -> Iterator[Line]:
    part = diff.hunks[hunk]
    old, new = part.old_start, part.new_start
    for at in range(part.size):
        text = diff.line(hunk, at)
        sign = text[:1] or " "
        if sign in ("+", "-", " "):
            yield Line(sign, old if sign == "-" else new, text[1 : LONGEST + 1])
        old += sign in ("-", " ")
        new += sign in ("+", " ")
