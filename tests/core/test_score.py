from __future__ import annotations

import pytest

from looptui.core import events as ev
from looptui.core.score import goal_met, good, met, next_gate, score, unfit_gate
from looptui.core.spec import Criterion, GateSpec, Loop
from looptui.core.state import Evidence
from tests.core.runs import Run, a_loop

GATES = (
    GateSpec("tests", order=2),
    GateSpec("lint", order=1),
    GateSpec("style", order=1, required=False),
)
LOOP: Loop = a_loop(
    gates=GATES, criteria=(Criterion("works", "W", "tests"), Criterion("neat", "N", "style"))
)


def seen(**states: str | float) -> tuple[Evidence, ...]:
    """A state, or the share of a red gate."""
    return tuple(
        Evidence(gate, state, "", 1.0 if state == "pass" else 0.0, 0.1)
        if isinstance(state, str)
        else Evidence(gate, "fail", "", state, 0.1)
        for gate, state in states.items()
    )


@pytest.mark.parametrize(
    ("states", "value"),
    [
        ({}, 0.0),
        ({"lint": "pass"}, 0.5),
        ({"lint": "pass", "tests": 0.5}, 0.75),
        ({"lint": "pass", "tests": "pass"}, 1.0),
        ({"lint": "pass", "tests": "pass", "style": "fail"}, 1.0),
        ({"lint": 1.0, "tests": 1.0}, 0.999),
        ({"lint": "pass", "tests": "flaky"}, 0.5),
    ],
)
def test_score_is_the_mean_share_of_required_gates(
    states: dict[str, str | float], value: float
) -> None:
    assert score(LOOP, seen(**states)) == value


def test_a_gate_that_does_not_pass_never_scores_in_full() -> None:
    assert score(LOOP, seen(lint=1.0, tests="pass")) < 1.0


@pytest.mark.parametrize("state", ["fail", "error", "unavailable", "flaky", "anything"])
def test_only_pass_counts_as_pass(state: str) -> None:
    assert not good(LOOP, seen(lint="pass", tests=state))


def test_a_goal_is_met_by_every_required_gate_and_every_criterion() -> None:
    assert good(LOOP, seen(lint="pass", tests="pass"))
    assert met(LOOP, seen(lint="pass", tests="pass")) == ("works",)
    assert not goal_met(LOOP, seen(lint="pass", tests="pass"))
    assert goal_met(LOOP, seen(lint="pass", tests="pass", style="pass"))
    assert not goal_met(LOOP, seen(tests="pass", style="pass"))


def test_nothing_required_is_never_good() -> None:
    loose = a_loop(gates=(GateSpec("a", required=False),), criteria=())
    assert not good(loose, seen(a="pass"))
    assert score(loose, seen(a="pass")) == 0.0


@pytest.mark.parametrize(
    ("states", "gate"),
    [
        ({}, "lint"),
        ({"lint": "pass"}, "style"),
        ({"lint": "pass", "style": "fail"}, "tests"),
        ({"lint": "fail"}, "style"),
        ({"lint": "fail", "style": "pass"}, None),
        ({"lint": "pass", "style": "pass", "tests": "pass"}, None),
    ],
)
def test_the_next_gate(states: dict[str, str | float], gate: str | None) -> None:
    found = next_gate(LOOP, seen(**states))
    assert (found.id if found else None) == gate


def test_an_optional_gate_that_is_unavailable_does_not_make_a_run_unfit() -> None:
    run = Run(LOOP).started()
    assert unfit_gate(run.state) is None
    run.add(ev.GateFinished(0, "style", "b", "unavailable", 0.0, "", 0.0))
    assert unfit_gate(run.state) is None
    run.add(ev.GateFinished(0, "lint", "b", "unavailable", 0.0, "", 0.0))
    found = unfit_gate(run.state)
    assert found is not None
    assert found.gate == "lint"
