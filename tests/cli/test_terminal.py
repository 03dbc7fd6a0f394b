"""With a terminal a command may ask; the answer no leaves everything as it was."""

from __future__ import annotations

import os
import pty
import subprocess

import pytest

from tests.bench.terminal import Terminal
from tests.cli.shell import SECONDS, Shell


def _answer(shell: Shell, answer: str, *words: str) -> tuple[int, str]:
    """Run a command on a terminal of its own and type one line; its code and what was shown."""
    ours, theirs = pty.openpty()
    try:
        process = subprocess.Popen(
            shell.argv(*words), cwd=shell.repo, env=shell.env,
            stdin=theirs, stdout=theirs, stderr=theirs,
        )  # fmt: skip
        os.close(theirs)
        shown = _until(ours, b"]: ")
        os.write(ours, f"{answer}\n".encode())
        shown += _until(ours, None)
        return process.wait(SECONDS), shown.decode()
    finally:
        os.close(ours)


def _until(terminal: int, mark: bytes | None) -> bytes:
    """What is shown up to a mark, or to the end."""
    shown = b""
    while mark is None or mark not in shown:
        try:
            piece = os.read(terminal, 4096)
        except OSError:
            return shown
        if not piece:
            return shown
        shown += piece
    return shown


@pytest.mark.parametrize(("answer", "written"), [("n", False), ("y", True), ("", True)])
def test_init_asks_before_it_writes(shell: Shell, answer: str, written: bool) -> None:
    code, shown = _answer(shell, answer, "init")
    assert "Write .looptui/config.toml, .looptui/loops/fix-tests.toml?" in shown
    assert code == (0 if written else 130)
    assert (shell.repo / ".looptui").exists() is written


def test_cleaning_asks_with_what_would_go(shell: Shell) -> None:
    assert shell.run(shell.loop(more='[workspace]\nkeep = "always"')).code == 4
    run = shell.state()["id"]
    assert shell("stop", "fix-tests").code == 0
    code, shown = _answer(shell, "", "worktree", "clean")
    assert code == 130
    assert run in shown
    assert len(shell("worktree", "list", "--json").json["worktrees"]) == 1
    code, shown = _answer(shell, "y", "worktree", "clean")
    assert (code, f"removed {run}" in shown) == (0, True)
    assert shell("worktree", "list", "--json").json["worktrees"] == []


def test_the_screen_opens_where_it_is_told_to_and_only_shows(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shell.run(shell.loop()).code == 4
    monkeypatch.setenv("LOOPTUI_HOME", shell.env["LOOPTUI_HOME"])
    words = ("-C", str(shell.repo), "--screen", "audit", "--read-only", "--theme", "daylight")
    with Terminal(shell.argv(*words)) as terminal:
        terminal.until("opened with --read-only")
        terminal.until("need.opened")
    assert shell("--screen", "audit", "status").code == 2
    assert "there is no theme 'x'" in shell("--theme", "x").err


def test_a_new_loop_is_checked_after_its_first_edit(shell: Shell) -> None:
    editing = shell.place / "editor"
    editing.write_text("#!/bin/sh\necho 'nonsense = 1' >> \"$1\"\n")
    editing.chmod(0o755)
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        shell.argv("new", "one", "--edit"), cwd=shell.repo,
        env={**shell.env, "EDITOR": str(editing)}, stdin=theirs, stdout=theirs, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    shown = _until(ours, None).decode()
    os.close(ours)
    assert process.wait(SECONDS) == 2
    assert "one.toml:" in shown
    assert "nonsense" in shown
