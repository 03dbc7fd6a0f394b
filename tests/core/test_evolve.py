from __future__ import annotations

import pytest

from looptui.core import commands as cmd
from looptui.core import events as ev
from looptui.core.evolve import evolve, new, replay
from looptui.core.state import InFlight, standing
from looptui.core.status import TERMINAL
from tests.core.runs import BASE, Run, a_loop, limits, tree

RESULTS = [
    ev.EffectAbandoned("make", "interrupted"),
    ev.EffectFailed("make", "broken"),
    ev.WorktreeOpened("/w", BASE),
    ev.SetupFinished(True, 0.0, "e"),
    ev.MakerFinished(1, "ended", 0, 1.0),
    ev.CandidateCaptured(1, tree(1)),
    ev.GateFinished(1, "pytest", tree(1), "pass", 0.1, "", 1.0),
    ev.LandingPlanned("squash", "refs/heads/main", "c", "f", tree(1)),
    ev.LandingBlocked("dirty", "dirty"),
    ev.TargetMoved("d", tree(9)),
    ev.Landed("squash", "refs/heads/main", "f"),
    ev.WorktreeRemoved(),
]


@pytest.mark.parametrize("result", RESULTS, ids=lambda event: event.kind)
def test_a_result_ends_the_effect_in_flight(result: ev.Event) -> None:
    run = Run().ready().begin().add(ev.EffectStarted("make", "1", 2))
    assert run.state.in_flight == InFlight("make", "1", 2)
    assert run.add(result).state.in_flight is None


@pytest.mark.parametrize(
    "event",
    [ev.PromptBuilt(1, "p", 1), ev.TimePassed(), ev.Nudged("x"), ev.BreakerWarned("c", 1, 2)],
)
def test_what_happens_meanwhile_does_not_end_it(event: ev.Event) -> None:
    run = Run().ready().begin().add(ev.EffectStarted("make", "1"))
    assert run.add(event).state.in_flight is not None


@pytest.mark.parametrize("end", sorted(TERMINAL))
def test_an_end_is_never_left(end: str) -> None:
    run = Run().ready().begin().add(ev.RunFinished(end, "so it ended"))
    after = [
        *RESULTS,
        ev.SessionStarted("tui", 2, "b", "none", "0"),
        ev.RunPaused("disk full"),
        ev.RunResumed(),
        ev.RunParked(1.0, "x"),
        ev.RunUnparked(),
        ev.BreakerTripped("cost", 1, 1, "x"),
        ev.NeedOpened("r1.9", "approval", "x"),
        ev.NeedClosed("r1.9", "x"),
        ev.RunFinished("failed", "again", unfit=True),
        ev.Reverted("refs/heads/main", "a", "b"),
        ev.CandidateBranched(1, tree(1), "refs/heads/looptui/fix/r1", "a"),
    ]
    for event in after:
        run.add(event)
        assert (run.state.status, run.state.reason, run.state.unfit) == (end, "so it ended", False)


def test_the_end_takes_the_place_of_a_pause_that_was_asked_for() -> None:
    run = Run().ready().begin().add(ev.EffectStarted("make", "1"), ev.PauseRequested("later"))
    run.add(ev.RunFinished("stopped", "by a person"))
    assert run.state.pausing is None, "else the maker works on although the run has ended"


def test_the_end_closes_every_need() -> None:
    run = Run().ready().reviewed()
    run.ask(cmd.Stop())
    assert run.state.needs == ()


def test_replay_is_the_fold_and_each_prefix_is_a_state_it_was_in() -> None:
    run = Run()
    states = []
    for record in Run().ready().reviewed().log:
        run.add(record.event)
        states.append(run.state)
    for n in range(1, len(run.log) + 1):
        assert replay(new("r1", a_loop()), run.log[:n]) == states[n - 1]


def test_active_seconds_never_go_back_and_are_as_exact_as_the_log() -> None:
    run = Run().ready()
    run.active = 12.34567
    run.add(ev.TimePassed())
    assert run.state.active == 12.346
    run.active = 3.0
    assert run.add(ev.TimePassed()).state.active == 12.346


def test_money_and_tokens_add_up_and_an_unknown_price_is_not_nothing() -> None:
    run = Run(a_loop(limits(iterations=20))).ready().begin()
    run.make(tree(1), tokens_in=10, tokens_out=5, micro_usd=1_500)
    assert (run.state.tokens, run.state.micro_usd, run.state.priced) == (15, 1_500, True)
    run.add(*run.evidence(1, tree(1), "fail")).add(*run.planned())
    run.begin().make(tree(2), tokens_in=7)
    assert (run.state.tokens, run.state.micro_usd, run.state.priced) == (22, 1_500, False)
    assert run.state.iterations[-1].tokens == 7


def test_a_word_that_came_after_the_prompt_was_built_waits_for_the_next() -> None:
    run = Run().ready().begin().add(ev.Nudged("in it"), ev.Nudged("too late"))
    run.add(ev.PromptBuilt(1, "p" * 64, 10, nudges=1))
    assert run.state.iterations[0].nudges == ("in it",)
    assert run.state.nudges == ("too late",)


def test_a_pause_and_a_resume() -> None:
    run = Run().ready().begin().add(ev.PauseRequested("by a person", now=True))
    assert (run.state.pausing, run.state.pause_now) == ("by a person", True)
    run.add(ev.RunPaused("by a person"))
    assert (run.state.status, run.state.pausing, run.state.pause_now) == ("paused", None, False)
    run.add(ev.RunResumed())
    assert (run.state.status, run.state.reason) == ("active", "")


def test_a_session_starts_a_run_that_is_queued_and_no_other() -> None:
    session = ev.SessionStarted("tui", 1, "b", "landlock", "0")
    run = Run().add(ev.RunCreated("l", "s", "d", "c", BASE))
    assert run.state.status == "queued"
    assert run.add(session).state.status == "active"
    assert run.add(ev.RunPaused("x"), session).state.status == "paused"
    assert run.state.sandbox == "landlock"


def test_evidence_of_the_tree_from_which_an_iteration_starts() -> None:
    run = Run(a_loop(limits(iterations=20))).ready(0.1).iterate(tree(1), share=0.5)
    run.iterate(tree(2), share=0.2).begin()
    newest = run.state.iterations[-1]
    assert newest.start_tree == tree(1)
    assert standing(run.state, newest)[0].share == 0.5
    assert standing(run.state, run.state.iterations[0]) == run.state.baseline


def test_only_a_limit_that_changed_is_warned_of_again() -> None:
    run = Run().ready().add(ev.BreakerWarned("cost", 4, 5), ev.BreakerWarned("time", 4, 5))
    run.add(ev.LimitRaised("cost", 9, "why"))
    assert run.state.warned == {"time"}
    assert run.state.raised == {"cost": 9}


def test_evolve_changes_no_value_it_was_given() -> None:
    before = Run().ready().begin().state
    kept = (before.iterations, before.samples, dict(before.half_open), before.events)
    evolve(before, ev.Record(ev.MakerFinished(1, "ended", 0, 1.0), before.events + 1, 0, "e", 0))
    assert kept == (before.iterations, before.samples, dict(before.half_open), before.events)
