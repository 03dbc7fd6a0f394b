"""The moment at which somebody else has touched the target, and the other ways to land."""

from __future__ import annotations

from tests.cli.shell import PYTEST, Shell


def test_a_dirty_target_waits_and_can_be_promoted(shell: Shell) -> None:
    assert shell.run(shell.loop()).code == 4
    edited = "def add(a, b):\n    return a - b  # mine\n"
    (shell.repo / "calc.py").write_text(edited)
    blocked = shell("approve", "fix-tests", "--tree", shell.need()["tree"])
    assert blocked.code == 4, blocked.err
    assert (shell.repo / "calc.py").read_text() == edited
    assert shell.commits() == 1
    need = shell.need()
    assert need["kind"] == "conflict"
    assert "promote" in need["text"]
    assert shell("promote", "fix-tests").code == 4

    shell.git("checkout", "--", "calc.py")
    landed = shell("promote", "fix-tests")
    assert landed.code == 0, landed.err
    assert shell.commits() == 2
    assert "a + b" in (shell.repo / "calc.py").read_text()


def test_a_target_that_moved_is_verified_and_approved_again(shell: Shell) -> None:
    assert shell.run(shell.loop()).code == 4
    first = shell.need()["tree"]
    (shell.repo / "more.py").write_text("x = 1\n")
    shell.commit("Somebody else's work")
    again = shell("approve", "fix-tests", "--tree", first)
    assert again.code == 4, again.err
    second = shell.need()
    assert (second["kind"], second["tree"] != first) == ("approval", True)
    assert shell.commits() == 2
    assert shell("approve", "fix-tests", "--tree", first).code == 2

    assert shell("approve", "fix-tests", "--tree", second["tree"]).code == 0
    assert shell.commits() == 3
    assert shell.git("rev-parse", "HEAD^{tree}") == second["tree"]
    assert (shell.repo / "more.py").exists()


def test_what_the_target_brings_is_not_held_against_the_candidate(shell: Shell) -> None:
    test = shell.repo / "test_calc.py"
    assert test.exists()
    small = '[[gates]]\nid = "small"\nkind = "diff"\nmax_files = 1'
    assert shell.run(shell.loop(gate=PYTEST, more=small)).code == 4
    test.write_text("from more import x\n\ndef test_more():\n    assert x == 1\n")
    (shell.repo / "more.py").write_text("x = 1\n")
    shell.commit("Other tests, and what they test")

    again = shell("approve", "fix-tests", "--tree", shell.need()["tree"])
    assert again.code == 4, again.err
    need = shell.need()
    assert need["kind"] == "approval", need
    onto = shell.git("rev-parse", "main")
    assert shell("promote", "fix-tests", "--to", "branch").code == 2
    (shell.repo / "calc.py").write_text("in the way")
    assert shell("approve", "fix-tests", "--tree", need["tree"]).code == 4
    branch = shell.state()["branch"]
    assert shell.git("rev-parse", f"{branch}^") == onto, "it holds what was merged"
    assert shell("promote", "fix-tests", "--to", "patch").code == 0
    (patch,) = (shell.place / "state").glob("*/patches/*")
    assert "more.py" not in patch.read_text()


def test_a_conflicting_target_keeps_the_result_on_its_branch(shell: Shell) -> None:
    assert shell.run(shell.loop()).code == 4
    branch = shell.state()["branch"]
    (shell.repo / "calc.py").write_text("def add(a, b):\n    return b - a\n")
    moved = shell.commit("Somebody else's idea")
    blocked = shell("approve", "fix-tests", "--tree", shell.need()["tree"])
    assert blocked.code == 4, blocked.err
    need = shell.need()
    assert need["kind"] == "conflict"
    assert branch in need["text"]
    assert shell.git("rev-parse", "main") == moved
    assert "a + b" in shell.git("show", f"{branch}:calc.py")

    ended = shell("answer", need["id"], "stop")
    assert ended.code == 3, ended.err
    assert shell.state()["state"] == "stopped"


MERGING = """
import pathlib
calc = pathlib.Path("calc.py")
calc.write_text(calc.read_text().replace("a - b", "a + b").replace("b - a", "b + a"))
pathlib.Path("notes.txt").write_text("what add does")
"""


def test_a_conflict_is_sent_back_and_the_maker_goes_on_where_the_target_is(shell: Shell) -> None:
    assert shell.run(shell.loop(MERGING, gate=PYTEST)).code == 4
    base = shell.state()["base"]
    (shell.repo / "calc.py").write_text("def add(a, b):\n    return b - a\n")
    (shell.repo / "other.py").write_text("x = 1\n")
    moved = shell.commit("Somebody else's idea")
    blocked = shell("approve", "fix-tests", "--tree", shell.need()["tree"])
    assert blocked.code == 4, blocked.err
    need = shell.need()
    assert (need["kind"], need["approved"]) == ("conflict", True)
    assert f"looptui reject {need['run']} --tree {need['tree']} -m" in blocked.err
    assert shell("approve", "fix-tests", "--tree", need["tree"]).code == 2
    assert shell("reject", "fix-tests", "--tree", need["tree"]).code == 2

    words = ("--tree", need["tree"], "-m", "keep their order")
    again = shell("reject", "fix-tests", *words, "--jsonl")
    assert again.code == 4, again.err
    (rebased,) = [event["data"] for event in again.events if event["type"] == "run.rebased"]
    assert rebased["conflicts"] == ["calc.py"]
    assert rebased["commit"] == moved != base
    started = [event["data"] for event in again.events if event["type"] == "iteration.started"]
    assert started[0]["start_tree"] == rebased["tree"]
    prompt = shell("logs", "fix-tests", "--prompt", "2").out
    assert "- calc.py\n" in prompt
    assert "+    return a + b" in prompt
    assert "keep their order" in prompt
    assert "notes.txt" not in prompt.partition("Your change to them was:")[2]

    need = shell.need()
    assert need["kind"] == "approval"
    landed = shell("approve", "fix-tests", "--tree", need["tree"])
    assert landed.code == 0, landed.err
    assert shell.commits() == 3
    assert "b + a" in shell.git("show", "main:calc.py")
    assert shell.git("show", "main:notes.txt") == "what add does"
    assert (shell.repo / "other.py").exists()
    assert shell.state()["tidy"]


def test_a_conflict_can_be_rejected_for_good(shell: Shell) -> None:
    assert shell.run(shell.loop()).code == 4
    (shell.repo / "calc.py").write_text("def add(a, b):\n    return b - a\n")
    shell.commit("Somebody else's idea")
    assert shell("approve", "fix-tests", "--tree", shell.need()["tree"]).code == 4
    final = shell("reject", "fix-tests", "--tree", shell.need()["tree"], "--final")
    assert final.code == 5, final.err
    assert shell.commits() == 2


def test_a_run_from_a_detached_head_lands_on_a_branch(shell: Shell) -> None:
    shell.git("checkout", "-q", "--detach")
    assert shell.run(shell.loop()).code == 4
    state = shell.state()
    assert shell("approve", "fix-tests", "--tree", state["tree"]).code == 0
    assert shell.git("rev-parse", f"{state['branch']}^{{tree}}") == state["tree"]
    assert shell.commits() == 1


def test_a_patch_is_a_file_and_moves_no_branch(shell: Shell) -> None:
    assert shell.run(shell.loop(more='[landing]\nway = "patch"')).code == 4
    landed = shell("approve", "fix-tests", "--tree", shell.need()["tree"], "--jsonl")
    assert landed.code == 0, landed.err
    (event,) = [event for event in landed.events if event["type"] == "run.landed"]
    shell.git("apply", event["data"]["ref"])
    assert "a + b" in (shell.repo / "calc.py").read_text()
    assert shell.commits() == 1


def test_without_an_author_nothing_lands_until_there_is_one(shell: Shell) -> None:
    assert shell.run(shell.loop()).code == 4
    shell.git("config", "--unset", "user.email")
    unfit = shell("approve", "fix-tests", "--tree", shell.need()["tree"])
    assert unfit.code == 6, unfit.err
    assert "user.email" in unfit.err
    assert shell.commits() == 1
    shell.git("config", "user.email", "ada@example.org")
    assert shell("promote", "fix-tests").code == 0
    assert shell.commits() == 2


def test_a_target_that_is_gone_keeps_the_result(shell: Shell) -> None:
    shell.git("checkout", "-q", "-b", "topic")
    assert shell.run(shell.loop()).code == 4
    state = shell.state()
    shell.git("checkout", "-q", "main")
    shell.git("branch", "-q", "-D", "topic")
    blocked = shell("approve", "fix-tests", "--tree", state["tree"])
    assert blocked.code == 4, blocked.err
    assert shell.git("rev-parse", f"{state['branch']}^{{tree}}") == state["tree"]
    onto = shell("promote", "fix-tests", "--to", "branch")
    assert onto.code == 0, onto.err
