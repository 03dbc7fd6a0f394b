from __future__ import annotations

import json
from dataclasses import asdict, fields

import pytest

from looptui.core import commands as cmd
from looptui.core import events as ev
from looptui.core.codec import decode, dumps, encode
from looptui.core.spec import GateSpec, Landing
from looptui.projections.values import IterationView, NeedView, RunView, branch_of
from looptui.projections.views import iteration_view, need_view, run_view
from tests.core.runs import BASE, Run, a_loop, limits, tree

BREAKERS = ("iterations", "cost", "time", "errors", "permission", "escalation")

CONTRACT = {
    RunView: "id loop state phase iteration base branch tree breakers gates cost_usd tokens needs",
    IterationView: "n tree gates score diffstat cost_usd seconds outcome",
    NeedView: "id run loop kind tree since",
}
"""Names that scripts rely on; they are only ever added to."""


def view(run: Run) -> RunView:
    return run_view(run.state, run.at)


@pytest.mark.parametrize("kind", CONTRACT, ids=lambda kind: kind.__name__)
def test_the_names_of_the_contract_are_there(kind: type) -> None:
    assert set(CONTRACT[kind].split()) <= {f.name for f in fields(kind)}


def test_breakers_have_value_limit_ratio_and_state() -> None:
    shown = asdict(view(Run().ready()))["breakers"]
    assert set(BREAKERS) < set(shown)
    assert all({"value", "limit", "ratio", "state"} <= set(gauge) for gauge in shown.values())
    assert shown["iterations"]["limit"] == 5.0


@pytest.mark.parametrize(
    "run",
    [
        Run(),
        Run().started(),
        Run().ready().begin(),
        Run().ready().iterate(tree(1)),
        Run().ready().reviewed(),
    ],
    ids=["new", "started", "making", "red", "review"],
)
def test_a_view_survives_its_row(run: Run) -> None:
    shown = view(run)
    assert decode(RunView, json.loads(dumps(encode(shown)))) == shown
    json.dumps(asdict(shown))


def test_what_a_run_waits_for() -> None:
    run = Run().ready().reviewed()
    shown = view(run)
    assert (shown.state, shown.phase, shown.tree) == ("waiting", None, tree(1))
    assert shown.needs == (need_view(run.state, run.state.needs[0]),)
    assert shown.needs[0].kind == "approval"
    assert shown.latest == shown.needs[0].text
    assert not shown.live
    assert not shown.ended


@pytest.mark.parametrize(
    ("effect", "phase"),
    [
        ("open-worktree", "preparing"),
        ("setup", "preparing"),
        ("make", "making"),
        ("capture", "making"),
        ("gate", "verifying"),
        ("plan-landing", "landing"),
        ("publish", "landing"),
    ],
)
def test_phases(effect: str, phase: str) -> None:
    run = Run().ready().begin().add(ev.EffectStarted(effect, "x"))
    assert view(run).phase == phase
    assert view(run).in_flight == f"{effect} x"
    assert view(run.add(ev.RunPaused("x"))).phase is None


def test_phases_between_effects() -> None:
    assert view(Run().started()).phase == "preparing"
    run = Run().ready()
    assert view(run).phase == "making"
    run.reviewed().ask(cmd.Approve(tree(1)))
    assert view(run).phase == "landing"


def test_gates_are_judged_running_or_waiting() -> None:
    gates = (GateSpec("lint", order=1), GateSpec("pytest", order=2), GateSpec("slow", order=3))
    run = Run(a_loop(gates=gates)).ready().begin().make(tree(1))
    run.add(ev.GateFinished(1, "lint", tree(1), "pass", 0.1, "clean", 1.0))
    run.add(ev.EffectStarted("gate", "pytest"))
    assert [(g.id, g.state) for g in view(run).gates] == [
        ("lint", "pass"),
        ("pytest", "running"),
        ("slow", "waiting"),
    ]


def test_gates_of_a_merged_tree_are_not_those_of_the_candidate() -> None:
    run = Run().ready().reviewed()
    run.ask(cmd.Approve(tree(1)))
    run.add(ev.TargetMoved("d" * 40, tree(9)), ev.EffectStarted("gate", "pytest"))
    assert view(run).tree == tree(9)
    assert [g.state for g in view(run).gates] == ["running"]


def test_an_iteration() -> None:
    run = Run(a_loop(limits(iterations=20))).ready(0.1).begin()
    run.make(tree(1), micro_usd=250_000, tokens_in=5)
    run.add(*run.evidence(1, tree(1), "fail", 0.5)).add(*run.planned())
    shown = iteration_view(run.state, run.state.iterations[0])
    assert (shown.n, shown.tree, shown.score, shown.outcome) == (1, tree(1), 0.5, "red")
    assert (shown.cost_usd, shown.tokens, shown.best) == (0.25, 5, True)
    assert (shown.diffstat.files, shown.diffstat.added, shown.diffstat.deleted) == (1, 2, 3)
    assert shown.seconds == 1.1
    assert shown.start_tree == BASE
    run.iterate(tree(2), share=0.9)
    assert not iteration_view(run.state, run.state.iterations[0]).best


def test_nudges_that_wait() -> None:
    run = Run().ready().begin()
    run.ask(cmd.Nudge("look"))
    assert view(run).nudges == 1
    assert view(run.add(ev.PromptBuilt(1, "p", 1))).nudges == 0


def test_a_run_that_ended() -> None:
    run = Run().ready().begin()
    run.ask(cmd.Stop())
    shown = view(run)
    assert (shown.state, shown.ended, shown.live, shown.reason) == (
        "stopped",
        True,
        False,
        "by a person",
    )
    assert shown.branch == branch_of("fix-tests", "r1") == "looptui/fix-tests/r1"


def test_the_target_is_the_one_that_the_loop_file_names() -> None:
    assert view(Run().ready()).target == "main"
    assert view(Run(a_loop(landing=Landing(target="release"))).ready()).target == "release"


def test_the_labels_of_the_loop_file_are_there_to_filter_by() -> None:
    assert view(Run(a_loop(labels=("nightly", "lint"))).ready()).labels == ("nightly", "lint")
