"""Content-addressed blobs: diffs, prompts, replies. `b2:` and the BLAKE2b-256 of the content.

They are rows of the database and not files: a blob must be durable before the event that names
it, which within one write-ahead log costs no sync of its own (0.27 ms for 20 kB and an event,
against 0.53 ms with a file), and no blob is ever left over from a crash.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from hashlib import blake2b

from looptui.errors import StoreError
from looptui.store.driver import DAMAGED_HINT, sqlite3

MAX_BLOB_BYTES = 32 * 1024 * 1024
LET_GO = b"[looptui prune let go of this]\n"
"""What stands in place of a content that a person let go of."""
_PREFIX = "b2:"


def put(connection: sqlite3.Connection, content: bytes) -> str:
    """Keep a blob, once however often it is put; its reference. ValueError above 32 MiB."""
    if len(content) > MAX_BLOB_BYTES:
        raise ValueError(f"a blob has {len(content)} bytes; at most {MAX_BLOB_BYTES} fit")
    digest = _digest(content)
    known = connection.execute("SELECT packed FROM blobs WHERE digest = ?", (digest,)).fetchone()
    if known is None or not known[0]:
        connection.execute(
            "INSERT INTO blobs (digest, packed) VALUES (?, ?) "
            "ON CONFLICT (digest) DO UPDATE SET packed = excluded.packed",
            (digest, zlib.compress(content, 1)),
        )
    return _PREFIX + digest.hex()


def let_go(connection: sqlite3.Connection, references: Iterable[str]) -> int:
    """Forget what blobs hold; their references still lead to a word that says so.

    The bytes that were freed. They are overwritten where they stand; pieces that SQLite moved
    before may last in free pages until those are used again.
    """
    connection.execute("PRAGMA secure_delete = ON")
    freed = 0
    for reference in references:
        digest = bytes.fromhex(reference.removeprefix(_PREFIX))
        freed += weight(connection, reference)
        connection.execute("UPDATE blobs SET packed = x'' WHERE digest = ?", (digest,))
    return freed


def weight(connection: sqlite3.Connection, reference: str) -> int:
    """The bytes that a blob takes; 0 where there is none."""
    digest = bytes.fromhex(reference.removeprefix(_PREFIX))
    found = connection.execute("SELECT length(packed) FROM blobs WHERE digest = ?", (digest,))
    return next((int(size) for (size,) in found), 0)


def get(connection: sqlite3.Connection, reference: str) -> bytes:
    """The content of a blob. KeyError where there is none, StoreError where it is damaged."""
    try:
        digest = bytes.fromhex(reference.removeprefix(_PREFIX))
    except ValueError as error:
        raise KeyError(reference) from error
    row = connection.execute("SELECT packed FROM blobs WHERE digest = ?", (digest,)).fetchone()
    if row is None:
        raise KeyError(reference)
    if not row[0]:
        return LET_GO
    try:
        content = zlib.decompress(row[0])
    except zlib.error as error:
        raise StoreError(f"Blob {reference} is damaged: {error}", DAMAGED_HINT) from error
    if _digest(content) != digest:
        raise StoreError(f"Blob {reference} is damaged", DAMAGED_HINT)
    return content


def _digest(content: bytes) -> bytes:
    return blake2b(content, digest_size=32).digest()
