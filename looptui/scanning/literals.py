"""Answers that are copied from tests: `if n == 7: return 13` beside `assert f(7) == 13`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from looptui.core.finding import Finding
from looptui.scanning.change import Change, Line
from looptui.scanning.rules import found

_LITERAL = re.compile(r"-?\d+(?:\.\d+)?(?![\w.])|'[^'\\\n]*'|\"[^\"\\\n]*\"")
_TRIVIAL = frozenset(("0", "1", "-1", "2", "0.0", "1.0", "''", '""', "'a'", '"a"'))
_ASK = re.compile(r"\b(?:if|elif|case|when|switch)\b|[?]|==")
_GIVE = re.compile(r"\breturn\b|=>|->|\byield\b|(?<![=!<>])=(?!=)")
_PAIR = re.compile(r"^\s*\(?(?P<key>[^:]+?)\)?\s*:\s*(?P<value>.+?),?\s*$")
_EXPECTS = re.compile(r"\bassert|\bexpect\(|\bEqual|==|\bparam\(|^\s*[(\[{]")


def special_cases(change: Change, tests: Mapping[str, str]) -> Iterator[Finding]:
    """Places in a change where a question and its answer stand together as in a line of tests.

    `tests` are the sources of tests by path. One such place may be what was asked for; several, or
    one that compares with all that a test passes, is a table of answers.
    """
    if change.is_test or not change.is_code or not tests:
        return
    asked = _asked(change)
    if not asked:
        return
    known = _known(tests, {literal for question, _, _ in asked for literal in question})
    hits: list[tuple[int, bool]] = []
    for question, answer, line in asked:
        rows = [row for row in known.get(question[0], ()) if _fits(row, question, answer)]
        if rows:
            whole = len(question) > 1 and any(len(row) == len(question) + 1 for row in rows)
            hits.append((line, whole))
    if len({line for line, _ in hits}) > 1 or any(whole for _, whole in hits):
        yield found("special-case", change.path, hits[0][0], f"{len(hits)} of them")
    elif hits:
        yield found("special-case-one", change.path, hits[0][0])


def asks(change: Change) -> bool:
    """Whether a change has anything that tests have to be compared with."""
    return not change.is_test and change.is_code and bool(_asked(change))


_Asked = tuple[tuple[str, ...], str, int]


def _asked(change: Change) -> list[_Asked]:
    """Literals that are asked for, the literal that is the answer, and the line."""
    asked: list[_Asked] = []
    for hunk, at, line in change.each("+"):
        pair = _PAIR.match(line.text)
        if pair and not _ASK.search(line.text):
            question, answer = _literals(pair["key"]), _literals(pair["value"])
        elif _ASK.search(line.text):
            ask, _, give = _split(line.text)
            if not give.strip():
                give = _next(hunk.lines[at + 1 :])
            question, answer = _literals(ask), _literals(give)
        else:
            continue
        if question and answer and not {*question, *answer} <= _TRIVIAL:
            asked.append((tuple(question), answer[-1], line.number))
    return asked


def _split(text: str) -> tuple[str, str, str]:
    """The question of a line, and the answer on the same line."""
    for mark in ("return", "=>", "->", " ? ", "yield"):
        if mark in text:
            before, _, after = text.partition(mark)
            return (before, mark, after) if "if" not in after else (after, mark, before + after)
    head, colon, rest = text.rpartition(":")
    return (head, colon, rest) if colon else (text, "", "")


def _next(lines: Sequence[Line]) -> str:
    """The answer on the line below."""
    following = next((one for one in lines if one.sign != "-"), None)
    text = following.text if following is not None and following.sign == "+" else ""
    return _GIVE.split(text, maxsplit=1)[-1] if _GIVE.search(text) else ""


def _literals(text: str) -> list[str]:
    return [literal.replace("'", '"') for literal in _LITERAL.findall(text)]


def _known(tests: Mapping[str, str], wanted: set[str]) -> Mapping[str, list[list[str]]]:
    """For each literal that is asked for, the lines of tests that have it, as their literals."""
    rows: dict[str, list[list[str]]] = defaultdict(list)
    for text in tests.values():
        for line in text.splitlines():
            if len(line) > 500 or not _EXPECTS.search(line):
                continue
            row = _literals(line)
            for literal in wanted.intersection(row):
                rows[literal].append(row)
    return rows


def _fits(row: Sequence[str], question: Iterable[str], answer: str) -> bool:
    """Whether a line of a test asks just that, and expects that answer."""
    left = list(row)
    for literal in (*question, answer):
        if literal not in left:
            return False
        left.remove(literal)
    return True
