"""What a person is shown of a verdict, and what it asks of them."""

from __future__ import annotations

from looptui.core import events as ev
from looptui.core.flaw import Flaw, Judged
from looptui.core.spec import CheckerSpec
from looptui.projections.caution import cautions
from looptui.projections.checking import verdict_view, verdict_words
from looptui.projections.patch import Diff
from tests.core.runs import Run, a_loop, tree

FLAW = Flaw("f1f1f1f1f1f1", "calc.py", 2, "major", "adds twice")


def judged(state: str, *found: Flaw, met: bool = True) -> Run:
    said = ev.CheckFinished(
        1, tree(1), state, "so it is", "litellm", "judge", "judge", 0.9, 0.8, 1, 1,
        (Judged("tests", met, "they pass"),), found,
    )  # fmt: skip
    return Run(a_loop(checker=CheckerSpec(model="judge"))).ready().add(said)


def test_an_objection_is_grave_and_a_finding_has_its_place() -> None:
    run = judged("fail", FLAW, met=False)
    view = verdict_view(run.state, tree(1))
    objection, finding = cautions(Diff(), verdict=view)
    assert (objection.grave, objection.text) == (True, "the checker does not pass it: so it is")
    assert (finding.grave, finding.place) == (False, "calc.py:2")
    head, unmet, found = verdict_words(view)
    assert head == "checker judge: fail, score 0.90 of 0.80: so it is"
    assert "not met: tests: they pass" in unmet
    assert "f1f1f1f1f1f1 major calc.py:2: adds twice" in found


def test_a_waiver_of_all_that_matters_takes_the_objection_away() -> None:
    run = judged("fail", FLAW).add(ev.FindingWaived(FLAW.id, "it is meant so"), actor="human:you")
    view = verdict_view(run.state, tree(1))
    assert view is not None
    assert view.objection == ""
    assert [(one.state, one.by, one.why) for one in view.findings] == [
        ("waived", "human:you", "it is meant so")
    ]
    assert cautions(Diff(), verdict=view) == ()


def test_a_waiver_does_not_meet_a_criterion() -> None:
    run = judged("fail", FLAW, met=False).add(ev.FindingWaived(FLAW.id, "so"), actor="human:you")
    view = verdict_view(run.state, tree(1))
    assert view is not None
    assert view.objection != ""


def test_what_passes_or_was_never_judged_warns_of_nothing() -> None:
    assert cautions(Diff(), verdict=verdict_view(judged("pass").state, tree(1))) == ()
    assert verdict_view(judged("pass").state, tree(2)) is None
    assert verdict_words(None) == ()
