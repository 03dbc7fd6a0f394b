"""A run's worktree: a plain directory with its index kept out of reach of who works in it."""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from looptui.adapters.repository.capture import is_dirty
from looptui.adapters.repository.errors import GitFailed, WorkspaceLost
from looptui.adapters.repository.gitdir import Layout, is_plain, lay, put
from looptui.adapters.repository.runner import run
from looptui.adapters.repository.shadow import (
    Shadow,
    Site,
    remember_staged,
    site_of,
    staged_tree,
)
from looptui.errors import UsageError
from looptui.removing import remove, unlock
from looptui.text import safe

_AGENT_SETTINGS = {
    "core.bare": "false",
    "user.name": "looptui agent",
    "user.email": "agent@looptui.invalid",
    "commit.gpgSign": "false",
}


@dataclass(frozen=True, slots=True)
class WorktreeEntry:
    """One worktree on disk, for lists and for tidying up."""

    run: str
    path: Path
    size: int
    """Bytes of its files, git's own not counted."""
    dirty: bool
    """It holds work that no tree has; also when that cannot be told."""


@dataclass(frozen=True, slots=True)
class _Note:
    """What a complete worktree was made from, and which directory it is."""

    tree: str
    commit: str
    inode: int
    device: int


def opened(shadow: Shadow, site: Site, tree: str, commit: str) -> None:
    """Make the run's worktree hold exactly `tree`, from scratch where it is not whole."""
    try:
        require(site)
        _refill(shadow, site, tree, commit)
    except (WorkspaceLost, OSError, GitFailed):
        removed(shadow, site, keep_shared=True)
        _build(shadow, site, tree, commit)


def reset(shadow: Shadow, site: Site, tree: str) -> None:
    """Back to exactly `tree`. Raises `WorkspaceLost` where there is no worktree to reset."""
    commit = require(site).commit
    try:
        _refill(shadow, site, tree, commit)
    except (OSError, GitFailed):
        unlock(site.work)
        _refill(shadow, site, tree, commit)


def require(site: Site) -> _Note:
    """The worktree's note, after a look that it still is the directory we made."""
    try:
        note = _Note(**json.loads(site.note.read_text()))
        found = os.lstat(site.work)
    except (OSError, ValueError, TypeError) as error:
        raise _lost(site) from error
    if (found.st_ino, found.st_dev) != (note.inode, note.device) or not site.index.is_file():
        raise _lost(site)
    return note


def share(site: Site, names: Sequence[str]) -> None:
    """From now on `reset` keeps these names and `capture` leaves them out.

    They are paths from the top of the worktree, and never tracked ones.
    """
    for name in names:
        parts = Path(name).parts
        if not parts or ".." in parts or Path(name).is_absolute() or re.search(r"[\\[\0]", name):
            raise UsageError(f"{safe(name)!r} cannot be shared", "Name a path in the worktree.")
    site.desk.mkdir(mode=0o700, exist_ok=True)
    put(site.shared_list, os.fsencode("".join(Path(name).as_posix() + "\0" for name in names)))


def untracked(shadow: Shadow, site: Site) -> tuple[str, ...]:
    """What is beside the tree it was last reset to, ignored or not; a whole directory once."""
    with shadow.scratch_index(site.run) as place:
        assert place.index is not None
        place = place.at(site.work, place.index)
        run(place, "read-tree", require(site).tree)
        names = run(place, "ls-files", "-z", "--others", "--directory").fields()
    return tuple(name.rstrip("/") for name in names)


def removed(shadow: Shadow, site: Site, *, keep_shared: bool = False) -> None:
    """Delete the worktree and what belongs to it. A half deleted one is never taken for a whole."""
    site.note.unlink(missing_ok=True)
    for path in (site.work, site.agent):
        delete(path)
    for path in site.desk.iterdir() if site.desk.is_dir() else ():
        if not (keep_shared and path == site.shared_list):
            delete(path)
    if not keep_shared and site.desk.is_dir():
        site.desk.rmdir()


def inventory(shadow: Shadow) -> list[WorktreeEntry]:
    """Every directory below `worktrees`, whole or not; half deleted ones are not listed."""
    names = sorted(entry.name for entry in (shadow.state / "worktrees").iterdir())
    return [_entry(shadow, site_of(shadow, name)) for name in names if not name.startswith(".")]


def delete(path: Path) -> None:
    """Remove a file, a link or a whole directory, also one made read-only."""
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
        return
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.gone")
    path.rename(aside)
    remove(aside)


def _build(shadow: Shadow, site: Site, tree: str, commit: str) -> None:
    site.desk.mkdir(mode=0o700, exist_ok=True)
    site.work.mkdir(mode=0o700)
    _read_tree(shadow, site, tree)
    _finish(shadow, site, tree, commit)


def _refill(shadow: Shadow, site: Site, tree: str, commit: str) -> None:
    strangers, changed = _beside_index(shadow, site)
    as_known = staged_tree(site) == tree and not any(path.is_symlink() for path in strangers)
    for path in strangers:
        _delete_but(path, {site.work / name for name in site.shared()})
    site.note.unlink(missing_ok=True)
    if not as_known:
        _read_tree(shadow, site, tree)
    elif changed:
        _put_back(shadow, site, tree, changed)
    _delete_nested_git(site)
    _finish(shadow, site, tree, commit)


def _read_tree(shadow: Shadow, site: Site, tree: str) -> None:
    place = shadow.place(site.run).at(site.work, site.index)
    run(place, "read-tree", "--reset", "-u", tree)
    remember_staged(site, tree)


def _put_back(shadow: Shadow, site: Site, tree: str, names: Iterable[str]) -> None:
    """Write some files as the index has them: a third of the work of reading the tree anew."""
    place = shadow.place(site.run).at(site.work, site.index)
    given = os.fsencode("".join(f"{name}\0" for name in names))
    run(place, "checkout-index", "-q", "-f", "-u", "-z", "--stdin", stdin=given)
    remember_staged(site, tree)


def _beside_index(shadow: Shadow, site: Site) -> tuple[list[Path], set[str]]:
    """What is not tracked, ignored or not, and the tracked names that changed or are gone.

    A link in the place of a directory is not tracked; git looks through it at the names below.
    """
    place = shadow.place(site.run).at(site.work, site.index)
    options = ("-z", "-t", "--others", "--modified", "--deleted", "--directory")
    fields = run(place, "ls-files", *options, *site.exclusions()).fields()
    strangers = [site.work / field[2:] for field in fields if field.startswith("? ")]
    return strangers, {field[2:] for field in fields if not field.startswith("? ")}


def _delete_but(path: Path, kept: set[Path]) -> None:
    if path in kept:
        return
    if not any(path in other.parents for other in kept if os.path.lexists(other)):
        delete(path)
        return
    for inner in list(path.iterdir()):
        _delete_but(inner, kept)


def _delete_nested_git(site: Site) -> None:
    """Git never lists a `.git` below a tracked directory, so it is looked for."""
    for top, folders, files in os.walk(site.work):
        if top != str(site.work) and ".git" in (*folders, *files):
            delete(Path(top, ".git"))
        folders[:] = [name for name in folders if name != ".git"]


def _finish(shadow: Shadow, site: Site, tree: str, commit: str) -> None:
    _lay_agent_dir(shadow, site, commit)
    delete(site.work / ".git")
    put(site.work / ".git", b"gitdir: " + os.fsencode(site.agent) + b"\n")
    found = os.lstat(site.work)
    note = _Note(tree, commit, found.st_ino, found.st_dev)
    put(site.note, json.dumps(asdict(note)).encode())


def _lay_agent_dir(shadow: Shadow, site: Site, commit: str) -> None:
    """A git directory for the agent: it may commit there, and nobody of us will ever look."""
    exclude = (shadow.git_dir / "info/exclude").read_bytes()
    cut = shadow.git_dir / "shallow"
    layout = Layout(
        head=commit,
        stores=(shadow.git_dir / "objects", *shadow.stores),
        sha256=shadow.home.sha256,
        settings=_AGENT_SETTINGS,
        files={"info/exclude": exclude} | ({"shallow": cut.read_bytes()} if cut.exists() else {}),
    )
    if not is_plain(site.agent, layout, ("index",)):
        delete(site.agent)
    lay(site.agent, layout)
    put(site.agent / "index", site.index.read_bytes())


def _entry(shadow: Shadow, site: Site) -> WorktreeEntry:
    try:
        require(site)
        dirty = is_dirty(shadow, site)
    except (WorkspaceLost, GitFailed):
        dirty = True
    return WorktreeEntry(site.run, site.work, sum(_sizes(site.work)), dirty)


def _sizes(root: Path) -> Iterable[int]:
    for top, _, files in os.walk(root):
        for name in files:
            path = Path(top, name)
            if os.path.lexists(path):
                yield os.lstat(path).st_size


def _lost(site: Site) -> WorkspaceLost:
    return WorkspaceLost(
        f"The worktree of {site.run} is gone or was replaced",
        "Nothing of this iteration can be kept; resuming the run builds it anew.",
    )
