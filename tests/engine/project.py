"""A small repository with a failing test, a loop file and an agent that mends it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CALC = "def add(a, b):\n    return a - b\n"
TESTS = """\
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from calc import add


def test_add():
    assert add(2, 3) == 5


def test_zero():
    assert add(0, 0) == 0
"""
AGENT = """\
import pathlib, sys
print("prompt of", len(sys.stdin.read()), "characters")
calc = pathlib.Path("calc.py")
calc.write_text(calc.read_text().replace("a - b", "a + b"))
"""
LOOP = """\
schema = 1
name = "fix-tests"
owner = "you@example.org"

[goal]
text = "Make the failing tests pass."

[[criteria]]
id = "tests"
text = "All tests pass"
gate = "pytest"

[maker]
agent = "command"
argv = [{python!r}, {agent!r}]

[[gates]]
id = "pytest"
kind = "command"
argv = [{python!r}, "-m", "pytest", "-q"]

[breakers]
iterations = 5
"""


def git(repo: Path, *args: str) -> str:
    done = subprocess.run(["git", *args], cwd=repo, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def make_project(directory: Path, agent: str = AGENT) -> Path:
    """The repository `directory/repo`; beside it `fix.toml` and `agent.py`."""
    repo = directory / "repo"
    (repo / "tests").mkdir(parents=True)
    (repo / "calc.py").write_text(CALC)
    (repo / "tests" / "test_calc.py").write_text(TESTS)
    (directory / "agent.py").write_text(agent)
    loop = LOOP.format(python=sys.executable, agent=str(directory / "agent.py"))
    (directory / "fix.toml").write_text(loop.replace("'", '"'))
    git(repo, "init", "-q", "-b", "main")
    git(repo, "config", "user.name", "Tester")
    git(repo, "config", "user.email", "tester@example.org")
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "-m", "start")
    return repo
