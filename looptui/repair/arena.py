"""Copies of the tree in which variants are tried, each with its warm pytest."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from looptui.repair.command import PytestCommand
from looptui.repair.words import reason

LINKED = {".venv", "venv", "node_modules"}
"""Big directories of an environment: linked into the copies, not copied."""
LEFT_OUT = {".git", "__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis"}
LOG = 32 << 10
"""Bytes kept of what pytest printed, from its end."""


class BenchFailed(RuntimeError):
    """The gate's Python cannot run pytest here; the text says why."""


@dataclass(frozen=True, slots=True)
class Report:
    """What one run of pytest saw. All empty when it died or took too long."""

    ended: bool
    output: str
    outcomes: dict[str, str]
    """Test id (the file, for one that did not collect) -> passed, failed or skipped."""
    seconds: dict[str, float]
    words: dict[str, str]
    """Test id -> the end of what a failing test said."""
    crashes: list[tuple[str, int]]
    failed: dict[str, list[tuple[str, int]]]
    """Failing test -> the absolute path and number of each line it ran."""
    passed: dict[str, dict[int, int]]
    """Absolute path -> line -> passing tests that ran it."""
    files: list[str]
    """Absolute paths of all files of the tree that ran, also if only at import."""
    late: bool = False
    """It was ended because its time was over."""

    def of(self, outcome: str) -> set[str]:
        return {test for test, seen in self.outcomes.items() if seen == outcome}


def copy_tree(root: Path, into: Path) -> None:
    """The files of the tree without repositories, caches, sockets and pipes.

    Where the scratch directory lies in the tree it is left out too. Raises BenchFailed.
    """

    def ignore(directory: str, names: list[str]) -> set[str]:
        here = Path(directory)
        linked = LINKED.intersection(names) if here == root else set()
        odd = {name for name in names if here / name == into.parent or special(here / name)}
        return linked | odd | LEFT_OUT.intersection(names)

    try:
        shutil.copytree(root, into, symlinks=True, ignore=ignore)
    except shutil.Error as error:
        first = error.args[0][0]
        raise BenchFailed(f"the tree cannot be copied: {first[0]}: {first[2]}") from error
    for name in LINKED:
        if (root / name).exists():
            (into / name).symlink_to((root / name).resolve())


def special(path: Path) -> bool:
    """Whether a path is a pipe, a socket or a device: nothing that can be copied."""
    return not (path.is_symlink() or path.is_dir() or path.is_file())


class Bench:
    """One copy of the tree and the process that runs its tests."""

    def __init__(
        self, tree: Path, process: asyncio.subprocess.Process, args: tuple[str, ...], paths: bool
    ) -> None:
        self.tree = tree
        self.args = args
        self.paths = paths
        self._process = process
        self._report = tree.with_suffix(".json")

    @classmethod
    async def start(cls, root: Path, tree: Path, command: PytestCommand, paths: bool) -> Bench:
        """Copy `root` to `tree` and start the command's Python there.

        `paths` puts the tree and its `src` before everything else, so that an installed copy of
        the package does not hide it. Raises BenchFailed.
        """
        if not tree.exists():
            copy_tree(root, tree)
        script = tree.parent / "looptui_bench.py"
        shutil.copyfile(Path(__file__).with_name("bench.py"), script)
        front = [str(tree / "src"), str(tree)] if paths else []
        argv = [*command.python, str(script), command.mode, *front]
        env = {"PYTHONHASHSEED": "0", **os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        pipe = asyncio.subprocess.PIPE
        try:
            process = await asyncio.create_subprocess_exec(
                *argv, stdin=pipe, stdout=pipe, stderr=pipe, cwd=tree, env=env, limit=1 << 20
            )
        except OSError as error:
            raise BenchFailed(f"`{command.python[0]}` cannot be started: {error}") from error
        bench = cls(tree, process, command.args, paths)
        await bench._greet()
        return bench

    async def _greet(self) -> None:
        hello = await self._answer()
        if hello is None:
            assert self._process.stderr is not None
            words = (await self._process.stderr.read()).decode("utf-8", "replace")
            raise BenchFailed(f"pytest did not start: {reason(words, str(self.tree))}")
        if not hello["ready"]:
            raise BenchFailed(f"pytest cannot be imported there: {hello['why']}")

    async def _answer(self) -> dict[str, Any] | None:
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        return dict(json.loads(line)) if line else None

    async def run(
        self,
        *,
        select: Sequence[str] | None,
        seconds: float,
        test_seconds: float,
        maxfail: int = 0,
        trace: bool = False,
    ) -> Report:
        """Run all tests, or the selected ones, in a fork of their own."""
        assert self._process.stdin is not None
        self._report.unlink(missing_ok=True)
        request = {
            "report": str(self._report),
            "args": self.args,
            "roots": [str(self.tree)],
            "select": select,
            "maxfail": maxfail,
            "trace": trace,
            "seconds": seconds,
            "test_seconds": test_seconds,
        }
        self._process.stdin.write(json.dumps(request).encode() + b"\n")
        await self._process.stdin.drain()
        answer = await self._answer()
        if answer is None:
            raise BenchFailed("the process that runs the tests died")
        return replace(self._read(bool(answer["ended"])), late=bool(answer["late"]))

    def _read(self, ended: bool) -> Report:
        log = Path(f"{self._report}.log")
        output = log.read_bytes()[-LOG:].decode("utf-8", "replace") if log.exists() else ""
        if not ended or not self._report.exists():
            return Report(False, output, {}, {}, {}, [], {}, {}, [])
        raw = json.loads(self._report.read_bytes())
        return Report(
            True,
            output,
            raw["outcomes"],
            raw["seconds"],
            raw["words"],
            [(path, line) for path, line in raw["crashes"]],
            {test: [(path, line) for path, line in at] for test, at in raw["failed"].items()},
            {path: {int(n): k for n, k in at.items()} for path, at in raw["passed"].items()},
            raw["files"],
        )

    async def close(self) -> None:
        """End the process; a child of it that still runs dies with it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()
