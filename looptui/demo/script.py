"""The file that the scripted maker plays from: TOML, one `[[steps]]` for each iteration.

    [[steps]]
    say = "What the maker says, one or more lines."
    sleep = 0.5         seconds before it acts
    repeat = 2          the step serves so many iterations; 0 is all that come
    exit = 1            exit code
    killed = true       dies by SIGKILL instead

    [[steps.edit]]      `old` stands exactly once in the file
    path = "a.py"
    old = "x < y"
    new = "x <= y"
    optional = true     nothing happens where `old` is not there

    [[steps.write]]     the whole file, with its directories
    path = "notes/a.txt"
    text = "…"

    [[steps.delete]]
    path = "b.py"

Paths are relative to the worktree. Standard library only: the player runs in the sandbox.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class BadScript(ValueError):
    """The script cannot be played; the text says what and where."""


@dataclass(frozen=True, slots=True)
class Edit:
    path: str
    old: str
    new: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Write:
    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Delete:
    path: str


@dataclass(frozen=True, slots=True)
class Step:
    """What the maker does in one iteration."""

    say: str = ""
    sleep: float = 0.0
    repeat: int = 1
    exit: int = 0
    killed: bool = False
    edit: tuple[Edit, ...] = ()
    write: tuple[Write, ...] = ()
    delete: tuple[Delete, ...] = ()


def load(path: Path) -> tuple[Step, ...]:
    """Raises BadScript; OSError when the file cannot be read."""
    try:
        steps = tomllib.loads(path.read_text("utf-8")).get("steps")
    except ValueError as error:
        raise BadScript(f"{path} is not TOML: {error}") from error
    if not isinstance(steps, list) or not steps:
        raise BadScript(f"{path} has no [[steps]]")
    return tuple(step(row, number) for number, row in enumerate(steps, start=1))


def step(row: dict[str, Any], number: int) -> Step:
    kinds = {"edit": Edit, "write": Write, "delete": Delete}
    try:
        acts = {
            name: tuple(kind(**act) for act in row.get(name, [])) for name, kind in kinds.items()
        }
        return Step(**{**row, **acts})
    except TypeError as error:
        raise BadScript(f"step {number} of the script: {error}") from error


def step_for(steps: tuple[Step, ...], iteration: int) -> Step | None:
    """The step of an iteration, counted from 1; None when the script is over."""
    last = 0
    for one in steps:
        last += one.repeat
        if one.repeat == 0 or iteration <= last:
            return one
    return None
