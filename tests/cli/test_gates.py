"""Flaky tests and the quarantine, as a person at a shell sees them."""

from __future__ import annotations

from tests.cli.shell import PYTEST, Shell

TEST = "test_calc.py::test_add"


def test_a_test_is_set_aside_with_a_reason_and_counts_again(shell: Shell) -> None:
    none = shell("gates", "flaky")
    assert (none.code, none.out) == (0, "")
    assert "no test is in quarantine" in none.err
    assert shell("gates", "quarantine", TEST).code == 2
    assert shell("gates", "quarantine", TEST, "-m", "needs a port").code == 0
    (found,) = shell("gates", "flaky", "--json").json["tests"]
    assert (found["test"], found["quarantined"], found["reason"]) == (TEST, True, "needs a port")
    assert "in quarantine by human:" in shell("gates", "flaky").out
    assert shell("audit", "verify").code == 0
    assert shell("gates", "release", TEST).code == 0
    again = shell("gates", "release", TEST)
    assert again.code != 0
    assert "is not in quarantine" in again.err


def test_it_holds_for_every_gate_from_then_on(shell: Shell) -> None:
    """The only red test is set aside before the run: the goal is met on the base."""
    assert shell("gates", "quarantine", TEST, "-m", "known").code == 0
    assert shell.run(shell.loop(gate=PYTEST)).code == 0
    base = shell("logs", "fix-tests", "--gate", "0:tests").out
    assert "assert -1 == 5" in base
    assert "1 failed as known" in shell("logs", "fix-tests").out
