"""A verdict is read strictly, votes are counted, and findings keep their name."""

from __future__ import annotations

import json
from typing import Any

import pytest

from looptui.core.checks import family
from looptui.core.flaw import Entry, Flaw, entered, fingerprint
from looptui.core.verdict import Malformed, Vote, counted, decided, read

GOOD: dict[str, Any] = {
    "criteria": [{"id": "tests", "met": True, "reason": "yes"}],
    "findings": [{"file": "a.py", "line": 3, "severity": "minor", "reason": "a name"}],
    "score": 0.9,
    "summary": "fine",
}


def name(file: str, line: int, reason: str) -> str:
    return f"{file}:{line}"


def changed(**fields: object) -> str:
    return json.dumps({**GOOD, **fields})


def test_one_object_is_a_verdict_also_in_a_fence() -> None:
    vote = read(json.dumps(GOOD), ["tests"], name)
    assert vote == read(f"```json\n{json.dumps(GOOD, indent=1)}\n```", ["tests"], name)
    assert vote.passes(0.8, frozenset())
    assert not vote.passes(0.95, frozenset())


FINDING = GOOD["findings"][0]
MALFORMED = {
    "nothing": "",
    "words": "approved",
    "words before": "Sure: " + json.dumps(GOOD),
    "words after": json.dumps(GOOD) + "\n\nso it passes",
    "two": json.dumps(GOOD) * 2,
    "list": "[]",
    "key twice": '{"score": 0, ' + json.dumps(GOOD)[1:],
    "more keys": changed(verdict="approve"),
    "no score": json.dumps({k: v for k, v in GOOD.items() if k != "score"}),
    "score as text": changed(score="0.9"),
    "score as truth": changed(score=True),
    "score above": changed(score=1.01),
    "score is no number": json.dumps(GOOD).replace("0.9", "NaN"),
    "no criteria": changed(criteria=[]),
    "criterion twice": changed(criteria=GOOD["criteria"] * 2),
    "strange criterion": changed(criteria=[{"id": "x", "met": True, "reason": ""}]),
    "met as text": changed(criteria=[{"id": "tests", "met": "true", "reason": ""}]),
    "severity": changed(findings=[{**FINDING, "severity": "nit"}]),
    "line as text": changed(findings=[{**FINDING, "line": "3"}]),
    "line below": changed(findings=[{**FINDING, "line": -1}]),
    "no file": changed(findings=[{**FINDING, "file": " "}]),
    "too many": changed(findings=[{**FINDING, "line": n} for n in range(51)]),
    "deep": "[" * 100_000,
}


@pytest.mark.parametrize("answer", MALFORMED.values(), ids=MALFORMED)
def test_anything_else_is_none(answer: str) -> None:
    with pytest.raises(Malformed):
        read(answer, ["tests"], name)


def vote(score: float = 1.0, *found: Flaw) -> Vote:
    return Vote((), found, score, f"score {score}")


BAD = Flaw("f1", "a.py", 1, "major", "wrong")


def test_the_majority_of_all_that_were_asked_decides() -> None:
    def state(asked: int, *votes: Vote) -> str:
        return counted(votes, asked, 0.8, frozenset()).state

    assert state(1, vote()) == "pass"
    assert state(1) == "error"
    assert state(3, vote(), vote()) == "pass"
    assert state(3, vote()) == "error"
    assert state(3, vote(), vote(0.1)) == "error"
    assert state(3, vote(), vote(0.1), vote(1.0, BAD)) == "fail"
    assert state(2, vote(), vote(0.1)) == "fail"
    assert decided([vote(), vote()], 3, 0.8, frozenset())
    assert not decided([vote(), vote(0.1)], 3, 0.8, frozenset())
    assert counted([vote(1.0, BAD)], 1, 0.8, frozenset({"f1"})).state == "pass"


def test_a_finding_is_raised_fixed_raised_again_and_waived_for_good() -> None:
    once = entered({}, [BAD], 1)
    assert once["f1"].stands
    fixed = entered(once, [], 2)
    assert (fixed["f1"].state, fixed["f1"].fixed) == ("fixed", 2)
    again = entered(fixed, [BAD], 3)
    assert (again["f1"].state, again["f1"].raised, again["f1"].first) == ("open", 2, 1)
    waived = entered({"f1": Entry(BAD, "waived", why="so")}, [BAD], 4)
    assert waived["f1"].state == "waived"
    assert not waived["f1"].stands


def test_the_same_place_is_the_same_finding_however_it_is_put() -> None:
    assert fingerprint("a.py", " return a+b ", "wrong") == fingerprint("a.py", "return a+b", "bad")
    assert fingerprint("a.py", "return a-b", "x") != fingerprint("a.py", "return a+b", "x")
    assert fingerprint("a.py", "", "Line 3 is odd") == fingerprint("a.py", "", "line 7 is odd.")


@pytest.mark.parametrize(
    ("model", "named"),
    [
        ("anthropic/claude-opus-5", "claude"),
        ("bedrock/us.anthropic.claude-sonnet-5-v1:0", "claude"),
        ("openrouter/openai/gpt-6", "gpt"),
        ("o3-mini", "gpt"),
        ("ollama/qwen3:8b", "qwen"),
        ("ollama/llama3.3", "llama"),
        ("judge", "judge"),
    ],
)
def test_families(model: str, named: str) -> None:
    assert family(model) == named
