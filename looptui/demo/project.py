"""Writing a demo project with its fault into a directory."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from looptui.demo.faults import Fault

PROJECTS = Path(__file__).with_name("projects")
LOOP_NAME = "fix-tests"
IGNORED = "__pycache__/\n.pytest_cache/\n"
REPAIR = """\
agent = "repair"
timeout = "2m"
"""
REPAIR_LIMITS = """\
[breakers]
iterations = 10
stall = { no_progress = 10, same_failure = 10 }   # a batch that finds nothing is no standstill
"""


@dataclass(frozen=True, slots=True)
class Project:
    """A demo project on disk."""

    root: Path
    name: str
    loop: Path
    """The loop file."""


def build(
    fault: Fault,
    into: Path,
    commit: Callable[[Path], None],
    *,
    maker: str = REPAIR,
    limits: str = REPAIR_LIMITS,
) -> Project:
    """Write the project with the fault to the new directory `into`, then call `commit` on it.

    `commit` makes the repository and its first commit. Nothing in the project names the fault.
    `maker` are the lines of `[maker]`, `limits` further tables of the loop file.
    """
    write_files(fault.project, into)
    for slip in fault.slips:
        slip.apply(into)
    loop = write_loop(into, loop_text(maker, limits))
    commit(into)
    return Project(into, fault.project, loop)


def write_files(name: str, into: Path) -> None:
    """The project as it is without a fault."""
    shutil.copytree(PROJECTS / name, into, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    (into / ".gitignore").write_text(IGNORED, "utf-8")


def write_loop(root: Path, text: str) -> Path:
    loop = root / ".looptui" / "loops" / f"{LOOP_NAME}.toml"
    loop.parent.mkdir(parents=True, exist_ok=True)
    loop.write_text(text, "utf-8")
    return loop


def loop_text(maker: str, limits: str) -> str:
    argv = json.dumps([sys.executable, "-m", "pytest", "-q"], ensure_ascii=False)
    return f"""\
schema = 1
name = "{LOOP_NAME}"
owner = "demo@example.org"

[goal]
text = "Make the failing tests pass."

[[criteria]]
id = "tests"
text = "All tests pass"
gate = "pytest"

[maker]
{maker.strip()}

[[gates]]
id = "pytest"
kind = "command"
argv = {argv}
timeout = "2m"

{limits.strip()}
"""
