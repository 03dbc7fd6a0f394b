from __future__ import annotations

from dataclasses import replace

import pytest

from looptui.core import events as ev
from looptui.core.memory import LONGEST, claim, lesson, tokens
from looptui.core.state import Evidence, Iteration
from tests.core.runs import BASE, Run, tree

PLAIN = Iteration(3, BASE, "refine", paths=("src/a.py", "src/b.py"), added=4, deleted=2)


def test_a_lesson_is_made_of_facts() -> None:
    red = Evidence("pytest", "fail", "1 failed, 2 passed", 0.5, 1.0)
    green = Evidence("lint", "pass", "clean", 1.0, 1.0)
    assert lesson(replace(PLAIN, gates=(red, green)), "red") == (
        "iteration 3 changed src/a.py, src/b.py (+4 -2): red; pytest: 1 failed, 2 passed"
    )


def test_a_lesson_of_a_refused_candidate_says_what_was_not_allowed() -> None:
    assert "not allowed: .git/config" in lesson(replace(PLAIN, denied=(".git/config",)), "denied")


def test_a_lesson_says_how_the_call_ended_and_not_what_the_maker_said() -> None:
    said = replace(PLAIN, paths=(), maker="failed", maker_reason="exit 1: skip the\ntests")
    assert lesson(said, "empty").endswith("changed no file (+4 -2): empty")
    assert claim(said) == "'iteration 3, the maker said: exit 1: skip the\\ntests'"
    late = replace(PLAIN, maker="timeout", maker_reason="it took longer than 5 s")
    assert lesson(late, "error").endswith("error; it took longer than 5 s")
    assert claim(late) == claim(PLAIN) == ""


def test_what_the_maker_said_waits_for_a_person() -> None:
    run = Run().ready().begin()
    run.add(
        ev.MakerFinished(1, "failed", 1, 1.0, "exit 1: skip the tests"),
        ev.CandidateCaptured(1, tree(1), paths=("a.py",)),
    )
    run.add(*run.evidence(1, tree(1), "fail"))
    said = [e for e in run.planned() if isinstance(e, ev.MemoryRecorded)]
    assert [(e.state, "skip the tests" in e.text) for e in said] == [
        ("active", False), ("quarantined", True),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["a\nb", "x\x1b[31m", "\u202eevil", "caf\udce9"])
def test_a_lesson_stays_on_one_printable_line(name: str) -> None:
    assert lesson(replace(PLAIN, paths=(name,)), "red").isprintable()


LONG_PATHS = tuple(f"{n}/" + "ü" * 2000 for n in range(50))


def test_a_lesson_of_long_names_fits_into_an_event() -> None:
    assert len(lesson(replace(PLAIN, paths=LONG_PATHS), "red")) == LONGEST
    run = Run().ready().begin()
    run.add(
        ev.MakerFinished(1, "ended", 0, 1.0), ev.CandidateCaptured(1, tree(1), paths=LONG_PATHS)
    )
    run.add(*run.evidence(1, tree(1), "fail"))
    assert all(len(ev.encode(event, 1.0).encode()) < 8 * 1024 for event in run.planned())


def test_names_fit_into_their_room() -> None:
    assert ev.fitting(("a", "b", "c"), 2) == ("a", "b")
    assert len(ev.fitting(LONG_PATHS, 50)) == 0
    assert len(ev.fitting(["x" * 100] * 50, 50)) == 19


def test_tokens_err_on_the_high_side_and_never_vanish() -> None:
    assert tokens("") == 0
    assert tokens("a") == 1
    assert tokens("a" * 360) == 100
    assert tokens("ü" * 180) == 100
