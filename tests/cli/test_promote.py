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
