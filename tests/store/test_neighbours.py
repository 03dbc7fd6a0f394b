"""Other programs open and close the same database while a process of ours has it open.

POSIX drops every lock that a process has on a file when it closes any descriptor of it. Without
its lock SQLite takes the next one who closes for the last, and that one deletes the log.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from looptui.errors import StoreError
from looptui.store.reader import Reader
from looptui.store.store import Store
from tests.store.making import event

_OPEN_AND_CLOSE = """
import sys
import sqlite3
connection = sqlite3.connect(sys.argv[1])
print(connection.execute("SELECT count(*) FROM events").fetchone()[0])
connection.close()
"""


def _neighbour(path: Path) -> int:
    """How many events another process sees, which then closes the database."""
    done = subprocess.run(
        [sys.executable, "-c", _OPEN_AND_CLOSE, str(path)],
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout)


@pytest.mark.parametrize("reader_first", [False, True])
async def test_a_neighbour_that_closes_takes_nothing_away(path: Path, reader_first: bool) -> None:
    await Store.open(path).close()
    early = Reader(path)
    if reader_first:
        early.runs()
    store = Store.open(path)
    late = Reader(path)
    late.runs()
    await store.append("r", 0, [event()], durable=True)
    log = path.with_name("state.db-wal").stat().st_ino

    assert _neighbour(path) == 1
    assert path.with_name("state.db-wal").stat().st_ino == log
    await store.append("r", 1, [event()], durable=True)
    assert _neighbour(path) == 2
    late.close()
    early.close()
    await store.close()
    assert _neighbour(path) == 2


async def test_a_reader_that_was_closed_leaves_the_file_to_be_looked_at(path: Path) -> None:
    store = Store.open(path)
    reader = Reader(path)
    reader.runs()
    reader.close()
    await store.close()
    path.write_bytes(b"garbage" * 100)
    with pytest.raises(StoreError, match="is not a database"):
        Store.open(path)
