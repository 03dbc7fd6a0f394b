"""Removes directory trees that others may have made read-only. Links are never followed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def remove(directory: Path) -> None:
    """Remove a directory with all that is in it, whatever its modes; OSError if that fails."""
    shutil.rmtree(directory, ignore_errors=True)
    if directory.exists():
        unlock(directory)
        shutil.rmtree(directory)


def unlock(root: Path) -> None:
    """Let the owner read, enter and change a directory and every one below it."""
    root.chmod(0o700)
    for top, folders, _ in os.walk(root):
        for name in folders:
            path = Path(top, name)
            if not path.is_symlink():
                path.chmod(0o700)
