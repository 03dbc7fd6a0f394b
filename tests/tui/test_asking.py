"""What is offered where an agent asks, and a word that interrupts."""

from __future__ import annotations

from looptui.core.commands import Nudge
from looptui.projections.values import NeedView
from looptui.tui.dialogs.need import _choices
from looptui.tui.nudging import nudge


def test_a_permission_is_answered_once_for_the_run_or_not() -> None:
    need = NeedView("r1.1", "r1", "fix", "permission", 0.0, "asks for the command make", None, ())
    assert [one.id for one in _choices(need)] == ["once", "run", "deny", "stop"]


def test_a_mark_before_a_word_makes_it_urgent() -> None:
    assert nudge("look at x")[0] == Nudge("look at x")
    command, said = nudge("! look at x")
    assert command == Nudge("look at x", now=True)
    assert "interrupted" in said
