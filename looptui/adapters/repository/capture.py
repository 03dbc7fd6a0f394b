"""From the files of a worktree to a tree: as `git add -A` would, with no program of anybody's."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from looptui.adapters.repository.errors import GitFailed, Unrepresentable
from looptui.adapters.repository.runner import Place, run
from looptui.adapters.repository.shadow import Shadow, Site, remember_staged

LARGEST_FILE = 1 << 30
"""Bytes. A file beyond this is refused rather than copied into the object store."""


@dataclass(slots=True)
class _Changes:
    """What differs between an index and the files."""

    put: list[str] = field(default_factory=list)
    """Files and links, new or changed."""
    drop: list[str] = field(default_factory=list)
    """Names that nothing stands at any more."""
    displaced: list[str] = field(default_factory=list)
    """Tracked names where a directory stands now, or that lie behind a link."""


def captured(shadow: Shadow, site: Site) -> str:
    """Stage everything in the run's index and write its tree."""
    place = shadow.place(site.run).at(site.work, site.index)
    changes = _tracked_changes(place)
    if changes.displaced:
        _update(place, ["--force-remove"], changes.displaced)
    changes.put += _untracked(place, site)
    if changes.put or changes.drop:
        _update(place, ["--add", "--remove", "--replace"], [*changes.drop, *changes.put])
    tree = run(place, "write-tree").text()
    remember_staged(site, tree)
    return tree


def staged_copy(shadow: Shadow, site: Site, directory: Path) -> Place:
    """A copy of the run's index, in `directory`, that knows of the untracked files.

    Only their names and kinds: a diff against it reads the files themselves.
    """
    index = directory / "index"
    shutil.copyfile(site.index, index)
    place = shadow.place(site.run).at(site.work, index)
    blob = _empty_blob(shadow)
    lines = (f"{_mode(site.work / name)} {blob}\t{name}\0" for name in _untracked(place, site))
    if entries := os.fsencode("".join(lines)):
        run(place, "update-index", "-z", "--index-info", stdin=entries)
    return place


def is_dirty(shadow: Shadow, site: Site) -> bool:
    """Whether the worktree differs from what was last captured or put there."""
    place = shadow.place(site.run).at(site.work, site.index)
    changes = _tracked_changes(place)
    return bool(changes.put or changes.drop or changes.displaced or _untracked(place, site))


def _tracked_changes(place: Place) -> _Changes:
    fields = run(place, "diff-files", "-z", "--raw", "--ignore-submodules=dirty").fields()
    changes = _Changes()
    for head, name in zip(fields[::2], fields[1::2], strict=True):
        if not (head.startswith(":160000") and _no_file(place, name)):
            _sort_in(changes, place, name)
    return changes


def _no_file(place: Place, name: str) -> bool:
    """A submodule stays as it was unless a file or a link took its place."""
    assert place.work_tree is not None
    path = place.work_tree / name
    return not os.path.lexists(path) or _is_directory(path)


def _sort_in(changes: _Changes, place: Place, name: str) -> None:
    assert place.work_tree is not None
    path = place.work_tree / name
    if _behind_link(place.work_tree, name):
        changes.displaced.append(name)
    elif not os.path.lexists(path):
        changes.drop.append(name)
    elif _is_directory(path):
        changes.displaced.append(name)
    else:
        _require_file(place.work_tree, name)
        changes.put.append(name)


def _untracked(place: Place, site: Site) -> list[str]:
    assert place.work_tree is not None
    options = ("-z", "--others", "--exclude-standard", *site.exclusions())
    listed = run(place, "ls-files", *options).fields()
    names = [name for name in listed if not name.endswith("/")]
    nested = [name for name in listed if name.endswith("/")]
    if nested:
        inside = [name for top in nested for name in _nested_files(place, top)]
        names += _not_ignored(place, inside)
    for name in names:
        _require_file(place.work_tree, name)
    return names


def _nested_files(place: Place, top: str) -> Iterable[str]:
    """The files of a repository within the worktree; its `.git` is nobody's business."""
    assert place.work_tree is not None
    assert place.index is not None
    inner = place.at(place.work_tree / top, place.index.with_name("no-index"))
    for name in run(inner, "ls-files", "-z", "--others", "--exclude-standard").fields():
        if name.endswith("/"):
            yield from _nested_files(place, top + name)
        else:
            yield top + name


def _not_ignored(place: Place, names: Sequence[str]) -> list[str]:
    if not names:
        return []
    asked = _joined(f"./{name}" for name in names)
    options = ("-z", "--stdin", "--no-index")
    env = {"GIT_LITERAL_PATHSPECS": "0"}  # check-ignore refuses them, even literal ones
    answer = run(place, "check-ignore", *options, stdin=asked, env=env, fine=(0, 1))
    ignored = {name.removeprefix("./") for name in answer.fields()}
    return [name for name in names if name not in ignored]


def _update(place: Place, options: Sequence[str], names: Sequence[str]) -> None:
    try:
        said = run(place, "update-index", *options, "-z", "--stdin", stdin=_joined(names)).err
    except GitFailed as failed:
        raise _blamed(failed, names) from failed
    for line in said.splitlines():
        if line.startswith("Ignoring path "):
            raise Unrepresentable(line.removeprefix("Ignoring path "), "git reserves such names")


def _blamed(failed: GitFailed, names: Sequence[str]) -> Exception:
    for line in failed.stderr.splitlines():
        if line.startswith("fatal: Unable to process path "):
            path = line.removeprefix("fatal: Unable to process path ")
            return Unrepresentable(path, failed.stderr.splitlines()[0])
    return failed


def _require_file(root: Path, name: str) -> None:
    found = os.lstat(root / name)
    if not (stat.S_ISREG(found.st_mode) or stat.S_ISLNK(found.st_mode)):
        raise Unrepresentable(name, "it is neither a file, a link nor a directory")
    if found.st_size > LARGEST_FILE:
        raise Unrepresentable(name, f"it has {found.st_size:,} bytes; {LARGEST_FILE:,} are allowed")


def _is_directory(path: Path) -> bool:
    return stat.S_ISDIR(os.lstat(path).st_mode)


def _behind_link(root: Path, name: str) -> bool:
    parents = Path(name).parents
    return any((root / parent).is_symlink() for parent in list(parents)[:-1])


def _mode(path: Path) -> str:
    mode = os.lstat(path).st_mode
    if stat.S_ISLNK(mode):
        return "120000"
    return "100755" if mode & stat.S_IXUSR else "100644"


def _empty_blob(shadow: Shadow) -> str:
    digest = hashlib.sha256 if shadow.home.sha256 else hashlib.sha1
    return digest(b"blob 0\0").hexdigest()


def _joined(names: Iterable[str]) -> bytes:
    return os.fsencode("".join(name + "\0" for name in names))
