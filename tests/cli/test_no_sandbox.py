"""On a machine whose sandbox is gone, whatever runs no command of the loop still works."""

from __future__ import annotations

from tests.cli.shell import Shell
from tests.cli.test_driving import working


def _crashed(shell: Shell) -> str:
    """A run whose process was killed while its maker worked, on a machine that then changed."""
    with working(shell) as driver:
        driver.kill()
        driver.communicate()
    shell.lose_sandbox()
    run: str = shell.state()["id"]
    return run


def test_a_run_can_be_stopped(shell: Shell) -> None:
    run = _crashed(shell)
    done = shell("stop", run)
    assert done.code == 0, done.err
    state = shell.state()
    assert (state["state"], state["tidy"], state["worktree"]) == ("stopped", True, None)


def test_a_run_can_be_discarded(shell: Shell) -> None:
    assert shell.run(shell.loop()).code == 4
    shell.lose_sandbox()
    assert shell("discard", "fix-tests").code == 0
    assert shell.state()["worktree"] is None


def test_a_run_can_be_paused_but_not_resumed(shell: Shell) -> None:
    run = _crashed(shell)
    assert shell("pause", run).code == 0
    state = shell.state()
    assert (state["state"], state["sandbox"]) == ("paused", "unavailable")

    before = state["iteration"]
    refused = shell("resume", run)
    assert refused.code == 6
    assert "--unsandboxed" in refused.err
    assert shell.state()["iteration"] == before


def test_nothing_new_is_started(shell: Shell) -> None:
    shell.lose_sandbox()
    refused = shell.run(shell.loop())
    assert refused.code == 6
    assert "--unsandboxed" in refused.err
    assert shell("status", "--json").json["runs"] == []


def test_a_candidate_that_was_verified_before_can_land(shell: Shell) -> None:
    assert shell.run(shell.loop()).code == 4
    shell.lose_sandbox()
    done = shell("approve", "fix-tests", "--tree", shell.need()["tree"])
    assert done.code == 0, done.err
    assert shell.commits() == 2


def test_a_landing_that_has_to_verify_again_pauses_and_loses_nothing(shell: Shell) -> None:
    assert shell.run(shell.loop()).code == 4
    first = shell.need()["tree"]
    (shell.repo / "more.py").write_text("x = 1\n")
    shell.commit("Somebody else's work")
    shell.lose_sandbox()
    paused = shell("approve", "fix-tests", "--tree", first)
    assert paused.code == 4, paused.err
    assert "--unsandboxed" in paused.err
    state = shell.state()
    assert state["state"] == "paused"
    assert state["tree"] != first

    verified = shell("resume", "fix-tests", "--unsandboxed")
    assert verified.code == 4, verified.err
    again = shell.need()
    assert (again["kind"], again["tree"]) == ("approval", state["tree"])
    assert shell("approve", "fix-tests", "--tree", again["tree"]).code == 0
    assert shell.commits() == 3


def test_a_blocked_landing_is_promoted(shell: Shell) -> None:
    """Where the target has moved meanwhile, promoting verifies: that takes the option."""
    assert shell.run(shell.loop()).code == 4
    (shell.repo / "calc.py").write_text("mine = 1\n")
    assert shell("approve", "fix-tests", "--tree", shell.need()["tree"]).code == 4
    shell.git("checkout", "--", "calc.py")
    (shell.repo / "more.py").write_text("x = 1\n")
    shell.commit("Somebody else's work")
    shell.lose_sandbox()
    moved = shell("promote", "fix-tests", "--unsandboxed")
    assert moved.code == 4, moved.err
    assert shell.need()["kind"] == "approval"
