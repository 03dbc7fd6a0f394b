"""Directories of a run: private, thrown away, copied. Paths are never followed out of them."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path


@asynccontextmanager
async def throwaway(parent: Path, run: str) -> AsyncIterator[Path]:
    """A private directory with a random name, removed at the end."""
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    directory = Path(tempfile.mkdtemp(prefix=f"{run}-", dir=parent))
    try:
        yield directory
    finally:
        await asyncio.to_thread(remove, directory)


def remove(directory: Path) -> None:
    """Remove a directory tree, also one that was made read-only."""

    def unlock(_function: object, path: str, _error: object) -> None:
        Path(path).parent.chmod(0o700)
        target = Path(path)
        if target.is_symlink() or not target.is_dir():
            target.unlink(missing_ok=True)
        else:
            target.chmod(0o700)
            shutil.rmtree(target, ignore_errors=True)

    shutil.rmtree(directory, onerror=unlock)


def sweep(parent: Path, run: str) -> None:
    """Remove what a killed session of a run left behind."""
    for leftover in parent.glob(f"{run}-*"):
        remove(leftover)


async def lay(environment: Path, into: Path) -> None:
    """Lay a copy of a prepared environment over a directory; nothing there is replaced."""
    if environment.is_dir():
        await asyncio.to_thread(_lay, environment, into)


def _lay(environment: Path, into: Path) -> None:
    for item in environment.iterdir():
        target = into / item.name
        if item.is_dir() and not item.is_symlink():
            if target.is_dir() and not target.is_symlink():
                _lay(item, target)
            elif not target.exists():
                shutil.copytree(item, target, symlinks=True)
        elif not target.exists() and not target.is_symlink():
            shutil.copy2(item, target, follow_symlinks=False)


def copy_paths(source: Path, names: Iterable[str], into: Path) -> list[str]:
    """Copy named files and directories of `source`; the names that do not exist come back."""
    missing = []
    for name in names:
        origin, target = source / name, into / name
        if not origin.exists():
            missing.append(name)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        if origin.is_dir():
            shutil.copytree(origin, target, symlinks=True, dirs_exist_ok=True)
        else:
            shutil.copy2(origin, target)
    return missing


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
