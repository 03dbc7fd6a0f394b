"""The verdict of a checker: read strictly from its answer, and made of the votes."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from looptui.core.flaw import SEVERITIES, Flaw, Judged, worst_first

MOST_FINDINGS = 50
_KEYS = {"criteria", "findings", "score", "summary"}
_LONGEST = 400
"""Characters of a reason that are kept; the whole answer is a blob."""

Name = Callable[[str, int, str], str]
"""Makes a finding's fingerprint of its file, line and reason."""


class Malformed(ValueError):
    """An answer that is no verdict; says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Vote:
    """What one call said."""

    criteria: tuple[Judged, ...]
    findings: tuple[Flaw, ...]
    score: float
    summary: str

    def passes(self, threshold: float, waived: frozenset[str]) -> bool:
        """Every criterion met, the score reached, and nothing material that no person waived."""
        stands = any(one.material and one.id not in waived for one in self.findings)
        return all(one.met for one in self.criteria) and self.score >= threshold and not stands


def read(answer: str, criteria: Sequence[str], name: Name) -> Vote:
    """The verdict in an answer: one JSON object and nothing else, but for a fence around it.

    Malformed for anything that is missing, unknown, of another type, or said twice.
    """
    data = _object(answer)
    if set(data) != _KEYS:
        odd = sorted(set(data) ^ _KEYS)
        raise Malformed(f"the keys are criteria, findings, score, summary; wrong: {odd[:5]}")
    judged = tuple(_judged(one) for one in _list(data, "criteria"))
    if sorted(one.id for one in judged) != sorted(criteria):
        raise Malformed("every criterion has to be judged, once, and no other")
    found = _list(data, "findings")
    if len(found) > MOST_FINDINGS:
        raise Malformed(f"more than {MOST_FINDINGS} findings")
    score = data["score"]
    if isinstance(score, bool) or not isinstance(score, int | float) or not 0 <= score <= 1:
        raise Malformed("score has to be a number from 0 to 1")
    flaws = _distinct([_flaw(one, name) for one in found])
    return Vote(judged, tuple(flaws), float(score), _text(data, "summary"))


def _object(answer: str) -> dict[str, Any]:
    text = answer.strip()
    if text.startswith("```") and text.endswith("```"):
        text = text.removesuffix("```").partition("\n")[2]
    try:
        data = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as wrong:
        raise Malformed(f"it is not one JSON object: {str(wrong)[:120]}") from None
    if not isinstance(data, dict):
        raise Malformed("it is not a JSON object")
    return data


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Malformed("a key stands twice")
    return found


def _no_number(word: str) -> float:
    raise Malformed(f"{word} is no number")


def _list(data: dict[str, Any], key: str) -> list[dict[str, Any]]:
    found = data[key]
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise Malformed(f"{key} has to be a list of objects")
    return found


def _judged(one: dict[str, Any]) -> Judged:
    if set(one) != {"id", "met", "reason"} or not isinstance(one["met"], bool):
        raise Malformed("a criterion has id, met (true or false) and reason")
    return Judged(_text(one, "id"), one["met"], _text(one, "reason"))


def _flaw(one: dict[str, Any], name: Name) -> Flaw:
    if set(one) != {"file", "line", "severity", "reason"}:
        raise Malformed("a finding has file, line, severity and reason")
    line, severity = one["line"], one["severity"]
    if isinstance(line, bool) or not isinstance(line, int) or not 0 <= line <= 10**7:
        raise Malformed("line has to be a whole number; 0 for the file as a whole")
    if severity not in SEVERITIES:
        raise Malformed(f"severity is one of {', '.join(SEVERITIES)}")
    file, reason = _text(one, "file"), _text(one, "reason")
    if not file.strip() or not reason.strip():
        raise Malformed("a finding names its file and its reason")
    return Flaw(name(file, line, reason), file, line, severity, reason)


def _text(one: dict[str, Any], key: str) -> str:
    if not isinstance(one[key], str):
        raise Malformed(f"{key} has to be text")
    return str(one[key])[:_LONGEST]


def _distinct(found: Sequence[Flaw]) -> list[Flaw]:
    """Of findings with one fingerprint the worst."""
    kept: dict[str, Flaw] = {}
    for one in worst_first(found):
        kept.setdefault(one.id, one)
    return list(kept.values())


@dataclass(frozen=True, slots=True)
class Counted:
    """All votes together."""

    state: str
    """pass, fail, or error where too few gave a verdict for a majority."""
    score: float
    passes: int
    criteria: tuple[Judged, ...]
    findings: tuple[Flaw, ...]
    summary: str


def counted(votes: Sequence[Vote], asked: int, threshold: float, waived: frozenset[str]) -> Counted:
    """The majority of all that were asked decides; a call without a verdict passes nothing."""
    passing = [one for one in votes if one.passes(threshold, waived)]
    against = len(votes) - len(passing)
    score = round(sum(one.score for one in votes) / len(votes), 4) if votes else 0.0
    found = tuple(_distinct([flaw for one in votes for flaw in one.findings]))
    state = "error"
    if 2 * len(passing) > asked:
        state = "pass"
    elif 2 * against >= asked:
        state = "fail"
    speaker = next((one for one in votes if (one in passing) == (state == "pass")), None)
    summary = speaker.summary if speaker else ""
    return Counted(state, score, len(passing), _majority(votes), found, summary)


def decided(votes: Sequence[Vote], asked: int, threshold: float, waived: frozenset[str]) -> bool:
    """Whether calls that are still to be made could change nothing."""
    return counted(votes, asked, threshold, waived).state != "error"


def _majority(votes: Sequence[Vote]) -> tuple[Judged, ...]:
    """Each criterion as most votes see it; unmet where they are even, with a reason against it."""
    result = []
    for at in votes[0].criteria if votes else ():
        said = [one for vote in votes for one in vote.criteria if one.id == at.id]
        met = 2 * sum(one.met for one in said) > len(said)
        result.append(next(one for one in said if one.met == met))
    return tuple(result)
