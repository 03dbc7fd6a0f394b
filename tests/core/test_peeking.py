"""What is held out runs last, and its budget counts failures that were told."""

from __future__ import annotations

from dataclasses import replace

from looptui.core.peeking import last, names_held_out, overdrawn
from looptui.core.spec import GateSpec
from looptui.core.state import Evidence, Iteration
from tests.core.runs import Run, a_loop

HIDDEN = GateSpec("hidden", held_out=True, peeks=2)


def test_held_out_gates_come_behind_all_others() -> None:
    gates = last((HIDDEN, GateSpec("slow", order=7), GateSpec("quick", order=1)))
    assert [gate.order for gate in gates] == [8, 7, 1]
    assert last((replace(HIDDEN, order=9), GateSpec("quick")))[0].order == 9


def test_the_placeholder_says_that_a_gate_is_held_out() -> None:
    assert names_held_out(("pytest", "{held_out}/test_x.py"))
    assert not names_held_out(("pytest", "{worktree}"))


def test_the_budget_is_of_failures_that_were_told() -> None:
    said = ("fail", "flaky", "error", "fail")
    made = tuple(
        Iteration(n, "", "refine", gates=(Evidence("hidden", state, "", 0.0, 1.0),))
        for n, state in enumerate(said, 1)
    )
    state = replace(Run(a_loop(gates=(HIDDEN,))).state, iterations=made)
    assert [bool(overdrawn(state, one)) for one in made] == [False, False, False, True]
    assert "told so 2 times" in overdrawn(state, made[-1])
