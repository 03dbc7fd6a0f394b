"""Trees and commits in the object store: read, combined, written out. No working tree is asked."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from looptui.adapters.repository.runner import run
from looptui.adapters.repository.shadow import Shadow
from looptui.errors import RepoError, UsageError
from looptui.ports import Identity, Merge
from looptui.text import safe

_NOBODY = Identity("looptui", "looptui@looptui.invalid")


def tree_of(shadow: Shadow, commit: str) -> str:
    return run(shadow.place(), "rev-parse", "--verify", f"{commit}^{{tree}}").text()


def read(shadow: Shadow, tree: str, path: str) -> bytes | None:
    """A file's bytes as stored; None for a link, a directory, a submodule or nothing."""
    if not _is_plain(path):
        return None
    listed = run(shadow.place(), "ls-tree", "-z", tree, "--", path).fields()
    for line in listed:
        kind, _, name = line.partition("\t")
        mode, _, oid = kind.split(" ")
        if name == path and mode.startswith("100"):
            return run(shadow.place(), "cat-file", "blob", oid).out
    return None


def blobs(shadow: Shadow, tree: str, paths: Sequence[str]) -> dict[str, str]:
    """The object id of each path, file or directory, that the tree holds; one look for all."""
    names = [path for path in paths if _is_plain(path.rstrip("/")) and "\n" not in path]
    asked = os.fsencode("".join(f"{tree}:{name.rstrip('/')}\n" for name in names))
    found = run(shadow.place(), "cat-file", "--batch-check=%(objectname)", stdin=asked)
    answers = os.fsdecode(found.out).split("\n")
    return {name: oid for name, oid in zip(names, answers, strict=False) if " " not in oid}


def overlay(shadow: Shadow, tree: str, base: str, paths: Sequence[str]) -> str:
    """`tree` with each of `paths`, files or directories, as in `base`."""
    names = [_inside(path) for path in paths]
    if not names:
        return tree
    with shadow.scratch_index() as place:
        run(place, "read-tree", tree)
        here = run(place, "ls-files", "-z", "--", *names).fields()
        there = run(place, "ls-tree", "-r", "-z", base, "--", *names).fields()
        gone = [f"0 {'0' * len(tree)}\t{name}" for name in here]
        entries = os.fsencode("".join(line + "\0" for line in (*gone, *there)))
        run(place, "update-index", "-z", "--index-info", stdin=entries)
        return run(place, "write-tree").text()


def export(shadow: Shadow, tree: str, into: Path) -> None:
    """Write a tree's files as a checkout does; submodules become empty directories.

    Not `git archive`: its attributes `export-ignore` and `export-subst` would change what is there.
    """
    into.mkdir(parents=True, exist_ok=True)
    if any(into.iterdir()):
        raise RepoError(f"{safe(str(into))} is not empty", "Export into a new directory.")
    with shadow.scratch_index() as place:
        assert place.index is not None
        run(place.at(into, place.index), "read-tree", "--reset", "-u", tree)


def merge(shadow: Shadow, base: str, ours: str, theirs: str) -> Merge:
    """Merge from exactly `base`, whatever the history of the two says."""
    root = commit(shadow, tree_of(shadow, base), (), "base", _NOBODY, 0)
    trees = [tree_of(shadow, side) for side in (ours, theirs)]
    sides = [commit(shadow, tree, [root], "side", _NOBODY, 0) for tree in trees]
    options = ("--write-tree", "-z", "--name-only", "--no-messages")
    answer = run(shadow.place(), "merge-tree", *options, *sides, fine=(0, 1))
    tree, *conflicts = answer.fields()
    if answer.code == 0:
        return Merge(tree)
    return Merge(None, tuple(dict.fromkeys(conflicts)), tree)


def commit(
    shadow: Shadow, tree: str, parents: Sequence[str], message: str, who: Identity, when: int
) -> str:
    """Write a commit object; the same arguments give the same id."""
    date = f"@{when} +0000"
    env = {
        "GIT_AUTHOR_NAME": who.name, "GIT_AUTHOR_EMAIL": who.email, "GIT_AUTHOR_DATE": date,
        "GIT_COMMITTER_NAME": who.name, "GIT_COMMITTER_EMAIL": who.email,
        "GIT_COMMITTER_DATE": date,
    }  # fmt: skip
    options = [part for parent in parents for part in ("-p", parent)]
    text = (message.rstrip("\n") + "\n").encode("utf-8", "replace")
    return run(shadow.place(), "commit-tree", *options, tree, stdin=text, env=env).text()


def is_ancestor(shadow: Shadow, old: str, of: str) -> bool:
    return run(shadow.place(), "merge-base", "--is-ancestor", old, of, fine=(0, 1)).code == 0


def submodules(shadow: Shadow, tree: str) -> tuple[tuple[str, ...], bool]:
    """The paths of a tree's submodules, and whether its attributes ask for Git LFS."""
    paths, attributes = [], []
    for line in run(shadow.place(), "ls-tree", "-r", "-z", tree).out.split(b"\0"):
        if line.startswith(b"160000"):
            paths.append(os.fsdecode(line.partition(b"\t")[2]))
        elif line.endswith(b".gitattributes") and line.startswith(b"100"):
            attributes.append(line.split(b"\t")[0].split(b" ")[2].decode())
    asked = ("\n".join(attributes) + "\n").encode() if attributes else b""
    held = run(shadow.place(), "cat-file", "--batch", stdin=asked).out if asked else b""
    return tuple(paths), b"filter=lfs" in held


def _inside(path: str) -> str:
    path = path.rstrip("/")
    if not _is_plain(path):
        raise UsageError(f"{safe(path)!r} is not a path in a tree", "Name it from the top.")
    return path


def _is_plain(path: str) -> bool:
    return not {"", ".", ".."} & set(path.split("/")) and "\0" not in path
