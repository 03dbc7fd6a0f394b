"""Blobs: found by their content, kept once, proved when they are read."""

from __future__ import annotations

import os
from contextlib import closing
from hashlib import blake2b

import pytest

from looptui.errors import StoreError
from looptui.store.blobs import LET_GO, MAX_BLOB_BYTES
from looptui.store.driver import connect
from looptui.store.reader import Reader
from looptui.store.store import Store


@pytest.mark.parametrize("content", [b"", b"x", os.urandom(100_000), b"line\n" * 200_000])
async def test_a_blob_comes_back(store: Store, content: bytes) -> None:
    reference = await store.put(content)
    assert reference == "b2:" + blake2b(content, digest_size=32).hexdigest()
    assert await store.get(reference) == content
    with closing(Reader(store.path)) as reader:
        assert reader.blob(reference) == content


async def test_the_same_blob_is_kept_once(store: Store) -> None:
    assert await store.put(b"same") == await store.put(b"same")
    with closing(connect(store.path, read_only=True)) as connection:
        assert connection.execute("SELECT count(*) FROM blobs").fetchone() == (1,)


@pytest.mark.parametrize("reference", ["b2:" + "0" * 64, "b2:zz", "b2:", "sha256:00", ""])
async def test_an_unknown_blob_is_a_key_error(store: Store, reference: str) -> None:
    with pytest.raises(KeyError):
        await store.get(reference)


@pytest.mark.parametrize("edit", ["zeroblob(9)", "substr(packed, 1, 12)", "x'789c4b040000620062'"])
async def test_a_damaged_blob_is_told(store: Store, edit: str) -> None:
    reference = await store.put(b"content " * 20)
    with closing(connect(store.path)) as connection:
        connection.execute(f"UPDATE blobs SET packed = {edit}")
    with pytest.raises(StoreError, match="damaged"):
        await store.get(reference)


async def test_a_blob_has_a_limit(store: Store) -> None:
    with pytest.raises(ValueError, match="at most"):
        await store.put(bytes(MAX_BLOB_BYTES + 1))


async def test_what_was_let_go_of_says_so_and_can_be_put_again(store: Store) -> None:
    reference, other = await store.put(b"gone " * 9), await store.put(b"stays")
    assert await store.let_go([reference]) > 0
    assert (await store.get(reference), await store.get(other)) == (LET_GO, b"stays")
    assert await store.let_go([reference]) == 0
    assert await store.put(b"gone " * 9) == reference
    assert await store.get(reference) == b"gone " * 9
