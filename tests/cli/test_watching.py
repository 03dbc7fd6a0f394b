"""`status --watch`: a picture on a terminal, and elsewhere each change once."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from looptui.cli.watching import Changes, Picture
from tests.cli.shell import SECONDS, Shell


@pytest.fixture
def waiting(shell: Shell) -> Shell:
    """A run that waits for its review."""
    assert shell.run(shell.loop()).code == 4
    return shell


@contextmanager
def _watching(shell: Shell, *words: str) -> Iterator[subprocess.Popen[str]]:
    process = shell.start("status", "--watch", *words)
    try:
        yield process
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=SECONDS)
        assert process.returncode == 130
    finally:
        process.kill()
        process.communicate()


def test_without_a_terminal_each_change_is_a_line(waiting: Shell) -> None:
    run = waiting.state()["id"]
    with _watching(waiting) as watch:
        assert watch.stdout is not None
        assert watch.stdout.readline().startswith(f"fix-tests {run} waiting iteration 1: ")
        assert waiting("stop", "fix-tests").code == 0
        assert watch.stdout.readline().startswith(f"fix-tests {run} stopped iteration 1: ")


def test_json_is_an_object_for_each_change(waiting: Shell) -> None:
    with _watching(waiting, "--json") as watch:
        assert watch.stdout is not None
        assert '"state": "waiting"' in watch.stdout.readline()
        assert waiting("stop", "fix-tests").code == 0
        assert any('"state": "stopped"' in line for line in watch.stdout), "a step may come between"


def test_a_terminal_shows_a_picture_that_changes_in_place(waiting: Shell) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        waiting.argv("status", "--watch"), cwd=waiting.repo, env={**waiting.env, "TERM": "xterm"},
        stdin=theirs, stdout=theirs, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    try:
        first = _until(ours, b"ctrl+c ends this")
        assert b"waiting" in first
        assert first.count(b"\x1b[2J") == 1
        assert waiting("stop", "fix-tests").code == 0
        then = _until(ours, b"stopped")
        assert b"\x1b[2J" not in then, "that would flicker"
        assert b"\x1b[H" in then
        process.send_signal(signal.SIGINT)
        assert process.wait(SECONDS) == 130
    finally:
        process.kill()
        process.wait(SECONDS)
        os.close(ours)


def _until(terminal: int, mark: bytes) -> bytes:
    shown = b""
    while mark not in shown:
        shown += os.read(terminal, 4096)
    return shown


def test_a_line_is_told_again_only_where_it_changed() -> None:
    told: list[str] = []
    changes = Changes(told.append)
    changes.see({"a": "1", "b": "2"})
    changes.see({"a": "1", "b": "3"})
    changes.see({"b": "3", "c": "4"})
    assert told == ["1", "2", "3", "4"]


def test_a_list_longer_than_the_terminal_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINES", "6")
    Picture().draw([f"line {n}" for n in range(10)])
    shown = capsys.readouterr().out
    assert "line 3" in shown
    assert "line 4" not in shown
    assert "6 more; ctrl+c" in shown
