"""What is behind a run: diffs of what would land, and what makers and gates printed."""

from __future__ import annotations

import pytest

from tests.cli.shell import PYTEST, Shell
from tests.cli.test_breakers import GUESSING


def _merged(shell: Shell) -> dict[str, object]:
    """A run whose review is of its candidate merged onto a target that moved."""
    assert shell.run(shell.loop()).code == 4
    (shell.repo / "more.py").write_text("x = 1\n")
    shell.commit("Somebody else's work")
    assert shell("approve", "fix-tests", "--tree", shell.need()["tree"]).code == 4
    return shell.need()


def test_the_diff_is_what_an_approval_would_land(shell: Shell) -> None:
    need = _merged(shell)
    shown = shell("diff", "fix-tests")
    assert shown.code == 0, shown.err
    changed = [line for line in shown.out.splitlines() if line[:1] in "+-"]
    assert changed == [
        "--- a/calc.py",
        "+++ b/calc.py",
        "-    return a - b",
        "+    return a + b",
    ]
    onto = shell.git("rev-parse", "main")[:12]
    assert f"tree {str(need['tree'])[:12]}, merged onto main at {onto}" in shown.err
    assert shell("diff", "fix-tests", "--stat").out.split() == ["+1", "-1", "calc.py"]


def test_the_diff_of_an_iteration_is_against_its_base(shell: Shell) -> None:
    _merged(shell)
    of_base = shell("diff", "fix-tests", "--iteration", "1")
    assert of_base.err == ""
    assert "+    return a + b" in of_base.out
    none = shell("diff", "fix-tests", "--iteration", "7")
    assert none.code == 2
    assert "It has 1 to 1." in none.err


def test_before_the_first_candidate_there_is_no_diff(shell: Shell) -> None:
    assert shell.run(shell.loop("import sys; sys.exit(3)", breakers="iterations = 1")).code == 10
    none = shell("diff", "fix-tests")
    assert none.code == 0
    assert none.out == ""


def test_the_output_of_gates(shell: Shell) -> None:
    small = '[[gates]]\nid = "small"\nkind = "diff"\nmax_files = 1'
    assert shell.run(shell.loop(gate=PYTEST, more=small)).code == 4
    base = shell("logs", "fix-tests", "--gate", "0")
    assert base.code == 0, base.err
    assert base.out.startswith("== tests: fail, ")
    assert "assert -1 == 5" in base.out
    both = shell("logs", "fix-tests", "--gate", "1")
    assert [line.split(":")[0] for line in both.out.splitlines() if line.startswith("==")] == [
        "== tests",
        "== small",
    ]
    alone = shell("logs", "fix-tests", "--gate", "1:tests")
    assert "==" not in alone.out
    assert "1 passed" in alone.out


@pytest.mark.parametrize(
    ("wanted", "words"),
    [("one", "which iteration?"), ("9", "no iteration 9"), ("1:ruff", "These have: tests.")],
)
def test_gates_that_did_not_run(shell: Shell, wanted: str, words: str) -> None:
    assert shell.run(shell.loop()).code == 4
    done = shell("logs", "fix-tests", "--gate", wanted)
    assert done.code == 2
    assert words in done.err


def test_events_of_the_last_minutes(shell: Shell) -> None:
    assert shell.run(shell.loop(GUESSING, breakers="iterations = 1")).code == 10
    whole = shell("logs", "fix-tests", "--jsonl").events
    assert shell("logs", "fix-tests", "--jsonl", "--since", "1h").events == whole
    assert shell("logs", "fix-tests", "--jsonl", "--since", "1ms").out == ""
    wrong = shell("logs", "fix-tests", "--since", "soon")
    assert wrong.code == 2
    assert "10m" in wrong.err


def test_what_was_never_said(shell: Shell) -> None:
    assert shell.run(shell.loop()).code == 4
    assert "asked: " in shell("logs", "fix-tests", "--maker", "1").out
    assert "Make the failing tests pass." in shell("logs", "fix-tests", "--prompt", "1").out
    assert shell("logs", "fix-tests", "--maker", "2").code == 2
    assert shell("logs", "fix-tests", "--prompt", "2").code == 2


def test_a_patch_can_be_applied_elsewhere_and_the_base_can_be_asked_for(shell: Shell) -> None:
    assert shell.run(shell.loop()).code == 4
    patch = shell("diff", "fix-tests", "--patch").out
    (shell.repo / "other.txt").write_text("another change\n")
    shell.commit("The target moves")
    assert shell("approve", "fix-tests", "--tree", shell.need()["tree"]).code == 4
    merged, base = shell("diff", "fix-tests"), shell("diff", "fix-tests", "--base")
    assert "merged onto main" in merged.err
    assert base.err == ""
    assert base.out == patch
    (shell.place / "it.patch").write_text(patch)
    shell.git("apply", str(shell.place / "it.patch"))
    assert "a + b" in (shell.repo / "calc.py").read_text()
    assert shell("diff", "fix-tests", "--patch", "--stat").code == 2
