from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import get_args

import pytest

from looptui.core import events as ev
from looptui.core.evolve import new
from looptui.core.spec import GateSpec
from looptui.core.state import Evidence, evidence, ordered_gates
from looptui.core.status import TERMINAL, Status
from tests.core.runs import BASE, Run, a_loop, limits, tree


def test_a_new_run_is_queued_and_knows_nothing() -> None:
    state = new("r1", a_loop())
    assert (state.status, state.iteration, state.open_iteration) == ("queued", None, None)
    assert (state.best_score, state.needs, state.terminal) == (0.0, (), False)


def test_states_cannot_be_changed_in_place() -> None:
    state = new("r1", a_loop())
    with pytest.raises(FrozenInstanceError):
        state.status = "landed"  # type: ignore[misc]


def test_terminal_states_are_states() -> None:
    assert set(get_args(Status)) > TERMINAL


def test_the_best_tree_is_the_base_until_something_is_better() -> None:
    run = Run(a_loop(limits(iterations=20))).ready(0.5)
    assert (run.state.best_tree, run.state.best_score) == (BASE, 0.5)
    run.iterate(tree(1), share=0.25)
    assert (run.state.best_tree, run.state.best_score) == (BASE, 0.5)
    run.iterate(tree(2), share=0.75)
    assert (run.state.best_tree, run.state.best_score) == (tree(2), 0.75)


def test_an_iteration_is_open_until_it_has_an_outcome() -> None:
    run = Run().ready().begin()
    assert run.state.open_iteration is run.state.iteration
    run.make(tree(1)).add(*run.evidence(1, tree(1), "fail")).add(*run.planned())
    assert run.state.open_iteration is None


def test_needs_are_found_by_type_the_oldest_first() -> None:
    run = Run().ready()
    for n, kind in enumerate(("question", "escalation", "question")):
        run.add(ev.NeedOpened(f"r1.{n}", kind, "?"))
    found = run.state.need("question")
    assert found is not None
    assert found.id == "r1.0"
    assert run.state.need("conflict") is None


def test_gates_are_ordered_as_the_file_says_within_an_order() -> None:
    gates = (GateSpec("c", order=2), GateSpec("a"), GateSpec("b"))
    assert [gate.id for gate in ordered_gates(a_loop(gates=gates))] == ["a", "b", "c"]


def test_evidence_by_gate() -> None:
    seen = (Evidence("a", "pass", "", 1.0, 0.1),)
    assert evidence(seen, "a") is seen[0]
    assert evidence(seen, "b") is None
