"""Parts of a repository that have a manifest of their own."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator

from looptui.detecting import node, others, python
from looptui.detecting.reading import Tree, below
from looptui.detecting.values import Package

MOST = 40
"""Packages that are looked into; a larger repository says itself what its gates are."""
_MOST_DIRECTORIES = 400
_MANIFESTS = ("pyproject.toml", "package.json", "Cargo.toml", "go.mod")
_NEVER = frozenset((
    "node_modules", "target", "vendor", "dist", "build", "out", "venv", "env", "site-packages",
    "third_party", "testdata", "fixtures", "examples", "__pycache__",
))  # fmt: skip


def look(tree: Tree) -> tuple[Package, ...]:
    """The packages below the root, two levels deep, those of a workspace first."""
    declared = _declared(tree)
    found = []
    for place in _directories(tree):
        manifest = next((name for name in _MANIFESTS if tree.has(below(place, name))), None)
        if manifest is None:
            continue
        by = next((file for glob, file in declared if fnmatch.fnmatchcase(place, glob)), "")
        found.append(Package(place, below(place, manifest), by))
    found.sort(key=lambda one: (not one.declared, one.path))
    return tuple(found[:MOST])


def _declared(tree: Tree) -> list[tuple[str, str]]:
    """Globs of workspaces, with the file that holds each."""
    pnpm = "pnpm-workspace.yaml"
    told = (
        (node.members(tree), pnpm if tree.has(pnpm) else "package.json"),
        (python.members(tree), "pyproject.toml"),
        (others.members(tree), "Cargo.toml" if tree.has("Cargo.toml") else "go.work"),
    )
    return [(glob.strip("/"), file) for globs, file in told for glob in globs]


def _directories(tree: Tree) -> Iterator[str]:
    looked = 0
    for first in _below(tree, ""):
        yield first
        for second in _below(tree, first):
            looked += 1
            if looked > _MOST_DIRECTORIES:
                return
            yield second


def _below(tree: Tree, at: str) -> Iterator[str]:
    for name in sorted(tree.names(at)):
        path = below(at, name)
        if name[0] != "." and name not in _NEVER and tree.is_dir(path) and not tree.is_link(path):
            yield path
