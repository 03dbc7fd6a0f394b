"""Wrong places, wrong words and broken state: told in two lines, with a stable code."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import pytest

from tests.cli.shell import SECONDS, Shell, finish, wait_for


@pytest.mark.parametrize("words", [("status",), ("needs",), ("worktree", "list"), ("init",)])
def test_outside_of_a_repository(shell: Shell, tmp_path: Path, words: tuple[str, ...]) -> None:
    empty = tmp_path / "nowhere"
    empty.mkdir()
    done = shell(*words, cwd=empty)
    assert (done.code, done.out) == (2, "")
    assert "not inside a git repository" in done.err
    assert list(empty.iterdir()) == []


def test_an_empty_repository_has_nothing_to_start_from(shell: Shell, tmp_path: Path) -> None:
    bare = tmp_path / "empty"
    subprocess.run(["git", "init", "-q", str(bare)], check=True, env=shell.env)
    done = shell("run", str(shell.loop()), "--headless", "--trust", cwd=bare)
    assert done.code == 2
    assert "no commit" in done.err


def test_a_bare_repository(shell: Shell, tmp_path: Path) -> None:
    bare = tmp_path / "other.git"
    subprocess.run(["git", "init", "-q", "--bare", str(bare)], check=True, env=shell.env)
    done = shell("run", str(shell.loop()), "--headless", "--trust", cwd=bare)
    assert done.code == 2
    assert "bare repository" in done.err
    assert "git worktree add" in done.err


def test_a_base_that_is_missing(shell: Shell) -> None:
    done = shell.run(shell.loop(more='[workspace]\nbase = "release"'))
    assert done.code == 2
    assert "release" in done.err
    assert shell("status", "--json").json["runs"] == []


def test_a_gate_that_is_not_installed_spends_nothing(shell: Shell) -> None:
    done = shell.run(shell.loop(gate=("no-such-program-here",)))
    assert done.code == 6, done.err
    assert "no-such-program-here" in done.err
    assert shell("status", "--json").json["runs"] == []


def test_a_loop_file_with_errors_names_all_of_them(shell: Shell) -> None:
    file = shell.loop(breakers="iteratons = 5", more='[permissions]\nwrit = ["**"]')
    done = shell.run(file)
    assert done.code == 2
    assert f"{file}:" in done.err
    assert 'did you mean "iterations"?' in done.err
    assert 'did you mean "write"?' in done.err


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("stats",), "status"),
        (("run",), "SPEC"),
        (("run", "nothing-here", "--headless"), "looptui new"),
        (("approve", "x"), "no run"),
        (("approve", "x", "--tree", "1234567"), "no run"),
        (("show", "zzz"), "looptui status"),
        (("answer", "no-need", "continue"), "no run"),
        (("answer", "x.1", "perhaps"), "continue"),
        (("diff", "zzz"), "looptui status"),
        (("logs", "zzz"), "looptui status"),
        (("revert", "zzz"), "looptui status"),
        (("limits", "zzz", "--reason", "x", "--iterations", "many"), "many"),
        (("limits", "zzz", "--reason", "x", "--iterations", "nan"), "finite"),
        (("--no-such-flag",), "--no-such-flag"),
        ((), "terminal"),
        (("-C", "/nowhere/at/all", "status"), "not inside a git repository"),
    ],
)
def test_wrong_words_get_a_hint_and_code_two(
    shell: Shell, words: tuple[str, ...], hint: str
) -> None:
    done = shell(*words)
    assert (done.code, done.out) == (2, "")
    assert hint in done.err


def test_a_decision_without_a_tree_is_told_which_one_waits(shell: Shell) -> None:
    assert shell.run(shell.loop()).code == 4
    for command in ("approve", "reject"):
        done = shell(command, "fix-tests")
        assert done.code == 2
        assert f"--tree {shell.need()['tree']}" in done.err


def test_a_damaged_database_is_told_and_not_touched(shell: Shell) -> None:
    assert shell.run(shell.loop()).code == 4
    (database,) = (shell.place / "state").glob("*/state.db")
    for beside in database.parent.glob("state.db-*"):
        beside.unlink()
    database.write_bytes(b"not a database at all" * 100)
    for words in (("status",), ("resume", "fix-tests"), ("audit", "list")):
        done = shell(*words)
        assert done.code == 8, (words, done)
        assert "is not a database" in done.err
    assert shell("doctor").code == 6


def test_names_that_hurt_terminals_stay_words(shell: Shell) -> None:
    agent = """
import pathlib
pathlib.Path("calc.py").write_text("def add(a, b):\\n    return a + b\\n")
pathlib.Path("a\\x1b]0;owned\\x07 \\nb.txt").write_text("\\x1b[2J\\x9b31mred")
print("\\x1b[31mI am red\\x1b[0m \\x1b]52;c;aGk=\\x07")
"""
    ran = shell.run(shell.loop(agent), "--plain")
    assert ran.code == 4, ran.err
    for words in (("diff",), ("diff", "--stat"), ("logs", "--maker", "1"), ("logs",), ("show",)):
        done = shell(words[0], "fix-tests", *words[1:])
        assert done.code == 0
        assert not any(0x7F <= ord(one) < 0xA0 for one in done.out)
    assert shell("approve", "fix-tests", "--tree", shell.need()["tree"]).code == 0


def test_a_path_with_spaces_and_letters_of_other_scripts(tmp_path: Path) -> None:
    shell = Shell.at(tmp_path, "mein prøjekt 库")
    assert shell.run(shell.loop()).code == 4
    assert shell("approve", "fix-tests", "--tree", shell.need()["tree"]).code == 0
    assert shell.commits() == 2


def test_a_reader_that_goes_away_leaves_no_trace_and_no_broken_run(shell: Shell) -> None:
    file = shell.loop()
    process = shell.start("run", str(file), "--headless", "--trust", "--jsonl")
    wait_for(process.stdout, "run.created")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert "Traceback" not in process.stderr.read()
    process.stderr.close()
    assert process.wait(SECONDS) != 0
    resumed = shell("resume", "fix-tests")
    assert resumed.code == 4, resumed.err


@pytest.mark.parametrize("words", [("status", "--watch"), ("logs", "fix-tests", "-f")])
def test_following_ends_quietly_with_a_key_press(shell: Shell, words: tuple[str, ...]) -> None:
    assert shell.run(shell.loop()).code == 4
    process = shell.start(*words)
    assert process.stdout is not None
    assert process.stdout.readline()
    process.send_signal(signal.SIGINT)
    done = finish(process)
    assert (done.code, done.err.strip()) == (130, "")


def test_of_two_loops_none_is_made_where_one_cannot_run(shell: Shell) -> None:
    good = shell.loop()
    bad = shell.loop(name="other", gate=("no-such-program",))
    done = shell("run", str(good), str(bad), "--headless", "--trust")
    assert done.code == 6, done.err
    assert shell("status", "--json").json["runs"] == []
