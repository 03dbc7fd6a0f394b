"""Directories of a run: private, thrown away, copied. Paths are never followed out of them."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

from looptui.removing import remove


@asynccontextmanager
async def throwaway(parent: Path, run: str) -> AsyncIterator[Path]:
    """A private directory with a random name, removed at the end."""
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    directory = Path(tempfile.mkdtemp(prefix=f"{run}-", dir=parent))
    try:
        yield directory
    finally:
        await asyncio.to_thread(remove, directory)


def sweep(parent: Path, run: str) -> None:
    """Remove what a killed session of a run left behind."""
    for leftover in parent.glob(f"{run}-*"):
        remove(leftover)


async def lay(environment: Path, into: Path) -> None:
    """Lay a copy of a prepared environment over a directory; nothing there is replaced."""
    if environment.is_dir():
        await asyncio.to_thread(_lay, environment, into)


async def lay_out(environment: Path, into: Path) -> tuple[tuple[Path, Path], ...]:
    """As `lay`, but directories that are only in the environment are left to the sandbox.

    Each with the empty directory in which it is to be seen.
    """
    left: list[tuple[Path, Path]] = []
    if environment.is_dir():
        await asyncio.to_thread(_lay, environment, into, left)
    return tuple(left)


def _lay(source: Path, into: Path, left: list[tuple[Path, Path]] | None = None) -> None:
    """Links stay links; pipes, sockets and devices are left out."""
    with os.scandir(source) as entries:
        for entry in entries:
            target = into / entry.name
            if entry.is_dir(follow_symlinks=False):
                _lay_directory(Path(entry.path), target, left)
            elif os.path.lexists(target):
                continue
            elif entry.is_symlink():
                target.symlink_to(Path(entry.path).readlink())
            elif entry.is_file():
                shutil.copy2(entry.path, target)


def _lay_directory(source: Path, target: Path, left: list[tuple[Path, Path]] | None = None) -> None:
    if os.path.lexists(target):
        if target.is_dir() and not target.is_symlink():
            _lay(source, target, left)
        return
    target.mkdir()
    if left is not None:
        left.append((source, target))
        return
    _lay(source, target)
    shutil.copystat(source, target)


def copy_paths(source: Path, names: Iterable[str], into: Path) -> list[str]:
    """Copy named files and directories of `source`; the names that do not exist come back.

    Nothing in `into` is replaced. A name that is a link stands for what it leads to.
    """
    missing = []
    for name in names:
        origin, target = source / name, into / name
        if not origin.exists():
            missing.append(name)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        if origin.is_dir():
            _lay_directory(origin, target)
        elif not os.path.lexists(target):
            shutil.copy2(origin, target)
    return missing


def set_aside(source: Path, names: Iterable[str], into: Path) -> None:
    """Make `into` hold these files and directories of `source` as they are, links as links."""
    for name in names:
        origin, target = source / name, into / name
        if os.path.lexists(target):
            _discard(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        if origin.is_symlink():
            target.symlink_to(origin.readlink())
        else:
            copy_paths(source, [name], into)


def _discard(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        remove(path)
    else:
        path.unlink()


def digest_of(directory: Path) -> str:
    """Digest of names, sizes and contents below a directory; of symbolic links their text."""
    total = hashlib.sha256()
    for path in sorted(directory.rglob("*")) if directory.is_dir() else ():
        total.update(str(path.relative_to(directory)).encode("utf-8", "surrogateescape"))
        if path.is_symlink():
            total.update(str(path.readlink()).encode("utf-8", "surrogateescape"))
        elif path.is_file():
            total.update(seal(path)[0].encode())
    return total.hexdigest()


def seal(path: Path) -> tuple[str, int]:
    """SHA-256 and size of a file; of an absent one the digest of nothing."""
    if not path.is_file():
        return hashlib.sha256(b"").hexdigest(), 0
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size
