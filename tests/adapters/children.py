"""What tests of gates and makers share: the sandbox of this machine, and tasks on real files."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from looptui.adapters.gates.command import CommandGate
from looptui.adapters.sandbox import choose
from looptui.core.spec import GateSpec, Goal, Loop, MakerSpec
from looptui.ports import Confinement, GateResult, GateTask, MakerTask, Sandbox

PYTHON = sys.executable
PYTEST = (PYTHON, "-m", "pytest", "-q")
ENV = {
    "PATH": os.environ["PATH"],
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # half of the time of a small pytest
}


OURS = (Path(sys.prefix), Path(sys.base_prefix))
"""Our interpreter, wherever it lies: the engine shows it to every child."""


@cache
def sandbox() -> Sandbox:
    """The sandbox of this machine; a machine without one fails these tests."""
    return choose()


def lay_out(directory: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(text)
    return directory


def gate_task(
    place: Path,
    spec: GateSpec,
    files: Mapping[str, str] | None = None,
    expected: tuple[str, ...] = (),
    env: Mapping[str, str] | None = None,
) -> GateTask:
    export, scratch = place / "tree", place / "report"
    export.mkdir()
    scratch.mkdir()
    lay_out(export, files or {})
    return GateTask(
        spec=spec,
        tree="0" * 40,
        export=export,
        scratch=scratch,
        changes=(),
        expected=expected,
        confinement=Confinement(writable=(export, scratch), readable=OURS),
        env={**ENV, **(env or {})},
        seconds=spec.timeout,
    )


async def run_gate(
    place: Path,
    spec: GateSpec,
    files: Mapping[str, str] | None = None,
    expected: tuple[str, ...] = (),
) -> GateResult:
    return await CommandGate().run(gate_task(place, spec, files, expected), sandbox())


def maker_task(
    place: Path,
    spec: MakerSpec,
    files: Mapping[str, str] | None = None,
    prompt: str = "",
    gates: tuple[GateSpec, ...] = (),
) -> MakerTask:
    worktree, transcript = place / "worktree", place / "1.log"
    worktree.mkdir()
    lay_out(worktree, files or {})
    transcript.touch(0o600)
    return MakerTask(
        loop=Loop("fix", "me@example.org", Goal("Fix it."), (), spec, gates),
        run="r1",
        iteration=1,
        worktree=worktree,
        prompt=prompt,
        transcript=transcript,
        confinement=Confinement(writable=(worktree,), readable=OURS),
        env=ENV,
        seconds=60.0,
        idle_seconds=60.0,
        gates=gates,
    )
