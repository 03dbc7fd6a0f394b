"""Runs in the background: other shells see and command them as any run of another process."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from looptui.proctable import start_time
from tests.cli.shell import SECONDS, Shell
from tests.cli.test_driving import WAITING
from tests.wire.background import kill_drivers


@pytest.fixture(autouse=True)
def _nothing_stays(shell: Shell) -> Iterator[None]:
    """A test that failed leaves no driver behind."""
    yield
    kill_drivers(shell.place)


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _at_work(shell: Shell, run: str) -> None:
    _until(lambda: shell.state(run)["in_flight"].startswith("make"))


def _pid(said: str) -> int:
    return int(said.partition("process ")[2].partition(";")[0])


def test_a_detached_run_obeys_other_shells_and_its_process_ends_at_each_rest(shell: Shell) -> None:
    file = str(shell.loop(WAITING))
    begun = shell("run", file, "--trust", "--detach")
    assert begun.code == 0, begun.err
    run, pid = begun.out.strip(), _pid(begun.err)
    _at_work(shell, run)
    assert shell.state()["driven"] is True
    assert "prompt.built" in shell("logs", run).out
    held = shell("resume", run, "--detach")
    assert (held.code, held.out) == (0, ""), held.err
    assert shell("pause", run, "--now").code == 0
    _until(lambda: start_time(pid) is None)
    assert (shell.state()["state"], shell.state()["driven"]) == ("paused", False)

    assert shell("nudge", run, "please hurry").code == 0
    again = shell("resume", "fix-tests", "--detach")
    assert (again.code, again.out.strip()) == (0, run), again.err
    _until(lambda: bool(shell.state()["needs"]))
    _until(lambda: start_time(_pid(again.err)) is None)
    assert shell("approve", run, "--tree", shell.need()["tree"]).code == 0
    assert shell.commits() == 2
    refused = shell("resume", run, "--detach")
    assert (refused.code, refused.out) == (2, "")
    (log,) = Path(shell.env["LOOPTUI_HOME"]).glob("*/background.log")
    assert f"drives run {run}" in log.read_text()


def test_what_was_not_trusted_and_what_prints_events_is_refused(shell: Shell) -> None:
    file = str(shell.loop())
    assert shell("run", file, "--detach").code == 2
    printing = shell("run", file, "--trust", "--detach", "--jsonl")
    assert printing.code == 2
    assert "logs RUN -f" in printing.err
    assert shell("status", "--json").json["runs"] == []


def test_detached_runs_wait_for_their_turn(shell: Shell) -> None:
    shell.env["LOOPTUI_LIMITS__MAX_CONCURRENT"] = "1"
    files = [str(shell.loop(WAITING, name=name)) for name in ("one", "two")]
    begun = shell("run", *files, "--trust", "--detach")
    assert begun.code == 0, begun.err
    runs = begun.out.split()
    assert len(runs) == 2
    _until(lambda: sorted(shell.state(run)["state"] for run in runs) == ["active", "queued"])
    assert shell("stop", "--all").code == 0
    _until(lambda: start_time(_pid(begun.err)) is None)
    assert {shell.state(run)["state"] for run in runs} == {"stopped"}
    assert json.loads(shell("worktree", "list", "--json").out)["worktrees"] == []
