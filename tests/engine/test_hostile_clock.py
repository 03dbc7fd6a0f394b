"""A wall clock that is set back half a day: order, limits and durations do not depend on it."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.engine.shell import Shell

ROOT = Path(__file__).parents[2]


def set_back(shell: Shell, after: int) -> Shell:
    """The same shell with a clock that is right for that many looks only."""
    path = os.pathsep.join((str(ROOT), os.environ.get("PYTHONPATH", "")))
    program = (sys.executable, "-m", "tests.engine.backwards", str(after))
    return replace(shell, more={"PYTHONPATH": path}, program=program)


@pytest.mark.parametrize("after", [0, 8, 15])
def test_set_back_while_a_run_goes_on(tmp_path: Path, after: int) -> None:
    shell = Shell.at(tmp_path)
    ran = set_back(shell, after).go("--jsonl")
    assert ran.code == 4, ran
    assert [event["seq"] for event in ran.events] == list(range(1, len(ran.events) + 1))
    active = [event["active_s"] for event in ran.events]
    assert active == sorted(active)
    assert 0 <= active[-1] < 60
    assert all(iteration["seconds"] >= 0 for iteration in shell.iterations())
    assert shell.approve().code == 0
    gauges = shell.status()["breakers"]
    assert all(0 <= gauge["ratio"] < 1 for gauge in gauges.values()), gauges
    shell.leaves_nothing()


def test_set_back_between_the_run_and_its_review(tmp_path: Path) -> None:
    shell = Shell.at(tmp_path)
    assert shell.go().code == 4
    earlier = set_back(shell, 0)
    assert earlier.run("status").code == 0
    assert earlier.approve().code == 0
    assert shell.commits() == 2
    shell.leaves_nothing()


def test_set_back_after_a_crash(tmp_path: Path) -> None:
    shell = Shell.at(tmp_path, "import time; time.sleep(600)")
    assert shell.killed_after(3, "run", str(shell.loop), "--headless", "--trust")
    (tmp_path / "agent.py").write_text("open('calc.py', 'w').write('add = int.__add__')")
    assert set_back(shell, 0).run("resume", "fix-tests").code == 4
    assert shell.approve().code == 0
    shell.leaves_nothing()
