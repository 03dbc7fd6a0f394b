"""Content-addressed blobs: diffs, prompts, replies. `b2:` and the BLAKE2b-256 of the content.

They are rows of the database and not files: a blob must be durable before the event that names
it, which within one write-ahead log costs no sync of its own (0.27 ms for 20 kB and an event,
against 0.53 ms with a file), and no blob is ever left over from a crash.
"""

from __future__ import annotations

import zlib
from hashlib import blake2b

from looptui.errors import StoreError
from looptui.store.driver import DAMAGED_HINT, sqlite3

MAX_BLOB_BYTES = 32 * 1024 * 1024
_PREFIX = "b2:"


def put(connection: sqlite3.Connection, content: bytes) -> str:
    """Keep a blob, once however often it is put; its reference. ValueError above 32 MiB."""
    if len(content) > MAX_BLOB_BYTES:
        raise ValueError(f"a blob has {len(content)} bytes; at most {MAX_BLOB_BYTES} fit")
    digest = _digest(content)
    if not connection.execute("SELECT 1 FROM blobs WHERE digest = ?", (digest,)).fetchone():
        connection.execute(
            "INSERT INTO blobs (digest, packed) VALUES (?, ?)", (digest, zlib.compress(content, 1))
        )
    return _PREFIX + digest.hex()


def get(connection: sqlite3.Connection, reference: str) -> bytes:
    """The content of a blob. KeyError where there is none, StoreError where it is damaged."""
    try:
        digest = bytes.fromhex(reference.removeprefix(_PREFIX))
    except ValueError as error:
        raise KeyError(reference) from error
    row = connection.execute("SELECT packed FROM blobs WHERE digest = ?", (digest,)).fetchone()
    if row is None:
        raise KeyError(reference)
    try:
        content = zlib.decompress(row[0])
    except zlib.error as error:
        raise StoreError(f"Blob {reference} is damaged: {error}", DAMAGED_HINT) from error
    if _digest(content) != digest:
        raise StoreError(f"Blob {reference} is damaged", DAMAGED_HINT)
    return content


def _digest(content: bytes) -> bytes:
    return blake2b(content, digest_size=32).digest()
