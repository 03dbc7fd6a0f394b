"""The gate's command taken apart: which Python runs pytest, with which arguments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import which

CLASHING = ("-x", "--exitfirst", "--lf", "--ff", "--sw", "--stepwise", "--last-failed", "--nf")
"""Options that need pytest's cache, or end a run early."""


class NotPytest(ValueError):
    """The command does not run pytest in a way that can be taken over."""


@dataclass(frozen=True, slots=True)
class PytestCommand:
    python: tuple[str, ...]
    """The words that start the interpreter."""
    mode: str
    """`module` puts the working directory on `sys.path`, `script` does not."""
    args: tuple[str, ...]


def parse(argv: Sequence[str]) -> PytestCommand:
    """Understand `PYTHON [options] -m pytest …`, `pytest …` and `uv run pytest …`.

    Raises NotPytest with a reason for people.
    """
    found = [at for at, word in enumerate(argv) if Path(word).name in ("pytest", "py.test")]
    if not found:
        raise NotPytest(f"the command `{' '.join(argv)}` does not run pytest")
    position = found[0]
    before, args = tuple(argv[:position]), usable(argv[position + 1 :])
    if before and before[-1] == "-m":
        safe = any(word in ("-P", "-I") for word in before)
        return PytestCommand(before[:-1], "script" if safe else "module", args)
    if before:
        return PytestCommand((*before, "python"), "script", args)
    return PytestCommand((interpreter(argv[0]),), "script", args)


def usable(args: Sequence[str]) -> tuple[str, ...]:
    kept = [word for word in args if word not in CLASHING]
    return (*kept, "-p", "no:cacheprovider")


def interpreter(script: str) -> str:
    """The Python of a `pytest` script, from its first line."""
    found = which(script)
    if found is None:
        raise NotPytest(f"`{script}` is not on the path")
    with Path(found).open("rb") as file:
        first = file.readline(1000).decode("utf-8", "replace").strip()
    words = first[2:].split() if first.startswith("#!") else []
    if not words or "python" not in Path(words[-1]).name:
        raise NotPytest(f"`{found}` does not name its Python in the first line")
    return words[-1]
