"""A checkout that was on its way to a landed commit when looptui died: taken up where it stands."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from looptui.adapters.repository.checkouts import View, follow
from looptui.adapters.repository.runner import Place, run

_State = Literal["done", "waiting", "cut", "edited"]


@dataclass(frozen=True, slots=True)
class _Step:
    """One path that differs between the old and the new commit."""

    name: str
    mode: str
    oid: str
    kind: str
    """git's letter: A added, D deleted, M modified, T another type."""

    def entry(self) -> str:
        return f"{0 if self.kind == 'D' else self.mode} {self.oid}\t{self.name}\0"


def behind(view: View, old: str, new: str) -> bool:
    """Whether the index still holds the old version of a path that the landing changed."""
    options = ("-z", "--cached", "--name-only", "--ignore-submodules=none")
    differing = set(run(view.copy, "diff-index", *options, old).fields())
    return any(step.name not in differing for step in _steps(view.copy, old, new))


def finish(view: View, old: str, new: str) -> str | None:
    """Bring index and files the rest of the way; why it could not be done, or None.

    A changed path may be at `old`, at `new`, absent, or hold the beginning of its new content.
    Anything else is the user's own edit, and then nothing is touched.
    """
    unlike_old, unlike_new = _unlike(view, old), _unlike(view, new)
    states: dict[_State, list[_Step]] = {"done": [], "waiting": [], "cut": [], "edited": []}
    for step in _steps(view.copy, old, new):
        states[_state(view, step, unlike_old, unlike_new)].append(step)
    if states["edited"]:
        return f"{states['edited'][0].name!r} was edited meanwhile"
    for step in states["cut"]:
        (view.seat.root / step.name).unlink()
    if entries := "".join(step.entry() for step in states["done"]):
        run(view.own, "update-index", "-z", "--index-info", stdin=os.fsencode(entries))
    return follow(view, old, new)


def _state(view: View, step: _Step, unlike_old: set[str], unlike_new: set[str]) -> _State:
    path = view.seat.root / step.name
    if not os.path.lexists(path):
        return "done" if step.kind == "D" else "waiting"
    if step.kind != "D" and step.name not in unlike_new:
        return "done"
    if step.kind != "A" and step.name not in unlike_old:
        return "waiting"
    return "cut" if step.kind != "D" and _begins(view.copy, step, path) else "edited"


def _begins(place: Place, step: _Step, path: Path) -> bool:
    """Whether a file is a piece, from the start, of what should be written there."""
    if path.is_symlink() or not path.is_file():
        return False
    whole = run(place, "cat-file", "--filters", f"--path={step.name}", step.oid).out
    return path.stat().st_size <= len(whole) and whole.startswith(path.read_bytes())


def _unlike(view: View, commit: str) -> set[str]:
    """Paths whose file differs from what the commit has there."""
    assert view.copy.index is not None
    place = view.copy.at(view.seat.root, view.copy.index.with_name(f"index-of-{commit}"))
    run(place, "read-tree", commit)
    run(place, "update-index", "-q", "--refresh", fine=(0, 1))
    options = ("-z", "--name-only", "--ignore-submodules=all")
    return set(run(place, "diff-files", *options).fields())


def _steps(place: Place, old: str, new: str) -> Iterator[_Step]:
    fields = run(place, "diff-tree", "-r", "-z", "--raw", "--no-renames", old, new).fields()
    for head, name in zip(fields[::2], fields[1::2], strict=True):
        _, mode, _, oid, kind = head.split(" ")
        yield _Step(name, mode, oid, kind)
