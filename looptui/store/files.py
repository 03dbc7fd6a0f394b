"""Private files and directories: durable, locked, and never through somebody else's link."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from looptui.errors import EnvironmentUnfit


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Hold the directory against other processes that lock it too; waits for them."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def sync_directory(directory: Path) -> None:
    """Make renames and new files in a directory survive a power loss."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_file(file: Path, content: bytes) -> None:
    """Put a file of mode 0600 in place, whole and durable. Call it with the directory locked."""
    draft = file.with_name(f"{file.name}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)
    sync_directory(file.parent)


def own_directory(directory: Path) -> None:
    """Make a directory of mode 0700, or check that the one there is ours and no link."""
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        directory.mkdir(mode=0o700, exist_ok=True)
        found = directory.lstat()
    except OSError as error:
        raise EnvironmentUnfit(
            f"{directory} cannot be used for looptui's state: {error.strerror}",
            "Set LOOPTUI_HOME to a directory that you can write.",
        ) from error
    if directory.is_symlink() or found.st_uid != os.geteuid():
        raise EnvironmentUnfit(
            f"{directory} is a link or belongs to another user",
            "Set LOOPTUI_HOME to a directory of your own.",
        )
