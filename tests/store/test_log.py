"""Appending: numbers, conflicts, transitions that happen in full or not at all."""

from __future__ import annotations

import asyncio
import os
from contextlib import closing
from pathlib import Path

import pytest

from looptui.errors import LogConflict, StoreError
from looptui.store import audit
from looptui.store.driver import connect, sqlite3
from looptui.store.events import NewEvent, Rows, StoredEvent, entry_bytes
from looptui.store.inbox import CommandTaken
from looptui.store.reader import Reader
from looptui.store.store import Store
from looptui.store.transaction import Transaction
from tests.store.making import event, grow


async def test_events_are_numbered_in_the_log_and_in_their_run(store: Store) -> None:
    await grow(store, 2, "a")
    await grow(store, 1, "b")
    stored = await store.append("a", 2, [event()], durable=True)
    assert [(e.seq, e.run, e.n) for e in stored] == [(4, "a", 3)]
    assert [(e.seq, e.n) for e in await store.read("a")] == [(1, 1), (2, 2), (4, 3)]
    assert await store.read("a", after=2) == stored
    assert [e.seq for e in await store.since(1, limit=2)] == [2, 3]
    assert await store.last_seq() == 4


async def test_what_is_read_is_what_was_appended(store: Store) -> None:
    data = '{"text":"ü \\u0000 🔁 \\"quoted\\""}'
    new = NewEvent("note.added", data, "human:ü", 1763812345.678901)
    stored = await store.append("läufe", 0, [new], durable=False)
    assert stored == [StoredEvent(1, "läufe", 1, new.at, new.actor, new.kind, data)]
    assert await store.read("läufe") == stored


async def test_an_append_after_another_ones_is_a_conflict_and_changes_nothing(store: Store) -> None:
    await grow(store, 2)
    with pytest.raises(LogConflict, match="has 2 events, not 1"):
        await store.append("r1", 1, [event()], rows=Rows(run={"id": "r1"}), durable=True)
    with pytest.raises(LogConflict, match="has 2 events, not 3"):
        await store.append("r1", 3, [event()], durable=True)
    assert await store.last_seq() == 2
    with closing(Reader(store.path)) as reader:
        assert reader.runs() == []


async def test_rows_update_the_columns_they_name(store: Store) -> None:
    first = Rows(
        run={"id": "r1", "loop": "fix", "state": "active", "created": 1.0},
        iterations=[{"run": "r1", "n": 1, "data": '{"score":0.5}'}, {"run": "r1", "n": 2}],
        needs=[{"id": "n1", "run": "r1", "kind": "approval", "tree": "t", "since": 2.0}],
        memory=[{"id": "m1", "scope": "loop:fix", "subject": "s", "text": "remember"}],
    )
    await store.append("r1", 0, [event()], rows=first, durable=False)
    second = Rows(run={"id": "r1", "state": "landed"}, needs=[{"id": "n1", "closed": 3.0}])
    await store.append("r1", 1, [event()], rows=second, durable=False)
    with closing(Reader(store.path)) as reader:
        run = reader.run("r1")
        assert (run.loop, run.state, run.created, run.summary) == ("fix", "landed", 1.0, "{}")
        assert [(i.n, i.data) for i in reader.iterations("r1")] == [(1, '{"score":0.5}'), (2, "{}")]
        assert reader.needs() == []
        (need,) = reader.needs(open_only=False)
        assert (need.kind, need.tree, need.since, need.closed) == ("approval", "t", 2.0, 3.0)
        assert [m.text for m in reader.memory("loop:fix")] == ["remember"]
        assert reader.memory("loop:other") == reader.memory(subject="t") == []


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        (Rows(run={"id": "r1", "colour": "red"}), ValueError),
        (Rows(run={"loop": "x"}), ValueError),
        (Rows(iterations=[{"run": "r1"}]), ValueError),
        (Rows(run={"id": "r1", "updated": "noon"}), sqlite3.IntegrityError),
    ],
)
async def test_a_wrong_row_refuses_the_whole_transition(
    store: Store, rows: Rows, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await store.append("r1", 0, [event()], rows=rows, durable=False)
    assert await store.last_seq() == 0
    await grow(store, 1)
    assert [e.n for e in await store.read("r1")] == [1]


def test_an_event_is_small() -> None:
    event('"' + "x" * 8190 + '"')
    with pytest.raises(ValueError, match="8193 bytes"):
        event('"' + "x" * 8191 + '"')
    with pytest.raises(ValueError, match="Expecting"):
        event("{")
    with pytest.raises(ValueError, match="no finite time"):
        NewEvent("k", "{}", "a", float("nan"))


def test_the_leaf_covers_every_field() -> None:
    entry = entry_bytes(StoredEvent(7, "r", 3, 2.0, "human:é", "k", '{"a":1}'))
    assert entry == '[7,"r",3,2.0,"human:é","k",{"a":1}]'.encode()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET data = '{}' WHERE seq = 1",
        "UPDATE events SET seq = 9 WHERE seq = 2",
        "DELETE FROM events WHERE seq = 2",
        "DELETE FROM events",
        "REPLACE INTO events SELECT seq, run, n, at, actor, kind, '{}', leaf FROM events",
        "REPLACE INTO events SELECT 9, run, n, at, actor, kind, '{}', leaf FROM events WHERE n = 1",
        "UPDATE names SET name = 'other'",
        "DELETE FROM names",
        "DELETE FROM checkpoints",
        "UPDATE checkpoints SET size = 9",
    ],
)
async def test_the_log_is_append_only(store: Store, statement: str) -> None:
    await grow(store, 2)
    await store.checkpoint()
    plain = sqlite3.connect(store.path, isolation_level=None)
    with closing(plain), pytest.raises(sqlite3.IntegrityError, match="append-only"):
        plain.execute(statement)
    assert audit.verify(store.path).ok


async def test_every_table_of_ours_is_strict(store: Store) -> None:
    with closing(connect(store.path, read_only=True)) as connection:
        tables = connection.execute("SELECT name, strict FROM pragma_table_list WHERE type='table'")
        loose = {name for name, strict in tables if not strict}
    assert {name for name in loose if not name.startswith(("sqlite_", "_sqlite_"))} == set()


async def test_a_failing_job_does_not_fail_those_it_shares_a_commit_with(store: Store) -> None:
    with closing(connect(store.path)) as other:
        other.execute("BEGIN IMMEDIATE")
        calls = [store.append(f"r{i}", 0, [event()], durable=False) for i in range(5)]
        calls.append(store.append("r0", 7, [event()], durable=False))
        bad = Rows(run={"id": "bad", "updated": "noon"})
        calls.append(store.append("bad", 0, [event()], rows=bad, durable=True))
        calls.append(store.append("r0", 1, [event()], durable=False))
        tasks = [asyncio.ensure_future(call) for call in calls]
        await asyncio.sleep(0)
        other.execute("ROLLBACK")
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(results[5], LogConflict)
    assert isinstance(results[6], sqlite3.IntegrityError)
    good = [r for r in results if not isinstance(r, BaseException)]
    assert sorted(e.seq for (e,) in good) == [1, 2, 3, 4, 5, 6]
    assert audit.verify(store.path).ok


async def test_calls_in_flight_share_a_commit(store: Store) -> None:
    with closing(connect(store.path)) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        other.execute("BEGIN IMMEDIATE")
        tasks = [asyncio.ensure_future(grow(store, 1, f"r{i}")) for i in range(200)]
        await asyncio.sleep(0)
        other.execute("ROLLBACK")
    await asyncio.gather(*tasks)
    pages = store.path.with_name("state.db-wal").stat().st_size / 4096
    assert pages < 200, "a commit of its own takes four pages or more"


async def test_a_durable_commit_is_synced_and_no_other(store: Store) -> None:
    """SQLite syncs the log at each commit at level 2, and at 1 only when it moves it over."""

    def level(transaction: Transaction) -> int:
        return int(transaction.connection.execute("PRAGMA synchronous").fetchone()[0])

    levels = [await store._write(level, durable=durable) for durable in (True, False, True)]
    assert levels == [2, 1, 2]


async def test_a_writer_waits_for_another_process_and_the_loop_does_not(store: Store) -> None:
    await grow(store, 1)
    with closing(connect(store.path)) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.ensure_future(store.append("r1", 1, [event()], durable=True))
        assert [e.n for e in await store.read("r1")] == [1]
        assert not waiting.done()
        other.execute("COMMIT")
    assert [e.n for e in await waiting] == [2]


async def test_a_call_cancelled_while_it_queues_is_not_written(store: Store) -> None:
    with closing(connect(store.path)) as other:
        other.execute("BEGIN IMMEDIATE")
        first = asyncio.ensure_future(store.append("r1", 0, [event()], durable=False))
        await asyncio.sleep(0)
        queue = store._writer._jobs
        while not queue.empty():
            await asyncio.sleep(0)
        second = asyncio.ensure_future(store.append("r2", 0, [event()], durable=False))
        await asyncio.sleep(0)
        second.cancel()
        with pytest.raises(asyncio.CancelledError):
            await second
        other.execute("COMMIT")
    await first
    await grow(store, 1, "r3")
    assert [e.run for e in await store.since(0)] == ["r1", "r3"]


async def test_a_closed_store_has_written_what_was_queued(path: Path) -> None:
    store = Store.open(path)
    tasks = [asyncio.ensure_future(grow(store, 1, f"r{i}")) for i in range(20)]
    await asyncio.sleep(0)
    await store.close()
    await asyncio.gather(*tasks)
    with pytest.raises(StoreError, match="closed"):
        await grow(store, 1, "late")
    await store.close()
    assert not path.with_name("state.db-wal").exists()
    assert audit.verify(path).size == 20


async def test_the_write_ahead_log_is_cut_back_once_readers_let_go(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("looptui.store.writer.WAL_LIMIT", 500_000)
    store, log = Store.open(path), path.with_name("state.db-wal")
    with closing(connect(path, read_only=True)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM tree").fetchall()
        for _ in range(12):
            await store.put(os.urandom(100_000))
        assert log.stat().st_size > 1_000_000
        reader.execute("COMMIT")
    await store.put(os.urandom(100_000))
    await grow(store, 1)
    assert log.stat().st_size < 500_000
    await store.close()


async def test_a_transition_without_events_can_answer_a_command(store: Store) -> None:
    command = await store.send("r1", "nudge", "{}", "human:me", 1.0)
    assert await store.append("r1", 0, [], durable=False, claim=command) == []
    with pytest.raises(CommandTaken):
        await store.append("r1", 0, [event()], durable=False, claim=command)
    assert await store.last_seq() == 0
