"""What can be told of a database file from its bytes, before SQLite touches it."""

from __future__ import annotations

import os
import struct
from pathlib import Path

from looptui.errors import EnvironmentUnfit, SchemaTooNew, StoreError
from looptui.store.driver import DAMAGED_HINT, unopened
from looptui.store.schema import APPLICATION_ID, SCHEMA_VERSION

_MAGIC = b"SQLite format 3\x00"


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
    if application != APPLICATION_ID:
        raise StoreError(
            f"{path} belongs to another program",
            "It was not touched. Set LOOPTUI_HOME to another directory.",
        )
    refuse_newer(path, version)
    if size < pages * (65536 if page == 1 else page) and not _has_log(path):
        raise StoreError(f"{path} is cut off: {size} bytes of {pages * page}", DAMAGED_HINT)


def _beginning(path: Path) -> tuple[bytes, int]:
    """The header of a database file, and its size."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        return os.read(descriptor, 100), os.fstat(descriptor).st_size
    finally:
        os.close(descriptor)


def refuse_newer(path: Path, version: int) -> None:
    """SchemaTooNew for a file whose schema has a number that we do not know."""
    if version > SCHEMA_VERSION:
        raise SchemaTooNew(
            f"{path} was written by a newer looptui (schema {version}, "
            f"this one knows {SCHEMA_VERSION})",
            "Nothing was changed. Install that version, or set LOOPTUI_HOME to another directory.",
        )


def _has_log(path: Path) -> bool:
    log = path.with_name(f"{path.name}-wal")
    return log.exists() and log.stat().st_size > 0
