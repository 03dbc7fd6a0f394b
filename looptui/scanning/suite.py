"""Tests that are gone, skipped, or check less than before."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from looptui.core.finding import Finding
from looptui.core.protect import matches
from looptui.scanning.change import Change, Hunk, Line, is_collected, is_test
from looptui.scanning.rules import found

_NAME = re.compile(
    r"^\s*(?:async\s+)?(?:def|func|fn|function)\s+(?:\([^)]*\)\s*)?(test\w*|Test\w*|Benchmark\w*)"
    r"|^\s*(?:it|test|describe)(?:\.each\(.*\))?\s*\(\s*(?:r?['\"`])([^'\"`]{1,80})"
    r"|^\s*(?:public\s+)?void\s+(\w+)\s*\(\s*\)"
)
_SKIP = re.compile(
    r"mark\.(?:skip|skipif|xfail)\b|pytest\.(?:skip|xfail|importorskip|exit)\s*\(|unittest\.skip"
    r"|expectedFailure|\bskipTest\s*\(|raise\s+(?:unittest\.)?SkipTest"
    r"|\b(?:it|test|describe)\.(?:skip|todo|failing|fixme)\b|\bx(?:it|describe|test)\s*\("
    r"|@(?:Ignore|Disabled)\b|\bt\.Skip(?:f|Now)?\s*\(|#\[ignore|^//go:build\s+ignore"
    r"|__test__\s*=\s*False"
)
_ONLY = re.compile(r"\b(?:it|test|describe)\.only\b|\bf(?:it|describe)\s*\(")
_ASSERT = re.compile(
    r"^\s*assert\b|\bself\.assert\w+\s*\(|\bself\.fail\w*\s*\(|\bpytest\.(?:raises|warns)\s*\("
    r"|\bexpect\s*\(|\bassert(?:_\w+|\.\w+)?!?\s*\(|\bshould\b|\b(?:require|assert)\.\w+\(t\b"
    r"|\bt\.(?:Error|Fatal)f?\s*\(|\bAssert\.\w+\s*\("
)
_CONSTANT = re.compile(
    r"^\s*assert\s+\(?(?:True|1|not\s+(?:False|None|0)|\d+\s*==\s*\d+)\)?\s*(?:,|#|$)"
    r"|^\s*assert\s+\(?(?P<a>[\w.]+(?:\([^()]*\))?)\s*==\s*(?P=a)\)?\s*(?:,|#|$)"
    r"|^\s*assert\s+\([^()]*,\s*['\"][^'\"]*['\"]\s*\)\s*$|^\s*assert\b.*\bor\s+(?:True|1)\b"
    r"|\bassertTrue\(\s*(?:True|1)\s*[,)]|\bassertFalse\(\s*(?:False|0)\s*[,)]"
    r"|\bassertEquals?\(\s*(?P<b>[\w.]+)\s*,\s*(?P=b)\s*[,)]"
    r"|\bexpect\(\s*(?P<c>true|false|\d+|['\"][^'\"]*['\"])\s*\)\.to\w+\(\s*(?P=c)?\s*\)"
    r"|\bassert!\(\s*true\s*[,)]|\bassert_eq!\(\s*(?P<d>[\w.]+)\s*,\s*(?P=d)\s*[,)]"
)
_WEAK = re.compile(
    r"\bis not None\b|!=\s|\bnot in\b|\bisinstance\(|\bcallable\(|\bhasattr\(|\bapprox\(|[<>]=?"
    r"|\bassert(?:True|IsNotNone|IsInstance|AlmostEqual|NotEqual|In|Greater\w*|Less\w*)\("
    r"|\.(?:toBeTruthy|toBeDefined|toBeGreaterThan\w*|toBeLessThan\w*|toBeCloseTo|not)\b"
    r"|\bexpect\.any\w*\("
)
_CATCH = re.compile(
    r"^\s*except\s*(?:\(?[^:]*\b(?:AssertionError|Exception|BaseException)\b[^:]*)?:"
    r"|\bsuppress\(\s*[^)]*\b(?:AssertionError|Exception|BaseException)\b"
)
_CASE = re.compile(r"^\s*(?:pytest\.param)?[(\[{].*[)\]}]\s*,?\s*$")
_DATA = ("**/__snapshots__/**", "**/testdata/**", "**/*.snap", "**/fixtures/**", "**/golden/**")


def weakened(change: Change, names: Collection[str]) -> Iterator[Finding]:
    """What a change takes from one file of tests; `names` are tests that it adds anywhere."""
    if not is_test(change.old_path or change.path):
        return
    gone = _Names.of(change)
    if change.status == "deleted":
        yield _deleted(change, gone, names)
        return
    yield from _renamed(change)
    yield from _removed(change, gone, names)
    yield from _skips(change)
    if change.status == "added":
        return
    if matches(change.path, _DATA) and change.hunks:
        yield found("test-data-changed", change.path, blocks=True)
    if change.is_code:
        yield from _asserts(change, gone)
        yield from _inside(change)


def new_names(change: Change) -> frozenset[str]:
    """Tests that a change adds to a file that a test runner collects."""
    return _Names.of(change).added if is_collected(change.path) else frozenset()


@dataclass(frozen=True, slots=True)
class _Names:
    """The tests whose first lines a change adds and removes."""

    added: frozenset[str]
    removed: frozenset[str]

    @classmethod
    def of(cls, change: Change) -> _Names:
        added = {name for _, _, line in change.each("+") if (name := _name(line.text))}
        removed = {name for _, _, line in change.each("-") if (name := _name(line.text))}
        return cls(frozenset(added), frozenset(removed))

    @property
    def gone(self) -> list[str]:
        return sorted(self.removed - self.added)


def _name(text: str) -> str:
    match = _NAME.match(text)
    return next((name for name in match.groups() if name), "") if match else ""


def _deleted(change: Change, names: _Names, elsewhere: Collection[str]) -> Finding:
    if names.removed and names.removed <= set(elsewhere):
        return found("test-moved", change.path)
    return found("test-deleted", change.path)


def _renamed(change: Change) -> Iterator[Finding]:
    if change.status != "renamed" or change.path == change.old_path:
        return
    lost = is_collected(change.old_path) and not is_collected(change.path)
    lost = lost or not is_test(change.path)
    what = f"it was {change.old_path}"
    yield found("test-deleted" if lost else "test-moved", change.path, 0, what)


def _removed(change: Change, names: _Names, elsewhere: Collection[str]) -> Iterator[Finding]:
    gone = [name for name in names.gone if name not in elsewhere]
    if not gone:
        return
    said = ", ".join(gone[:5])
    line = next(line.number for _, _, line in change.each("-") if _name(line.text) == gone[0])
    kept = len(names.added - names.removed) >= len(gone) and not _lost(change)[0]
    yield found("test-renamed" if kept else "test-removed", change.path, line, said)


def _skips(change: Change) -> Iterator[Finding]:
    before = Counter(line.text.strip() for _, _, line in change.each("-"))
    for hunk, at, line in change.each("+"):
        if not (_SKIP.search(line.text) or _ONLY.search(line.text)):
            continue
        if before[line.text.strip()] > 0:
            before[line.text.strip()] -= 1
            continue
        fresh = change.status == "added" or hunk.in_new(at) or _marks_new(hunk, at)
        yield found("test-skipped", change.path, line.number, blocks=not fresh)


def _marks_new(hunk: Hunk, at: int) -> bool:
    """Whether a decorator is of a test that the change adds."""
    for line in hunk.lines[at:]:
        if _name(line.text) or re.match(r"\s*(?:async\s+)?(?:def|class)\b", line.text):
            return line.sign == "+"
    return False


# --- assertions -------------------------------------------------------------------------------


def _asserts(change: Change, names: _Names) -> Iterator[Finding]:
    lost, gained = _lost(change)
    lost = [(hunk, at, line) for hunk, at, line in lost if not _of(hunk, at, names.gone)]
    weak = [line for _, _, line in gained if _WEAK.search(line.text)]
    strong = [line for _, _, line in lost if not _WEAK.search(line.text)]
    if len(lost) > len(gained):
        what = f"{len(lost)} gone, {len(gained)} new"
        yield found("assert-removed", change.path, lost[0][2].number, what)
    elif lost and strong and weak:
        yield found("assert-weakened", change.path, weak[0].number, weak[0].text.strip()[:60])
    elif lost:
        line = gained[0][2]
        yield found("assert-changed", change.path, line.number, line.text.strip()[:60])


def _of(hunk: Hunk, at: int, names: Sequence[str]) -> bool:
    opening = hunk.opening(at)
    return opening is not None and _name(opening.text) in names


_Places = list[tuple[Hunk, int, Line]]


def _lost(change: Change) -> tuple[_Places, _Places]:
    """Assertions that are gone, and those that came in their place; what only moved is neither."""
    added = [one for one in change.each("+") if _ASSERT.search(one[2].text)]
    removed = [one for one in change.each("-") if _ASSERT.search(one[2].text)]
    now = Counter(_bare(line) for _, _, line in added)
    lost: _Places = []
    for one in removed:
        key = _bare(one[2])
        if now[key] > 0:
            now[key] -= 1
        else:
            lost.append(one)
    before = Counter(_bare(line) for _, _, line in removed)
    gained: _Places = []
    for one in added:
        key = _bare(one[2])
        if before[key] > 0:
            before[key] -= 1
        elif not one[0].in_new(one[1]):
            gained.append(one)
    return lost, gained


def _bare(line: Line) -> str:
    return re.sub(r"[\s;]+", "", line.text).replace("'", '"')


# --- within tests -----------------------------------------------------------------------------


def _inside(change: Change) -> Iterator[Finding]:
    cases: Counter[str] = Counter()
    edited = 0
    for hunk, at, line in change.each("+"):
        fresh = hunk.in_new(at)
        if _CONSTANT.search(line.text):
            yield found("assert-constant", change.path, line.number, blocks=not fresh)
        elif _CATCH.search(line.text):
            yield found("assert-caught", change.path, line.number, blocks=not fresh)
        elif _returns(hunk, at) and not fresh:
            yield found("test-cut-short", change.path, line.number)
        cases["+"] += bool(_CASE.match(line.text)) and not fresh
    for _, _, line in change.each("-"):
        cases["-"] += bool(_CASE.match(line.text))
        edited = edited or line.number
    if cases["-"] > cases["+"]:
        what = f"{cases['-']} gone, {cases['+']} new"
        yield found("test-cases-removed", change.path, edited, what)
    elif edited:
        yield found("test-edited", change.path, edited)


def _returns(hunk: Hunk, at: int) -> bool:
    """Whether a test itself (no helper in it) is left by this line."""
    line, opening = hunk.lines[at], hunk.opening(at)
    if not re.match(r"\s*(?:return\b|return;|pass\s*#)", line.text):
        return False
    return bool(_name(opening.text if opening else hunk.header))
