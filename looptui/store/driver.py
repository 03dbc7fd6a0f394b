"""Which SQLite this is, how it is connected to, and what its errors mean to a person."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from looptui.errors import EnvironmentUnfit, LooptuiError, StoreError

if TYPE_CHECKING:
    import sqlite3 as sqlite3
else:
    try:
        from pysqlite3 import dbapi2 as sqlite3
    except ImportError:
        import sqlite3

BUSY_SECONDS = 30.0
"""How long a writer waits for the lock of another process."""
WAL_LIMIT = 32 * 1024 * 1024
"""Bytes to which the write-ahead log is cut back after a checkpoint."""
_OLDEST = (3, 37, 0)

_SETTINGS = (
    "PRAGMA foreign_keys=ON",
    "PRAGMA recursive_triggers=ON",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA cell_size_check=ON",
    f"PRAGMA journal_size_limit={WAL_LIMIT}",
)


def wal_is_safe(version: tuple[int, int, int]) -> bool:
    """Whether this SQLite is free of the WAL-reset corruption bug (sqlite.org/wal.html)."""
    if version[:2] in ((3, 44), (3, 50), (3, 51)):
        return version[2] >= {44: 6, 50: 7, 51: 3}[version[1]]
    return version >= (3, 53, 0)


class _Connection(sqlite3.Connection):
    """Counted as long as it is open; see `unopened`."""

    file: tuple[int, int] | None = None

    def close(self) -> None:
        super().close()
        if self.file is not None:
            with _counting:
                _open[self.file] -= 1
            self.file = None


_open: Counter[tuple[int, int]] = Counter()
"""Connections of this process by device and inode of their file."""
_counting = Lock()


@contextmanager
def unopened(path: Path) -> Iterator[bool]:
    """Whether no connection of this process has the file open, and none gets it meanwhile.

    Only then may its bytes be read: POSIX drops all locks of a process on a file when any
    descriptor of it is closed, SQLite's too, and then another program that closes the database
    deletes the write-ahead log that is still in use (sqlite.org/howtocorrupt.html, 2.2).
    """
    with _counting:
        yield not _open[_identity(path)]


def connect(
    path: Path, *, read_only: bool = False, wait: float = BUSY_SECONDS
) -> sqlite3.Connection:
    """A connection in autocommit mode with our settings; the file must exist.

    It may be used by any one thread at a time. Waits `wait` seconds for locks.
    """
    mode = "rw"
    if read_only:
        mode = "ro&immutable=1" if _is_frozen(path) else "ro"
    with _counting:
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            uri=True,
            timeout=wait,
            isolation_level=None,
            check_same_thread=False,
            factory=_Connection,
        )
        connection.file = _identity(path)
        _open[connection.file] += 1
    for setting in _SETTINGS:
        connection.execute(setting)
    return connection


def _is_frozen(path: Path) -> bool:
    """Nobody can write there, and there is no log: SQLite could not even make its index of one."""
    log = path.with_name(f"{path.name}-wal")
    return not log.exists() and not os.access(path.parent, os.W_OK)


def _identity(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino


def choose_journal(connection: sqlite3.Connection) -> str:
    """Set the journal mode that is safe with this version; the mode, `wal` or `delete`."""
    wanted = "wal" if wal_is_safe(_version()) else "delete"
    mode = str(connection.execute(f"PRAGMA journal_mode={wanted}").fetchone()[0])
    if mode != wanted:
        raise EnvironmentUnfit(
            f"SQLite {sqlite3.sqlite_version} can corrupt a database that is in use in WAL mode",
            "Stop the other looptui process, or install `pysqlite3` so that both are up to date.",
        )
    return mode


def require_version() -> None:
    """Refuse an SQLite that does not know STRICT tables."""
    if _version() < _OLDEST:
        raise EnvironmentUnfit(
            f"SQLite {sqlite3.sqlite_version} is too old",
            "Install `pysqlite3`, or a Python whose sqlite3 is 3.37 or newer.",
        )


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite reports about the file at `path` into our errors."""
    try:
        yield
    except (sqlite3.Error, UnicodeDecodeError) as error:
        told = explain(error, path)
        if told is None:
            raise
        raise told from error


def explain(error: BaseException, path: Path) -> LooptuiError | None:
    """What to tell a person of an SQLite error; None where it is a fault of the program."""
    code = int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
    if code in (11, 26) or "ould not decode" in str(error) or isinstance(error, UnicodeDecodeError):
        return StoreError(f"{path} is damaged: {error}", DAMAGED_HINT)
    if code in (5, 6):
        return StoreError(
            f"{path} is locked by another process",
            "Close the program that holds it (a database browser, a backup) and try again.",
        )
    if code == 13:
        return EnvironmentUnfit(
            f"The disk with {path} is full", "Free some space; nothing that was saved is lost."
        )
    if code in (3, 8, 10, 14):
        return EnvironmentUnfit(
            f"{path} cannot be read or written: {error}",
            "Check the permissions and the disk, or set LOOPTUI_HOME to another directory.",
        )
    return None


DAMAGED_HINT = (
    "Run `looptui audit verify` to see how far it is intact; restore a backup, or move its "
    "directory away to start afresh."
)


def _version() -> tuple[int, int, int]:
    major, minor, patch = sqlite3.sqlite_version_info[:3]
    return major, minor, patch
