"""A part of a change is approved: it is verified first, and exactly that part lands."""

from __future__ import annotations

import pytest

from tests.cli.shell import Done, Shell

EDITING = """
import pathlib, sys
asked = sys.stdin.read()
path = pathlib.Path("calc.py")
text = path.read_text()
path.write_text(text.replace("a - b", "a + b").replace("HELLO", "HELLO THERE"))
pathlib.Path("notes.md").write_text("what was asked:\\n" + asked)
"""
"""An agent that mends the fault, and does two things that nobody asked for."""


@pytest.fixture
def waiting(shell: Shell) -> Shell:
    """A change of three hunks waits for a review: 1 and 2 in calc.py, 3 is a new file."""
    filler = "".join(f"# line {n}\n" for n in range(30))
    text = f"def add(a, b):\n    return a - b\n\n\n{filler}HELLO = 1\n"
    (shell.repo / "calc.py").write_text(text)
    shell.commit("More")
    assert shell.run(shell.loop(EDITING)).code == 4
    return shell


def _decide(shell: Shell, verb: str, *words: str) -> Done:
    return shell(verb, "fix-tests", "--tree", shell.need()["tree"][:12], *words)


def test_hunks_are_counted_and_shown(waiting: Shell) -> None:
    listed = waiting("diff", "fix-tests", "--hunks")
    assert listed.code == 0, listed.err
    tree = waiting.need()["tree"]
    lines = listed.out.splitlines()
    assert lines[0] == f"tree {tree}, 3 hunks"
    assert lines[1].startswith("    1  calc.py  @@ -1,5 +1,5 @@")
    assert lines[2].startswith("    2  calc.py  @@ -32,4 +32,4 @@")
    assert lines[3].startswith("    3  notes.md  @@ -0,0 +1,")
    only = waiting("diff", "fix-tests", "--only", "2")
    assert "== hunk 2 of 3: calc.py" in only.out
    assert "+HELLO THERE = 1" in only.out
    assert "a + b" not in only.out
    for wrong in ("4", "x", "0"):
        refused = waiting("diff", "fix-tests", "--only", wrong)
        assert refused.code == 2
        assert "--hunks" in refused.err
    for wrong in ("4", "a", "none"):
        refused = _decide(waiting, "approve", "--hunks", wrong)
        assert refused.code == 2
        assert "hunk" in refused.err
    assert waiting.need()["tree"] == tree


def test_a_part_lands_alone_after_the_gates_passed_it(waiting: Shell) -> None:
    done = _decide(waiting, "approve", "--hunks", "1")
    assert done.code == 0, done.err
    assert "hunks 1 of 3 are tree " in done.err
    taken = done.err.partition("are tree ")[2][:40]
    assert waiting.git("rev-parse", "HEAD^{tree}") == taken
    text = (waiting.repo / "calc.py").read_text()
    assert "a + b" in text
    assert "HELLO = 1" in text
    assert not (waiting.repo / "notes.md").exists()
    message = waiting.git("log", "-1", "--format=%B")
    for trailer in ("Hunks: 1", "Gates: tests=pass", "Approved-by: "):
        assert trailer in message
    logged = waiting("logs", "fix-tests").out
    assert "hunks 1 of tree " in logged
    assert logged.index("hunks.taken") < logged.index("tree.picked")
    assert logged.rindex("gate.finished") < logged.index("candidate.approved")
    assert waiting("audit", "verify").code == 0


def test_a_part_that_does_not_pass_is_not_landed_and_can_be_chosen_anew(waiting: Shell) -> None:
    before, whole = waiting.commits(), waiting.need()["tree"]
    done = _decide(waiting, "approve", "--hunks", "2,3")
    assert done.code == 4, done.err
    assert "with hunks 2-3 alone gates do not pass" in done.err
    assert waiting.commits() == before
    assert waiting.need()["tree"] == whole
    assert _decide(waiting, "approve", "--hunks", "1,3").code == 0
    assert waiting.commits() == before + 1
    assert (waiting.repo / "notes.md").exists()


def test_rejected_hunks_are_gone_before_the_next_iteration_and_the_maker_is_told(
    waiting: Shell,
) -> None:
    done = _decide(waiting, "reject", "--without", "2", "-m", "leave the greeting alone")
    assert done.code == 4, done.err
    second = waiting("show", "fix-tests", "--json").json["iterations"][1]
    (objects,) = waiting.place.glob("state/**/git/HEAD")
    where = f"--git-dir={objects.parent}"
    start = waiting.git(where, "cat-file", "-p", f"{second['start_tree']}:calc.py")
    assert "a + b" in start
    assert "HELLO = 1" in start
    prompt = waiting("logs", "fix-tests", "--prompt", "2").out
    assert "leave the greeting alone" in prompt
    assert "These changes were rejected and are taken out again" in prompt
    assert "> +HELLO THERE = 1" in prompt
    assert waiting("reject", "fix-tests", "--final", "--without", "1").code == 2


def test_an_approval_whose_landing_is_in_the_way_is_taken_back(waiting: Shell) -> None:
    (waiting.repo / "calc.py").write_text("dirty\n")
    whole = waiting.need()["tree"]
    assert _decide(waiting, "approve", "--hunks", "1-3").code == 4
    asked = waiting("withdraw", "fix-tests")
    assert asked.code == 2
    assert f"--tree {whole}" in asked.err
    back = waiting("withdraw", "fix-tests", "--tree", whole, "-m", "on second thoughts")
    assert back.code == 4, back.err
    assert "on second thoughts" in waiting.need()["text"]
    assert waiting.need()["kind"] == "approval"
    again = waiting("withdraw", "fix-tests", "--tree", whole)
    assert again.code == 2
    assert "nothing is approved" in again.err
