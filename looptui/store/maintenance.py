"""What a person may do to a database as a whole: copy it, and give back what it does not use."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from pathlib import Path

from looptui.errors import EnvironmentUnfit, UsageError
from looptui.store.checkpoint import checkpoint_path
from looptui.store.driver import connect, explained, sqlite3
from looptui.store.files import sync_directory
from looptui.store.inspecting import inspect
from looptui.store.opening import open_writer


def backup(database: Path, place: Path) -> int:
    """Copy a database with its checkpoint to a new directory; how many events are in the copy.

    Runs may go on meanwhile. UsageError where something is there already, EnvironmentUnfit where
    the copy cannot be written, StoreError for a database that is no good.
    """
    inspect(database)
    try:
        place.mkdir(mode=0o700, parents=True)
    except FileExistsError as error:
        raise UsageError(f"{place} is there already", "Name a new directory.") from error
    except OSError as error:
        raise _unwritten(place, error) from error
    try:
        _copy_checkpoint(database, place)  # first: a copy is never older than its checkpoint
        return _copy(database, place / database.name)
    except OSError as error:
        raise _unwritten(place, error) from error


def _unwritten(place: Path, error: OSError) -> EnvironmentUnfit:
    hint = "Name a directory that can be written, on a disk with room."
    return EnvironmentUnfit(f"{place} cannot be written: {error.strerror}", hint)


def _copy_checkpoint(database: Path, place: Path) -> None:
    beside = checkpoint_path(database).parent
    if beside.is_dir():
        shutil.copytree(beside, place / beside.relative_to(database.parent))


def _copy(database: Path, into: Path) -> int:
    os.close(os.open(into, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with (
        explained(database),
        closing(connect(database, read_only=True)) as source,
        closing(sqlite3.connect(into)) as target,
    ):
        source.backup(target)
        events: int = target.execute("SELECT size FROM tree").fetchone()[0]
    sync_directory(into.parent)
    return events


def vacuum(database: Path) -> int:
    """Rewrite a database without the pages it no longer uses; by how many bytes it shrank.

    StoreError where another process is writing for too long.
    """
    before = _size(database)
    with explained(database), closing(open_writer(database, create=False)) as connection:
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return max(0, before - _size(database))


def migrate(database: Path) -> tuple[int, int]:
    """Bring a database up to this version's schema, with a backup beside it: versions (old, new).

    StoreError for one that is newer than this looptui.
    """
    before = _version(database)
    open_writer(database, create=False).close()
    return before, _version(database)


def _version(database: Path) -> int:
    with explained(database), closing(connect(database, read_only=True)) as connection:
        version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def _size(database: Path) -> int:
    parts = (database.with_name(database.name + rest) for rest in ("", "-wal"))
    return sum(path.stat().st_size for path in parts if path.exists())
