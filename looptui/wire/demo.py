"""The demo: a small real project with a seeded fault, in a directory of its own."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from looptui.adapters.repository import init_repository
from looptui.demo import project as projects
from looptui.demo.faults import draw
from looptui.ports import Identity

_AUTHOR = Identity("looptui demo", "demo@example.org")
_LARGEST_SEED = 9999


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a demo plays."""

    directory: Path
    root: Path
    loop: Path
    seed: int
    project: str


@contextmanager
def stage(
    *, seed: int | None, scenario: str | None, keep: bool, speed: float = 1.0
) -> Iterator[Stage]:
    """A demo project with its own state; everything is removed at the end unless kept.

    `speed`: how many times as fast as it is written the maker of a scenario plays.
    """
    chosen = secrets.randbelow(_LARGEST_SEED) + 1 if seed is None else seed
    directory = Path(tempfile.mkdtemp(prefix="looptui-demo-"))
    outer = os.environ.get("LOOPTUI_HOME")
    os.environ["LOOPTUI_HOME"] = str(directory / "state")
    try:
        yield _build(directory, chosen, scenario, speed)
    finally:
        if outer is None:
            del os.environ["LOOPTUI_HOME"]
        else:
            os.environ["LOOPTUI_HOME"] = outer
        if not keep:
            shutil.rmtree(directory, ignore_errors=True)


def _build(directory: Path, seed: int, scenario: str | None, speed: float) -> Stage:
    into = directory / "project"
    if scenario is None:
        built = projects.build(draw(seed), into, _commit)
    else:
        from looptui.demo.scenarios import build_scenario

        built = build_scenario(scenario, into, _commit, speed=speed)
    return Stage(directory, built.root, built.loop, seed, built.name)


def _commit(root: Path) -> None:
    init_repository(root, _AUTHOR, "A small project")
