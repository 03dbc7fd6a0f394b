"""Going back to an earlier iteration: its tree, its evidence, and what is left of later ones."""

from __future__ import annotations

import pytest

from looptui.core import commands as cmd
from looptui.core import effects as fx
from looptui.core import events as ev
from looptui.core.breakers import gauges, no_progress
from looptui.core.restoring import taken_up
from tests.core.runs import BASE, Run, a_loop, limits, tree

WHY = "2 and 3 went astray"


def back(run: Run, n: int, reason: str = WHY) -> Run:
    run.ask(cmd.Restore(n, reason))
    return run


def judged(run: Run, candidate: str, state: str = "fail", share: float = 0.0) -> Run:
    """The gates of the iteration that was gone back to, and its end."""
    assert run.follow() == fx.RunGate("pytest", candidate, len(run.state.iterations))
    return run.add(*run.evidence(len(run.state.iterations), candidate, state, share))


def test_a_run_goes_on_from_an_earlier_candidate_though_a_later_one_was_better() -> None:
    run = Run().ready().iterate(tree(1), share=0.3).iterate(tree(2), share=0.6)
    judged(back(run, 1), tree(1), share=0.3).follow()
    entry, following = run.state.iterations[2:]
    assert (entry.strategy, entry.tree, entry.outcome) == ("restored", tree(1), "red")
    assert run.state.best == 3
    assert (following.strategy, following.start_tree) == ("refine", tree(1))
    assert run.state.best_score == pytest.approx(0.3)


def test_its_reason_and_what_was_said_before_are_the_words_for_the_next_prompt() -> None:
    run = Run().ready().reviewed()
    run.ask(cmd.SendBack(tree(1), "raise instead"))
    run.iterate(tree(2), share=0.5)
    judged(back(run, 1), tree(1), "pass").follow()
    assert run.state.iterations[-1].feedback == f"raise instead\n\n{WHY}"


def test_a_candidate_that_passed_waits_for_a_review_again() -> None:
    run = Run().ready().reviewed()
    run.ask(cmd.SendBack(tree(1), "raise instead"))
    run.iterate(tree(2), share=0.5)
    assert judged(back(run, 1), tree(1), "pass").follow() is None
    review = run.state.need("approval")
    assert review is not None
    assert review.tree == run.state.candidate == tree(1)
    run.ask(cmd.Approve(tree(1)))
    assert run.follow() == fx.PlanLanding(tree(1))


def test_the_work_in_flight_is_left_and_what_comes_of_it_late_changes_nothing() -> None:
    run = Run().ready().iterate(tree(1), share=0.3).begin()
    run.add(ev.EffectStarted("make", "2"))
    back(run, 1)
    assert [one.outcome for one in run.state.iterations] == ["red", "left", ""]
    assert run.plan().effect == fx.RunGate("pytest", tree(1), 3)
    late = (ev.PermissionDenied(2, "x", "deny x"), ev.CandidateCaptured(2, tree(9)))
    run.add(ev.MakerFinished(2, "ended", 0, 1.0, tokens_in=7), *late)
    entry = run.state.iterations[2]
    assert (entry.tree, entry.maker, entry.denied) == (tree(1), "restored", ())
    assert run.state.tokens == 7
    judged(run, tree(1), share=0.3).begin()
    assert run.state.iterations[-1].start_tree == tree(1)


def test_back_to_the_base() -> None:
    run = Run().ready(0.2).iterate(tree(1), share=0.6)
    judged(back(run, 0), BASE, share=0.2).begin()
    assert run.state.iterations[-1].start_tree == BASE
    assert run.state.best_score == pytest.approx(0.2)


def test_going_back_is_no_round_and_stall_counts_anew() -> None:
    run = Run(a_loop(limits(iterations=4))).ready()
    run.iterate(tree(1), share=0.3).iterate(tree(1)).iterate(tree(1))
    assert no_progress(run.state) == 2
    judged(back(run, 1), tree(1), share=0.3).begin()
    assert no_progress(run.state) == 0
    reading = next(g for g in gauges(run.state, 0, 0) if g.breaker == "iterations")
    assert (reading.value, len(run.state.iterations)) == (4.0, 5)


def test_a_paused_run_and_one_that_is_out_of_iterations_go_on_to_the_review() -> None:
    run = Run(a_loop(limits(iterations=2))).ready().reviewed()
    run.ask(cmd.SendBack(tree(1), "raise instead"))
    run.iterate(tree(2), share=0.5).follow()
    assert run.state.tripped == "iterations"
    assert judged(back(run, 1), tree(1), "pass").follow() is None
    assert run.state.need("approval") is not None

    run = Run().ready().iterate(tree(1), share=0.3)
    run.ask(cmd.Pause())
    assert back(run, 1).state.status == "active"


def test_a_run_that_is_out_of_money_stays_so_until_its_limit_is_raised() -> None:
    run = Run(a_loop(limits(cost_micro_usd=1_000_000))).ready().iterate(tree(1), share=0.3).begin()
    run.make(tree(2))
    run.add(ev.MakerFinished(2, "ended", 0, 1.0, micro_usd=2_000_000)).follow()
    assert run.state.tripped == "cost"
    assert back(run, 1).state.status == "tripped"
    run.ask(cmd.SetLimit("cost", 5.0, "it is worth it"))
    judged(run, tree(1), share=0.3).begin()


@pytest.mark.parametrize(
    ("n", "words"),
    [(3, "is still at work"), (4, "there is no iteration 4"), (-1, "there is no iteration"),
     (2, "it touched what it may not (ci.yml)")],
)  # fmt: skip
def test_what_cannot_be_gone_back_to_is_said(n: int, words: str) -> None:
    run = Run().ready().iterate(tree(1)).begin()
    run.add(ev.MakerFinished(2, "ended", 0, 1.0), ev.PermissionDenied(2, "ci.yml", "deny *.yml"))
    run.add(ev.CandidateCaptured(2, tree(2))).begin()
    assert words in run.refused(cmd.Restore(n, WHY))


def test_it_takes_a_reason_and_leaves_what_is_decided_alone() -> None:
    run = Run().ready().iterate(tree(1), share=0.3).reviewed(tree(2))
    assert "say with --reason" in run.refused(cmd.Restore(1, " "))
    assert "waits for your review already" in run.refused(cmd.Restore(2, WHY))
    run.ask(cmd.Approve(tree(2)))
    assert "about to land" in run.refused(cmd.Restore(1, WHY))
    run.add(ev.RunFinished("stopped", "by a person"))
    assert "looptui fork r1 1" in run.refused(cmd.Restore(1, WHY))


def test_work_on_another_base_cannot_be_gone_back_to() -> None:
    run = Run().ready().iterate(tree(1), share=0.3)
    run.add(ev.Rebased("d" * 40, "e" * 40, tree(5)))
    run.add(ev.SetupFinished(True, 0.0, "e" * 64), *run.evidence(0, "e" * 40, "fail"))
    run.add(ev.BaselineMeasured(0.0))
    assert "another base" in run.refused(cmd.Restore(1, WHY))
    assert judged(back(run, 0), "e" * 40).follow() == fx.Make(3)


def test_a_new_run_takes_up_the_candidate_of_another_one() -> None:
    other = Run().ready().iterate(tree(1), share=0.3).iterate(tree(2), share=0.6)
    fork = Run().started().add(taken_up(other.state, 1, 1, "", run="r0"))
    assert fork.follow() == fx.RunGate("pytest", BASE, 0)
    fork.add(*fork.evidence(0, BASE, "fail"))
    judged(fork, tree(1), share=0.3)
    assert fork.follow() == fx.Make(2)
    first, second = fork.state.iterations
    assert first.maker_reason == "iteration 1 of run r0"
    assert second.start_tree == tree(1)
