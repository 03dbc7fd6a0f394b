"""The user's checkouts: looked at through a git directory of ours, and brought along if clean."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from looptui.adapters.repository import home as users
from looptui.adapters.repository.gitdir import Layout, lay
from looptui.adapters.repository.home import Home
from looptui.adapters.repository.runner import Output, Place, run
from looptui.adapters.repository.shadow import Shadow

_LOCK_PATIENCE = 2.0
"""Seconds to wait for an editor's `git status` to let go of the index."""

_UNDER_WAY = {
    "MERGE_HEAD": "a merge",
    "CHERRY_PICK_HEAD": "a cherry-pick",
    "REVERT_HEAD": "a revert",
    "rebase-merge": "a rebase",
    "rebase-apply": "a rebase",
    "sequencer": "a cherry-pick or revert",
    "BISECT_LOG": "a bisect",
}


@dataclass(frozen=True, slots=True)
class Seat:
    """One checkout of the user's repository."""

    root: Path
    git_dir: Path
    ref: str | None
    """The branch it is on, in full; None for a detached HEAD."""

    @property
    def index(self) -> Path:
        return self.git_dir / "index"


@dataclass(frozen=True, slots=True)
class View:
    """A seat seen through a git directory of ours: no hook, filter or monitor of the user's runs.

    `copy` works on a copy of the index, `own` on the user's, under git's own lock.
    """

    seat: Seat
    copy: Place
    own: Place


def seats(home: Home) -> list[Seat]:
    """Every checkout there is, a rebase counted as being on the branch that it moves."""
    listed = run(home.place(), "worktree", "list", "--porcelain", "-z").fields()
    found, path, ref = [], "", None
    for field in listed:
        key, _, value = field.partition(" ")
        if key == "worktree":
            path, ref = value, None
        elif key == "branch":
            ref = value
        elif not key and (seat := _seat(home, Path(path), ref)):
            found.append(seat)
    return found


@contextmanager
def viewed(shadow: Shadow, seat: Seat, mark: str = "") -> Iterator[View]:
    """Look at a checkout. Its index is copied, and nothing of the user's is written by looking."""
    home, known = shadow.home, users.settings(seat.git_dir)
    with shadow.scratch() as directory:
        git_dir = directory / "git"
        files = users.checkout_files(home, seat.git_dir, known) | users.shallow(home)
        head = run(Place(seat.git_dir), "rev-parse", "--verify", "HEAD").text()
        stores = (shadow.git_dir / "objects", *shadow.stores)
        chosen = users.checkout_settings(known) | {
            "core.excludesFile": str(git_dir / "info/exclude")
        }
        lay(git_dir, Layout(head, stores, home.sha256, chosen, files))
        _copy_index(seat, git_dir)
        attributes = f"core.attributesFile={git_dir / 'user-attributes'}"
        place = Place(git_dir, mark=shadow.place(mark).mark, settings=(attributes,))
        view = View(seat, place.at(seat.root, git_dir / "index"), place.at(seat.root, seat.index))
        run(view.copy, "update-index", "-q", "--refresh", fine=(0, 1))
        yield view


def dirty_paths(view: View, *, untracked: bool) -> list[str]:
    """Paths with changes that no commit holds, staged ones included."""
    wanted = "normal" if untracked else "no"
    options = ("--porcelain", "-z", "--no-renames", "--ignore-submodules=all")
    fields = run(view.copy, "status", *options, f"--untracked-files={wanted}").fields()
    return [field[3:] for field in fields]


def holds(view: View, commit: str) -> bool:
    """Whether the index holds exactly the tree of a commit."""
    options = ("--cached", "--quiet", "--ignore-submodules=none")
    return run(view.copy, "diff-index", *options, commit, fine=(0, 1)).code == 0


def under_way(seat: Seat) -> str | None:
    """What the user is in the middle of, or None."""
    for name, what in _UNDER_WAY.items():
        if (seat.git_dir / name).exists():
            return f"{what} is under way"
    end = time.monotonic() + _LOCK_PATIENCE
    while os.path.lexists(lock := seat.index.with_name("index.lock")):
        if time.monotonic() > end:
            return f"another git command holds {lock}; if none runs, delete that file"
        time.sleep(0.05)
    return None


def obstacle(view: View, old: str, new: str) -> str | None:
    """Why the files of a checkout at `old` cannot be moved to `new`, or None. Changes nothing."""
    added = run(view.copy, "diff-tree", "-r", "-z", "--name-only", "--diff-filter=A", old, new)
    tracked = set(run(view.copy, "ls-files", "-z").fields()) if added.out else set()
    for name in added.fields():
        if blocking := _in_the_way(view.seat.root, name, tracked):
            return f"the untracked {blocking!r} is in the way"
    dry = run(view.copy, "read-tree", "-n", "-m", "-u", old, new, fine=(0, 1, 128))
    return None if dry.code == 0 else said(dry)


def filtered(view: View, old: str, new: str) -> str | None:
    """The first changed path for which attributes ask for a filter program, or None."""
    changed = run(view.copy, "diff-tree", "-r", "-z", "--name-only", "--diff-filter=d", old, new)
    if not changed.out:
        return None
    assert view.copy.index is not None
    index = view.copy.index.with_name("index-of-new")
    place = view.copy.at(view.seat.root, index)
    run(place, "read-tree", new)
    options = ("-z", "--cached", "--stdin", "filter")
    answers = run(place, "check-attr", *options, stdin=changed.out).fields()
    for name, value in zip(answers[::3], answers[2::3], strict=True):
        if value not in ("unspecified", "unset"):
            return name
    return None


def follow(view: View, old: str, new: str) -> str | None:
    """Bring index and files from `old` to `new`; why it could not be done, or None."""
    run(view.own, "update-index", "-q", "--refresh", fine=(0, 1))
    done = run(view.own, "read-tree", "-m", "-u", old, new, fine=(0, 1, 128))
    return None if done.code == 0 else said(done)


def said(output: Output) -> str:
    return output.err.strip().removeprefix("error: ")


def _in_the_way(root: Path, name: str, tracked: set[str]) -> str | None:
    """What no commit has and would have to go for `name` to be written."""
    for parent in reversed(Path(name).parents[:-1]):
        path = root / parent
        if os.path.lexists(path) and (path.is_symlink() or not path.is_dir()):
            return None if str(parent) in tracked else str(parent)
    path = root / name
    if path.is_dir() and not path.is_symlink():
        inside = (os.path.relpath(file, root) for file in path.rglob("*") if not file.is_dir())
        return next((file for file in inside if file not in tracked), None)
    return name if os.path.lexists(path) and name not in tracked else None


def _seat(home: Home, path: Path, ref: str | None) -> Seat | None:
    """None for a bare entry and for a worktree whose directory is not there."""
    if path in (home.root, home.common_dir) and home.git_dir == home.common_dir:
        path, git_dir = home.root, home.git_dir
    elif (found := users.git_dir_of(path)) is not None:
        git_dir = found
    else:
        return None
    for name in ("rebase-merge/head-name", "rebase-apply/head-name"):
        if ref is None and (git_dir / name).is_file():
            ref = os.fsdecode((git_dir / name).read_bytes()).strip()
    return Seat(path, git_dir, ref)


def _copy_index(seat: Seat, git_dir: Path) -> None:
    """A split index keeps its larger half in a file beside it."""
    for file in (seat.index, *seat.git_dir.glob("sharedindex.*")):
        if file.is_file():
            shutil.copyfile(file, git_dir / file.name)
