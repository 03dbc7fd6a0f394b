"""Whether the commands of a loop can run on this machine at all: asked of their adapters, tried."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePath

from looptui.adapters import child
from looptui.adapters.sandbox.none import Unconfined
from looptui.core.spec import GateSpec, Loop
from looptui.detecting.presets import capabilities
from looptui.errors import PluginError
from looptui.loopfile import unsupported
from looptui.plugins import load, names
from looptui.ports import Confinement, Sandbox
from looptui.wire import boxing

_PYTHON = re.compile(r"python(\d+(\.\d+)?)?")
_LOOK = "import importlib.util, sys; sys.exit(importlib.util.find_spec(sys.argv[1]) is None)"
"""Finds a module without running it."""
_PATIENCE = 20.0
"""Seconds for one look."""


def obstacles(loop: Loop, root: Path | None) -> list[str]:
    """Why the maker and the gates of a loop cannot run here, a sentence each; none if they can.

    `root` is the repository's top. Nothing that the loop file names is run but interpreters of
    this machine, in the sandbox, to find the modules that gates run.
    """
    if later := unsupported(loop, names("looptui.maker")):
        return list(later)
    box = boxing.chosen(unsandboxed=False)
    found = [problem for problem in (*_setup(loop), _maker(loop), *_gates(loop)) if problem]
    if isinstance(box, boxing.Missing):
        found.append(f"{box.problem.message} {box.problem.hint}")
        box = Unconfined()
    return found or asyncio.run(_missing(loop, root, box))


def unmeasured(loop: Loop) -> tuple[str, ...]:
    """Limits of a loop on what nobody measures, in words."""
    agent = loop.maker.agent
    can = capabilities(agent)
    if can is None or can.usage:
        return ()
    who = "a command" if agent == "command" else agent
    return (f"nobody tells what {who} spends: its cost_usd and tokens never trip, the others do",)


def _setup(loop: Loop) -> list[str]:
    """Programs of setup commands that are not here, other than those of the repository."""
    named = dict.fromkeys(argv[0] for argv in loop.workspace.setup.argv)
    outside = [name for name in named if "/" not in name or PurePath(name).is_absolute()]
    missing = [name for name in outside if shutil.which(name) is None]
    return [
        f"setup: {name} was not found; install it or correct setup in [workspace]"
        for name in missing
    ]


def _maker(loop: Loop) -> str | None:
    try:
        problem = load("looptui.maker", loop.maker.agent)().check(loop.maker)
    except PluginError as error:
        problem = error.message
    return f"maker: {problem}" if problem else None


def _gates(loop: Loop) -> list[str | None]:
    found: list[str | None] = []
    for spec in loop.gates:
        try:
            found.append(load("looptui.gate", spec.kind)().check(spec))
        except PluginError as error:
            found.append(error.message)
    return found


# --- modules that gates run with `python -m` -----------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Module:
    """A gate's `PYTHON -m MODULE`, where the interpreter is one of this machine."""

    gate: str
    python: str
    name: str

    @classmethod
    def of(cls, spec: GateSpec, root: Path | None) -> _Module | None:
        """None for other commands, and for a module that the repository itself may hold."""
        if len(spec.argv) < 3 or spec.argv[1] != "-m":
            return None
        python, name = spec.argv[0], spec.argv[2].split(".")[0]
        if not _PYTHON.fullmatch(PurePath(python).name) or not name.isidentifier():
            return None
        if "/" in python and (root is None or not _elsewhere(python, root)):
            return None
        return None if root is not None and _holds(root, name) else cls(spec.id, python, name)


def _elsewhere(python: str, root: Path) -> bool:
    """Whether an interpreter lies outside the repository: one inside would be its command."""
    return PurePath(python).is_absolute() and not PurePath(python).is_relative_to(root)


def _holds(root: Path, name: str) -> bool:
    places = (root, root / "src")
    return any((at / name).is_dir() or (at / f"{name}.py").is_file() for at in places)


async def _missing(loop: Loop, root: Path | None, box: Sandbox) -> list[str]:
    """Nothing is known where the loop file prepares an environment of its own."""
    if loop.workspace.setup.argv:
        return []
    wanted = [module for spec in loop.gates if (module := _Module.of(spec, root))]
    found = await asyncio.gather(*(_is_there(module, box) for module in wanted))
    return [_told(module) for module, there in zip(wanted, found, strict=True) if not there]


async def _is_there(module: _Module, box: Sandbox) -> bool:
    with tempfile.TemporaryDirectory(prefix="looptui-check-") as name:
        place = Path(os.path.realpath(name))
        ended = await child.run(
            box,
            (module.python, "-c", _LOOK, module.name),
            cwd=place,
            env={},
            confinement=Confinement(writable=(place,)),
            seconds=_PATIENCE,
        )
    return ended.reason == "exit" and ended.exit_code == 0


def _told(module: _Module) -> str:
    install = f"{module.python} -m pip install {module.name}"
    return (
        f"gate {module.gate} is unavailable: {module.python} has no {module.name}; {install}, or "
        "let argv name the Python of the environment that your tests use"
    )
