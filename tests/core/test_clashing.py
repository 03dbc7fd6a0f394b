"""Records that contradict each other are found, and nothing else is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from looptui.core.clashing import UNSAID, clashes
from looptui.core.memory import Memory

OLD = Memory("m-001", "fact", "repository", "page size", "max page size is 100", at=1.0)
NEW = Memory("m-002", "fact", "loop:api", "Page  size", "max page size is 50", at=2.0)


def test_one_subject_with_two_values_clashes_until_a_person_keeps_both() -> None:
    assert clashes([NEW, OLD]) == ((OLD, NEW),)
    assert clashes([OLD, replace(NEW, beside=("m-001",))]) == ()


@pytest.mark.parametrize(
    "change",
    [
        {"state": "superseded"}, {"type": "rule"}, {"subject": "page count"},
        {"text": "Max page size is  100"},
    ],
)  # fmt: skip
def test_what_does_not_contradict_is_left_alone(change: dict[str, str]) -> None:
    assert clashes([OLD, replace(NEW, **change)]) == ()  # type: ignore[arg-type]


@pytest.mark.parametrize("change", [{"type": "failure"}, {"subject": UNSAID}])
def test_lessons_and_records_about_nothing_never_contradict(change: dict[str, str]) -> None:
    both = [replace(one, **change) for one in (OLD, NEW)]  # type: ignore[arg-type]
    assert clashes(both) == ()


def test_records_of_two_loops_never_meet() -> None:
    assert clashes([replace(OLD, scope="loop:web"), NEW]) == ()
