"""Finds, checks, creates and upgrades a database file. What is not ours is never touched."""

from __future__ import annotations

import os
import stat
import time
from contextlib import closing
from pathlib import Path

from looptui.errors import EnvironmentUnfit, StoreError
from looptui.paths import ensure_private
from looptui.store import checkpoint, schema
from looptui.store.driver import (
    DAMAGED_HINT,
    choose_journal,
    connect,
    explain,
    explained,
    require_version,
    sqlite3,
)
from looptui.store.files import locked, sync_directory
from looptui.store.inspecting import inspect, refuse_newer
from looptui.store.merkle import Frontier, root

_RESTORE = "Restore a backup of the whole directory; `looptui audit verify` tells what differs."


def open_writer(path: Path, *, create: bool) -> sqlite3.Connection:
    """A checked, up-to-date connection for writing; see `Store.open` for what it refuses."""
    require_version()
    if create:
        _require_directory(path.parent)
    if not _exists(path):
        _create(path, create=create)
    inspect(path)
    _require_writable(path.parent)
    _require_writable(path)
    connection = connect(path)
    try:
        _bring_up_to_date(connection, path)
        choose_journal(connection)
        check_tree(connection, path)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        connection.close()
        told = explain(error, path)
        raise told or StoreError(f"{path} is damaged: {error}", DAMAGED_HINT) from error
    except BaseException:
        connection.close()
        raise
    return connection


def check_tree(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a log that does not fit its own tree head or the checkpoint outside it."""
    tree = connection.execute("SELECT origin, size, nodes FROM tree").fetchone()
    try:
        origin, size, nodes = tree
        frontier = Frontier.from_bytes(size, nodes)
    except (TypeError, ValueError) as error:
        raise StoreError(f"{path} is damaged: {error}", DAMAGED_HINT) from error
    last = connection.execute("SELECT seq, leaf FROM events ORDER BY seq DESC LIMIT 1").fetchone()
    if (last[0] if last else 0) != size or (size & 1 and last[1] != frontier.nodes[-1]):
        raise StoreError(f"{path} was edited: its events do not fit its tree head", _RESTORE)
    mark = checkpoint.read(path)
    if mark is None:
        return
    if mark.origin != origin:
        raise StoreError(f"{path} is not the database that its checkpoint belongs to", _RESTORE)
    if mark.size > size:
        raise StoreError(
            f"{path} is older than its checkpoint: {mark.size - size} events are gone", _RESTORE
        )
    if root_at(connection, frontier, mark.size) != mark.root:
        raise StoreError(f"{path} was edited: it does not fit its checkpoint", _RESTORE)


def root_at(connection: sqlite3.Connection, frontier: Frontier, size: int) -> bytes:
    """The tree head when the log had `size` events: as noted then, else from the leaves."""
    if size == frontier.size:
        return frontier.root
    noted = connection.execute("SELECT root FROM checkpoints WHERE size = ?", [size]).fetchone()
    if noted:
        return bytes(noted[0])
    leaves = connection.execute("SELECT leaf FROM events WHERE seq <= ? ORDER BY seq", [size])
    return root(leaf for (leaf,) in leaves)


def _exists(path: Path) -> bool:
    try:
        return stat.S_IFMT(path.lstat().st_mode) != 0
    except FileNotFoundError:
        return False
    except OSError as error:
        raise EnvironmentUnfit(
            f"{path} cannot be reached: {error.strerror}",
            "Set LOOPTUI_HOME to a directory that you can write.",
        ) from error


def _create(path: Path, *, create: bool) -> None:
    """Make the database under another name and move it in place, so that it is never half made."""
    if checkpoint.read(path) is not None:
        raise StoreError(f"{path} is gone, but its checkpoint is there", _RESTORE)
    if not create:
        raise StoreError(f"There is no state at {path}", "Run `looptui run` or `looptui demo`.")
    draft = path.with_name(f"{path.name}.new")
    try:
        with locked(path.parent), explained(path):
            if _exists(path):
                return
            for rest in ("", "-journal", "-wal", "-shm"):
                draft.with_name(draft.name + rest).unlink(missing_ok=True)
            os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            with closing(connect(draft)) as connection:
                schema.migrate(connection)
                choose_journal(connection)
            draft.replace(path)
            sync_directory(path.parent)
    except OSError as error:
        raise EnvironmentUnfit(
            f"{path} cannot be made: {error.strerror}",
            "Free some space, or set LOOPTUI_HOME to a directory that you can write.",
        ) from error


def _bring_up_to_date(connection: sqlite3.Connection, path: Path) -> None:
    version = _user_version(connection)
    refuse_newer(path, version)
    if version == schema.SCHEMA_VERSION:
        return
    with locked(path.parent):
        if _user_version(connection) < schema.SCHEMA_VERSION:
            _back_up(connection, path, version)
            schema.migrate(connection)


def _back_up(connection: sqlite3.Connection, path: Path, version: int) -> None:
    moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    copy = path.with_name(f"{path.name}.v{version}-{moment}.bak")
    copy.unlink(missing_ok=True)
    os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with closing(sqlite3.connect(copy)) as target:
        connection.backup(target)
    sync_directory(path.parent)


def _require_directory(directory: Path) -> None:
    """Make it ours; one that somebody made read-only stays so."""
    if directory.exists():
        _require_writable(directory)
    ensure_private(directory)


def _require_writable(path: Path) -> None:
    """Checked without the database's lock, which another process may hold for long."""
    if not os.access(path, os.W_OK):
        raise EnvironmentUnfit(
            f"{path} is read-only",
            "Change its permissions, or set LOOPTUI_HOME to a directory that you can write.",
        )


def _user_version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
