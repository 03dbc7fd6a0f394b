"""What is said when the screen is gone."""

from __future__ import annotations

from looptui.projections.values import NeedView, RunView
from looptui.tui.farewell import farewell

NEED = NeedView("r.1", "r", "loop", "approval", 100.0, "1 file +1 -1, all gates pass", "ab" * 20)


def _run(id_: str, state: str, loop: str = "fix", needs: int = 0) -> RunView:
    return RunView(
        id_, loop, state, None, 1, "base", "branch", None, {}, (), 0.0, 0, (NEED,) * needs
    )


def test_each_run_that_was_paused_is_named_with_the_way_on() -> None:
    views = [
        _run("c", "paused"), _run("b", "paused"), _run("a", "paused", "lint"),
        _run("e", "paused", "docs"), _run("d", "landed", "deps"),
    ]  # fmt: skip
    assert farewell(views, frozenset("abcd")).splitlines() == [
        "fix is paused; to go on: looptui resume fix",
        "fix is paused; to go on: looptui resume b",
        "lint is paused; to go on: looptui resume lint",
    ]


def test_open_needs_are_counted_and_nothing_is_said_about_nothing() -> None:
    one = [_run("a", "waiting", needs=1), _run("b", "landed")]
    assert farewell(one, frozenset("b")) == "1 need waits for you: looptui needs"
    assert farewell([*one, *one], frozenset()) == "2 needs wait for you: looptui needs"
    assert farewell([_run("b", "landed")], frozenset("b")) == ""
    assert farewell((), frozenset()) == ""
