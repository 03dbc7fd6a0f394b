"""SIGKILL at random moments: one landed commit, nothing lost, nothing left over.

`LOOPTUI_KILLS` sets how many kills (default 12), `LOOPTUI_KILL_SEED` where they fall.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.engine.project import make_project

KILLS = int(os.environ.get("LOOPTUI_KILLS", "12"))
SEED = int(os.environ.get("LOOPTUI_KILL_SEED", "20261122"))


@dataclass(frozen=True)
class Shell:
    """Runs looptui as a person does, and kills it as nobody should."""

    repo: Path
    home: Path

    def start(self, *args: str) -> subprocess.Popen[bytes]:
        env = {**os.environ, "LOOPTUI_HOME": str(self.home)}
        return subprocess.Popen(
            [sys.executable, "-m", "looptui", *args],
            cwd=self.repo,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def run(self, *args: str) -> tuple[int, str]:
        process = self.start(*args)
        out, err = process.communicate(timeout=100)
        assert b"Traceback" not in err, err.decode()
        return process.returncode, out.decode()

    def killed_after(self, seconds: float, *args: str) -> bool:
        """Start a command and kill it; False when it had ended before."""
        process = self.start(*args)
        try:
            process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            process.communicate()
            return True
        return False

    def status(self) -> dict[str, object]:
        runs: list[dict[str, object]] = json.loads(self.run("status", "--json")[1])["runs"]
        return runs[0] if runs else {}


def survivors(run: str) -> list[int]:
    """Processes that still carry the marker of a run."""
    marker = f"LOOPTUI_RUN_ID={run}".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*/environ"):
        try:
            if marker in entry.read_bytes():
                found.append(int(entry.parent.name))
        except OSError:
            continue
    return found


def gone(run: str, seconds: float = 5.0) -> bool:
    """Whether all processes of a run are gone, waiting for those that are dying."""
    deadline = time.monotonic() + seconds
    while left := survivors(run):
        if time.monotonic() > deadline:
            return not left
        time.sleep(0.02)
    return True


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
    code, _ = Shell(repo, directory / "home").run(
        "run", str(directory / "fix.toml"), "--headless", "--trust"
    )
    assert code == 4
    return time.monotonic() - started


def _one_round(shell: Shell, moment: Callable[[], float]) -> int:
    """A whole run from start to landing, killed at random moments on the way."""
    kills = 0
    before = _commits(shell.repo)
    while not shell.status():
        spec = str(shell.repo.parent / "fix.toml")
        kills += shell.killed_after(moment(), "run", spec, "--headless", "--trust")
    run = str(shell.status()["id"])
    for _ in range(40):
        state = shell.status()
        assert _commits(shell.repo) <= before + 1
        if state["state"] == "landed" and state["tidy"]:
            break
        kills += shell.killed_after(moment(), *_next(state))
    assert gone(run)
    _inspect(shell, before)
    return kills


def _next(state: dict[str, object]) -> tuple[str, ...]:
    needs = state["needs"]
    assert isinstance(needs, list)
    if needs:
        return ("approve", str(state["id"]), "--tree", needs[0]["tree"])
    return ("resume", str(state["id"]))


def _inspect(shell: Shell, before: int) -> None:
    assert shell.status()["state"] == "landed"
    assert _commits(shell.repo) == before + 1
    assert "a + b" in (shell.repo / "calc.py").read_text()
    assert _git(shell.repo, "status", "--porcelain") == ""
    assert _git(shell.repo, "for-each-ref", "refs/looptui") == ""
    assert not list(shell.repo.rglob("*.lock"))
    state_dir = next(path for path in shell.home.iterdir() if path.is_dir())
    assert not list((state_dir / "worktrees").glob("[!.]*"))
    assert not list((state_dir / "exports").iterdir())
    code, said = shell.run("audit", "verify")
    assert code == 0, said


def _commits(repo: Path) -> int:
    return int(_git(repo, "rev-list", "--count", "main"))


def _git(repo: Path, *args: str) -> str:
    done = subprocess.run(["git", *args], cwd=repo, capture_output=True, text=True, check=True)
    return done.stdout.strip()
