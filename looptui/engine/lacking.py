"""What a gate missed in an export although the checkout has it: files that git does not know.

Generated code, compiled modules, submodules, fixtures that are ignored: a project passes its tests
in the checkout and cannot even start them in an export. That is no fault of any candidate.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path, PurePosixPath

_MISSED = re.compile(
    r"no such file|not found|cannot (?:find|open|stat|read)|can't (?:find|open)|does not exist"
    r"|doesn't exist|ENOENT|FileNotFound|no rule to make",
    re.IGNORECASE,
)
_MODULE = re.compile(r"No module named '?(\w[\w.]*)")
_MEMBER = re.compile(
    r"cannot import name '(\w+)' from (?:partially initialized module )?'([\w.]+)'"
)
_WORD = re.compile(r"[^\s'\"`,;:()\[\]<>=]+")
_COLOUR = re.compile(r"[\x1b␛]\[[0-9;]*m")
_NEVER = {".git", ".looptui"}
_MOST_WORDS = 2000
_MOST = 5


def lacking(
    output: str, checkout: Path, export: Path, changed: Iterable[str] = ()
) -> tuple[str, ...]:
    """Paths that a gate's words miss, that are in the checkout and in no export of its commit.

    The outermost directory that is missing stands for all in it. `changed` are paths that are not
    lacking all the same: what the candidate took away, what only the sandbox shows.
    """
    output = _COLOUR.sub(" ", output)
    places = _Places(checkout, export, frozenset(changed))
    words = tuple(dict.fromkeys(islice(_words(output), _MOST_WORDS)))
    missed = [*_modules(output, checkout, words), *_named(output, (checkout, export))]
    found = (places.outermost(name) for name in missed)
    return tuple(islice(dict.fromkeys(name for name in found if name), _MOST))


class _Places:
    """Where something is, and where not."""

    def __init__(self, checkout: Path, export: Path, changed: frozenset[str]) -> None:
        self._checkout = checkout
        self._export = export
        self._changed = changed

    def outermost(self, name: str) -> str:
        """The first part of a path that only the checkout has; empty where there is none."""
        parts = PurePosixPath(name).parts
        if not parts or parts[0] in _NEVER or ".." in parts or name.startswith("/"):
            return ""
        if not os.path.lexists(self._checkout / name) or os.path.lexists(self._export / name):
            return ""
        for end in range(1, len(parts) + 1):
            place = "/".join(parts[:end])
            if not os.path.lexists(self._export / place) or self._is_hollow(place):
                return "" if self._is_changed(place) else place
        return ""

    def _is_hollow(self, place: str) -> bool:
        """A directory that only stands there, as those of submodules do."""
        exported = self._export / place
        return exported.is_dir() and not exported.is_symlink() and not any(exported.iterdir())

    def _is_changed(self, place: str) -> bool:
        return any(path == place or path.startswith(f"{place}/") for path in self._changed)


def _named(output: str, roots: Sequence[Path]) -> Iterator[str]:
    """Paths in lines that say that something is not there, as they are from the root."""
    for line in output.splitlines():
        if _MISSED.search(line):
            for word in _words(line):
                yield from _below(word, roots)


def _words(text: str) -> Iterator[str]:
    return (found.group().rstrip(".") for found in _WORD.finditer(text))


def _below(word: str, roots: Sequence[Path]) -> Iterator[str]:
    if not word.startswith("/"):
        yield word.removeprefix("./")
        return
    for root in roots:
        if word.startswith(f"{root}/"):
            yield word.removeprefix(f"{root}/")


def _modules(output: str, checkout: Path, words: Sequence[str]) -> Iterator[str]:
    """Files of the checkout that could be the Python modules that were not found."""
    names = [found.group(1) for found in _MODULE.finditer(output)]
    names += [f"{found.group(2)}.{found.group(1)}" for found in _MEMBER.finditer(output)]
    if not names:
        return
    tops = list(_tops(checkout, words))
    for name in dict.fromkeys(names):
        *packages, last = name.split(".")
        for top in tops:
            yield from _files(checkout, "/".join(part for part in (top, *packages) if part), last)


def _tops(checkout: Path, words: Sequence[str]) -> Iterator[str]:
    """Directories in which packages may lie: the top, those below it, those of files named."""
    tops = dict.fromkeys(["", *_directories(checkout)])
    for word in words:
        if word.endswith(".py") and not word.startswith("/"):
            tops |= dict.fromkeys(str(parent) for parent in PurePosixPath(word).parents)
    return iter(tops)


def _directories(checkout: Path) -> list[str]:
    with os.scandir(checkout) as entries:
        found = [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
    return sorted(name for name in found if not name.startswith("."))


def _files(checkout: Path, directory: str, stem: str) -> Iterator[str]:
    """A module's file, package or compiled library, by its name up to the first dot."""
    place = checkout / directory
    if ".." in PurePosixPath(directory).parts or not place.is_dir():
        return
    for name in sorted(os.listdir(place)):  # noqa: PTH208
        if name.partition(".")[0] == stem and not name.endswith(".pyc"):
            yield f"{directory}/{name}" if directory and directory != "." else name
