"""The gates once more on the same tree: what they said before counts no more."""

from __future__ import annotations

from looptui.core import commands as cmd
from looptui.core import effects as fx
from looptui.core import events as ev
from tests.core.runs import Run, a_loop, limits, tree


def again(run: Run) -> Run:
    run.ask(cmd.Rerun("it looked flaky"))
    return run


def test_a_review_is_asked_anew_once_every_gate_has_passed_again() -> None:
    run = again(Run().ready().reviewed())
    assert (run.state.candidate, run.state.needs, run.state.best) == (None, (), 0)
    assert run.follow() == fx.RunGate("pytest", tree(1), 1)
    run.add(*run.evidence(1, tree(1), "pass"))
    assert run.follow() is None
    assert run.state.need("approval") is not None
    assert [e.state for e in run.state.proof] == ["pass"]
    assert (len(run.state.iterations), run.state.best) == (1, 1)


def test_a_candidate_that_fails_this_time_is_no_longer_the_best() -> None:
    run = again(Run().ready().iterate(tree(1), share=0.4).reviewed(tree(2)))
    assert run.state.best == 1
    run.add(*run.evidence(2, tree(2), "fail", 0.2)).begin()
    assert run.state.iterations[-1].start_tree == tree(1)


def test_the_same_failure_counts_once_however_often_it_is_looked_at() -> None:
    run = Run().ready().iterate(tree(1), signature="boom").iterate(tree(2), signature="boom")
    run.ask(cmd.Pause())
    again(run)
    run.add(*run.evidence(2, tree(2), "fail", signature="boom"))
    run.follow()
    assert run.state.alike == 2
    assert run.state.rounds == 3


def test_a_merged_candidate_is_looked_at_where_it_stands() -> None:
    run = Run().ready().reviewed()
    run.ask(cmd.Approve(tree(1)))
    run.add(ev.TargetMoved("d" * 40, tree(7)))
    run.add(*run.evidence(1, tree(7), "fail"))
    assert run.follow() is None
    assert run.state.need("conflict") is not None
    assert again(run).follow() == fx.RunGate("pytest", tree(7), 1)
    run.add(*run.evidence(1, tree(7), "pass"))
    assert run.follow() is None
    assert run.state.candidate == tree(7)


def test_a_run_that_tripped_on_iterations_goes_on_to_its_gates() -> None:
    run = Run(a_loop(limits(iterations=1))).ready().iterate(tree(1), share=0.5)
    run.follow()
    assert run.state.tripped == "iterations"
    assert again(run).follow() == fx.RunGate("pytest", tree(1), 1)
    run.add(*run.evidence(1, tree(1), "pass"))
    assert run.follow() is None
    assert run.state.need("approval") is not None


def test_what_cannot_be_looked_at_again_is_said() -> None:
    run = Run().ready()
    assert "no iteration has ended" in run.refused(cmd.Rerun())
    run.begin()
    assert "the run is at work; pause it" in run.refused(cmd.Rerun())
    run.add(ev.MakerFinished(1, "ended", 0, 1.0), ev.PermissionDenied(1, "ci.yml", "deny *"))
    run.add(ev.CandidateCaptured(1, tree(1))).begin()
    run.ask(cmd.Pause())
    assert "is at work" in run.refused(cmd.Rerun())
    landing = Run().ready().reviewed()
    landing.ask(cmd.Approve(tree(1)))
    assert "about to land" in landing.refused(cmd.Rerun())
