"""Troubles of the database: locked, damaged, newer, older, or somebody else's."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.engine.shell import MEND, Shell, finish, wait_for

COMMANDS = (("status",), ("show", "fix-tests"), ("resume", "fix-tests"), ("needs", "--json"))
HOLD = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute(sys.argv[2])
print("held", flush=True)
time.sleep(float(sys.argv[3]))
"""


def waiting(place: Path) -> Shell:
    """A run that waits for its review, its database in one file."""
    shell = Shell.at(place)
    assert shell.go().code == 4
    with closing(sqlite3.connect(database(shell))) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return shell


def database(shell: Shell) -> Path:
    return shell.state_dir / "state.db"


def newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version=99")


def empty(path: Path) -> None:
    path.write_bytes(b"")


def garbage(path: Path) -> None:
    path.write_bytes(b"no database at all" * 5000)


def half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def scribbled(path: Path) -> None:
    whole = bytearray(path.read_bytes())
    for at in range(8192, len(whole), 4096):
        whole[at : at + 100] = b"\xa5" * 100
    path.write_bytes(whole)


def foreign(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipes (name)")


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (newer, "written by a newer looptui"),
        (empty, "is empty"),
        (garbage, "is not a database"),
        (half, "is cut off"),
        (scribbled, "is damaged"),
        (foreign, "belongs to another program"),
    ],
)
def test_a_database_that_cannot_be_used(
    tmp_path: Path, damage: Callable[[Path], None], says: str
) -> None:
    shell = waiting(tmp_path)
    path = database(shell)
    damage(path)
    before, user = path.read_bytes(), shell.user_files()
    for words in (*COMMANDS, ("run", str(shell.loop), "--headless", "--trust")):
        done = shell.run(*words)
        assert done.code == 8, (words, done)
        assert says in done.err
    assert path.read_bytes() == before
    assert shell.user_files() == user
    assert shell.commits() == 1


def test_a_database_older_than_its_checkpoint(tmp_path: Path) -> None:
    shell = waiting(tmp_path)
    old = database(shell).read_bytes()
    assert shell.approve().code == 0
    for beside in shell.state_dir.glob("state.db*"):
        beside.unlink()
    database(shell).write_bytes(old)
    done = shell.run("resume", "fix-tests")
    assert done.code == 8
    assert "older than its checkpoint" in done.err
    assert shell.run("audit", "verify").code == 8
    assert shell.commits() == 2


@contextmanager
def held(shell: Shell, how: str, seconds: float) -> Iterator[None]:
    """Another program holds the database."""
    words = [sys.executable, "-c", HOLD, str(database(shell)), how, str(seconds)]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        try:
            yield
        finally:
            holder.kill()


@pytest.mark.parametrize("how", ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"])
def test_a_database_that_is_locked_for_seconds(tmp_path: Path, how: str) -> None:
    shell = waiting(tmp_path)
    started = time.monotonic()
    with held(shell, how, 3):
        assert shell.run("status").code == 0, "readers need no lock"
        done = shell.run("nudge", "fix-tests", "go on")
    assert done.code == 0, done
    assert time.monotonic() - started > 2
    assert shell.status()["nudges"] == 1
    assert shell.run("audit", "verify").code == 0


def test_a_database_that_is_locked_while_a_run_goes_on(tmp_path: Path) -> None:
    shell = Shell.at(tmp_path)
    process = shell.start("run", str(shell.loop), "--headless", "--trust", "--jsonl")
    wait_for(process.stdout, "iteration.started")
    with held(shell, "BEGIN IMMEDIATE", 3):
        done = finish(process)
    assert done.code == 4, done
    assert shell.approve().code == 0
    shell.leaves_nothing()


def test_another_program_opens_and_closes_the_database_meanwhile(tmp_path: Path) -> None:
    shell = Shell.at(tmp_path, f"import time; print('at work', flush=True); time.sleep(1)\n{MEND}")
    process = shell.start("run", str(shell.loop), "--headless", "--trust", "--jsonl")
    run = wait_for(process.stdout, "prompt.built")["run"]
    shell.hears("at work", run)
    look = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('SELECT 1 FROM runs').close()"
    subprocess.run([sys.executable, "-c", look, database(shell)], check=True)
    done = finish(process)
    assert done.code == 4, done
    assert shell.run("audit", "verify").code == 0
    assert shell.status()["state"] == "waiting"
    assert shell.approve().code == 0
    shell.leaves_nothing()


def test_a_trust_file_that_is_damaged_trusts_nobody(tmp_path: Path) -> None:
    shell = waiting(tmp_path)
    (shell.state_dir / "trust.json").write_text("{")
    refused = shell.run("run", str(shell.loop), "--headless")
    assert (refused.code, "not trusted" in refused.err) == (2, True)
    assert shell.go().code == 4
    assert shell.run("run", str(shell.loop), "--headless").code == 4
