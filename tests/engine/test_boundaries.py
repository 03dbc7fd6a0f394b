"""`kill -9` before and after every event that a run commits: the same end as without it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine.project import git, make_project

GATE = "import calc, sys; sys.exit(0 if calc.add(2, 3) == 5 else 1)"


class Project:
    """A repository whose gate takes milliseconds."""

    def __init__(self, directory: Path) -> None:
        self.repo = make_project(directory)
        self.loop = directory / "fix.toml"
        text = self.loop.read_text().replace('"-m", "pytest", "-q"', json.dumps(["-c", GATE])[1:-1])
        self.loop.write_text(text)
        self.env = {**os.environ, "LOOPTUI_HOME": str(directory / "home")}

    def looptui(self, *args: str, dying: tuple[str, int] | None = None) -> tuple[int, str]:
        program = ["-m", "looptui"]
        if dying is not None:
            program = ["-m", "tests.engine.dying", dying[0], str(dying[1])]
        done = subprocess.run(
            [sys.executable, *program, "-C", str(self.repo), *args],
            cwd=Path(__file__).parents[2],
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
            timeout=180,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode, done.stdout

    def runs(self) -> list[dict[str, object]]:
        found: list[dict[str, object]] = json.loads(self.looptui("status", "--json")[1])["runs"]
        return found

    def finish(self) -> dict[str, object]:
        """What a person does after the crash, to the end."""
        if not self.runs():
            self.looptui("run", str(self.loop), "--headless", "--trust")
        for _ in range(6):
            state = self.runs()[0]
            if state["state"] == "landed" and state["tidy"]:
                break
            needs = state["needs"]
            assert isinstance(needs, list)
            if needs:
                self.looptui("approve", str(state["id"]), "--tree", needs[0]["tree"])
            else:
                self.looptui("resume", str(state["id"]))
        return self.runs()[0]


def _whole(directory: Path) -> tuple[int, int]:
    """Transactions of an unharmed run up to the review, and of its approval."""
    project = Project(directory)
    code, out = project.looptui("run", str(project.loop), "--headless", "--trust", "--jsonl")
    assert code == 4
    review = len(out.splitlines())
    state = project.runs()[0]
    needs = state["needs"]
    assert isinstance(needs, list)
    code, out = project.looptui("approve", str(state["id"]), "--tree", needs[0]["tree"], "--jsonl")
    assert code == 0
    return review, len(out.splitlines())


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("when", ["before", "after"])
def test_every_boundary_up_to_the_review(tmp_path: Path, when: str) -> None:
    events, _ = _whole(tmp_path / "whole")
    died = 0
    for n in range(1, events + 1):
        project = Project(tmp_path / f"{when} {n}")
        code, _ = project.looptui(
            "run", str(project.loop), "--headless", "--trust", dying=(when, n)
        )
        died += code == -signal.SIGKILL
        _landed_once(project)
    assert died >= 15


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("when", ["before", "after"])
def test_every_boundary_of_the_landing(tmp_path: Path, when: str) -> None:
    _, events = _whole(tmp_path / "whole")
    died = 0
    for n in range(1, events + 1):
        project = Project(tmp_path / f"{when} {n}")
        project.looptui("run", str(project.loop), "--headless", "--trust")
        state = project.runs()[0]
        needs = state["needs"]
        assert isinstance(needs, list)
        code, _ = project.looptui(
            "approve", str(state["id"]), "--tree", needs[0]["tree"], dying=(when, n)
        )
        died += code == -signal.SIGKILL
        _landed_once(project)
    assert died >= 6


def _landed_once(project: Project) -> None:
    state = project.finish()
    assert state["state"] == "landed", state
    assert git(project.repo, "rev-list", "--count", "main") == "2"
    assert git(project.repo, "status", "--porcelain") == ""
    assert git(project.repo, "for-each-ref", "refs/looptui") == ""
    assert "a + b" in (project.repo / "calc.py").read_text()
