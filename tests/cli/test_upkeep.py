"""Copies of what is known: of the database, and of one run."""

from __future__ import annotations

import json
import sqlite3
import zipfile

import pytest

from tests.cli.shell import Shell


@pytest.fixture
def waiting(shell: Shell) -> Shell:
    assert shell.run(shell.loop()).code == 4
    return shell


def test_a_backup_can_take_the_place_of_what_it_copied(waiting: Shell) -> None:
    assert waiting("approve", "fix-tests", "--tree", waiting.need()["tree"]).code == 0
    made = waiting("db", "backup")
    assert made.code == 0, made.err
    (database,) = waiting.place.glob("state/*/state.db")
    for part in ("state.db", "audit/checkpoint"):
        copy = database.parent / "backups" / made.out.strip() / part
        assert copy.stat().st_mode & 0o077 == 0, part
        copy.replace(database.parent / part)
    assert waiting("audit", "verify").code == 0
    assert waiting.state()["state"] == "landed"
    assert waiting("db", "backup", made.out.strip()).code == 2
    assert waiting("db", "backup", "/proc/no/such").code == 6


def test_the_database_shrinks_and_stays_whole(waiting: Shell) -> None:
    assert waiting("db", "vacuum").out.endswith("freed\n")
    assert waiting("audit", "verify").code == 0
    assert "as it was" in waiting("db", "migrate").out
    (database,) = waiting.place.glob("state/*/state.db")
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA user_version = 1000")
    newer = waiting("db", "migrate")
    assert newer.code == 8
    assert "newer" in newer.err


def test_where_there_is_nothing_yet(shell: Shell) -> None:
    for words in (("db", "backup"), ("db", "vacuum"), ("db", "migrate"), ("export", "x")):
        done = shell(*words)
        assert done.code == 2, (words, done)
        assert done.err.startswith("looptui: "), words


def test_a_run_in_one_file(waiting: Shell) -> None:
    file = waiting.place / "run.zip"
    assert waiting("export", "fix-tests", "-o", str(file)).out.strip() == str(file)
    with zipfile.ZipFile(file) as archive:
        names = set(archive.namelist())
        run = json.loads(archive.read("run.json"))
        events = archive.read("events.jsonl").decode().splitlines()
        diff = archive.read("iterations/1/candidate.diff")
        assert "Make the failing tests pass." in archive.read("iterations/1/prompt.txt").decode()
    assert {"README.txt", "loop.json", "iterations/1/maker.log"} <= names
    assert (run["id"], len(run["iterations"])) == (waiting.state()["id"], 1)
    assert {json.loads(line)["run"] for line in events} == {run["id"]}
    assert b"+    return a + b" in diff
    again = waiting("export", "fix-tests", "-o", str(file))
    assert (again.code, "there already" in again.err) == (2, True)


@pytest.mark.parametrize("kind", ["bash", "zsh", "fish"])
def test_completion_for_each_shell(shell: Shell, kind: str) -> None:
    done = shell("completion", kind)
    assert done.code == 0
    assert "_LOOPTUI_COMPLETE" in done.out
