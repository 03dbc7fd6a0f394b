"""A review without a screen: questions in lines, and nothing decided before the last."""

from __future__ import annotations

import os
import pty
import subprocess
from collections.abc import Sequence

from tests.cli.shell import SECONDS, Shell
from tests.cli.test_hunks import waiting

__all__ = ["waiting"]

_ASKED = (b"]:", b"(it is recorded):", b"what should change:")


def _walk(shell: Shell, answers: Sequence[str], loop: str = "fix-tests") -> tuple[int, str]:
    """Run the review on a terminal of its own and answer its questions, one after the other."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        shell.argv("review", loop), cwd=shell.repo, env=shell.env,
        stdin=theirs, stdout=theirs, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    shown, left = b"", list(answers)
    try:
        while piece := os.read(ours, 4096):
            shown += piece
            if left and shown.rstrip(b" ").endswith(_ASKED):
                os.write(ours, f"{left.pop(0)}\n".encode())
                shown += b"\n"
    except OSError:
        pass
    finally:
        os.close(ours)
    assert not left, shown.decode()
    return process.wait(SECONDS), shown.decode()


def test_leaving_decides_nothing(waiting: Shell) -> None:
    before = waiting.commits()
    code, shown = _walk(waiting, ["s", "b", "a", "e", ""])
    assert code == 4
    assert "hunk 1 of 3, open: calc.py" in shown
    assert "    2 +    return a + b" in shown
    assert "1 accepted, 0 rejected, 2 open" in shown
    assert "nothing was decided" in shown
    assert (waiting.commits(), waiting.state()["state"]) == (before, "waiting")


def test_hunks_are_taken_one_by_one(waiting: Shell) -> None:
    code, shown = _walk(waiting, ["a", "x", "x", "take"])
    assert code == 0, shown
    assert "take: runs the gates on the hunks that were not rejected" in shown
    assert "approve:" not in shown
    text = (waiting.repo / "calc.py").read_text()
    assert "a + b" in text
    assert "HELLO = 1" in text
    assert not (waiting.repo / "notes.md").exists()


def test_comments_and_rejected_hunks_go_back(waiting: Shell) -> None:
    answers = ["c", "why plus?", "2", "a", "x", "e", "back", "think again"]
    code, shown = _walk(waiting, answers)
    assert code == 4, shown
    prompt = waiting("logs", "fix-tests", "--prompt", "2").out
    assert "think again" in prompt
    assert "calc.py:2\n> @@" in prompt
    assert "why plus?" in prompt
    assert "> +HELLO THERE = 1" in prompt


def test_without_a_terminal_it_says_how_else(waiting: Shell) -> None:
    refused = waiting("review", "fix-tests")
    assert refused.code == 2
    assert "--hunks" in refused.err


def test_what_has_to_be_looked_at_twice_needs_a_reason(shell: Shell) -> None:
    agent = """
import pathlib
pathlib.Path("calc.py").write_text("def add(a, b):\\n    return a + b\\n")
pathlib.Path("test_calc.py").write_text("import calc\\n")
"""
    assert shell.run(shell.loop(agent)).code == 4
    code, shown = _walk(shell, ["e", "approve", "y", "the test was wrong"])
    assert "look twice: test_calc.py protected" in shown
    assert "say it in a few words" in shown
    assert code == 0, shown
    assert "tests are removed: test_add" in shown


def test_only_the_whole_word_approves(waiting: Shell) -> None:
    code, _ = _walk(waiting, ["e", "y", "yes", "a", "take", "approv", ""])
    assert (code, waiting.state()["state"]) == (4, "waiting")
