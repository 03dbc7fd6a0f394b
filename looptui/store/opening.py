"""Finds, checks, creates and upgrades a database file. What is not ours is never touched."""

from __future__ import annotations

import os
import stat
import struct
import time
from contextlib import closing
from pathlib import Path

from looptui.errors import EnvironmentUnfit, SchemaTooNew, StoreError
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
    unopened,
)
from looptui.store.files import locked, sync_directory
from looptui.store.merkle import Frontier, root

_MAGIC = b"SQLite format 3\x00"
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


def inspect(path: Path) -> None:
    """Refuse, from its bytes alone, a file that is no database of ours or cut off.

    One that this process has open was looked at when it was opened.
    """
    try:
        with unopened(path) as free:
            if not free:
                return
            header, size = _beginning(path)
    except OSError as error:
        raise EnvironmentUnfit(
            f"{path} cannot be opened: {(error.strerror or '').lower()}",
            "Check its permissions, or set LOOPTUI_HOME to another directory.",
        ) from error
    if len(header) < 100 or not header.startswith(_MAGIC):
        what = "is empty" if not header else "is not a database"
        raise StoreError(f"{path} {what}", DAMAGED_HINT)
    page, pages, version, application = (
        struct.unpack_from(form, header, at)[0]
        for form, at in ((">H", 16), (">I", 28), (">I", 60), (">I", 68))
    )
    if application != schema.APPLICATION_ID:
        raise StoreError(
            f"{path} belongs to another program",
            "It was not touched. Set LOOPTUI_HOME to another directory.",
        )
    _refuse_newer(path, version)
    if size < pages * (65536 if page == 1 else page) and not _has_log(path):
        raise StoreError(f"{path} is cut off: {size} bytes of {pages * page}", DAMAGED_HINT)


def _beginning(path: Path) -> tuple[bytes, int]:
    """The header of a database file, and its size."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        return os.read(descriptor, 100), os.fstat(descriptor).st_size
    finally:
        os.close(descriptor)


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
    _refuse_newer(path, version)
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


def _refuse_newer(path: Path, version: int) -> None:
    if version > schema.SCHEMA_VERSION:
        raise SchemaTooNew(
            f"{path} was written by a newer looptui (schema {version}, "
            f"this one knows {schema.SCHEMA_VERSION})",
            "Nothing was changed. Install that version, or set LOOPTUI_HOME to another directory.",
        )


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


def _has_log(path: Path) -> bool:
    log = path.with_name(f"{path.name}-wal")
    return log.exists() and log.stat().st_size > 0
