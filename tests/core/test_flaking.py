"""When a second run is worth its time, and what two runs say together."""

from __future__ import annotations

import pytest

from looptui.core import events as ev
from looptui.core.flaking import (
    LONGEST,
    Said,
    patience,
    set_aside,
    tolerant,
    wavering,
    worth_again,
)
from looptui.core.spec import GateSpec
from looptui.core.state import Evidence
from tests.core.runs import Run, tree

GATE = GateSpec("tests", argv=("pytest",))
RED = Evidence("tests", "fail", "", 0.5, 1.0, signature="old")
GREEN = Evidence("tests", "pass", "", 1.0, 1.0)


def said(*failed: str, state: str = "fail", seconds: float = 1.0, signature: str = "new") -> Said:
    return Said(state, frozenset(failed), seconds, signature)


@pytest.mark.parametrize(
    ("first", "base", "spec", "worth"),
    [
        (said("new"), RED, GATE, True),
        (said("a"), RED, GATE, False),
        (said("a", "new"), RED, GATE, True),
        (said("new"), RED, tolerant(GATE, ["new"]), False),
        (said("new", seconds=LONGEST + 1), RED, GATE, False),
        (said("new", state="error"), RED, GATE, False),
        (said("new"), None, GATE, False),
        (said("new"), RED, GateSpec("tests", kind="diff"), False),
        (said(), RED, GATE, True),
        (said(signature="old"), RED, GATE, False),
        (said(signature=""), GREEN, GATE, True),
    ],
)
def test_a_second_run_is_for_what_is_new_and_quick(
    first: Said, base: Evidence | None, spec: GateSpec, worth: bool
) -> None:
    assert worth_again(first, base, ("a", "b"), spec) is worth


@pytest.mark.parametrize(
    ("first", "second", "differing"),
    [
        (said("x"), said("x"), None),
        (said("x"), said(state="pass"), {"x"}),
        (said("x", "y"), said("y"), {"x"}),
        (said("x"), said("x", "z"), {"z"}),
        (said(), said(state="pass"), set()),
        (said(signature="one"), said(signature="two"), None),
        (said("x"), said(state="error"), None),
        (said("x"), said("x", "aside"), None),
    ],
)
def test_two_runs_differ_by_tests_or_by_their_verdict(
    first: Said, second: Said, differing: set[str] | None
) -> None:
    assert wavering(first, second, tolerant(GATE, ["aside"])) == differing


def test_the_second_run_has_a_bounded_time() -> None:
    assert patience(GATE, 1.0) == 30.0
    assert patience(GATE, 100.0) == 300.0
    assert patience(GateSpec("tests", timeout=20.0), 10.0) == 20.0


def test_what_is_set_aside_is_known_to_fail_and_nothing_else() -> None:
    aside = set_aside(
        [
            ev.TestQuarantined("x", "slow"),
            ev.TestQuarantined("y", "odd"),
            ev.TestReleased("x"),
            ev.TestQuarantined("y", "odder"),
        ]
    )
    assert aside == {"y": "odder"}
    strict = GateSpec("tests", known_failures=("not tolerated",))
    assert tolerant(strict, aside).known_failures == ("y",)
    known = GateSpec("tests", baseline="known", known_failures=("b",))
    assert tolerant(known, aside).known_failures == ("b", "y")
    assert tolerant(strict, ()) is strict


def test_a_flaky_candidate_is_neither_good_nor_the_best() -> None:
    run = Run().ready().begin().make(tree(1))
    run.add(
        ev.FlakeFound(1, "pytest", tree(1), "fail, 1 failed", "pass, 1 passed", ("x",)),
        ev.GateFinished(1, "pytest", tree(1), "flaky", 0.1, "1 flaky", 0.9, flaky=("x",)),
    )
    run.follow()
    closed = run.state.iterations[0]
    assert (closed.outcome, run.state.best, run.state.candidate) == ("red", 0, None)
    assert closed.gates[0].flaky == ("x",)
    assert not any(run.state.samples), "a flake is no error"
