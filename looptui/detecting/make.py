"""Targets of Makefiles and recipes of justfiles."""

from __future__ import annotations

import re
from collections.abc import Iterator

from looptui.detecting.reading import Tree, below
from looptui.detecting.values import Confidence, Finding, Purpose

_FILES = ("GNUmakefile", "makefile", "Makefile")
_JUST = ("justfile", "Justfile", ".justfile")
_NAMES: tuple[tuple[Purpose, tuple[str, ...], tuple[str, ...]], ...] = (
    ("test", ("test", "tests", "check"), ()),
    ("lint", ("lint",), ("lint-fix", "fix")),
    ("format", ("format-check", "fmt-check", "check-format"), ("format", "fmt")),
    ("types", ("typecheck", "types", "mypy"), ()),
    ("coverage", ("coverage", "cov"), ()),
    ("docs", ("docs", "doc"), ()),
)
_TARGET = re.compile(r"([A-Za-z0-9_.-]+(?:[ \t]+[A-Za-z0-9_.-]+)*)[ \t]*:(?![:=])")
_RECIPE = re.compile(r"@?([A-Za-z0-9_-]+)((?:[ \t]+[^:=\s]+)*)[ \t]*:(?!=)")


def look(tree: Tree, at: str = "") -> Iterator[Finding]:
    """What `make` and `just` can do in a directory."""
    for name in _FILES:
        if tree.has(below(at, name)):
            inside = ("make", "-C", at) if at else ("make",)
            yield from _named(below(at, name), _targets(tree.lines(below(at, name))), inside)
            break
    for name in _JUST:
        file = below(at, name)
        if tree.has(file):
            yield from _named(file, _recipes(tree.lines(file)), ("just", "--justfile", file))
            break


def _named(file: str, known: dict[str, int], program: tuple[str, ...]) -> Iterator[Finding]:
    for purpose, names, mends in _NAMES:
        name = next((one for one in names if one in known), None)
        if name is not None:
            mend = next((one for one in mends if one in known), "")
            sure: Confidence = "guess" if name == "check" else "likely"
            why = f"the target {name}"
            yield Finding(
                purpose, (*program, name), file, known[name], sure, why,
                fix=(*program, mend) if mend else (),
            )  # fmt: skip


def _targets(lines: list[str]) -> dict[str, int]:
    """The targets of a Makefile with their lines; patterns and variables are none."""
    found: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        match = _TARGET.match(line)
        for name in match[1].split() if match else ():
            found.setdefault(name, number)
    found.pop(".PHONY", None)
    return found


def _recipes(lines: list[str]) -> dict[str, int]:
    """The recipes of a justfile that need no argument, with their lines."""
    found: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        match = _RECIPE.match(line)
        if match and all(word[:1] in "*" or "=" in word for word in match[2].split()):
            found.setdefault(match[1], number)
    return found
