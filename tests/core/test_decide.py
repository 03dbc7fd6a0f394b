from __future__ import annotations

import pytest

from looptui.core import commands as cmd
from looptui.core import events as ev
from looptui.core.decide import LONGEST_COMMAND, decide
from looptui.core.spec import Approval
from looptui.core.status import TERMINAL
from tests.core.runs import BASE, Run, a_loop, limits, tree

EVERY = [
    cmd.Approve(tree(1)),
    cmd.SendBack(tree(1), "no"),
    cmd.Reject(tree(1)),
    cmd.Answer("r1.1", "continue"),
    cmd.Pause(),
    cmd.Resume(),
    cmd.Stop(),
    cmd.Discard(),
    cmd.Nudge("look"),
    cmd.SetLimit("cost", 9.0, "why"),
    cmd.Promote(),
    cmd.Restore(1, "why"),
    cmd.Rerun(),
    cmd.TakeHunks(tree(1), "1", tree(2)),
    cmd.Withdraw(tree(1)),
    cmd.Waive("abcd", "why"),
    cmd.Remember("fact", "x"),
    cmd.Revise("m-001"),
    cmd.UndoEdit(),
    cmd.Merge(("m-001", "m-002"), "x"),
]


def reviewed() -> Run:
    return Run().ready().reviewed()


def approved() -> Run:
    run = reviewed()
    run.ask(cmd.Approve(tree(1)))
    return run


def landing() -> Run:
    """Approved, and the intent to land is recorded."""
    run = approved()
    return run.add(ev.LandingPlanned("squash", "refs/heads/main", "c" * 40, "f" * 40, tree(1)))


def blocked() -> Run:
    run = approved().add(ev.LandingBlocked("dirty", "main is checked out and dirty"))
    assert run.follow() is None
    return run


def test_every_command_has_an_answer() -> None:
    assert {type(command) for command in EVERY} == set(cmd.REGISTRY.values())
    for command in EVERY:
        assert decide(Run().ready().state, command, 0.0) is not None


@pytest.mark.parametrize("state", sorted(TERMINAL))
@pytest.mark.parametrize("command", EVERY, ids=lambda command: command.kind)
def test_a_run_that_ended_takes_no_command(state: str, command: cmd.Command) -> None:
    run = Run().ready().add(ev.RunFinished(state, "done"), ev.WorktreeRemoved())
    assert state in run.refused(command)


# --- review ----------------------------------------------------------------------------------


def test_an_approval_names_the_tree_and_its_card() -> None:
    run = reviewed()
    need = run.state.needs[0]
    assert run.ask(cmd.Approve(tree(1)[:7])) == (
        ev.CandidateApproved(need.id, tree(1), need.card),
        ev.NeedClosed(need.id, "approved"),
    )
    assert run.state.approved == tree(1)
    assert run.state.approved_by == "human:you"
    assert run.state.status == "active"


@pytest.mark.parametrize("command", [cmd.Approve, cmd.Reject, lambda t: cmd.SendBack(t, "no")])
def test_a_stale_tree_is_refused_and_so_is_too_short_a_prefix(command: object) -> None:
    assert callable(command)
    run = reviewed()
    assert "stale" in run.refused(command(tree(2)))
    assert "7 characters" in run.refused(command(tree(1)[:6]))
    assert "7 characters" in run.refused(command(""))


def test_a_second_approval_changes_nothing() -> None:
    run = approved()
    assert "nothing waits for a review" in run.refused(cmd.Approve(tree(1)))


def test_protected_paths_need_a_reason() -> None:
    run = Run().ready().begin()
    run.add(
        ev.MakerFinished(1, "ended", 0, 1.0),
        ev.CandidateCaptured(1, tree(1), protected=("tests/test_a.py",)),
        *run.evidence(1, tree(1), "pass"),
    )
    run.follow()
    assert "tests/test_a.py" in run.refused(cmd.Approve(tree(1), reason=" "))
    run.ask(cmd.Approve(tree(1), reason="the test was wrong"))
    assert run.state.approved == tree(1)


def test_a_review_expires_and_is_shown_anew() -> None:
    run = Run(a_loop(approval=Approval(expires=60.0))).ready().reviewed()
    first = run.state.needs[0]
    run.at += 60.0
    assert decide(run.state, cmd.Approve(tree(1)), run.at)
    run.at += 1.0
    assert "expired" in run.refused(cmd.Approve(tree(1)))
    assert run.follow() is None
    second = run.state.needs[0]
    assert (second.id, second.tree, second.since) == ("r1.2", first.tree, run.at)
    run.ask(cmd.Approve(tree(1)))


def test_what_is_sent_back_needs_words_and_goes_on_from_that_candidate() -> None:
    run = reviewed()
    assert "-m TEXT" in run.refused(cmd.SendBack(tree(1), "  "))
    run.ask(cmd.SendBack(tree(1), "rename it"))
    assert run.state.iterations[0].outcome == "sent-back"
    assert run.state.candidate is None
    run.begin()
    assert run.state.iterations[1].start_tree == tree(1)


def test_a_final_rejection_ends_the_run() -> None:
    run = reviewed()
    run.ask(cmd.Reject(tree(1), "not wanted"))
    assert (run.state.status, run.state.reason, run.state.needs) == ("rejected", "not wanted", ())


def test_nothing_is_approved_before_it_is_shown() -> None:
    run = Run().ready().begin()
    assert "nothing waits" in run.refused(cmd.Approve(BASE))


# --- needs -----------------------------------------------------------------------------------


def escalated() -> Run:
    run = Run(a_loop(limits(escalate_at=0.8))).ready().begin()
    run.add(ev.MakerFinished(1, "ended", 0, 1.0, micro_usd=4_500_000)).follow()
    assert run.state.need("escalation") is not None
    return run


def test_an_escalation_is_answered_once_and_words_become_a_nudge() -> None:
    run = escalated()
    run.ask(cmd.Answer("r1.1", "continue", "but hurry"))
    assert run.state.status == "active"
    assert run.state.nudges == ("but hurry",)
    assert "not open" in run.refused(cmd.Answer("r1.1", "continue"))


@pytest.mark.parametrize("answer", ["stop", "deny"])
def test_an_escalation_can_end_the_run(answer: str) -> None:
    run = escalated()
    run.ask(cmd.Answer("r1.1", answer))
    assert run.state.status == "stopped"


def test_an_unknown_answer_and_an_answer_to_a_review_are_refused() -> None:
    assert "continue" in escalated().refused(cmd.Answer("r1.1", "perhaps"))
    assert "approve" in reviewed().refused(cmd.Answer("r1.1", "continue"))


def test_a_denied_permission_does_not_stop_the_run() -> None:
    run = Run().ready().begin().add(ev.NeedOpened("r1.1", "permission", "write x"))
    run.ask(cmd.Answer("r1.1", "deny", "use y"))
    assert run.state.status == "active"
    assert run.state.answers == {"r1.1": ("deny", "use y")}


def test_raising_the_limit_answers_the_question_about_it() -> None:
    run = escalated()
    run.ask(cmd.SetLimit("tokens", 9e9, "other", {"time": 9e9}))
    run.ask(cmd.SetLimit("cost", 4.8, "lower"))
    assert run.state.needs
    run.ask(cmd.SetLimit("cost", 50.0, "go on"))
    assert run.state.needs == ()
    assert run.follow() is not None


# --- pause and resume ------------------------------------------------------------------------


def test_a_pause_waits_for_the_effect_in_flight() -> None:
    run = Run().ready().begin().add(ev.EffectStarted("make", "1"))
    assert run.ask(cmd.Pause()) == (ev.PauseRequested("by a person"),)
    assert run.plan().effect is not None
    run.make(tree(1))
    assert run.follow() is None
    assert run.state.status == "paused"


def test_a_pause_now_interrupts() -> None:
    run = Run().ready().begin().add(ev.EffectStarted("make", "1"))
    run.ask(cmd.Pause(now=True))
    assert run.planned() == (ev.RunPaused("by a person"),)


def test_a_pause_with_nothing_in_flight_is_at_once_and_twice_is_once() -> None:
    run = Run().ready().begin()
    assert run.ask(cmd.Pause()) == (ev.RunPaused("by a person"),)
    assert run.ask(cmd.Pause()) == ()


@pytest.mark.parametrize("make", [reviewed, blocked, escalated])
def test_a_run_that_rests_is_not_paused(make: object) -> None:
    assert callable(make)
    assert "rests already" in make().refused(cmd.Pause())


def test_resume_takes_back_a_pause_that_has_not_come() -> None:
    run = Run().ready().begin().add(ev.EffectStarted("make", "1"))
    run.ask(cmd.Pause())
    run.ask(cmd.Resume())
    assert run.state.pausing is None


def test_resume_of_a_review_changes_nothing() -> None:
    assert reviewed().ask(cmd.Resume()) == ()


def test_resume_answers_an_escalation_and_a_conflict() -> None:
    for run in (escalated(), blocked()):
        run.ask(cmd.Resume())
        assert (run.state.status, run.state.needs, run.state.blocked) == ("active", (), "")


# --- limits ----------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [0.0, -1.0, float("nan"), float("inf")])
def test_no_breaker_can_be_switched_off(limit: float) -> None:
    assert "above 0" in Run().ready().refused(cmd.SetLimit("cost", limit, "why"))


def test_the_limit_of_errors_is_a_share() -> None:
    run = Run().ready()
    assert "share" in run.refused(cmd.SetLimit("errors", 1.5, "why"))
    run.ask(cmd.SetLimit("errors", 1.0, "why"))


def test_a_limit_needs_a_breaker_and_a_reason() -> None:
    assert "iterations, cost" in Run().ready().refused(cmd.SetLimit("speed", 1.0, "why"))
    assert "--reason" in Run().ready().refused(cmd.SetLimit("cost", 1.0, " "))


# --- landing ---------------------------------------------------------------------------------


def test_a_blocked_landing_is_tried_again_perhaps_another_way() -> None:
    run = blocked()
    run.ask(cmd.Promote("branch"))
    assert (run.state.way, run.state.status, run.state.blocked) == ("branch", "active", "")
    assert run.state.approved == tree(1)


def test_promote_needs_an_approval_and_a_way_that_exists() -> None:
    assert "approve a candidate" in reviewed().refused(cmd.Promote())
    assert "merge, squash, branch, patch" in blocked().refused(cmd.Promote("teleport"))


@pytest.mark.parametrize("command", [cmd.Stop(), cmd.Discard(), cmd.Promote("branch")])
def test_a_landing_under_way_is_not_overtaken(command: cmd.Command) -> None:
    run = landing()
    assert run.refused(command)
    run.add(ev.EffectStarted("publish"), ev.EffectAbandoned("publish", "died", crashed=True))
    assert run.refused(command)


def test_promote_of_a_landing_under_way_changes_nothing() -> None:
    assert landing().ask(cmd.Promote()) == ()


def test_a_publication_that_failed_can_be_repeated_and_not_be_led_elsewhere() -> None:
    run = landing().add(ev.EffectFailed("publish", "disk quota"))
    assert run.follow() is None
    assert run.state.need("conflict") is not None
    assert "disk quota" in run.state.needs[0].text
    assert "may have happened" in run.refused(cmd.Promote("branch"))
    run.ask(cmd.Promote())
    assert run.state.landing is not None
    assert run.follow() is not None


@pytest.mark.parametrize("command", [cmd.Stop(), cmd.Answer("r1.2", "stop")])
def test_the_end_of_a_run_whose_publication_failed_names_the_commit(command: cmd.Command) -> None:
    run = landing().add(ev.EffectFailed("publish", "disk quota"))
    run.follow()
    run.ask(command)
    assert run.state.status == "stopped"
    assert "f" * 40 in run.state.reason


def test_what_has_landed_is_neither_paused_nor_stopped() -> None:
    run = landing().add(ev.Landed("squash", "refs/heads/main", "f" * 40))
    assert "revert" in run.refused(cmd.Pause())
    assert "revert" in run.refused(cmd.Stop())


# --- words -----------------------------------------------------------------------------------


def test_an_empty_nudge_is_refused() -> None:
    assert Run().ready().refused(cmd.Nudge(" \n"))


@pytest.mark.parametrize("letter", ["a", "é", "\n", '"', "\x00"])
def test_what_people_say_fits_into_the_events_that_repeat_it(letter: str) -> None:
    run = reviewed()
    command = cmd.SendBack(tree(1), "no")
    while not isinstance(said := decide(run.state, command, run.at), cmd.Refusal):
        assert all(len(ev.encode(event, 1e6).encode()) < 8 * 1024 for event in said)
        command = cmd.SendBack(tree(1), command.text + letter * 97)
    assert len(command.text) * 6 > LONGEST_COMMAND - 1_000
    assert "bytes" in said.reason
