"""Leases: one driver a run, for as long as its process lives, stopped or not."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from looptui.errors import LeaseHeld
from looptui.store.leases import Leases
from tests.store.making import finish, start

HOLD = """
import os, sys
from pathlib import Path
from looptui.store.leases import Leases
lease = Leases(Path(sys.argv[1])).acquire("r1")
print(os.getpid(), flush=True)
sys.stdin.readline()
lease.release()
"""


@pytest.fixture
def leases(tmp_path: Path) -> Leases:
    return Leases(tmp_path / "leases")


def holding(tmp_path: Path) -> subprocess.Popen[str]:
    process = start(HOLD, tmp_path / "leases")
    assert process.stdout
    assert process.stdout.readline() == f"{process.pid}\n"
    return process


def test_a_run_has_one_driver(leases: Leases, tmp_path: Path) -> None:
    assert leases.holder("r1") is None
    process = holding(tmp_path)
    with pytest.raises(LeaseHeld, match=f"process {process.pid} ") as caught:
        leases.acquire("r1")
    assert caught.value.exit_code == 7
    holder = leases.holder("r1")
    assert holder
    assert holder.pid == process.pid
    leases.acquire("r2").release()
    finish(process)
    assert leases.holder("r1") is None
    leases.acquire("r1").release()


def test_it_ends_with_its_process_and_not_before(leases: Leases, tmp_path: Path) -> None:
    process = holding(tmp_path)
    process.send_signal(signal.SIGSTOP)
    os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT)
    with pytest.raises(LeaseHeld):
        leases.acquire("r1")
    process.kill()
    process.communicate()
    assert leases.holder("r1") is None
    lease = leases.acquire("r1")
    holder = leases.holder("r1")
    assert holder
    assert holder.pid == os.getpid()
    lease.release()


def test_the_same_process_gets_it_once(leases: Leases) -> None:
    lease = leases.acquire("r1")
    with pytest.raises(LeaseHeld, match=f"process {os.getpid()} "):
        leases.acquire("r1")
    lease.release()
    lease.release()
    leases.acquire("r1").release()


def test_nothing_is_left_over(leases: Leases, tmp_path: Path) -> None:
    leases.acquire("r1").release()
    assert list((tmp_path / "leases").iterdir()) == []


def test_a_second_release_leaves_the_next_driver_alone(leases: Leases) -> None:
    first = leases.acquire("r1")
    first.release()
    second = leases.acquire("r1")
    first.release()
    assert leases.holder("r1")
    second.release()


@pytest.mark.parametrize("run", ["", "../x", ".hidden", "a/b"])
def test_a_run_id_is_no_path(leases: Leases, run: str) -> None:
    with pytest.raises(ValueError, match="not a run id"):
        leases.acquire(run)


CHURN = """
import sys
from pathlib import Path
from looptui.errors import LeaseHeld
from looptui.store.leases import Leases
leases, marker = Leases(Path(sys.argv[1])), Path(sys.argv[2])
print("ready", flush=True)
sys.stdin.readline()
held = 0
while held < 150:
    leases.holder("r1")
    try:
        lease = leases.acquire("r1")
    except LeaseHeld:
        continue
    marker.mkdir()
    marker.rmdir()
    lease.release()
    held += 1
print("done")
"""


def test_processes_that_take_turns_never_hold_it_together(tmp_path: Path) -> None:
    processes = [start(CHURN, tmp_path / "leases", tmp_path / "marker") for _ in range(3)]
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    assert [finish(process) for process in processes] == ["done\n"] * 3


LOOK = """
import sys
from pathlib import Path
from looptui.store.leases import Leases
leases = Leases(Path(sys.argv[1]))
print("ready", flush=True)
while True:
    leases.holder("r1")
"""


def test_looking_shuts_nobody_out(leases: Leases, tmp_path: Path) -> None:
    process = start(LOOK, tmp_path / "leases")
    assert process.stdout
    process.stdout.readline()
    for _ in range(300):
        leases.acquire("r1").release()
    process.kill()
    process.communicate()
