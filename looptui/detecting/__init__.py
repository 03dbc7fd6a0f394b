"""What a repository looks like from outside: read off its files, nothing is run."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from looptui.detecting import agents, documents, git, make, node, notes, others, packages, python
from looptui.detecting.reading import Tree
from looptui.detecting.values import RANK, Finding, Language, Survey

__all__ = ["survey"]


def survey(root: Path, environ: Mapping[str, str]) -> Survey:
    """Look at the repository in `root`, and at the agents on the PATH of `environ`.

    Waits for the disk; reads files that may be anything, names those that it could not read, and
    starts no program.
    """
    tree = Tree(root)
    parts = packages.look(tree)
    found = [*_of_root(tree), *(one for part in parts for one in _of_package(tree, part.path))]
    unique = {(one.purpose, one.argv): one for one in reversed(found)}
    path = environ.get("PATH", "")
    here = [replace(one, here=_is_here(tree, one, path)) for one in unique.values()]
    order = {id(one): at for at, one in enumerate(reversed(here))}
    return Survey(
        git=git.look(tree),
        languages=tuple(_languages(tree)),
        packages=parts,
        findings=tuple(sorted(here, key=lambda one: (*_rank(one), order[id(one)]))),
        agents=agents.look(environ),
        loops=_loops(tree),
        unread=tree.unread,
    )


def _rank(one: Finding) -> tuple[bool, int, bool]:
    """Prose last, the sure ones first; what cannot run here after its equals."""
    return one.suggestion, RANK[one.confidence], not one.here


def _of_root(tree: Tree) -> Iterator[Finding]:
    for look in (python.look, node.look, others.look, make.look):
        yield from look(tree, "")
    yield from documents.look(tree)
    yield from notes.look(tree)


def _of_package(tree: Tree, at: str) -> Iterator[Finding]:
    """The commands of a part; what a whole repository has is surer to be its gate."""
    for look in (python.look, node.look, others.look, make.look):
        for one in look(tree, at):
            yield replace(one, confidence="likely") if one.confidence == "sure" else one


def _languages(tree: Tree) -> Iterator[Language]:
    yield from python.languages(tree)
    yield from node.languages(tree)
    yield from others.languages(tree)


def _is_here(tree: Tree, one: Finding, path: str) -> bool:
    """Whether the program can be found; what setup makes is taken as there if it can be run."""
    if any("/" not in argv[0] and shutil.which(argv[0], path=path) is None for argv in one.setup):
        return False
    program = one.argv[0]
    if "/" in program:
        return bool(one.setup) or tree.has(program.removeprefix("./"))
    return shutil.which(program, path=path) is not None


def _loops(tree: Tree) -> tuple[str, ...]:
    names = sorted(tree.names(".looptui/loops"))
    return tuple(name.removesuffix(".toml") for name in names if name.endswith(".toml"))
