"""What a reviewer should look at twice: what the scan found, hidden characters, links, secrets.

Nothing here decides anything, and none of it proves bad faith; the words say where to look.
It reads diffs that were made safe: what was hidden stands in them as `<U+202E>`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from looptui.core.finding import Finding
from looptui.core.protect import group_of
from looptui.projections.patch import Diff, DiffFile, visible

if TYPE_CHECKING:
    from looptui.projections.values import VerdictView

MOST = 60
"""Cautions that are told; more are counted."""
FAR = 40
"""Blanks within a line after which text may be out of sight."""
_SCANNED = 30_000
"""Lines of a diff that are scanned again to be shown; a longer one has what was recorded."""
LONG = 1000
"""Characters from which a line is not read by anybody."""


class Caution(NamedTuple):
    """One thing to look at."""

    grave: bool
    "Whether it takes a typed reason to approve it."
    path: str
    line: int
    "Of the new file; 0 for the file as a whole."
    text: str
    rule: str = ""
    "Of the scan; empty for what is no rule of it."

    @property
    def place(self) -> str:
        name = visible(self.path)
        return f"{name}:{self.line}" if self.line else name


def cautions(
    diff: Diff,
    flagged: Sequence[str] = (),
    findings: Iterable[Finding] = (),
    verdict: VerdictView | None = None,
) -> tuple[Caution, ...]:
    """Everything to look at twice, grave things first; `flagged` are protected paths.

    `findings` are those that were recorded with the candidate; the diff itself is scanned as well.
    """
    found = [*_of_checker(verdict), *_of_whole(diff), *_of_scan(diff, findings)]
    for place, file in enumerate(diff.files):
        found += _of_file(diff, place, file, flagged)
    found.sort(key=lambda one: not one.grave)
    if len(found) > MOST:
        more = len(found) - MOST
        found = [*found[:MOST], Caution(False, "", 0, f"and {more} more of this kind")]
    return tuple(found)


def is_generated(path: str) -> bool:
    """Whether a file is made by a tool, so that its lines are not what is reviewed first."""
    return _GENERATED.search(path) is not None


_GENERATED = re.compile(
    r"(?:^|/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|poetry\.lock"
    r"|uv\.lock|pdm\.lock|Pipfile\.lock|Cargo\.lock|go\.sum|composer\.lock|Gemfile\.lock"
    r"|flake\.lock|[^/]+\.min\.(?:js|css)|[^/]+\.(?:js|css)\.map|[^/]+_pb2(?:_grpc)?\.py)$"
)


def _of_scan(diff: Diff, recorded: Iterable[Finding]) -> Iterator[Caution]:
    from looptui.projections.tampering import scanned

    seen = scanned(diff) if len(diff.lines) <= _SCANNED else ()
    known = {(one.rule, one.path): one for one in (*seen, *recorded)}
    for one in known.values():
        if one.path:
            yield Caution(one.blocks, one.path, one.line, f"{one.reason} ({one.rule})", one.rule)


def _of_checker(verdict: VerdictView | None) -> Iterator[Caution]:
    """What keeps the checker from passing it, and each of its findings that is open."""
    if verdict is None:
        return
    if verdict.objection:
        yield Caution(True, "", 0, verdict.objection)
    for one in verdict.findings:
        if one.state == "open":
            yield Caution(False, one.file, one.line, f"{one.severity}: {one.reason} ({one.id})")


def _of_whole(diff: Diff) -> Iterator[Caution]:
    if diff.cut:
        yield Caution(True, "", 0, "the diff is too long: a part of the change is not shown")
    added = sum(file.added for file in diff.files)
    removed = sum(file.removed for file in diff.files)
    if removed >= 100 and removed > 2 * added:
        yield Caution(False, "", 0, f"it removes {removed} lines and adds {added}")


def _of_file(diff: Diff, place: int, file: DiffFile, flagged: Sequence[str]) -> Iterator[Caution]:
    guarded = group_of(file.path) or group_of(file.old_path)
    if file.path in flagged or file.old_path in flagged:
        why = guarded.reason if guarded else "the loop says so"
        yield Caution(True, file.path, 0, f"protected: {why}; gates used it as it was")
    yield from _of_kind(diff, file)
    seen: Counter[str] = Counter()
    for line, text in _added(diff, file):
        for word in _of_line(text):
            seen[word] += 1
            if seen[word] == 1:
                yield Caution(word in _GRAVE, file.path, line, word)


def _of_kind(diff: Diff, file: DiffFile) -> Iterator[Caution]:
    if file.kind == "binary":
        yield Caution(False, file.path, 0, "binary: its content cannot be reviewed here")
    if file.kind == "submodule":
        yield Caution(False, file.path, 0, "submodule: other code than before, not shown here")
    if file.kind == "link" and file.status != "deleted":
        target = next((text for _, text in _added(diff, file)), "")
        outside = target.startswith(("/", "~")) or ".." in target.split("/")
        yield Caution(outside, file.path, 0, f"a link to {target}" if target else "a link")
    now = file.modes[1] if file.modes else ""
    if now.endswith("755") or "executable" in file.notes:
        yield Caution(False, file.path, 0, "it can be executed from now on")


# --- lines ------------------------------------------------------------------------------------

_SECRET = "it looks like a secret"
_HIDDEN = "hidden characters: they are shown as <U+...>"
_CONTROL = "control characters"
_MIXED = "letters of two alphabets in one word"
_GRAVE = frozenset({_SECRET, _HIDDEN, _CONTROL, _MIXED})
_ALIKE = "\u0400-\u058f\uff21-\uff5a" + "".join(map(chr, (
    0x391, 0x392, 0x395, 0x396, 0x397, 0x399, 0x39A, 0x39C, 0x39D, 0x39F, 0x3A1, 0x3A4, 0x3A5,
    0x3A7, 0x3BF,
)))  # fmt: skip
"""Letters that look like Latin ones: Cyrillic, Armenian, full width, some Greek."""
_RULES = (
    (_SECRET, re.compile(r"\[redacted\]")),
    (_HIDDEN, re.compile(r"<U\+[0-9A-F]{4,6}>")),
    (_CONTROL, re.compile("[\u2400-\u240c\u240e-\u2421]|\u240d(?!$)")),
    (_MIXED, re.compile(rf"[A-Za-z][0-9_]{{0,9}}[{_ALIKE}]|[{_ALIKE}][0-9_]{{0,9}}[A-Za-z]")),
    ("text far to the right", re.compile(rf"\S[ \t]{{{FAR},}}\S")),
    (
        "a threshold is set",
        re.compile(
            r"fail[_-]under|min[_-]coverage|coverageThreshold|max[_-](?:warnings|complexity)"
        ),
    ),
)
_ANY = re.compile("|".join(f"(?:{rule.pattern})" for _, rule in _RULES))


def _of_line(text: str) -> Iterator[str]:
    if len(text) > LONG:
        yield f"a line of more than {LONG:,} characters"
        text = text[: 20 * LONG]
    if _ANY.search(text):
        yield from (word for word, rule in _RULES if rule.search(text))


def _added(diff: Diff, file: DiffFile) -> Iterator[tuple[int, str]]:
    """The lines that a file gains, with their numbers in it."""
    for hunk in file.span:
        part = diff.hunks[hunk]
        line = part.new_start
        for at in range(part.size):
            text = diff.line(hunk, at)
            if text[0] == "+":
                yield line, text[1:]
            line += text[0] in "+ "
