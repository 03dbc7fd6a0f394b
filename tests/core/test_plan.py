from __future__ import annotations

import sys
from types import FrameType

import pytest

from looptui.core import commands as cmd
from looptui.core import effects as fx
from looptui.core import events as ev
from looptui.core.parts import card
from looptui.core.plan import MAX_PARKS, MAX_RECOVERIES
from looptui.core.rest import exit_code
from looptui.core.spec import Approval, Criterion, GateSpec, Goal, Stall
from looptui.core.state import Rebase, standing
from tests.core.runs import BASE, Run, a_loop, limits, tree

LONG = limits(iterations=50, stall=Stall(50, 50, 3))


def closed(run: Run) -> ev.IterationFinished:
    return next(e for e in reversed([r.event for r in run.log]) if isinstance(e, CLOSED))


CLOSED = ev.IterationFinished


# --- the order of a run ----------------------------------------------------------------------


def test_the_steps_of_a_run_in_order() -> None:
    run = Run()
    created = ev.RunCreated("fix-tests", "s", "d", "c" * 40, BASE, "main")
    assert run.add(created).plan().effect is None
    run.add(ev.SessionStarted("headless", 1, "boot", "bubblewrap", "0.1.0"))
    assert run.plan().effect == fx.OpenWorktree()
    assert run.add(ev.WorktreeOpened("/somewhere", BASE)).plan().effect == fx.RunSetup()
    run.add(ev.SetupFinished(True, 0.1, "e"))
    assert run.plan().effect == fx.RunGate("pytest", BASE, 0)
    run.add(*run.evidence(0, BASE, "fail", 0.5))
    assert run.planned() == (ev.BaselineMeasured(0.5, ()),)
    run.add(*run.planned())
    assert run.planned() == (ev.IterationStarted(1, BASE, "refine"),)
    assert run.follow() == fx.Make(1)
    assert run.add(ev.MakerFinished(1, "ended", 0, 1.0)).plan().effect == fx.Capture(1)
    run.add(ev.CandidateCaptured(1, tree(1)))
    assert run.plan().effect == fx.RunGate("pytest", tree(1), 1)
    run.add(*run.evidence(1, tree(1), "pass"))
    finished, learnt = run.planned()
    assert finished == CLOSED(1, "good", 1.0, tree(1), ("tests",), best=True)
    assert isinstance(learnt, ev.MemoryRecorded)
    assert run.follow() is None
    run.ask(cmd.Approve(tree(1)))
    assert run.plan().effect == fx.PlanLanding(tree(1))
    run.add(ev.LandingPlanned("squash", "refs/heads/main", "c" * 40, "f" * 40, tree(1)))
    assert run.plan().effect == fx.Publish("f" * 40)
    run.add(ev.Landed("squash", "refs/heads/main", "f" * 40))
    (finished_run,) = run.planned()
    assert isinstance(finished_run, ev.RunFinished)
    assert finished_run.state == "landed"
    assert run.add(finished_run).plan().effect == fx.Tidy()
    assert run.add(ev.WorktreeRemoved()).plan().effect is None
    assert exit_code(run.state) == 0


def test_a_plan_for_work_says_when_time_is_up() -> None:
    run = Run(a_loop(limits(time=100.0))).ready().begin()
    run.active = 30.0
    assert run.plan().wake == 70.0


def test_a_failed_setup_ends_the_run_as_unfit() -> None:
    run = Run().add(
        ev.RunCreated("fix-tests", "s", "d", "c", BASE),
        ev.SessionStarted("headless", 1, "b", "bubblewrap", "0"),
        ev.WorktreeOpened("/w", BASE),
        ev.SetupFinished(False, 1.0, "", "npm ended with 1"),
    )
    run.follow()
    assert (run.state.status, exit_code(run.state)) == ("failed", 6)
    assert "npm ended with 1" in run.state.reason


def test_a_gate_that_cannot_run_here_ends_the_run_as_unfit() -> None:
    run = Run().started().add(*run_evidence("unavailable"))
    run.follow()
    assert (run.state.status, exit_code(run.state)) == ("failed", 6)


def run_evidence(state: str) -> list[ev.GateFinished]:
    return [ev.GateFinished(0, "pytest", BASE, state, 0.1, "no such program: pytest", 0.0)]


def test_a_gate_in_error_on_the_base_is_no_pass_and_the_run_goes_on() -> None:
    run = Run().started().add(*run_evidence("error"))
    run.begin()
    assert run.state.baseline_score == 0.0


def test_a_goal_that_is_met_on_the_base_ends_the_run_at_once() -> None:
    run = Run().started().add(*run_evidence("pass"))
    run.follow()
    assert (run.state.status, exit_code(run.state)) == ("completed", 0)
    assert "nothing to do" in run.state.reason
    assert run.state.iterations == ()


def test_red_first_can_be_switched_off() -> None:
    run = Run(a_loop(goal=Goal("Tidy.", red_first=False))).started().add(*run_evidence("pass"))
    run.begin().make(BASE)
    run.follow()
    assert run.state.status == "completed"
    assert "changed nothing" in run.state.reason


def test_cheap_gates_come_first_and_a_red_one_spares_the_others() -> None:
    gates = (GateSpec("slow", order=2), GateSpec("lint", order=1), GateSpec("nice", required=False))
    run = Run(a_loop(gates=gates, criteria=(Criterion("c", "C", "slow"),))).ready().begin()
    run.make(tree(1))
    assert run.plan().effect == fx.RunGate("lint", tree(1), 1)
    run.add(ev.GateFinished(1, "lint", tree(1), "fail", 0.1, "", 0.0))
    assert run.plan().effect == fx.RunGate("nice", tree(1), 1)
    run.add(ev.GateFinished(1, "nice", tree(1), "pass", 0.1, "", 1.0))
    run.add(*run.planned())
    assert closed(run).outcome == "red"


# --- verdicts --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("candidate", "state", "maker", "outcome"),
    [
        (tree(1), "pass", "ended", "good"),
        (tree(1), "fail", "ended", "red"),
        (tree(1), "error", "ended", "red"),
        (tree(1), "flaky", "ended", "red"),
        (tree(1), "unavailable", "ended", "red"),
        (tree(1), "pass", "timeout", "good"),
        (tree(1), "fail", "failed", "red"),
        (BASE, "fail", "ended", "empty"),
        (BASE, "fail", "gave-up", "empty"),
        (BASE, "fail", "failed", "error"),
        (BASE, "fail", "timeout", "error"),
        (BASE, "fail", "idle", "error"),
    ],
)
def test_outcomes(candidate: str, state: str, maker: str, outcome: str) -> None:
    run = Run(a_loop(LONG)).ready().iterate(candidate, state, maker=maker)
    assert closed(run).outcome == outcome
    assert (run.state.candidate == candidate) == (outcome == "good")


def test_a_tree_seen_before_is_a_repeat() -> None:
    run = Run(a_loop(LONG)).ready().iterate(tree(1), share=0.5).iterate(tree(2), share=0.6)
    run.iterate(tree(1), share=0.5)
    assert closed(run).outcome == "repeat"
    run.iterate(BASE)
    assert closed(run).outcome == "repeat"
    assert run.state.best == 2


def test_a_worktree_that_was_lost_is_an_error() -> None:
    run = Run(a_loop(LONG)).ready().begin()
    run.add(ev.MakerFinished(1, "ended", 0, 1.0), ev.CandidateCaptured(1, BASE, lost="gone"))
    run.add(*run.planned())
    assert closed(run).outcome == "error"
    assert run.state.samples[-1]


def test_a_denied_candidate_is_discarded_without_a_gate() -> None:
    run = Run(a_loop(LONG)).ready().begin().make(tree(1))
    run.add(ev.PermissionDenied(1, ".git/config", "deny .git/**"))
    run.add(*run.planned())
    assert (closed(run).outcome, closed(run).best) == ("denied", False)
    run.begin()
    assert run.state.iterations[1].start_tree == BASE


def test_only_a_pass_of_every_required_gate_is_good() -> None:
    gates = (GateSpec("a"), GateSpec("b", required=False))
    run = Run(a_loop(gates=gates, criteria=(Criterion("c", "C", "a"),))).ready().begin()
    run.make(tree(1)).add(ev.GateFinished(1, "a", tree(1), "pass", 0.1, "", 1.0))
    run.add(ev.GateFinished(1, "b", tree(1), "fail", 0.1, "", 0.0))
    run.add(*run.planned())
    assert closed(run).outcome == "good"


def test_a_criterion_bound_to_an_optional_gate_must_pass_too() -> None:
    gates = (GateSpec("a"), GateSpec("b", required=False))
    run = Run(a_loop(gates=gates, criteria=(Criterion("c", "C", "b"),))).ready().begin()
    run.make(tree(1)).add(ev.GateFinished(1, "a", tree(1), "pass", 0.1, "", 1.0))
    run.add(ev.GateFinished(1, "b", tree(1), "fail", 0.1, "", 0.0))
    run.add(*run.planned())
    assert closed(run).outcome == "red"
    assert closed(run).met == ()


# --- what to build on ------------------------------------------------------------------------


def starts(run: Run) -> tuple[str, str]:
    run.begin()
    newest = run.state.iterations[-1]
    return newest.start_tree, newest.strategy


def test_the_next_iteration_builds_on_the_best_candidate() -> None:
    run = Run(a_loop(LONG)).ready(0.2)
    run.iterate(tree(1), share=0.5).iterate(tree(2), share=0.4)
    assert starts(run) == (tree(1), "refine")
    run.make(tree(3)).add(*run.evidence(3, tree(3), "fail", 0.5)).add(*run.planned())
    assert starts(run) == (tree(3), "refine")


def test_a_candidate_worse_than_the_base_is_never_built_on() -> None:
    run = Run(a_loop(LONG)).ready(0.6).iterate(tree(1), share=0.5)
    assert starts(run) == (BASE, "refine")


def test_a_gate_in_error_never_makes_a_best() -> None:
    run = Run(a_loop(LONG)).ready(0.0).iterate(tree(1), "error", share=0.9)
    assert run.state.best == 0


def test_a_fresh_start_after_three_rounds_without_gain() -> None:
    run = Run(a_loop(LONG)).ready(0.2).iterate(tree(1), share=0.5)
    for n in (2, 3, 4):
        run.iterate(tree(n), share=0.5)
    assert starts(run) == (BASE, "fresh")
    run.make(tree(5)).add(*run.evidence(5, tree(5), "fail", 0.1)).add(*run.planned())
    assert starts(run) == (tree(4), "refine")
    assert run.state.fresh_starts == 1


def test_a_fresh_start_that_brings_more_is_refined() -> None:
    run = Run(a_loop(LONG)).ready(0.2).iterate(tree(1), share=0.5)
    for n in (2, 3, 4):
        run.iterate(tree(n), share=0.4)
    run.iterate(tree(5), share=0.8)
    assert run.state.iterations[4].strategy == "fresh"
    assert starts(run) == (tree(5), "refine")


def test_no_fresh_start_against_the_words_of_a_reviewer() -> None:
    run = Run(a_loop(LONG)).ready().iterate(tree(1), "pass")
    for n in range(2, 6):
        assert run.follow() is None
        run.ask(cmd.SendBack(run.state.candidate or "", "better, please"))
        run.iterate(tree(n), "pass")
    run.follow()
    run.ask(cmd.SendBack(tree(5), "still not"))
    assert starts(run) == (tree(5), "refine")


# --- landing ---------------------------------------------------------------------------------


def approved() -> Run:
    run = Run().ready().reviewed()
    run.ask(cmd.Approve(tree(1)))
    return run


def moved() -> Run:
    return approved().add(ev.TargetMoved("d" * 40, tree(9)))


def test_when_the_target_moved_the_merged_tree_is_a_new_candidate() -> None:
    run = moved()
    assert run.state.approved is None
    assert run.plan().effect == fx.RunGate("pytest", tree(9), 1)
    run.add(*run.evidence(1, tree(9), "pass"))
    assert run.follow() is None
    need = run.state.needs[0]
    assert (need.type, need.tree) == ("approval", tree(9))
    assert "stale" in run.refused(cmd.Approve(tree(1)))
    run.ask(cmd.Approve(tree(9)))
    assert run.plan().effect == fx.PlanLanding(tree(9))


def test_a_merged_tree_that_fails_is_a_conflict_that_can_be_sent_back() -> None:
    run = moved().add(*moved().evidence(1, tree(9), "fail"))
    assert run.follow() is None
    assert (run.state.needs[0].type, run.state.needs[0].tree) == ("conflict", tree(9))
    assert "do not pass" in run.refused(cmd.Approve(tree(9)))
    run.ask(cmd.SendBack(tree(9), "the API was renamed on main"))
    assert run.plan().effect == fx.Rebase(tree(9), "d" * 40)


NEW_BASE = "9" * 40


def rebased(run: Run, work: str, *conflicts: str, share: float = 0.0) -> Run:
    """The target was at another commit; setup and baseline were done again."""
    effect = run.plan().effect
    assert isinstance(effect, fx.Rebase)
    run.add(ev.Rebased("e" * 40, NEW_BASE, work, conflicts))
    assert run.plan().effect == fx.RunSetup()
    run.add(ev.SetupFinished(True, 0.0, "f" * 64))
    assert run.plan().effect == fx.RunGate("pytest", NEW_BASE, 0)
    state = "pass" if share == 1.0 else "fail"
    return run.add(*run.evidence(0, NEW_BASE, state, share))


def test_work_that_was_sent_back_goes_on_where_the_target_is() -> None:
    run = moved().add(*moved().evidence(1, tree(9), "fail", 0.7))
    run.follow()
    run.ask(cmd.SendBack(tree(9), "the API was renamed on main"))
    rebased(run, tree(9))
    assert starts(run) == (tree(9), "refine")
    assert (run.state.base, run.state.base_tree) == ("e" * 40, NEW_BASE)
    (seen,) = standing(run.state, run.state.iterations[-1])
    assert (seen.state, seen.share) == ("fail", 0.7)
    run.make(tree(2)).add(*run.evidence(2, tree(2), "pass")).add(*run.planned())
    assert run.follow() is None
    assert run.state.needs[0].tree == tree(2)
    run.ask(cmd.Approve(tree(2)))
    assert run.follow() == fx.PlanLanding(tree(2))


def test_a_review_of_a_merged_tree_is_sent_back_onto_the_target_too() -> None:
    run = moved().add(*moved().evidence(1, tree(9), "pass"))
    run.follow()
    run.ask(cmd.SendBack(tree(9), "rename it"))
    assert starts(rebased(run, tree(9))) == (tree(9), "refine")


def conflicting() -> Run:
    """Approved, and the target has changed the same lines."""
    run = approved().add(ev.LandingBlocked("conflict", "conflicts with main in src/a.py"))
    assert run.follow() is None
    return run


def test_a_conflict_at_landing_is_sent_back_with_its_tree() -> None:
    run = conflicting()
    need = run.state.needs[0]
    assert (need.type, need.tree) == ("conflict", tree(1))
    assert "promote" in run.refused(cmd.Approve(tree(1)))
    assert "stale" in run.refused(cmd.SendBack(tree(2), "no"))
    run.ask(cmd.SendBack(tree(1), "keep both"))
    assert (run.state.approved, run.state.blocked, run.state.needs) == (None, "", ())
    assert "approve a candidate" in run.refused(cmd.Promote())
    rebased(run, tree(3), "src/a.py")
    assert starts(run) == (tree(3), "refine")
    assert run.state.rebased == Rebase(tree(3), 1, (), ("src/a.py",))
    assert standing(run.state, run.state.iterations[-1]) == run.state.baseline


def test_a_landing_that_is_in_the_way_of_a_dirty_checkout_goes_on_from_the_candidate() -> None:
    run = approved().add(ev.LandingBlocked("dirty", "main is checked out and dirty"))
    run.follow()
    run.ask(cmd.SendBack(tree(1), "while you wait: rename it"))
    assert starts(run) == (tree(1), "refine")
    assert run.state.approved is None


def test_a_landing_that_may_have_happened_is_not_sent_back() -> None:
    run = approved().add(ev.LandingPlanned("squash", "refs/heads/main", "c", "f" * 40, tree(1)))
    run.add(ev.EffectFailed("publish", "disk quota")).follow()
    assert "may have happened" in run.refused(cmd.SendBack(tree(1), "no"))
    run.ask(cmd.Reject(tree(1)))
    assert (run.state.status, "f" * 40 in run.state.reason) == ("rejected", True)


def test_a_conflict_at_landing_can_end_the_run() -> None:
    run = conflicting()
    run.ask(cmd.Reject(tree(1), "theirs is better"))
    assert (run.state.status, run.state.reason) == ("rejected", "theirs is better")


def test_what_a_person_asks_for_is_done_although_the_new_base_meets_the_goal() -> None:
    run = conflicting()
    run.ask(cmd.SendBack(tree(1), "keep both"))
    rebased(run, tree(3), "src/a.py", share=1.0)
    assert starts(run) == (tree(3), "refine")
    run.make(NEW_BASE)
    run.add(*run.planned())
    assert run.state.status == "completed"


def test_rebased_work_that_leads_nowhere_makes_room_for_a_fresh_start() -> None:
    run = Run(a_loop(LONG)).ready().reviewed()
    run.ask(cmd.Approve(tree(1)))
    run.add(ev.LandingBlocked("conflict", "src/a.py")).follow()
    run.ask(cmd.SendBack(tree(1), "keep both"))
    rebased(run, tree(3), "src/a.py", share=0.9)
    for n in (4, 5, 6):
        run.iterate(tree(n), share=0.5)
    assert starts(run) == (NEW_BASE, "fresh")


def test_a_gate_that_could_not_run_on_the_merged_tree_runs_again_on_resume() -> None:
    run = moved().add(*moved().evidence(1, tree(9), "error"))
    assert run.follow() is None
    run.ask(cmd.Resume())
    assert run.plan().effect == fx.RunGate("pytest", tree(9), 1)


def test_a_race_at_the_target_plans_the_landing_anew() -> None:
    run = approved()
    run.add(ev.LandingPlanned("squash", "refs/heads/main", "c", "f", tree(1)))
    run.add(ev.LandingBlocked("moved", "it moved"))
    assert run.plan().effect == fx.PlanLanding(tree(1))


def test_a_missing_identity_is_an_unfit_environment() -> None:
    run = approved().add(ev.LandingBlocked("identity", "git knows no author"))
    assert run.follow() is None
    assert exit_code(run.state) == 6


AUTO = Approval("auto")


def test_auto_approval_is_a_rule_and_never_of_protected_paths_or_high_risk() -> None:
    run = Run(a_loop(approval=AUTO)).ready().iterate(tree(1), "pass")
    assert run.follow() == fx.PlanLanding(tree(1))
    assert run.state.approved_by == "rule:auto"
    high = Run(a_loop(approval=AUTO, risk="high")).ready().iterate(tree(1), "pass")
    assert high.follow() is None
    run = Run(a_loop(approval=AUTO)).ready().begin()
    run.add(ev.MakerFinished(1, "ended", 0, 1.0))
    run.add(ev.CandidateCaptured(1, tree(1), protected=("Makefile",)))
    run.add(*run.evidence(1, tree(1), "pass"))
    assert run.follow() is None
    assert run.state.needs[0].flagged == ("Makefile",)


def test_auto_approval_holds_for_the_merged_tree_too() -> None:
    run = Run(a_loop(approval=AUTO)).ready().iterate(tree(1), "pass")
    run.follow()
    run.add(ev.TargetMoved("d" * 40, tree(9))).add(*run.evidence(1, tree(9), "pass"))
    assert run.follow() == fx.PlanLanding(tree(9))


def test_the_card_is_over_the_facts() -> None:
    one, two = Run().ready().reviewed(), Run().ready().reviewed()
    assert card(one.state) == card(two.state) == one.state.needs[0].card
    two = Run().ready().iterate(tree(2), "pass")
    assert card(one.state) != card(two.state)


# --- trouble ---------------------------------------------------------------------------------


def test_a_crash_repeats_the_effect_and_a_person_decides_after_three() -> None:
    run = Run().ready().begin()
    for attempt in range(MAX_RECOVERIES + 1):
        assert run.plan().effect == fx.Make(1)
        run.add(ev.EffectStarted("make", "1", attempt + 1))
        run.add(ev.EffectAbandoned("make", "its session died", crashed=True))
    assert run.follow() is None
    assert run.state.status == "paused"
    run.ask(cmd.Resume())
    assert run.plan().effect == fx.Make(1)
    assert run.state.crashes == 0


def test_a_result_ends_the_count_of_crashes_and_an_interruption_is_none() -> None:
    run = Run().ready().begin().add(ev.EffectAbandoned("make", "died", crashed=True))
    run.add(ev.EffectAbandoned("make", "interrupted"))
    assert run.state.crashes == 1
    assert run.make(tree(1)).state.crashes == 0


@pytest.mark.parametrize("effect", ["plan-landing", "publish"])
def test_a_landing_that_fails_asks_a_person_instead_of_trying_for_ever(effect: str) -> None:
    run = approved().add(ev.EffectFailed(effect, "read-only file system", unfit=True))
    assert run.follow() is None
    assert run.state.needs[0].type == "conflict"
    assert "read-only" in run.state.needs[0].text


def test_a_gate_that_fails_on_the_merged_tree_again_and_again_trips() -> None:
    run = moved()
    for _ in range(2):
        assert isinstance(run.follow(), fx.RunGate)
        run.add(ev.EffectFailed("gate", "no space"))
    assert run.follow() is None
    assert run.state.tripped == "errors"


def test_the_end_of_a_run_is_tidied_once_a_session() -> None:
    run = Run().ready()
    run.ask(cmd.Stop())
    run.add(ev.EffectFailed("tidy", "busy", unfit=True), ev.RunPaused("the disk is full"))
    assert (run.state.status, run.state.reason, run.state.unfit) == (
        "stopped",
        "by a person",
        False,
    )
    assert run.plan().effect is None
    run.add(ev.SessionStarted("headless", 2, "boot", "bubblewrap", "0.1.0"))
    assert run.plan().effect == fx.Tidy()


def test_an_unfit_environment_ends_the_run() -> None:
    run = Run().add(ev.RunCreated("l", "s", "d", "c", BASE))
    run.add(ev.SessionStarted("headless", 1, "b", "none", "0"))
    run.add(ev.EffectFailed("open-worktree", "no git", unfit=True)).follow()
    assert (run.state.status, exit_code(run.state)) == ("failed", 6)


def test_what_landed_is_landed_although_a_pause_was_asked_for() -> None:
    run = approved().add(ev.LandingPlanned("squash", "refs/heads/main", "c", "f" * 40, tree(1)))
    run.add(ev.EffectStarted("publish"))
    run.ask(cmd.Pause())
    run.add(ev.Landed("squash", "refs/heads/main", "f" * 40)).follow()
    assert run.state.status == "landed"


def test_breakers_stay_armed_while_a_pause_waits_for_the_maker() -> None:
    run = Run(a_loop(limits(time=100.0))).ready().begin().add(ev.EffectStarted("make", "1"))
    run.ask(cmd.Pause())
    run.active = 101.0
    assert isinstance(run.planned()[0], ev.BreakerTripped)


def test_a_good_candidate_is_not_lost_to_a_limit() -> None:
    run = Run(a_loop(limits(iterations=1, time=100.0))).ready().begin()
    run.make(tree(1)).add(*run.evidence(1, tree(1), "pass")).add(*run.planned())
    run.active = 200.0
    assert run.follow() is None
    assert run.state.need("approval") is not None


# --- parked ----------------------------------------------------------------------------------


def test_a_parked_run_returns_by_itself_five_times() -> None:
    run = Run().ready().begin()
    for _ in range(MAX_PARKS):
        run.add(ev.RunParked(run.at + 60.0, "rate limit"))
        assert (run.plan().effect, run.plan().wake) == (None, 60.0)
        run.at += 60.0
        assert run.planned() == (ev.RunUnparked(),)
        assert run.follow() == fx.Make(1)
    run.add(ev.RunParked(run.at + 60.0, "rate limit"))
    run.at += 60.0
    assert run.follow() is None
    assert run.state.status == "paused"
    run.ask(cmd.Resume())
    assert run.follow() == fx.Make(1)
    assert run.state.samples == ()


# --- cost ------------------------------------------------------------------------------------


def calls(run: Run) -> int:
    """Python calls of one question to `plan`: a measure that no machine's load changes."""
    count = 0

    def tally(frame: FrameType, event: str, arg: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(tally)
    try:
        run.plan()
    finally:
        sys.setprofile(None)
    return count


def test_the_thousandth_plan_costs_what_the_tenth_did() -> None:
    bounds = limits(iterations=10_000, stall=Stall(3, 10_000, 10_000))
    run = Run(a_loop(bounds)).ready(0.5)
    costs = {}
    for n in range(1, 1_001):
        run.iterate(tree(n), share=0.1, signature="boom")
        if n in (10, 1_000):
            costs[n] = calls(run.begin())
    assert costs[1_000] <= costs[10]
