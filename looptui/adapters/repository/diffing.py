"""What differs: between two trees, or between a tree and a worktree as it is now."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Literal

from looptui.adapters.repository.capture import staged_copy
from looptui.adapters.repository.runner import Output, run
from looptui.adapters.repository.shadow import Shadow, Site
from looptui.ports import FileChange

LARGEST_DIFF = 8 << 20
"""Bytes of patch text; what is beyond is cut at a file, and a last line says so."""

CUT_LINE = b"# looptui: the diff is longer than 8 MB; the rest of it is not shown\n"

_PLAIN = (
    "-M",
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--src-prefix=a/",
    "--dst-prefix=b/",
)
_Status = Literal["added", "modified", "deleted", "renamed", "type"]
_STATUS: dict[str, _Status] = {
    "A": "added", "M": "modified", "D": "deleted", "R": "renamed", "T": "type",
}  # fmt: skip


def changes(shadow: Shadow, old: str, new: str) -> tuple[FileChange, ...]:
    """Every path that differs, submodules included, with line counts."""
    options = ("-r", "-z", "--raw", "--numstat", *_PLAIN, "--ignore-submodules=none")
    fields = iter(run(shadow.place(), "diff-tree", *options, old, new).fields())
    kinds: dict[str, _Status] = {}
    for head in fields:
        if not head.startswith(":"):
            return tuple(_counted(head, fields, kinds))
        letter = head.rsplit(" ", 1)[1][0]
        name = next(fields)
        kinds[next(fields) if letter == "R" else name] = _STATUS[letter]
    return ()


def diff(shadow: Shadow, old: str, new: str, context: int) -> bytes:
    """The patch text from one tree to another.

    Attributes play no part: a candidate cannot hide a file by calling it binary.
    """
    return _bounded(patch(shadow, old, new, context=context))


def patch(
    shadow: Shadow, old: str, new: str, *, context: int = 3, limit: int | None = None
) -> Output:
    """The patch text from one tree to another, cut at `limit` bytes wherever that is.

    `limit` is `LARGEST_DIFF` where none is named.
    """
    options = ("-r", "-p", f"-U{context}", *_PLAIN, "--ignore-submodules=none")
    where = ("--submodule=short", old, new)
    return run(shadow.place(), "diff-tree", *options, *where, limit=limit or LARGEST_DIFF)


def live_diff(shadow: Shadow, site: Site, base: str) -> bytes:
    """The patch text from a tree to the worktree; writes no object and touches no index."""
    with shadow.scratch() as directory:
        place = staged_copy(shadow, site, directory)
        options = ("-p", *_PLAIN, "--ignore-submodules=all")
        return _bounded(run(place, "diff-index", *options, base, limit=LARGEST_DIFF))


def _counted(first: str, fields: Iterator[str], kinds: dict[str, _Status]) -> Iterator[FileChange]:
    """The `--numstat -z` part: counts and path, or counts, empty, old path, new path."""
    for head in chain([first], fields):
        added, deleted, name = head.split("\t", 2)
        old = None
        if not name:
            old, name = next(fields), next(fields)
        yield FileChange(name, kinds[name], _lines(added), _lines(deleted), old)


def _lines(count: str) -> int | None:
    return None if count == "-" else int(count)


def _bounded(output: Output) -> bytes:
    if not output.cut:
        return output.out
    text = output.out[:LARGEST_DIFF]
    end = text.rfind(b"\ndiff --git ")
    if end < 0:
        end = text.rfind(b"\n")
    return text[: end + 1] + CUT_LINE
