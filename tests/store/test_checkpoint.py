"""A database that is not what it was at its checkpoint is refused at start."""

from __future__ import annotations

import base64
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from looptui.errors import StoreError
from looptui.store import audit, checkpoint
from looptui.store.checkpoint import Checkpoint, checkpoint_path
from looptui.store.driver import sqlite3
from looptui.store.merkle import EMPTY_ROOT
from looptui.store.store import Store
from tests.store.making import filled, grow


def refuse(path: Path, match: str) -> None:
    with pytest.raises(StoreError, match=match) as caught:
        Store.open(path)
    assert (caught.value.exit_code, bool(caught.value.hint)) == (8, True)


def forge(path: Path, *statements: str) -> None:
    """Edit a closed database as somebody who knows SQLite would."""
    with closing(sqlite3.connect(path)) as connection:
        for trigger in ("events_keep_update", "events_keep_delete", "checkpoints_keep_delete"):
            connection.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            connection.execute(statement)
        connection.commit()


async def test_the_file_is_a_c2sp_checkpoint(store: Store) -> None:
    await grow(store, 3)
    mark = await store.checkpoint()
    text = checkpoint_path(store.path).read_text()
    origin, size, root, empty, rest, _ = text.split("\n")
    assert origin.startswith("looptui.log/")
    assert (size, empty) == ("3", "")
    assert rest.startswith(f"\u2014 {origin} ")
    assert base64.b64decode(root) == mark.root == audit.verify(store.path).root
    assert mark.head == f"3/{root}"
    assert checkpoint.parse(text) == mark


def test_extensions_and_signatures_are_skipped() -> None:
    text = Checkpoint("example.org/log", 7, EMPTY_ROOT).text
    signed = text + "extension\n\n— example.org/log c2lnbmF0dXJl\n"
    assert checkpoint.parse(signed) == Checkpoint("example.org/log", 7, EMPTY_ROOT)


@pytest.mark.parametrize(
    "text", ["", "\n\n", "a\n1\n", "a\n-1\nAAAA\n\n", "a\n1\n?\n\n", "a\n1\nAAAA\n\n"]
)
async def test_a_damaged_checkpoint_is_told(path: Path, text: str) -> None:
    await filled(path, 1, checkpoint=True)
    checkpoint_path(path).write_text(text)
    refuse(path, "checkpoint .* is damaged")
    assert not audit.verify(path).ok


async def test_a_log_that_grew_fits_its_checkpoint(path: Path) -> None:
    await filled(path, 5, checkpoint=True)
    store = Store.open(path)
    await grow(store, 4, start=5)
    await store.close()
    forge(path, "DELETE FROM checkpoints")
    await Store.open(path).close()
    assert audit.verify(path).ok


async def test_a_deleted_write_ahead_log_is_noticed(path: Path) -> None:
    store = Store.open(path)
    await grow(store, 3)
    shutil.copy(path, path.with_name("rest.db"))
    await grow(store, 3, start=3)
    await store.checkpoint()
    await store.close()
    path.with_name("rest.db").replace(path)
    refuse(path, "older than its checkpoint: . events are gone")
    assert audit.verify(path).reason


async def test_a_rolled_back_database_that_grew_again_is_noticed(path: Path) -> None:
    await filled(path, 3)
    old = Path(shutil.copy(path, path.with_name("old.db")))
    store = Store.open(path)
    await grow(store, 2, start=3)
    await store.checkpoint()
    await store.close()
    shutil.copy(old, path)
    old.unlink()
    kept = checkpoint_path(path).rename(path.with_name("kept"))
    store = Store.open(path)
    await grow(store, 4, "other")
    await store.close()
    kept.rename(checkpoint_path(path))
    refuse(path, "edited")
    assert audit.verify(path).reason == "an event up to 5 was rewritten: the tree head differs"


async def test_a_missing_database_is_not_made_anew_under_its_checkpoint(path: Path) -> None:
    await filled(path, 3, checkpoint=True)
    path.unlink()
    refuse(path, "is gone, but its checkpoint is there")
    assert not path.exists()


async def test_another_database_does_not_fit_the_checkpoint(path: Path) -> None:
    await filled(path, 3, checkpoint=True)
    await filled(path.parent / "two" / "state.db", 3)
    shutil.copy(path.parent / "two" / "state.db", path)
    refuse(path, "not the database that its checkpoint belongs to")
    assert audit.verify(path).reason == "the checkpoint belongs to another database"


@pytest.mark.parametrize(
    "edit",
    [
        "DELETE FROM events WHERE seq = 5",
        "UPDATE tree SET size = 4, nodes = substr(nodes, 1, 32)",
        "UPDATE tree SET nodes = x'00'",
        "DELETE FROM tree",
        "UPDATE events SET leaf = zeroblob(32) WHERE seq = 5",
    ],
)
async def test_an_end_that_was_edited_is_noticed_without_a_checkpoint(
    path: Path, edit: str
) -> None:
    await filled(path, 5)
    forge(path, edit)
    with pytest.raises(StoreError):
        Store.open(path)
    assert not audit.verify(path).ok


async def test_an_older_checkpoint_never_replaces_a_newer_one(path: Path) -> None:
    await filled(path, 3, checkpoint=True)
    mark = checkpoint.read(path)
    assert mark is not None
    checkpoint.write(path, Checkpoint(mark.origin, 2, EMPTY_ROOT))
    assert checkpoint.read(path) == mark


async def test_an_empty_log_has_a_checkpoint_too(store: Store) -> None:
    mark = await store.checkpoint()
    assert (mark.size, mark.root) == (0, EMPTY_ROOT)
