"""Sessions that end at the wrong moment, and two that want the same run."""

from __future__ import annotations

import fcntl
import os
import pty
import shlex
import signal
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from tests.engine.shell import MEND, Shell, finish, wait_for

SIGNALS = [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 129)]
STUBBORN = """\
import os, signal, time
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)
for _ in range(2):
    os.fork()
os.setsid() if os.getpgrp() != os.getpid() else None
print("at work", flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize(("number", "code"), SIGNALS)
def test_a_signal_while_the_maker_works(tmp_path: Path, number: int, code: int) -> None:
    shell = Shell.at(tmp_path, "import time; print('at work', flush=True); time.sleep(600)")
    process = shell.start("run", str(shell.loop), "--headless", "--trust", "--jsonl")
    run = wait_for(process.stdout, "prompt.built")["run"]
    shell.hears("at work", run)
    process.send_signal(number)
    done = finish(process)
    assert done.code == code
    assert f"looptui resume {run}" in done.err
    shell.rests()
    assert shell.status()["state"] == "paused"
    (tmp_path / "agent.py").write_text(MEND)
    assert shell.run("resume", run).code == 4
    assert shell.approve().code == 0
    shell.leaves_nothing()


@pytest.mark.parametrize(("number", "code"), SIGNALS)
def test_a_signal_while_a_gate_works(tmp_path: Path, number: int, code: int) -> None:
    shell = Shell.at(tmp_path, gate=(sys.executable, "-c", "import time; time.sleep(600)"))
    process = shell.start("run", str(shell.loop), "--headless", "--trust", "--jsonl")
    wait_for(process.stdout, "effect.started", effect="gate")
    process.send_signal(number)
    assert finish(process).code == code
    shell.rests()
    assert shell.status()["state"] == "paused"
    assert shell.run("stop", "fix-tests").code == 0
    shell.leaves_nothing()


@pytest.mark.parametrize("effect", ["plan-landing", "publish", "tidy"])
def test_a_signal_while_it_lands(tmp_path: Path, effect: str) -> None:
    shell = Shell.at(tmp_path)
    assert shell.go().code == 4
    process = shell.start("approve", "fix-tests", "--tree", shell.need()["tree"], "--jsonl")
    wait_for(process.stdout, "effect.started", effect=effect)
    process.send_signal(signal.SIGTERM)
    assert finish(process).code in (143, 0)
    shell.rests()
    for _ in range(3):
        state = shell.status()
        if state["state"] != "landed" or not state["tidy"]:
            assert shell.run("resume", "fix-tests").code == 0
    assert shell.commits() == 2
    assert shell.git("status", "--porcelain") == ""
    shell.leaves_nothing()


def test_a_second_ctrl_c_does_not_wait_for_children_that_will_not_go(tmp_path: Path) -> None:
    shell = Shell.at(tmp_path, STUBBORN)
    process = shell.start("run", str(shell.loop), "--headless", "--trust", "--jsonl")
    run = wait_for(process.stdout, "prompt.built")["run"]
    shell.hears("at work", run)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGINT)
    assert finish(process).code == 130
    shell.rests()
    assert shell.run("stop", "fix-tests").code == 0
    shell.leaves_nothing()


def test_ctrl_c_at_any_moment_of_the_start(tmp_path: Path) -> None:
    shell = Shell.at(tmp_path)
    for hundredths in range(4, 60, 4):
        process = shell.start("run", str(shell.loop), "--headless", "--trust")
        try:
            process.wait(hundredths / 100)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=100)
        if b"Traceback" in err and b"looptui/__main__" not in err:
            continue  # the interpreter itself had not come so far
        assert process.returncode in (130, 4, -signal.SIGINT), err
        assert b"Traceback" not in err, err
    for run in shell.run("status", "--json").json["runs"]:
        if run["state"] != "waiting":
            assert shell.run("resume", run["id"]).code == 4


def test_a_reader_that_goes_away_pauses_the_run(tmp_path: Path) -> None:
    shell = Shell.at(tmp_path, f"import time; time.sleep(0.5)\n{MEND}")
    words = shlex.join([*shell.program, "run", str(shell.loop), "--headless", "--trust", "--jsonl"])
    piped = subprocess.run(
        ["bash", "-c", f"{words} | head -1 >/dev/null; exit ${{PIPESTATUS[0]}}"],
        cwd=shell.repo,
        env=shell.env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert piped.returncode == 141
    assert "Traceback" not in piped.stderr
    assert "Exception" not in piped.stderr
    assert shell.status()["state"] == "paused"
    shell.rests()
    assert shell.run("resume", "fix-tests").code == 4
    assert shell.approve().code == 0
    shell.leaves_nothing()


@pytest.mark.parametrize("words", [(), ("--jsonl",)])
def test_a_terminal_that_is_closed_pauses_the_run(tmp_path: Path, words: tuple[str, ...]) -> None:
    agent = "import time; print('at work', flush=True); time.sleep(600)"
    shell = Shell.at(tmp_path, agent)
    master, slave = pty.openpty()
    process = shell.start(
        *("run", str(shell.loop), "--headless", "--trust", *words),
        stdin=slave,
        stdout=slave,
        stderr=slave,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    os.close(slave)
    while not shell.status():
        assert process.poll() is None
    shell.hears("at work", shell.status()["id"])
    os.close(master)
    assert process.wait(60) == 129
    assert shell.status()["state"] == "paused"
    shell.rests()


def test_output_that_cannot_be_written_pauses_the_run(tmp_path: Path) -> None:
    shell = Shell.at(tmp_path)
    with Path("/dev/full").open("w") as full:
        words = ("run", str(shell.loop), "--headless", "--trust", "--jsonl")
        done = finish(shell.start(*words, stdout=full))
    assert done.code == 6
    assert "standard output cannot be written" in done.err
    assert shell.run("resume", "fix-tests").code == 4
    shell.rests()


@pytest.mark.parametrize("closed", ["0<&-", "1>&-", "2>&-", "0<&- 1>&- 2>&-"])
def test_without_standard_streams(tmp_path: Path, closed: str) -> None:
    shell = Shell.at(tmp_path)
    words = shlex.join([*shell.program, "run", str(shell.loop), "--headless", "--trust", "--jsonl"])
    done = subprocess.run(
        ["bash", "-c", f"{words} {closed}"],
        cwd=shell.repo,
        env=shell.env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert done.returncode == 4, done.stderr
    assert "Traceback" not in done.stderr
    assert shell.approve().code == 0
    shell.leaves_nothing()


def test_resumed_by_three_at_once_one_drives(tmp_path: Path) -> None:
    shell = Shell.at(tmp_path, f"import time; time.sleep(1)\n{MEND}")
    process = shell.start("run", str(shell.loop), "--headless", "--trust", "--jsonl")
    wait_for(process.stdout, "prompt.built")
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    shells = [shell.start("resume", "fix-tests") for _ in range(3)]
    codes = {finish(one).code for one in shells}
    assert codes in ({0, 4}, {4}), "who does not drive hears of the one who does, or of the rest"
    assert len(shell.iterations()) == 1
    shell.rests()


def test_approved_by_four_at_once_it_lands_once(tmp_path: Path) -> None:
    shell = Shell.at(tmp_path)
    assert shell.go().code == 4
    tree = shell.need()["tree"]
    shells = [shell.start("approve", "fix-tests", "--tree", tree) for _ in range(4)]
    codes = sorted(finish(one).code for one in shells)
    assert codes == [0, 2, 2, 2]
    assert shell.commits() == 2
    shell.leaves_nothing()


def test_approved_and_rejected_at_once_one_of_them_counts(tmp_path: Path) -> None:
    shell = Shell.at(tmp_path)
    assert shell.go().code == 4
    tree = shell.need()["tree"]
    answers = (("approve", "--tree", tree), ("reject", "--tree", tree, "--final"), ("stop",))
    shells = [shell.start(word, "fix-tests", *more) for word, *more in answers]
    codes = [finish(one).code for one in shells]
    state = shell.status()["state"]
    assert (
        codes
        in {
            "landed": ([0, 2, 2],),
            "rejected": ([2, 5, 2],),
            "stopped": ([2, 2, 0], [3, 2, 0]),  # 3: approved first, stopped before it landed
        }[state]
    )
    assert shell.commits() == (2 if state == "landed" else 1)
    shell.leaves_nothing()
