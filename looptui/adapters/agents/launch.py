"""How an agent is started: its words and variables, its own home, and what it must not see."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from looptui.adapters import child
from looptui.adapters.sandbox.scratch import scratch
from looptui.detecting.presets import Preset
from looptui.making import MakerTask
from looptui.ports import Confinement

LONGEST_ARGUMENT = 120 * 1024
"""Bytes; Linux refuses a single argument of 128 KiB (MAX_ARG_STRLEN in its binfmts.h)."""


@dataclass(frozen=True, slots=True)
class Start:
    """One call of an agent, ready to be started."""

    argv: tuple[str, ...]
    env: Mapping[str, str]
    confinement: Confinement
    stdin: bytes
    home: Path


@contextmanager
def start(preset: Preset, task: MakerTask, *, confined: bool) -> Iterator[Start]:
    """The call in a new home, while what would configure the agent is out of the worktree."""
    with (
        scratch() as place,
        hidden(task.worktree, preset.plants, place / "hidden"),
        swept(task.worktree, preset.litter),
    ):
        home = place / "home"
        for name, text in preset.files.items():
            file = home / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        _folders(preset, home)
        prompt = home / "prompt.md"
        prompt.touch(mode=0o600)
        prompt.write_bytes(task.prompt.encode())
        yield Start(
            _words(preset, task, home, prompt, confined=confined),
            _variables(preset, task, home),
            replace(
                child.seeing(task.confinement, *package(_program(preset, task)[0])),
                writable=(*task.confinement.writable, home),
            ),
            task.prompt.encode() if preset.prompt == "stdin" else b"",
            home,
        )


def _program(preset: Preset, task: MakerTask) -> tuple[str, ...]:
    return task.loop.maker.argv or (preset.program,)


def package(program: str) -> tuple[Path, ...]:
    """The packages of Node among which a program lies: it loads them from wherever they are."""
    found = shutil.which(program)
    parts = Path(os.path.realpath(found)).parts if found else ()
    if "node_modules" not in parts:
        return ()
    return (Path(*parts[: parts.index("node_modules") + 1]),)


def too_long(preset: Preset, prompt: str) -> str:
    """Why this prompt cannot be handed over; empty if it can."""
    size = len(prompt.encode())
    if preset.prompt != "argument" or size <= LONGEST_ARGUMENT:
        return ""
    return f"the prompt has {size:,} bytes, and {preset.title} takes it as an argument only"


def _words(
    preset: Preset, task: MakerTask, home: Path, prompt: Path, *, confined: bool
) -> tuple[str, ...]:
    spec = task.loop.maker
    places = {
        "home": str(home),
        "prompt_file": str(prompt),
        "model": spec.model,
        "usd": f"{(task.micro_usd or 0) / 1e6:.6f}",
        "worktree": str(task.worktree),
    }
    program = _program(preset, task)
    model = preset.model if spec.model else ()
    budget = preset.budget if task.micro_usd is not None else ()
    box = preset.inside if confined else preset.outside
    own = (*preset.argv, *box, *model, *budget, *spec.args, *preset.last)
    said = task.prompt.replace("\0", "\N{SYMBOL FOR NULL}")
    return (*program, *(w if w != "{prompt}" else said for w in child.filled(own, places)))


def _variables(preset: Preset, task: MakerTask, home: Path) -> Mapping[str, str]:
    ours = {name: value.replace("{home}", str(home)) for name, value in preset.set.items()}
    return {**task.env, **ours, "HOME": str(home), "NO_COLOR": "1"}


def _folders(preset: Preset, home: Path) -> None:
    """Directories of the home that variables name: some agents want them to be there."""
    for value in preset.set.values():
        if value.startswith("{home}/") and "." not in Path(value).name.lstrip("."):
            (home / value.removeprefix("{home}/")).mkdir(parents=True, exist_ok=True)


# --- what would configure the agent ------------------------------------------------------------


@contextmanager
def hidden(worktree: Path, plants: tuple[str, ...], aside: Path) -> Iterator[None]:
    """Keep these paths of the worktree aside; what is made in their place meanwhile stays there."""
    moved = [name for name in plants if _there(worktree, name)]
    for name in moved:
        (aside / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.move(worktree / name, aside / name)
    try:
        yield
    finally:
        for name in moved:
            _put_back(aside / name, worktree / name)


@contextmanager
def swept(worktree: Path, litter: tuple[str, ...]) -> Iterator[None]:
    """Remove in the end what an agent leaves behind; what was there before is not its own."""
    new = [name for name in litter if not os.path.lexists(worktree / name)]
    try:
        yield
    finally:
        for name in new:
            if (worktree / name).is_dir() and not (worktree / name).is_symlink():
                shutil.rmtree(worktree / name, ignore_errors=True)


def _there(worktree: Path, name: str) -> bool:
    """No link on the way leads elsewhere."""
    place = worktree
    for part in Path(name).parts:
        if place.is_symlink():
            return False
        place = place / part
    return os.path.lexists(place)


def _put_back(kept: Path, place: Path) -> None:
    if os.path.lexists(place) or place.parent.is_symlink():
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(kept, place)
