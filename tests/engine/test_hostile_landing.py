"""What can happen to the target while somebody looks at the diff."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.engine.project import CALC
from tests.engine.shell import FIXED, MEND, Shell, finish, wait_for


def reviewed(place: Path, agent: str = MEND, **loop: Any) -> Shell:
    """A run that waits for its review."""
    shell = Shell.at(place, agent, **loop)
    assert shell.go().code == 4
    return shell


def commit(shell: Shell, name: str, text: str) -> None:
    (shell.repo / name).write_text(text)
    shell.git("add", name)
    shell.git("commit", "-q", "-m", f"Change {name}")


def test_a_target_that_moved_makes_a_new_candidate(tmp_path: Path) -> None:
    shell = reviewed(tmp_path)
    first = shell.need()["tree"]
    commit(shell, "more.txt", "x")
    assert shell.approve().code == 4
    second = shell.need()
    assert second["kind"] == "approval"
    stale = shell.run("approve", "fix-tests", "--tree", first)
    assert (stale.code, "stale" in stale.err) == (2, True)
    assert shell.commits() == 2
    assert shell.approve().code == 0
    assert shell.git("rev-parse", "HEAD^{tree}") == second["tree"]
    assert shell.commits() == 3
    shell.leaves_nothing()


def test_a_merge_that_turns_a_gate_red_does_not_land(tmp_path: Path) -> None:
    code = FIXED.replace("== 5", "== 5 and not os.path.exists('poison')")
    gate = (sys.executable, "-c", f"import os; {code}")
    shell = reviewed(tmp_path, gate=gate)
    commit(shell, "poison", "x")
    blocked = shell.approve()
    assert blocked.code == 4, blocked
    need = shell.need()
    assert (need["kind"], need["tree"] is not None) == ("conflict", True)
    assert shell.run("approve", "fix-tests", "--tree", need["tree"]).code == 2
    assert shell.commits() == 2
    assert shell.run("stop", "fix-tests").code == 0
    shell.leaves_nothing()


def test_a_conflict_names_the_branch_and_lands_when_it_was_merged(tmp_path: Path) -> None:
    shell = reviewed(tmp_path)
    commit(shell, "calc.py", CALC.replace("a - b", "b - a"))
    blocked = shell.approve()
    assert blocked.code == 4
    assert f"looptui promote {shell.status()['id']}" in blocked.err
    branch = shell.status()["branch"]
    assert shell.run("promote", "fix-tests").code == 4
    assert shell.commits() == 2
    shell.git("merge", "-q", "-X", "theirs", "-m", "By hand", branch)
    assert shell.run("promote", "fix-tests").code == 0
    assert shell.git("status", "--porcelain") == ""
    shell.leaves_nothing()


def test_a_target_that_has_the_same_change_gets_no_second_commit(tmp_path: Path) -> None:
    shell = reviewed(tmp_path)
    commit(shell, "calc.py", CALC.replace("a - b", "a + b"))
    landed = shell.approve()
    assert landed.code == 0
    assert "on main; it has the same change already" in landed.err
    assert shell.commits() == 2
    assert shell.run("revert", "fix-tests").code == 2
    shell.leaves_nothing()


def test_two_runs_with_the_same_change_land_it_once(tmp_path: Path) -> None:
    shell = reviewed(tmp_path)
    shell.loop.write_text(shell.loop.read_text().replace('"fix-tests"', '"other"'))
    assert shell.go().code == 4
    needs = shell.run("needs", "--json").json["needs"]
    shells = [shell.start("approve", need["run"], "--tree", need["tree"]) for need in needs]
    assert [finish(one).code for one in shells] == [0, 0]
    assert shell.commits() == 2
    shell.leaves_nothing()


def test_a_target_that_is_gone(tmp_path: Path) -> None:
    shell = reviewed(tmp_path)
    shell.git("checkout", "-q", "--detach")
    shell.git("branch", "-q", "-D", "main")
    assert shell.approve().code == 4
    need = shell.need()
    assert "--to branch" in need["text"]
    assert shell.run("promote", "fix-tests").code == 4
    assert shell.run("promote", "fix-tests", "--to", "branch").code == 0
    assert shell.commits(shell.status()["branch"]) == 2
    shell.leaves_nothing()


def test_a_target_that_moves_between_plan_and_publication(tmp_path: Path) -> None:
    shell = reviewed(tmp_path)
    process = shell.start("approve", "fix-tests", "--tree", shell.need()["tree"], "--jsonl")
    wait_for(process.stdout, "landing.planned")
    empty = shell.git("commit-tree", "-p", "HEAD", "-m", "Between", "HEAD^{tree}")
    shell.git("update-ref", "refs/heads/main", empty)
    assert finish(process).code == 0
    assert shell.git("log", "--format=%s", "main").splitlines().count("Between") <= 1
    assert "a + b" in shell.git("show", "main:calc.py")
    shell.leaves_nothing()


@pytest.mark.parametrize("name", ["refs/heads/main.lock", "index.lock"])
def test_the_lock_of_another_git_process_is_left_alone(tmp_path: Path, name: str) -> None:
    shell = reviewed(tmp_path)
    lock = shell.repo / ".git" / name
    lock.write_text("")
    blocked = shell.approve()
    assert blocked.code == 4, blocked
    assert lock.name in shell.need()["text"]
    assert lock.exists()
    assert shell.commits() == 1
    lock.unlink()
    assert shell.run("promote", "fix-tests").code == 0
    assert shell.commits() == 2
    shell.leaves_nothing()


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("chattr"), reason="needs chattr")
def test_a_branch_that_cannot_be_written(tmp_path: Path) -> None:
    shell = reviewed(tmp_path)
    branch = shell.repo / ".git/refs/heads/main"
    if subprocess.run(["chattr", "+i", branch], check=False, capture_output=True).returncode:
        pytest.skip("this file system has no immutable files")
    try:
        assert shell.approve().code == 4
    finally:
        subprocess.run(["chattr", "-i", branch], check=True)
    assert "main" in shell.need()["text"]
    assert shell.run("promote", "fix-tests").code == 0
    assert shell.commits() == 2
    shell.leaves_nothing()


def test_a_merge_under_way_is_not_disturbed(tmp_path: Path) -> None:
    shell = reviewed(tmp_path)
    (shell.repo / ".git/MERGE_HEAD").write_text(shell.git("rev-parse", "HEAD") + "\n")
    before = shell.user_files()
    assert shell.approve().code == 4
    assert "merge is under way" in shell.need()["text"]
    after = {name: of for name, of in shell.user_files().items() if "looptui" not in name}
    assert after == before
    (shell.repo / ".git/MERGE_HEAD").unlink()
    assert shell.run("promote", "fix-tests").code == 0
    shell.leaves_nothing()


def test_an_untracked_file_in_the_way(tmp_path: Path) -> None:
    shell = reviewed(tmp_path, f"{MEND}\nopen('new.txt', 'w').write('theirs')")
    (shell.repo / "new.txt").write_text("mine")
    assert shell.approve().code == 4
    assert "'new.txt' is in the way" in shell.need()["text"]
    assert (shell.repo / "new.txt").read_text() == "mine"
    (shell.repo / "new.txt").unlink()
    assert shell.run("promote", "fix-tests").code == 0
    assert (shell.repo / "new.txt").read_text() == "theirs"
    shell.leaves_nothing()


@pytest.mark.parametrize("dirty", [False, True])
def test_a_target_in_another_checkout_of_the_user(tmp_path: Path, dirty: bool) -> None:
    shell = Shell.at(tmp_path, more='[landing]\ntarget = "topic"')
    linked = tmp_path / "linked"
    shell.git("worktree", "add", "-q", str(linked), "-b", "topic")
    if dirty:
        (linked / "calc.py").write_text("mine\n")
    before = shell.user_files()
    assert shell.go().code == 4
    assert shell.user_files() == before
    assert shell.approve().code == (4 if dirty else 0)
    if dirty:
        assert (linked / "calc.py").read_text() == "mine\n"
        assert str(linked) in shell.need()["text"]
        subprocess.run(["git", "checkout", "-q", "calc.py"], cwd=linked, check=True)
        assert shell.run("promote", "fix-tests").code == 0
    assert "a + b" in (linked / "calc.py").read_text()
    assert shell.commits() == 1
    assert shell.commits("topic") == 2
    shell.leaves_nothing()


def test_a_checkout_that_needs_a_filter_program_is_told_how_to_follow(tmp_path: Path) -> None:
    shell = Shell.at(tmp_path, f"{MEND}\nopen('big.bin', 'w').write('changed')")
    commit(shell, ".gitattributes", "*.bin filter=lfs -text\n")
    commit(shell, "big.bin", "version https://git-lfs.github.com/spec/v1\n")
    marker = tmp_path / "ran"
    for side in ("clean", "smudge"):
        shell.git("config", f"filter.lfs.{side}", f"touch {marker}; cat")
    assert shell.go().code == 4
    landed = shell.approve()
    assert landed.code == 0
    assert not marker.exists()
    command = landed.err.partition("Now do: ")[2].split("\n")[0].split()
    subprocess.run(command, check=True, env=shell.env)
    assert marker.exists()
    assert "a + b" in (shell.repo / "calc.py").read_text()
    assert shell.git("diff", "--cached", "--name-only") == ""
    shell.leaves_nothing()


def test_no_hook_of_the_user_runs(tmp_path: Path) -> None:
    shell = reviewed(tmp_path)
    marker = tmp_path / "ran"
    names = ("pre-commit", "post-commit", "post-checkout", "reference-transaction", "post-merge")
    for name in (*names, "post-index-change"):
        hook = shell.repo / ".git/hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch '{marker}'\n")
        hook.chmod(0o755)
    assert shell.approve().code == 0
    reverted = shell.run("revert", "fix-tests")
    assert reverted.code == 0
    assert "on main" in reverted.err
    assert not marker.exists()
    assert "a - b" in (shell.repo / "calc.py").read_text()


def test_without_an_author_it_waits_with_exit_code_six(tmp_path: Path) -> None:
    shell = reviewed(tmp_path)
    shell.git("config", "--unset", "user.name")
    unfit = shell.approve()
    assert unfit.code == 6
    assert "git config user.name" in unfit.err
    assert shell.commits() == 1
    shell.git("config", "user.name", "Tester")
    assert shell.run("promote", "fix-tests").code == 0
    shell.leaves_nothing()


def test_a_worktree_that_is_gone_is_built_again(tmp_path: Path) -> None:
    shell = reviewed(tmp_path, f"{MEND}\nopen('more', 'a').write('x')")
    shutil.rmtree(shell.status()["worktree"])
    back = shell.run("reject", "fix-tests", "--tree", shell.need()["tree"], "-m", "more")
    assert back.code == 4, back
    shutil.rmtree(shell.status()["worktree"])
    assert shell.approve().code == 0
    assert (shell.repo / "more").read_text() == "xx"
    shell.leaves_nothing()


@pytest.mark.parametrize(("when", "n"), [("after", 3), ("before", 4), ("after", 4)])
def test_killed_while_sent_back_work_is_brought_onto_the_target(
    tmp_path: Path, when: str, n: int
) -> None:
    shell = reviewed(tmp_path, f"{MEND}calc.write_text(calc.read_text().replace('b - a', 'b + a'))")
    commit(shell, "calc.py", CALC.replace("a - b", "b - a"))
    assert shell.approve().code == 4
    need = shell.need()
    words = ("reject", need["run"], "--tree", need["tree"], "-m", "keep their order")
    program = (sys.executable, "-m", "tests.engine.dying", when, str(n))
    root = str(Path(__file__).parents[2])
    dying = replace(shell, program=program, more={"PYTHONPATH": root}).start(*words)
    dying.communicate()
    assert dying.returncode == -signal.SIGKILL
    assert shell.run("resume", need["run"]).code == 4
    assert shell.approve().code == 0
    assert "b + a" in shell.git("show", "main:calc.py")
    assert shell.commits() == 3
    shell.leaves_nothing()
