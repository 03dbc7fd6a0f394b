from __future__ import annotations

import pytest

from looptui.core import commands as cmd
from looptui.core import effects as fx
from looptui.core import events as ev
from looptui.core.breakers import (
    EXIT_CODES,
    Gauge,
    error_rate,
    gauges,
    limit_of,
    no_progress,
    rounds_without_gain,
    said,
    same_failure,
    span,
    time_to_trip,
)
from looptui.core.plan import Moment, overdue
from looptui.core.rest import exit_code
from looptui.core.spec import ErrorRate, Limits, Stall
from tests.core.runs import BASE, Run, a_loop, limits, tree

BREAKERS = ("iterations", "cost", "time", "errors", "permission", "escalation")

WIDE = limits(iterations=100, stall=Stall(50, 50, 50), permission_denials=100)


def reading(run: Run, breaker: str) -> Gauge:
    found = {g.breaker: g for g in gauges(run.state, run.at, run.active)}
    return found[breaker]


def spend(run: Run, *, usd: float = 0.0, tokens: int = 0) -> Run:
    run.begin()
    n = len(run.state.iterations)
    return run.add(
        ev.MakerFinished(n, "ended", 0, 1.0, tokens_in=tokens, micro_usd=round(usd * 1e6)),
        ev.CandidateCaptured(n, tree(n)),
    )


def samples(run: Run, pattern: str) -> Run:
    """`E` for a step that could not be done, `.` for one that was."""
    run.begin()
    for sign in pattern:
        state = "error" if sign == "E" else "fail"
        run.add(ev.GateFinished(1, f"g{len(run.log)}", tree(1), state, 0.1, "", 0.0))
    return run


def test_all_six_are_always_armed_and_shown() -> None:
    run = Run().ready()
    shown = [g.breaker for g in gauges(run.state, run.at, 0.0)]
    assert [name for name in shown if name in BREAKERS] == list(BREAKERS)
    assert set(shown) == set(EXIT_CODES)
    assert all(g.limit > 0 and g.state == "ok" for g in gauges(run.state, run.at, 0.0))


def test_the_defaults_are_those_of_the_design() -> None:
    plain = Limits()
    assert (plain.iterations, plain.cost_micro_usd, plain.tokens) == (20, 5_000_000, 2_000_000)
    assert (plain.time, plain.permission_denials, plain.warn_at) == (4 * 3600, 2, 0.8)
    assert plain.error_rate == ErrorRate(0.5, 10, 4, 5)
    assert plain.stall == Stall(3, 6, 3)
    assert plain.escalate_at is None


@pytest.mark.parametrize(
    ("usd", "state"), [(0, "ok"), (3.99, "ok"), (4.0, "warn"), (4.99, "warn"), (5.0, "tripped")]
)
def test_cost(usd: float, state: str) -> None:
    run = spend(Run(a_loop(WIDE)).ready(), usd=usd)
    assert reading(run, "cost").state == state
    assert reading(run, "cost").value == usd


@pytest.mark.parametrize(
    ("tokens", "state"), [(799, "ok"), (800, "warn"), (999, "warn"), (1000, "tripped")]
)
def test_tokens(tokens: int, state: str) -> None:
    run = spend(Run(a_loop(limits(tokens=1000))).ready(), tokens=tokens)
    assert reading(run, "tokens").state == state


@pytest.mark.parametrize(
    ("seconds", "state"), [(79.0, "ok"), (80.0, "warn"), (99.9, "warn"), (100.0, "tripped")]
)
def test_time_is_active_time(seconds: float, state: str) -> None:
    run = Run(a_loop(limits(time=100.0))).ready()
    run.at += 1e9
    run.active = seconds
    assert reading(run, "time").state == state
    assert time_to_trip(run.state, seconds) == pytest.approx(max(0.0, 100.0 - seconds))


def test_time_trips_while_the_maker_works() -> None:
    run = Run(a_loop(limits(time=100.0))).ready().begin()
    run.add(ev.EffectStarted("make", "1"))
    run.active = 100.0
    (tripped,) = run.planned()
    assert tripped == ev.BreakerTripped("time", 100.0, 100.0, "1.67 min of 1.67 min")


@pytest.mark.parametrize(
    ("pattern", "rate", "state"),
    [
        ("E", 0.0, "ok"),
        ("EEE", 0.0, "ok"),
        ("EEE.", 0.75, "tripped"),
        ("EE..", 0.5, "tripped"),
        ("E...", 0.25, "ok"),
        ("EE...", 0.4, "warn"),
        ("....E", 0.2, "ok"),
        ("EEEE" + "." * 10, 0.0, "ok"),
        ("." * 6 + "EEEE", 0.4, "warn"),
        ("." * 6 + "EEEEE", 1.0, "tripped"),
        ("." * 20 + "EEEE.E", 0.5, "tripped"),
    ],
)
def test_error_rate(pattern: str, rate: float, state: str) -> None:
    run = samples(Run(a_loop(WIDE)).ready(), pattern)
    assert error_rate(run.state) == rate
    assert reading(run, "errors").state == state


def test_errors_in_a_row_may_reach_further_back_than_the_window() -> None:
    rule = ErrorRate(max=1.0, window=2, min_samples=2, in_a_row=4)
    bounds = limits(error_rate=rule, stall=Stall(50, 50, 50))
    assert error_rate(samples(Run(a_loop(bounds)).ready(), "EE.EEE").state) == 1.0
    assert error_rate(samples(Run(a_loop(bounds)).ready(), "E.E").state) == 0.5


def test_it_trips_on_the_exact_step_that_the_pattern_predicts() -> None:
    run = samples(Run(a_loop(WIDE)).ready(), "EEE")
    assert run.plan().effect is not None
    run.add(ev.GateFinished(1, "last", tree(1), "error", 0.1, "", 0.0))
    assert isinstance(run.planned()[0], ev.BreakerTripped)


def test_a_red_gate_is_no_error_and_a_maker_that_died_is_one() -> None:
    run = Run(a_loop(WIDE)).ready()
    for n in range(1, 5):
        run.iterate(tree(n), "fail")
    assert error_rate(run.state) == 0.0
    for _ in range(4):
        run.iterate(run.state.best_tree, maker="failed")
    assert run.state.iterations[-1].outcome == "error"
    assert error_rate(run.state) == 0.4


def test_effects_that_failed_are_errors_and_known_evidence_is_no_step() -> None:
    run = Run(a_loop(WIDE)).started()
    run.add(*[ev.EffectFailed("setup", "no disk")] * 3)
    run.add(*run.evidence(0, BASE, "fail"))
    cached = ev.GateFinished(1, "pytest", tree(1), "pass", 0.1, "", 1.0, cached=True)
    run.add(ev.IterationStarted(1, BASE, "refine"), cached)
    assert run.state.samples == (True, True, True)


@pytest.mark.parametrize(("denied", "state"), [(0, "ok"), (1, "ok"), (2, "tripped")])
def test_denials(denied: int, state: str) -> None:
    run = Run().ready().begin()
    run.add(*[ev.PermissionDenied(1, f"p{n}", "deny p*") for n in range(denied)])
    assert reading(run, "permission").state == state


def test_a_permission_trip_names_the_paths() -> None:
    run = Run().ready().begin()
    run.add(ev.PermissionDenied(1, ".git/config", "deny"), ev.PermissionDenied(1, "x/y", "deny"))
    (tripped,) = run.planned()
    assert isinstance(tripped, ev.BreakerTripped)
    assert ".git/config" in tripped.reason
    assert "x/y" in tripped.reason


# --- iterations ------------------------------------------------------------------------------


def test_the_last_iteration_allowed_is_a_warning_and_not_a_trip() -> None:
    run = Run(a_loop(limits(iterations=2, stall=Stall(50, 50, 50)))).ready()
    run.iterate(tree(1)).begin()
    assert len(run.state.iterations) == 2
    assert reading(run, "iterations").state == "warn"
    assert reading(run, "iterations").ratio == 1.0
    run.make(tree(2)).add(*run.evidence(2, tree(2), "fail"))
    run.add(*run.planned())
    assert reading(run, "iterations").state == "tripped"
    assert run.planned() == (ev.BreakerTripped("iterations", 2.0, 2.0, "2 of 2"),)


def test_a_run_that_reached_its_goal_in_the_last_iteration_did_not_trip() -> None:
    run = Run(a_loop(limits(iterations=1))).ready().reviewed()
    assert reading(run, "iterations").state == "warn"
    run.add(ev.CandidateApproved("r1.1", tree(1), ""), ev.NeedClosed("r1.1", "approved"))
    run.add(ev.Landed("squash", "refs/heads/main", "f" * 40)).follow()
    assert run.state.status == "landed"
    assert reading(run, "iterations").state == "warn"


# --- stall -----------------------------------------------------------------------------------


def stalled(run: Run) -> bool:
    return any(isinstance(e, ev.BreakerTripped) and e.breaker == "stall" for e in run.planned())


def test_three_iterations_without_a_diff() -> None:
    run = Run(a_loop(limits(iterations=20))).ready()
    for count in (1, 2, 3):
        run.iterate(BASE)
        assert no_progress(run.state) == count
        assert stalled(run) == (count == 3)


def test_the_same_tree_again_and_a_b_a_b() -> None:
    run = Run(a_loop(limits(iterations=20, stall=Stall(3, 50, 50)))).ready(0.9)
    run.iterate(tree(1)).iterate(tree(2))
    assert no_progress(run.state) == 0
    for count, candidate in enumerate((tree(1), tree(2), tree(1)), start=1):
        run.iterate(candidate)
        assert no_progress(run.state) == count
    assert stalled(run)


def test_a_new_tree_ends_the_stall_and_an_error_neither_counts_nor_ends_it() -> None:
    run = Run(a_loop(limits(iterations=20, stall=Stall(3, 50, 50)))).ready()
    run.iterate(BASE).iterate(BASE, maker="failed").iterate(BASE)
    assert no_progress(run.state) == 2
    run.iterate(tree(1))
    assert no_progress(run.state) == 0


def test_the_same_failure_counts_only_after_a_fresh_start_brought_no_better_score() -> None:
    run = Run(a_loop(limits(iterations=50))).ready(0.1)
    run.iterate(tree(1), share=0.5, signature="boom")
    for n in (2, 3, 4):
        run.iterate(tree(n), share=0.4, signature="boom")
    assert same_failure(run.state) == 0
    run.iterate(tree(5), share=0.4, signature="boom")
    assert run.state.iterations[-1].strategy == "fresh"
    assert same_failure(run.state) == 5
    assert not stalled(run)
    run.iterate(tree(6), share=0.4, signature="boom")
    assert stalled(run)
    assert reading(run, "stall").value == 6


def test_a_better_score_after_the_fresh_start_is_no_stall() -> None:
    run = Run(a_loop(limits(iterations=50))).ready(0.1)
    run.iterate(tree(1), share=0.5, signature="boom")
    for n in (2, 3, 4):
        run.iterate(tree(n), share=0.4, signature="boom")
    run.iterate(tree(5), share=0.7, signature="boom").iterate(tree(6), share=0.6, signature="boom")
    assert run.state.best == 5
    assert same_failure(run.state) == 0


def test_where_nothing_ever_beat_the_base_every_iteration_is_a_fresh_start() -> None:
    run = Run(a_loop(limits(iterations=50))).ready(0.9)
    for n in range(1, 6):
        run.iterate(tree(n), share=0.4, signature="boom")
    assert run.state.best == 0
    assert not stalled(run)
    run.iterate(tree(6), share=0.4, signature="boom")
    assert stalled(run)


def test_another_failure_is_progress() -> None:
    run = Run(a_loop(limits(iterations=50))).ready(0.9)
    for n in range(1, 6):
        run.iterate(tree(n), share=0.4, signature="boom")
    run.iterate(tree(6), share=0.4, signature="other")
    assert same_failure(run.state) == 1


def test_rounds_without_gain() -> None:
    run = Run(a_loop(limits(iterations=50, stall=Stall(50, 50, 50)))).ready(0.5)
    run.iterate(tree(1), share=0.6)
    assert rounds_without_gain(run.state) == 0
    run.iterate(tree(2), share=0.6).iterate(BASE).iterate(tree(2), maker="failed")
    assert run.state.best == 2
    assert rounds_without_gain(run.state) == 2


# --- warn, escalate, wait for a person -------------------------------------------------------


def test_a_warning_is_told_once_and_the_run_goes_on() -> None:
    run = spend(Run(a_loop(WIDE)).ready(), usd=4.0)
    assert run.planned() == (ev.BreakerWarned("cost", 4.0, 5.0),)
    run.follow()
    assert run.state.status == "active"
    assert sum(isinstance(r.event, ev.BreakerWarned) for r in run.log) == 1


ESCALATING = limits(iterations=100, escalate_at=0.9, stall=Stall(50, 50, 50))


def test_it_escalates_at_its_own_share_although_it_warned_before() -> None:
    run = spend(Run(a_loop(ESCALATING)).ready(), usd=4.0)
    assert run.planned() == (ev.BreakerWarned("cost", 4.0, 5.0),)
    run.add(*run.planned())
    run.add(*run.evidence(1, tree(1), "fail")).add(*run.planned())
    spend(run, usd=0.6)
    (need,) = run.planned()
    assert need == ev.NeedOpened("r1.1", "escalation", "cost $4.60 of $5.00", breakers=("cost",))
    run.add(need)
    assert run.state.status == "waiting"
    assert exit_code(run.state) == 4


def test_it_escalates_below_the_warning_too() -> None:
    run = spend(Run(a_loop(limits(escalate_at=0.5))).ready(), usd=2.5)
    (need,) = run.planned()
    assert isinstance(need, ev.NeedOpened)


def test_it_escalates_once_and_again_after_a_raise() -> None:
    run = spend(Run(a_loop(ESCALATING)).ready(), usd=4.6)
    run.follow()
    run.ask(cmd.Answer("r1.1", "continue"))
    assert run.follow() is not None
    run.ask(cmd.SetLimit("cost", 5.05, "a little more"))
    assert run.follow() is None
    assert run.state.need("escalation") is not None


def test_an_escalation_waits_for_the_next_safe_point() -> None:
    run = Run(a_loop(limits(time=100.0, escalate_at=0.8))).ready().begin()
    run.add(ev.EffectStarted("make", "1"))
    run.active = 85.0
    assert run.planned() == (ev.BreakerWarned("time", 85.0, 100.0),)
    assert run.follow() is not None
    run.make(tree(1))
    assert [type(e) for e in run.planned()] == [ev.NeedOpened]


def test_the_only_iteration_allowed_is_made_before_anybody_is_asked() -> None:
    bounds = limits(iterations=1, escalate_at=0.8)
    Run(a_loop(bounds)).ready().begin()


def test_iterations_escalate_before_the_one_that_reaches_the_share() -> None:
    bounds = limits(iterations=5, escalate_at=0.8, stall=Stall(50, 50, 50))
    run = Run(a_loop(bounds)).ready()
    for n in range(1, 5):
        run.iterate(tree(n))
    assert run.follow() is None
    assert run.state.need("escalation") is not None
    assert len(run.state.iterations) == 4


def test_an_escalation_that_nobody_answers_trips_after_human_wait() -> None:
    run = spend(Run(a_loop(limits(human_wait=60.0, escalate_at=0.8))).ready(), usd=4.5)
    run.follow()
    run.at += 59.0
    waiting = run.plan()
    assert waiting.effect is None
    assert waiting.wake == 1.0
    assert reading(run, "escalation").state == "warn"
    run.at += 1.0
    run.follow()
    assert run.state.status == "tripped"
    assert run.state.tripped == "escalation"
    assert exit_code(run.state) == 15


def test_it_is_the_escalation_breaker_that_trips_whatever_else_is_over() -> None:
    run = spend(Run(a_loop(limits(human_wait=60.0, escalate_at=0.8))).ready(), usd=4.5)
    run.follow()
    run.ask(cmd.SetLimit("tokens", 1.0, "lower"))
    run.add(ev.LimitRaised("cost", 1.0, "lower"))
    run.at += 60.0
    run.follow()
    assert run.state.tripped == "escalation"


def test_an_open_review_fills_the_gauge_and_never_trips_it() -> None:
    run = Run(a_loop(limits(human_wait=60.0))).ready().reviewed()
    run.at += 600.0
    assert reading(run, "escalation").ratio == 10.0
    assert reading(run, "escalation").state == "warn"
    assert run.plan().effect is None


# --- tripped, raised, half-open --------------------------------------------------------------


def tripped_by(breaker: str) -> Run:
    """A run that this breaker stopped."""
    bounds = limits(iterations=3, time=100.0, human_wait=60.0, stall=Stall(3, 50, 50))
    if breaker == "stall":
        bounds = limits(iterations=50)
    if breaker == "escalation":
        bounds = limits(human_wait=60.0, escalate_at=0.8)
    run = Run(a_loop(bounds)).ready()
    match breaker:
        case "iterations":
            for n in (1, 2, 3):
                run.iterate(tree(n))
        case "cost":
            spend(run, usd=6.0)
        case "tokens":
            spend(run, tokens=2_000_001)
        case "time":
            run.begin().active = 101.0
        case "errors":
            samples(run, "EEEE")
        case "permission":
            run.begin().make(tree(1)).add(*[ev.PermissionDenied(1, "x", "deny x")] * 2)
        case "stall":
            for _ in range(3):
                run.iterate(BASE)
        case "escalation":
            spend(run, usd=4.5).follow()
            run.at += 61.0
    assert run.follow() is None
    assert (run.state.status, run.state.tripped) == ("tripped", breaker)
    return run


@pytest.mark.parametrize(("breaker", "code"), EXIT_CODES.items())
def test_exit_codes(breaker: str, code: int) -> None:
    assert exit_code(tripped_by(breaker).state) == code
    assert code in range(10, 16)


@pytest.mark.parametrize("breaker", sorted(set(EXIT_CODES) - {"escalation"}))
def test_a_tripped_breaker_holds_until_a_person_raises_or_resets_it(breaker: str) -> None:
    run = tripped_by(breaker)
    assert breaker in run.refused(cmd.Resume())
    assert "--reason" in run.refused(cmd.Resume(reset=True, reason=" "))
    run.ask(cmd.Resume(reset=True, reason="I looked"))
    assert run.state.status == "active"
    assert reading(run, breaker).state == "half-open"
    assert run.follow() is not None


@pytest.mark.parametrize(
    ("breaker", "limit"),
    [
        ("iterations", 4),
        ("cost", 7),
        ("tokens", 3_000_000),
        ("time", 200),
        ("permission", 3),
        ("stall", 4),
    ],
)
def test_a_raise_beyond_the_reading_lets_the_run_go_on(breaker: str, limit: float) -> None:
    run = tripped_by(breaker)
    run.ask(cmd.SetLimit(breaker, limit, "worth it"))
    assert run.state.status == "active"
    assert limit_of(run.state, breaker) == limit
    assert reading(run, breaker).state in ("ok", "warn")
    assert run.follow() is not None


@pytest.mark.parametrize(
    ("breaker", "limit", "words"),
    [
        ("cost", 5.5, "--cost 5.5 is below the reading 6; it must be above 6"),
        ("cost", 6, "--cost 6 is the reading itself; it must be above 6"),
        ("iterations", 2, "--iterations 2 is below the reading 3; it must be above 3"),
        ("stall", 2, "--stall 2 is below the reading 3; it must be above 3"),
        ("permission", 1, "must be above 2"),
        ("escalation", 50, "--escalation 50 is below the reading 61; it must be above 61"),
        ("errors", 0.9, "--reset --reason WHY"),
    ],
)
def test_a_limit_that_would_trip_at_once_is_refused_with_what_it_must_be_above(
    breaker: str, limit: float, words: str
) -> None:
    run = tripped_by(breaker)
    before = limit_of(run.state, breaker)
    assert words in run.refused(cmd.SetLimit(breaker, limit, "too little"))
    assert limit_of(run.state, breaker) == before


def test_a_limit_may_be_lowered_as_far_as_the_reading_allows() -> None:
    run = spend(Run(a_loop(WIDE)).ready(), usd=2.0)
    assert "above 2" in run.refused(cmd.SetLimit("cost", 1.5, "less"))
    run.ask(cmd.SetLimit("cost", 2.5, "less"))
    run.ask(cmd.SetLimit("iterations", 1, "only this one"))
    run.ask(cmd.SetLimit("permission", 1, "none so far"))
    assert run.follow() is not None


def test_limits_that_change_together_change_all_or_none() -> None:
    run = tripped_by("iterations")
    both = {"cost": 9.0, "errors": 2.0}
    assert "share" in run.refused(cmd.SetLimit("iterations", 9, "more", both))
    assert "no breaker" in run.refused(cmd.SetLimit("iterations", 9, "more", {"speed": 1.0}))
    events = run.ask(cmd.SetLimit("iterations", 9, "more", {"cost": 9.0, "stall": 5.0}))
    assert events == (
        ev.LimitRaised("iterations", 9, "more", 3.0),
        ev.LimitRaised("cost", 9.0, "more", 5.0),
        ev.LimitRaised("stall", 5.0, "more", 3.0),
        ev.RunResumed(),
    )
    assert run.follow() is not None


def test_it_is_the_tripped_breaker_that_has_to_be_raised_among_them() -> None:
    run = tripped_by("time")
    run.ask(cmd.SetLimit("cost", 9, "more", {"tokens": 9e9}))
    assert run.follow() is None
    run.ask(cmd.SetLimit("cost", 10, "more", {"time": 500.0}))
    assert run.follow() is not None


def test_half_open_iterations_allow_exactly_one_more() -> None:
    run = tripped_by("iterations")
    run.ask(cmd.Resume(reset=True, reason="one more")).__len__()
    run.begin()
    assert reading(run, "iterations").state == "half-open"
    run.make(tree(4)).add(*run.evidence(4, tree(4), "fail"))
    assert run.follow() is None
    assert run.state.tripped == "iterations"
    assert len(run.state.iterations) == 4


def test_half_open_stall_is_decided_by_one_more_iteration() -> None:
    run = tripped_by("stall")
    run.ask(cmd.Resume(reset=True, reason="one more"))
    run.iterate(BASE)
    assert stalled(run)
    run.follow()
    run.ask(cmd.Resume(reset=True, reason="once again"))
    run.iterate(tree(1))
    assert reading(run, "stall").state == "ok"
    for _ in range(2):
        run.iterate(run.state.best_tree)
    assert not stalled(run)
    run.iterate(run.state.best_tree)
    assert stalled(run)


def test_a_stall_by_the_same_failure_can_be_raised_and_reset() -> None:
    def stuck() -> Run:
        run = Run(a_loop(limits(iterations=50))).ready(0.9)
        for n in range(1, 7):
            run.iterate(tree(n), share=0.4, signature="boom")
        assert run.follow() is None
        return run

    run = stuck()
    assert "stall" in run.refused(cmd.Resume())
    run.ask(cmd.SetLimit("stall", 8, "it is near"))
    for n in (7, 8):
        run.iterate(tree(n), share=0.4, signature="boom")
    assert stalled(run)
    run = stuck()
    run.ask(cmd.Resume(reset=True, reason="once"))
    run.iterate(tree(7), share=0.4, signature="boom")
    assert stalled(run)


def test_half_open_errors_are_decided_by_the_next_step() -> None:
    def again(sign: str) -> Run:
        run = tripped_by("errors")
        run.ask(cmd.Resume(reset=True, reason="the network is back"))
        state = "error" if sign == "E" else "pass"
        return run.add(ev.GateFinished(1, "next", tree(1), state, 0.1, "", 0.0))

    assert reading(again("E"), "errors").state == "tripped"
    closed = again(".")
    assert reading(closed, "errors").state == "ok"
    closed.add(*[ev.EffectFailed("make", "no")] * 2)
    assert reading(closed, "errors").state == "ok"


@pytest.mark.parametrize("breaker", ["cost", "tokens", "time"])
def test_half_open_money_and_time_have_a_tenth_of_room(breaker: str) -> None:
    run = tripped_by(breaker)
    run.ask(cmd.Resume(reset=True, reason="finish this"))
    at_reset = reading(run, breaker)
    assert at_reset.state == "half-open"
    if breaker == "time":
        run.active += 61.0
    else:
        n = len(run.state.iterations)
        run.add(ev.MakerFinished(n, "ended", 0, 1.0, tokens_in=300_000, micro_usd=700_000))
    assert reading(run, breaker).state == "tripped"


def test_half_open_permission_trips_at_the_next_denial() -> None:
    run = tripped_by("permission")
    run.ask(cmd.Resume(reset=True, reason="an accident"))
    assert reading(run, "permission").state == "half-open"
    run.add(ev.PermissionDenied(1, "x", "deny x"))
    assert reading(run, "permission").state == "tripped"


def test_an_escalation_that_was_reset_is_armed_anew() -> None:
    run = tripped_by("escalation")
    run.ask(cmd.Resume(reset=True, reason="here I am"))
    assert run.state.needs == ()
    run.add(ev.NeedOpened("r1.2", "escalation", "again"))
    run.at += 61.0
    run.follow()
    assert run.state.tripped == "escalation"


def test_an_answer_that_comes_too_late_needs_a_reason_and_the_breaker_holds_until_then() -> None:
    run = tripped_by("escalation")
    assert "nobody answered within 1 min" in run.refused(cmd.Answer("r1.1", "continue"))
    assert "nobody answered within 1 min" in run.refused(cmd.Resume())
    assert run.follow() is None
    run.ask(cmd.Answer("r1.1", "continue", "I was away, but hurry"))
    assert (run.state.needs, run.state.nudges) == ((), ("I was away, but hurry",))
    assert run.follow() is not None


def test_more_time_to_answer_lets_the_question_wait_on() -> None:
    run = tripped_by("escalation")
    run.ask(cmd.SetLimit("escalation", 120.0, "until tomorrow"))
    assert (run.state.status, run.plan().wake) == ("waiting", 59.0)
    run.ask(cmd.Answer("r1.1", "continue"))
    assert run.follow() is not None


def test_a_wait_is_overdue_from_its_last_second_and_only_once() -> None:
    run = spend(Run(a_loop(limits(human_wait=7200.0, escalate_at=0.8))).ready(), usd=4.5)
    assert overdue(run.state, Moment(1e9, 0.0)) == ()
    run.follow()
    run.at += 7199.0
    assert overdue(run.state, Moment(run.at, 0.0)) == ()
    run.at += 1.0
    (trip,) = overdue(run.state, Moment(run.at, 0.0))
    assert trip == ev.BreakerTripped("escalation", 7200.0, 7200.0, "nobody answered within 2 h")
    assert overdue(run.add(trip).state, Moment(run.at, 0.0)) == ()


def test_a_review_is_never_overdue() -> None:
    run = Run(a_loop(limits(human_wait=60.0))).ready().reviewed()
    assert overdue(run.state, Moment(run.at + 1e6, 0.0)) == ()


@pytest.mark.parametrize(
    ("seconds", "words"), [(45.0, "45 s"), (90.0, "1.5 min"), (86400.0, "24 h"), (0.5, "0.5 s")]
)
def test_a_span_is_told_in_its_largest_unit(seconds: float, words: str) -> None:
    assert span(seconds) == words


def test_a_forecast_needs_two_iterations_and_a_rate() -> None:
    run = Run(a_loop(WIDE)).ready()
    spend(run, usd=0.5).add(*run.evidence(1, tree(1), "fail")).add(*run.planned())
    assert reading(run, "cost").forecast == ""
    spend(run, usd=1.5).add(*run.evidence(2, tree(2), "fail")).add(*run.planned())
    assert reading(run, "cost").forecast == "trips in about 3 iterations"
    assert reading(run, "tokens").forecast == ""


def test_readings_never_go_down_over_a_replay() -> None:
    run = tripped_by("cost")
    run.ask(cmd.Resume(reset=True, reason="on"))
    seen: dict[str, float] = {}
    again = Run(run.state.loop)
    for record in run.log:
        again.active = record.active
        again.add(record.event, actor=record.actor)
        for name in ("iterations", "cost", "tokens", "time", "permission"):
            value = reading(again, name).value
            assert value >= seen.get(name, 0.0)
            seen[name] = value


# --- while a pause is pending ----------------------------------------------------------------


def pausing(bounds: Limits) -> Run:
    """A maker at work, and a person who asked for a pause at the next safe point."""
    run = Run(a_loop(bounds)).ready().begin().add(ev.EffectStarted("make", "1"))
    run.ask(cmd.Pause())
    assert isinstance(run.follow(), fx.Make)
    return run


def test_a_breaker_that_trips_while_a_pause_is_pending_does_not_wait_for_it() -> None:
    run = pausing(limits(time=100.0))
    run.active = 101.0
    assert run.follow() is None
    assert (run.state.status, run.state.tripped) == ("tripped", "time")
    assert "time" in run.refused(cmd.Resume())


def test_what_went_over_a_limit_before_the_pause_trips_before_anything_is_spent() -> None:
    run = pausing(limits(iterations=50))
    run.make(tree(1), micro_usd=6_000_000)
    assert run.follow() is None
    assert run.state.status == "paused"
    run.ask(cmd.Resume())
    assert run.follow() is None
    assert (run.state.status, run.state.tripped) == ("tripped", "cost")


def test_errors_count_while_a_pause_is_pending() -> None:
    run = pausing(limits(error_rate=ErrorRate(in_a_row=1)))
    run.add(ev.EffectFailed("make", "broken pipe"))
    assert run.follow() is None
    run.ask(cmd.Resume())
    assert run.follow() is None
    assert run.state.tripped == "errors"


@pytest.mark.parametrize(
    ("breaker", "value", "words"),
    [
        ("cost", 4.600001, "$4.60"),
        ("cost", 0.0004, "$0.0004"),
        ("tokens", 1_234_567.0, "1,234,567"),
        ("time", 12_345.678901, "3.43 h"),
        ("errors", 2 / 3, "67%"),
        ("stall", 3.0, "3"),
    ],
)
def test_a_reading_is_said_in_its_unit_and_is_short(breaker: str, value: float, words: str) -> None:
    assert said(breaker, value) == words
