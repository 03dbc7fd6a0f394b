"""SIGKILL at random moments: one landed commit, nothing lost, nothing left over.

`LOOPTUI_KILLS` sets how many kills (default 12), `LOOPTUI_KILL_SEED` where they fall.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.engine.project import make_project
from tests.engine.shell import Shell

KILLS = int(os.environ.get("LOOPTUI_KILLS", "12"))
SEED = int(os.environ.get("LOOPTUI_KILL_SEED", "20261122"))


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_killed_at_random_moments(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    whole = _seconds_of_a_whole_run(tmp_path / "unharmed")
    kills = 0
    round_number = 0
    while kills < KILLS:
        round_number += 1
        repo = make_project(tmp_path / f"round {round_number}")
        shell = Shell(repo, tmp_path / f"home{round_number}")
        kills += _one_round(shell, lambda: chance.uniform(0.05, 1.2) * whole)
    assert kills >= KILLS


def _seconds_of_a_whole_run(directory: Path) -> float:
    """How long this machine takes now, up to the review: the unit in which kills are drawn."""
    repo = make_project(directory)
    started = time.monotonic()
    assert Shell(repo, directory / "home").go().code == 4
    return time.monotonic() - started


def _one_round(shell: Shell, moment: Callable[[], float]) -> int:
    """A whole run from start to landing, killed at random moments on the way."""
    kills = 0
    before = shell.commits()
    while not shell.status():
        kills += shell.killed_after(moment(), "run", str(shell.loop), "--headless", "--trust")
    for _ in range(40):
        state = shell.status()
        assert shell.commits() <= before + 1
        if state["state"] == "landed" and state["tidy"]:
            break
        kills += shell.killed_after(moment(), *_next(state))
    assert shell.status()["state"] == "landed"
    assert shell.commits() == before + 1
    assert "a + b" in (shell.repo / "calc.py").read_text()
    assert shell.git("status", "--porcelain") == ""
    shell.leaves_nothing()
    return kills


def _next(state: dict[str, Any]) -> tuple[str, ...]:
    if state["needs"]:
        return ("approve", str(state["id"]), "--tree", state["needs"][0]["tree"])
    return ("resume", str(state["id"]))
