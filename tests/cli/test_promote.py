"""A good candidate that was sent back and never bettered can still be had."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.shell import PYTEST, Shell
from tests.cli.test_breakers import GUESSING


@pytest.fixture(scope="module")
def sent_back(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A run of the built-in maker that gave up after its good candidate was sent back."""
    shell = Shell.at(tmp_path_factory.mktemp("sent-back"))
    file = shell.loop(gate=PYTEST)
    made = file.read_text().replace('agent = "command"', 'agent = "repair"')
    file.write_text("\n".join(line for line in made.splitlines() if "fix-tests.py" not in line))
    assert shell.run(file).code == 4
    done = shell("reject", "fix-tests", "--tree", shell.need()["tree"], "-m", "not so")
    assert done.code == 3, done.err
    run = shell.state()["id"]
    assert "iteration 1 passed every gate" in done.err
    assert f"looptui promote {run}" in done.err
    return shell


def test_status_and_show_name_the_candidate(sent_back: Shell) -> None:
    state = sent_back.state()
    assert (state["state"], state["good"]) == ("failed", 1)
    assert "iteration 1 passed every gate, promote takes it" in sent_back("status").out
    shown = sent_back("show", "fix-tests")
    assert f"looptui diff {state['id']} --iteration 1" in shown.out


def test_promote_puts_it_on_a_branch_and_touches_no_other(sent_back: Shell) -> None:
    state = sent_back.state()
    refused = sent_back("promote", "fix-tests", "--to", "squash")
    assert refused.code == 2
    done = sent_back("promote", "fix-tests")
    assert done.code == 0, done.err
    branch = f"looptui/fix-tests/{state['id']}"
    assert f"git merge {branch}" in done.err
    assert sent_back.git("show", f"{branch}:calc.py").endswith("return a + b")
    assert sent_back.git("rev-parse", f"{branch}^") == sent_back.git("rev-parse", "main")
    assert "Approved-by" not in sent_back.git("log", "-1", "--format=%B", branch)
    assert sent_back.commits() == 1
    after = sent_back.state()
    assert (after["state"], after["landed"]) == ("failed", None)
    last = sent_back("audit", "list", "--json").json["events"][-1]
    assert last["type"] == "candidate.branched"
    assert last["actor"].startswith("human:")

    again = sent_back("promote", "fix-tests")
    assert again.code == 0
    assert "already" in again.err
    assert sent_back.commits(branch) == 2


def test_a_red_candidate_is_not_promoted(shell: Shell) -> None:
    assert shell.run(shell.loop(GUESSING, breakers="iterations = 1")).code == 10
    assert shell("stop", "fix-tests").code == 0
    done = shell("promote", "fix-tests")
    assert done.code == 2
    assert "passed every gate" in done.err
    assert "git show refs/looptui/rescue/" in done.err


def test_what_was_rejected_for_good_is_not_offered(shell: Shell) -> None:
    assert shell.run(shell.loop()).code == 4
    done = shell("reject", "fix-tests", "--tree", shell.need()["tree"], "--final")
    assert done.code == 5
    assert "promote" not in done.err
    assert shell.state()["good"] == 0


def test_a_landed_run_has_nothing_left_to_promote(shell: Shell) -> None:
    assert shell.run(shell.loop()).code == 4
    assert shell("approve", "fix-tests", "--tree", shell.need()["tree"]).code == 0
    done = shell("promote", "fix-tests")
    assert done.code == 2
    assert "has landed as" in done.err
    assert not (Path(shell.repo) / ".git/refs/heads/looptui").exists()


GH = """#!/bin/sh
echo "$@" > "$0.asked"
[ "$1 $2" = "pr create" ] || exit 1
echo "Creating pull request"
echo https://github.com/you/shop/pull/7
"""


@pytest.fixture
def hosted(shell: Shell) -> Shell:
    """A repository with a remote, and a program that makes pull requests there."""
    remote = shell.place / "hosted.git"
    shell.git("init", "-q", "--bare", str(remote))
    shell.git("remote", "add", "origin", str(remote))
    tools = shell.place / "tools"
    tools.mkdir()
    (tools / "gh").write_text(GH)
    (tools / "gh").chmod(0o755)
    shell.env["PATH"] = f"{tools}:{shell.env['PATH']}"
    return shell


def test_a_branch_that_was_landed_becomes_a_pull_request(hosted: Shell) -> None:
    file = hosted.loop(more='[landing]\nway = "branch"')
    assert hosted.run(file).code == 4
    assert hosted("approve", "fix-tests", "--tree", hosted.need()["tree"]).code == 0
    done = hosted("promote", "fix-tests", "--to", "pr")
    assert done.code == 0, done.err
    branch = f"looptui/fix-tests/{hosted.state()['id']}"
    assert f"pushed {branch} to origin; https://github.com/you/shop/pull/7" in done.err
    remote = hosted.place / "hosted.git"
    assert hosted.git("ls-remote", str(remote), branch).split()[0] == hosted.git(
        "rev-parse", branch
    )
    asked = (hosted.place / "tools/gh.asked").read_text()
    assert f"--head {branch} --base main --title Make the failing tests pass." in asked
    assert "- tests: pass" in asked


def test_a_blocked_landing_can_become_a_pull_request(hosted: Shell) -> None:
    assert hosted.run(hosted.loop()).code == 4
    (hosted.repo / "calc.py").write_text("# under way\n")
    assert hosted("approve", "fix-tests", "--tree", hosted.need()["tree"]).code == 4
    done = hosted("promote", "fix-tests", "--to", "pr")
    assert done.code == 0, done.err
    assert "pull/7" in done.err
    assert hosted.state()["state"] == "landed"
    assert hosted.commits() == 1


def test_what_stands_in_the_way_of_a_pull_request_is_told_and_nothing_is_done(
    hosted: Shell,
) -> None:
    assert hosted.run(hosted.loop()).code == 4
    assert "approve a candidate first" in hosted("promote", "fix-tests", "--to", "pr").err
    (hosted.place / "tools/gh").unlink()
    without = hosted("promote", "fix-tests", "--to", "pr")
    assert (without.code, "gh is not on PATH" in without.err) == (6, True)
    hosted.git("remote", "remove", "origin")
    nowhere = hosted("promote", "fix-tests", "--to", "pr")
    assert (nowhere.code, "no remote to push to" in nowhere.err) == (6, True)
    assert hosted.state()["state"] == "waiting"
