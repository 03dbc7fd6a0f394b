"""Runs at work while other shells, signals and crashes come in between."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.cli.shell import FIXING, Shell, finish, wait_for

WAITING = (
    """
import time
if "hurry" not in (asked := sys.stdin.read()):
    time.sleep(600)
""".join(("import sys\n", ""))
    + FIXING.replace("sys.stdin.read()", "asked")
)
"""An agent that sits there until its prompt says to hurry."""


@contextmanager
def working(shell: Shell, agent: str = WAITING) -> Iterator[subprocess.Popen[str]]:
    """A process that drives a run whose maker is at work and will not end by itself."""
    file = shell.loop(agent)
    process = shell.start("run", str(file), "--headless", "--trust", "--jsonl")
    try:
        wait_for(process.stdout, "prompt.built")
        yield process
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()


def test_pausing_nudging_and_resuming_from_other_shells(shell: Shell) -> None:
    with working(shell) as driver:
        assert shell.state()["driven"] is True
        held = shell("resume", "fix-tests")
        assert held.code == 0, held.err
        paused = shell("pause", "fix-tests", "--now")
        assert paused.code == 0, paused.err
        assert finish(driver).code == 4
    state = shell.state()
    assert (state["state"], state["driven"]) == ("paused", False)
    assert shell("pause", "fix-tests").code == 0
    assert shell("nudge", "fix-tests", " ").code == 2
    assert shell("nudge", "fix-tests", "-", stdin="please hurry").code == 0
    assert shell.state()["nudges"] == 1

    resumed = shell("resume", "fix-tests")
    assert resumed.code == 4, resumed.err
    assert shell.need()["kind"] == "approval"


def test_the_end_of_a_run_names_the_gates_that_stood_in_its_way(shell: Shell) -> None:
    agent = FIXING.replace('"a + b"', '"a * b"')
    done = shell.run(shell.loop(agent, breakers="iterations = 1"))
    assert done.code == 10
    run = shell.state()["id"]
    assert f"  gate tests: fail, exit 1; `looptui logs {run} --gate 1:tests`" in done.err
    assert shell("logs", run, "--gate", "1:tests").code == 0
    done = shell.run(shell.loop("pass", breakers="iterations = 1"))
    assert f"gate tests: fail, exit 1; `looptui logs {shell.state()['id']} --gate 0:" in done.err


def test_a_process_that_does_not_drive_can_end_the_run(shell: Shell) -> None:
    with working(shell) as driver:
        stopped = shell("stop", "fix-tests")
        assert stopped.code == 0, stopped.err
        assert finish(driver).code == 3
    assert shell.state()["state"] == "stopped"
    assert shell("resume", "fix-tests").code == 2
    assert shell("stop", "fix-tests").code == 2


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 129)]
)
def test_a_signal_ends_the_session_in_order(shell: Shell, number: int, code: int) -> None:
    with working(shell) as driver:
        driver.send_signal(number)
        done = finish(driver)
    assert done.code == code
    assert done.err.count("\n") <= 3, done.err
    state = shell.state()
    assert (state["state"], state["in_flight"]) == ("paused", "")
    assert children_of(state["id"]) == []


STUBBORN = f"import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n{WAITING}"


def test_a_second_signal_ends_what_does_not_want_to_end(shell: Shell) -> None:
    with working(shell, STUBBORN) as driver:
        driver.send_signal(signal.SIGTERM)
        driver.send_signal(signal.SIGINT)
        done = finish(driver)
    assert done.code in (130, 143)  # of two that come at once either may be the first
    state = shell.state()
    assert (state["state"], state["in_flight"]) == ("paused", "")
    assert children_of(state["id"]) == []


def test_a_killed_run_says_so_spends_nothing_and_goes_on(shell: Shell) -> None:
    with working(shell) as driver:
        driver.kill()
        finish(driver)
    seen = shell("status")
    assert "interrupted" in seen.err
    assert shell.state()["state"] == "active"
    assert shell("nudge", "fix-tests", "hurry").code == 0
    resumed = shell("resume", "fix-tests")
    assert resumed.code == 4, resumed.err
    need = shell.need()
    assert children_of(need["run"]) == []
    assert shell("approve", "fix-tests", "--tree", need["tree"]).code == 0
    assert shell.commits() == 2


def test_discarding_lets_the_worktree_go_but_keeps_the_work(shell: Shell) -> None:
    assert shell.run(shell.loop()).code == 4
    state = shell.state()
    assert os.path.isdir(state["worktree"])  # noqa: PTH112
    assert shell("discard", "fix-tests").code == 0
    assert not os.path.exists(state["worktree"])  # noqa: PTH110
    assert shell("approve", "fix-tests", "--tree", state["tree"]).code == 2
    assert shell("diff", "fix-tests").code == 0
    assert shell.commits() == 1


def test_two_people_who_approve_at_once_land_once(shell: Shell) -> None:
    assert shell.run(shell.loop()).code == 4
    words = ("approve", "fix-tests", "--tree", shell.need()["tree"])
    both = [shell.start(*words) for _ in range(2)]
    codes = [finish(process).code for process in both]
    assert 0 in codes
    assert set(codes) <= {0, 2, 7}
    assert shell.commits() == 2
    assert shell.state()["state"] == "landed"


def test_several_loops_in_one_process_end_with_the_highest_code(shell: Shell) -> None:
    idle = shell.loop("print('nothing')", name="idle")
    done = shell("run", str(shell.loop()), str(idle), "--headless", "--trust")
    assert done.code == 13, done.err
    states = {run["loop"]: run["state"] for run in shell("status", "--json").json["runs"]}
    assert states == {"fix-tests": "waiting", "idle": "tripped"}


def children_of(run: str) -> list[str]:
    """Processes that carry the mark of a run."""
    mark = f"LOOPTUI_RUN_ID={run}"
    listed = subprocess.run(["ps", "axeww", "-o", "args"], capture_output=True, check=True)
    return [line for line in listed.stdout.decode("utf-8", "replace").splitlines() if mark in line]


def test_no_secret_that_a_person_says_is_stored(shell: Shell) -> None:
    assert shell.run(shell.loop()).code == 4
    shell.env["SOME_TOKEN"] = "hunter2-hunter2"
    assert shell("nudge", "fix-tests", "log in with hunter2-hunter2").code == 0
    stored = b"".join(p.read_bytes() for p in shell.place.glob("state/**/*") if p.is_file())
    assert b"log in with [redacted]" in stored
    assert b"hunter2-hunter2" not in stored


def test_no_more_runs_are_at_work_than_may_be(shell: Shell) -> None:
    shell.env["LOOPTUI_LIMITS__MAX_CONCURRENT"] = "1"
    slow = shell.loop("import time\nprint('at work', flush=True)\ntime.sleep(60)", name="slow")
    first = shell.start("run", str(slow), "--headless", "--trust", "--jsonl")
    run = wait_for(first.stdout, "prompt.built")["run"]
    refused = shell.run(shell.loop())
    assert refused.code == 3, refused.err
    assert "1 run is at work here, and no more may be" in refused.err
    assert [one["id"] for one in shell("status", "--json").json["runs"]] == [run]

    first.send_signal(signal.SIGTERM)
    assert finish(first).code == 143
    both = shell("run", str(shell.loop()), str(shell.loop(name="other")), "--headless", "--trust")
    assert both.code == 4, both.err
    assert "waits for its turn" in both.err
    assert len(shell("needs", "--json").json["needs"]) == 2
