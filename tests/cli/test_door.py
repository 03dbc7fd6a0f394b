"""The door: the screen without what reads the command line, and the same answers as with it."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.terminal import Terminal
from tests.bench.tui_store import empty, fill
from tests.cli.shell import environment

WORDS = (["-C", "nowhere"], ["./nowhere"], ["nowhere"], ["/"], ["-C", "/"], ["-C"], ["./", "more"])
"""What a person may say when opening the screen goes wrong."""

SPY = """
import json, re, sys
from pathlib import Path
from textual.drivers.linux_driver import LinuxDriver
from looptui.__main__ import main

out, repo = sys.argv[1:]
asked, shown = [], []
def write(self, data, real=LinuxDriver.write):
    real(self, data)
    shown.append(re.sub(r"\\x1b\\[[0-9;?]*[a-zA-Z]", "", data))
    if "spend today" in shown[-1]:
        Path(out).write_text(json.dumps([sorted(sys.modules), asked]))
        real(self, "<told>")
def spied(kind):
    def trace(self, real=kind._connection):
        connection = real(self)
        connection.set_trace_callback(asked.append)
        return connection
    kind._connection = trace
if "full" in repo:
    from looptui.store.reader import Reader
    spied(Reader)
LinuxDriver.write = write
sys.argv = ["looptui", "-C", repo]
main()
"""


def first_screen(place: Path, repo: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The modules that are loaded when the first screen is whole, and what SQLite was asked."""
    monkeypatch.setenv("LOOPTUI_HOME", str(place / "home"))
    out = place / "told.json"
    with Terminal([sys.executable, "-c", SPY, str(out), str(repo)]) as terminal:
        terminal.until("<told>")
    told: list[list[str]] = json.loads(out.read_text())
    return told


def test_the_first_screen_of_nothing_loads_little(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modules, _ = first_screen(tmp_path, empty(tmp_path, "empty"), monkeypatch)
    heavy = {"click", "hashlib", "_hashlib", "shlex", "tomllib", "sqlite3", "pysqlite3", "git"}
    heavy |= {"looptui.projections.values", "looptui.core.codec", "looptui.tui.widgets.gauge"}
    assert heavy & set(modules) == set()


async def test_the_first_screen_of_many_runs_asks_little(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = tmp_path / "full"
    directory.mkdir()
    repo = await fill(directory, runs=60, events=600, first="first")
    modules, asked = await asyncio.to_thread(first_screen, directory, repo, monkeypatch)
    heavy = {"click", "hashlib", "_hashlib", "sqlite_utils", "looptui.store.merkle"}
    heavy |= {"looptui.core.events", "looptui.core.state", "looptui.core.plan"}
    assert heavy & set(modules) == set()
    queries = [sql for sql in asked if not sql.startswith("PRAGMA")]
    assert len(queries) <= 2, queries
    assert not any("FROM log" in sql or "FROM iterations" in sql for sql in queries)


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_it_says_what_the_command_line_says(words: list[str], tmp_path: Path) -> None:
    door = in_a_terminal(["-m", "looptui", *words], tmp_path)
    line = in_a_terminal(["-c", "from looptui.cli.app import run; run()", *words], tmp_path)
    assert door == line
    assert door[0] != 0


@pytest.mark.parametrize("words", [[], ["."], ["-C", "."]], ids=" ".join)
def test_without_a_terminal_it_says_so(words: list[str], tmp_path: Path) -> None:
    argv = [sys.executable, "-m", "looptui", *words]
    done = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("looptui: The screen needs a terminal\n")


def test_completion_is_answered_by_the_command_line(tmp_path: Path) -> None:
    env = {**os.environ, "_LOOPTUI_COMPLETE": "bash_source"}
    argv = [sys.executable, "-m", "looptui"]
    done = subprocess.run(argv, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60)
    assert "complete -o nosort" in done.stdout


def in_a_terminal(arguments: list[str], place: Path) -> tuple[int, str]:
    """The exit code, and what was printed up to the end."""
    ours, theirs = pty.openpty()
    shutil.rmtree(place / "home", ignore_errors=True)
    env = {**environment(place), "TERM": "xterm"}
    process = subprocess.Popen(
        [sys.executable, *arguments], cwd=place, env=env,
        stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    said = b""
    try:
        while chunk := os.read(ours, 4096):
            said += chunk
    except OSError:  # the other end was closed
        pass
    finally:
        os.close(ours)
    return process.wait(60), said.decode()
