"""What never landed is kept when its run ends: also files that no candidate holds yet."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.shell import Shell, finish, wait_for
from tests.cli.test_breakers import GUESSING

SLOW = """\
import pathlib, time
pathlib.Path("half.txt").write_text("half done")
print("wrote", flush=True)
time.sleep(600)
"""


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell.at(tmp_path)


def test_files_of_a_maker_that_was_stopped_are_kept(shell: Shell) -> None:
    process = shell.start("run", str(shell.loop(SLOW)), "--headless", "--trust", "--jsonl")
    wait_for(process.stdout, "prompt.built")
    written = Path(shell.state()["worktree"]) / "half.txt"
    while not written.exists():
        assert process.poll() is None
    assert shell("stop", "fix-tests").code == 0
    finish(process)
    ref = f"refs/looptui/rescue/{shell.state()['id']}"
    assert shell.git("show", f"{ref}:half.txt") == "half done"


def test_a_red_candidate_is_kept(shell: Shell) -> None:
    assert shell.run(shell.loop(GUESSING, breakers="iterations = 1")).code == 10
    tree = shell.state()["tree"]
    done = shell("stop", "fix-tests")
    assert done.code == 0
    ref = f"refs/looptui/rescue/{shell.state()['id']}"
    assert ref in done.err
    assert shell.git("rev-parse", f"{ref}^{{tree}}") == tree


def test_a_good_candidate_that_was_discarded_is_kept(shell: Shell) -> None:
    assert shell.run(shell.loop()).code == 4
    done = shell("discard", "fix-tests")
    assert f"refs/looptui/rescue/{shell.state()['id']}" in done.err


def test_a_run_that_changed_nothing_leaves_no_ref(shell: Shell) -> None:
    assert shell.run(shell.loop("pass")).code == 13
    assert shell("stop", "fix-tests").code == 0
    assert shell.git("for-each-ref", "refs/looptui") == ""
