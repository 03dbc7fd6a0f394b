"""A part of a candidate is verified before its approval counts, and can be taken back till then."""

from __future__ import annotations

import pytest

from looptui.core import commands as cmd
from looptui.core import effects as fx
from looptui.core import events as ev
from looptui.core.finding import Finding
from looptui.core.hunks import numbers, spelled
from looptui.core.parts import card
from tests.core.runs import BASE, Run, tree

WHOLE, PART = tree(1), tree(2)


def taken(reason: str = "") -> Run:
    run = Run().ready().reviewed()
    run.ask(cmd.TakeHunks(WHOLE[:9], "1,3-4", PART, reason))
    return run


def made(run: Run, picked: str = PART, **facts: object) -> Run:
    return run.add(ev.TreePicked(WHOLE, picked, 1, 2, 3, **facts))  # type: ignore[arg-type]


def test_hunks_are_told_and_read_the_same() -> None:
    assert spelled([5, 1, 3, 4]) == "1,3-5"
    assert numbers("1, 3-5") == (1, 3, 4, 5)
    assert (spelled([]), numbers("none")) == ("none", ())


@pytest.mark.parametrize("text", ["", "0", "3-1", "1,,2", "-1", "all", "9999999", "1-200001"])
def test_what_is_no_number_of_a_hunk_is_said(text: str) -> None:
    with pytest.raises(ValueError, match=r"no number|names no hunks"):
        numbers(text)


def test_a_part_is_made_verified_and_only_then_approved_by_who_took_it() -> None:
    run = taken("the rest is not wanted")
    assert run.state.approved is None
    assert run.state.needs == ()
    assert run.follow() == fx.Pick(WHOLE, "1,3-4")
    assert made(run).follow() == fx.RunGate("pytest", PART, 1)
    assert run.state.approved is None
    run.add(*run.evidence(1, PART, "pass"))
    assert run.follow() == fx.PlanLanding(PART)
    assert run.state.approved == run.state.candidate == PART
    assert run.state.approved_by == "human:you"
    approval = run.log[-1]
    assert approval.actor == "human:you"
    assert isinstance(approval.event, ev.CandidateApproved)
    assert approval.event.reason == "the rest is not wanted"
    assert [e.state for e in run.state.proof] == ["pass"]


@pytest.mark.parametrize("state", ["fail", "error", "unavailable", "flaky"])
def test_a_part_that_gates_do_not_pass_opens_the_review_of_the_whole_again(state: str) -> None:
    run = made(taken())
    run.add(*run.evidence(1, PART, state))
    assert run.follow() is None
    need = run.state.need("approval")
    assert need is not None
    assert need.tree == WHOLE
    assert f"with hunks 1,3-4 alone gates do not pass (pytest {state}" in need.text
    assert run.state.approved is None
    assert [e.state for e in run.state.iterations[0].gates] == ["pass"]


def test_hunks_that_make_another_tree_than_the_one_approved_do_not_land() -> None:
    run = made(taken(), tree(3))
    assert run.follow() is None
    assert "another tree" in run.state.needs[0].text


def test_hunks_that_cannot_be_taken_apart_are_said() -> None:
    run = made(taken(), "", problem="these hunks cannot be taken without the others")
    assert run.follow() is None
    assert "without the others" in run.state.needs[0].text


def test_protected_paths_in_the_part_need_a_reason() -> None:
    run = made(taken(), protected=("tests/test_a.py",))
    assert run.follow() is None
    assert "tests/test_a.py" in run.state.needs[0].text
    assert "with a reason" in run.state.needs[0].text
    run = made(taken("they were wrong"), protected=("tests/test_a.py",))
    assert run.follow() == fx.RunGate("pytest", PART, 1)


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (cmd.TakeHunks(tree(7), "1", PART), "stale"),
        (cmd.TakeHunks(WHOLE, "none", PART), "no hunk is taken"),
        (cmd.TakeHunks(WHOLE, "one", PART), "no number of a hunk"),
        (cmd.TakeHunks(WHOLE, "1", WHOLE), "name the tree"),
        (cmd.TakeHunks(WHOLE, "1", PART[:12]), "name the tree"),
        (cmd.SendBack(WHOLE, "no", "x"), "no number of a hunk"),
        (cmd.Withdraw(WHOLE), "nothing is approved"),
    ],
)
def test_what_cannot_be_taken_is_refused(command: cmd.Command, why: str) -> None:
    assert why in Run().ready().reviewed().refused(command)


def test_a_moved_target_makes_the_part_a_candidate_to_review() -> None:
    run = made(taken())
    run.add(*run.evidence(1, PART, "pass"))
    run.follow()
    run.add(ev.TargetMoved("d" * 40, tree(9)))
    assert run.follow() == fx.RunGate("pytest", tree(9), 1)
    run.add(*run.evidence(1, tree(9), "pass"))
    assert run.follow() is None
    assert run.state.needs[0].tree == tree(9)


# --- taking it back ---------------------------------------------------------------------------


def test_an_approval_is_taken_back_until_its_landing_begins() -> None:
    run = Run().ready().reviewed()
    run.ask(cmd.Approve(WHOLE))
    run.ask(cmd.Withdraw(WHOLE, "on second thoughts"))
    assert run.follow() is None
    need = run.state.need("approval")
    assert need is not None
    assert (need.tree, run.state.approved) == (WHOLE, None)
    assert need.text.endswith("all gates pass; on second thoughts")
    run.ask(cmd.Approve(WHOLE))
    run.add(ev.EffectStarted("plan-landing", WHOLE))
    assert "being landed" in run.refused(cmd.Withdraw(WHOLE))
    run.add(ev.LandingPlanned("squash", "refs/heads/main", "c" * 40, "f" * 40, WHOLE))
    assert "looptui revert" in run.refused(cmd.Withdraw(WHOLE))


def test_a_blocked_landing_can_be_taken_back() -> None:
    run = Run().ready().reviewed()
    run.ask(cmd.Approve(WHOLE))
    run.add(ev.LandingBlocked("dirty", "main is checked out and dirty"))
    assert run.follow() is None
    run.ask(cmd.Withdraw(WHOLE))
    assert run.follow() is None
    assert [need.type for need in run.state.needs] == ["approval"]


@pytest.mark.parametrize("named", [WHOLE, PART])
def test_a_part_is_taken_back_while_gates_run_on_it(named: str) -> None:
    run = made(taken())
    run.add(ev.EffectStarted("gate", "pytest"))
    assert "is not what was approved" in run.refused(cmd.Withdraw(tree(5)))
    run.ask(cmd.Withdraw(named))
    run.add(*run.evidence(1, PART, "fail"))
    assert [e.state for e in run.state.iterations[0].gates] == ["pass"]
    assert run.follow() is None
    assert run.state.needs[0].tree == WHOLE


def test_a_pause_does_not_lose_what_was_taken() -> None:
    run = made(taken())
    run.ask(cmd.Pause())
    assert run.follow() is None
    run.ask(cmd.Withdraw(PART))
    assert run.follow() is None
    assert run.state.needs[0].tree == WHOLE


# --- sending back without some hunks -----------------------------------------------------------


def test_the_next_iteration_starts_without_the_rejected_hunks() -> None:
    run = Run().ready().reviewed()
    run.ask(cmd.SendBack(WHOLE, "not these", "1,3"))
    assert run.follow() == fx.Pick(WHOLE, "1,3")
    made(run)
    run.begin()
    assert run.state.iterations[1].start_tree == PART
    run.make(tree(3)).add(*run.evidence(2, tree(3), "fail"))
    assert run.follow() == fx.Make(3)
    assert run.state.iterations[2].start_tree != WHOLE


def test_all_hunks_rejected_start_from_the_base() -> None:
    run = Run().ready().reviewed()
    run.ask(cmd.SendBack(WHOLE, "none of it", "none"))
    assert run.follow() == fx.Pick(WHOLE, "none")
    run.add(ev.TreePicked(WHOLE, BASE)).begin()
    assert run.state.iterations[1].start_tree == BASE


def test_hunks_that_cannot_be_taken_out_stay_and_the_words_say_what_to_do() -> None:
    run = Run().ready().reviewed()
    run.ask(cmd.SendBack(WHOLE, "not these", "1,3"))
    made(run, "", problem="these hunks cannot be taken without the others").begin()
    assert run.state.iterations[1].start_tree == WHOLE


FOUND = Finding("early-exit", "src/a.py", 3, "the process ends", True, "ASI10")


def test_what_the_scan_found_in_a_part_is_named_before_it_lands() -> None:
    for rules, lands in (((), False), (("early-exit",), True)):
        run = Run().ready().reviewed()
        run.ask(cmd.TakeHunks(WHOLE[:9], "1", PART, "it is a probe", rules))
        made(run).add(ev.CandidateScanned(1, PART, (FOUND,)), *run.evidence(1, PART, "pass"))
        run.follow()
        assert (run.state.approved == PART) is lands
        assert (run.state.need("approval") is None) is lands


def test_what_the_scan_found_is_named_with_a_reason() -> None:
    run = Run().ready().reviewed()
    looked = Finding("check-off", "src/a.py", 4, "a check is off", False, "ASI10")
    run.add(ev.CandidateScanned(1, WHOLE, (looked, FOUND)))
    for command in (
        cmd.Approve(WHOLE),
        cmd.Approve(WHOLE, "why"),
        cmd.Approve(WHOLE, " ", ("early-exit",)),
        cmd.Approve(WHOLE, "why", ("check-off",)),
    ):
        assert "-m REASON --acknowledge early-exit" in run.refused(command)
    run.ask(cmd.Approve(WHOLE, "why", ("early-exit",)))
    approval = next(e.event for e in run.log if isinstance(e.event, ev.CandidateApproved))
    assert approval.acknowledged == ("early-exit",)


def test_a_finding_is_one_of_the_facts_of_the_card() -> None:
    run = Run().ready().reviewed()
    before = card(run.state)
    run.add(ev.CandidateScanned(1, WHOLE))
    assert card(run.state) == before
    run.add(ev.CandidateScanned(1, WHOLE, (FOUND,)))
    assert card(run.state) != before
