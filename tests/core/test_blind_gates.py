"""Gates that say nothing about any candidate: a person is asked, and no iteration is lost."""

from __future__ import annotations

from typing import Any

import pytest

from looptui.core import commands as cmd
from looptui.core import effects as fx
from looptui.core import events as ev
from looptui.core.rest import exit_code
from looptui.core.spec import Criterion, GateSpec
from tests.core.runs import BASE, Run, a_loop, tree

BLIND = "does not see the candidate: calc.py was imported from /home/you/calc.py"


def said(n: int, state: str = "error", gate: str = "pytest", **more: Any) -> ev.GateFinished:
    return ev.GateFinished(n, gate, tree(n) if n else BASE, state, 0.1, BLIND, 0.0, **more)


def asked() -> Run:
    run = Run().ready().begin().make(tree(1)).add(said(1, blameless=True))
    assert run.follow() is None
    return run


def test_a_person_is_asked_at_once_and_told_that_no_candidate_is_to_blame() -> None:
    run = asked()
    need = run.state.need("escalation")
    assert need is not None
    assert need.gate == "pytest"
    assert BLIND in need.text
    assert "no candidate" in need.text
    assert exit_code(run.state) == 4
    assert run.state.open_iteration is not None


def test_an_answer_runs_the_gate_again_on_the_same_candidate() -> None:
    run = asked()
    run.ask(cmd.Answer("r1.1", "continue"))
    assert run.follow() == fx.RunGate("pytest", tree(1), 1)
    run.add(said(1, blameless=True))
    assert run.follow() is None
    run.ask(cmd.Answer("r1.2", "retry"))
    run.add(said(1, "pass"))
    assert run.follow() is None
    assert run.state.need("approval") is not None


def test_a_wait_that_ran_out_runs_the_gate_again_after_a_reset() -> None:
    run = asked()
    run.at += run.state.loop.limits.human_wait
    assert run.follow() is None
    assert exit_code(run.state) == 15
    run.ask(cmd.Resume(reset=True, reason="installed it"))
    assert run.follow() == fx.RunGate("pytest", tree(1), 1)


def test_stop_ends_the_run() -> None:
    run = asked()
    run.ask(cmd.Answer("r1.1", "stop"))
    assert run.state.status == "stopped"


@pytest.mark.parametrize("state", ["error", "fail", "unavailable"])
def test_what_a_candidate_may_have_done_itself_goes_on(state: str) -> None:
    run = Run().ready().begin().make(tree(1)).add(said(1, state))
    run.begin()
    assert len(run.state.iterations) == 2


def test_a_gate_that_has_never_run_and_is_not_here_is_nobodys_fault() -> None:
    gates = (GateSpec("lint", order=1), GateSpec("pytest", order=2))
    loop = a_loop(gates=gates, criteria=(Criterion("c", "C", "pytest"),))
    run = Run(loop).started().add(said(0, "fail", "lint"), ev.BaselineMeasured(0.0))
    run.begin().make(tree(1)).add(said(1, "pass", "lint"), said(1, "unavailable"))
    assert run.follow() is None
    assert run.state.need("escalation") is not None


def test_gates_that_are_not_required_stop_nothing() -> None:
    gates = (GateSpec("pytest"), GateSpec("nice", required=False))
    run = Run(a_loop(gates=gates)).ready().begin().make(tree(1))
    run.add(said(1, "pass"), said(1, gate="nice", blameless=True))
    assert run.follow() is None
    assert run.state.need("approval") is not None


def test_on_the_base_it_ends_the_run_as_unfit() -> None:
    run = Run().started().add(said(0, blameless=True))
    run.follow()
    assert (run.state.status, exit_code(run.state)) == ("failed", 6)
