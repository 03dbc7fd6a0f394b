"""Proof of the whole log, and the first entry that does not fit."""

from __future__ import annotations

import json
import random
import re
import time
from contextlib import closing
from pathlib import Path

import pytest

from looptui.errors import StoreError
from looptui.store import audit
from looptui.store.driver import sqlite3
from looptui.store.events import StoredEvent, entry_bytes
from looptui.store.merkle import Frontier, leaf_hash, verify_inclusion
from looptui.store.store import Store
from tests.store.making import event, filled, grow


def forge(path: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(statement, values)
        connection.commit()


@pytest.mark.parametrize("size", [0, 1, 2, 7, 1500])
async def test_an_intact_log_is_proved(path: Path, size: int) -> None:
    await filled(path, size, checkpoint=True)
    verdict = audit.verify(path)
    assert (verdict.ok, verdict.size, verdict.first_bad, verdict.reason) == (True, size, None, "")


@pytest.mark.parametrize(
    ("edit", "bad"),
    [
        ("UPDATE events SET data = '{\"i\":0}' WHERE seq = 700", 700),
        ("UPDATE events SET at = 0 WHERE seq = 1500", 1500),
        ("UPDATE events SET n = 9999 WHERE seq = 3", 3),
        ("UPDATE events SET leaf = zeroblob(32) WHERE seq = 12", 12),
        ("UPDATE events SET kind = run WHERE seq = 1", 1),
        ("UPDATE events SET kind = 99 WHERE seq = 40", 40),
        ("UPDATE names SET name = 'human:eve' WHERE name = 'engine'", 1),
        ("DELETE FROM events WHERE seq = 800", 800),
        ("DELETE FROM events WHERE seq > 1200", 1201),
    ],
)
async def test_the_first_event_that_was_edited_is_named(path: Path, edit: str, bad: int) -> None:
    await filled(path, 1500)
    forge(path, edit)
    verdict = audit.verify(path)
    assert (verdict.ok, verdict.first_bad) == (False, bad)
    assert str(bad) in verdict.reason or "gone" in verdict.reason


async def test_a_forger_who_recomputes_the_leaf_is_caught_by_the_heads(path: Path) -> None:
    store = Store.open(path)
    for start in (0, 10, 20):
        await grow(store, 10, start=start)
        await store.checkpoint()
    await store.close()
    forged = StoredEvent(15, "r1", 15, 1.5e9, "engine", "thing.happened", '{"i":"forged"}')
    leaf = leaf_hash(entry_bytes(forged))
    forge(path, "UPDATE events SET data = ?, leaf = ? WHERE seq = 15", forged.data, leaf)
    verdict = audit.verify(path)
    assert (verdict.ok, verdict.first_bad) == (False, None)
    assert verdict.reason == "an event up to 20 was rewritten: the tree head differs"


async def test_a_gap_in_a_run_is_found_under_a_tree_that_fits(path: Path) -> None:
    await filled(path, 4)
    forged = StoredEvent(4, "r1", 7, 1.5e9, "engine", "thing.happened", '{"i":4}')
    leaf = leaf_hash(entry_bytes(forged))
    forge(path, "UPDATE events SET n = 7, leaf = ? WHERE seq = 4", leaf)
    with closing(sqlite3.connect(path)) as connection:
        leaves = [row[0] for row in connection.execute("SELECT leaf FROM events ORDER BY seq")]
    forge(path, "UPDATE tree SET nodes = ?", Frontier().extend(leaves).to_bytes())
    verdict = audit.verify(path)
    assert (verdict.ok, verdict.first_bad) == (False, 4)
    assert verdict.reason == "event 4 is not the next one of run r1"


async def test_any_flipped_bit_of_an_event_is_found(path: Path) -> None:
    """SQLite leaves old copies of rows in free space; only one of the places found is the row."""
    await filled(path, 300)
    whole = path.read_bytes()
    source = random.Random(7)
    for seq in source.sample(range(1, 301), 40):
        offset, bit = source.randrange(5), 1 << source.randrange(8)
        verdicts = set()
        for place in re.finditer(rb'\{"i":%d\}' % seq, whole):
            damaged = bytearray(whole)
            damaged[place.start() + offset] ^= bit
            path.write_bytes(damaged)
            verdict = audit.verify(path)
            verdicts.add((verdict.ok, verdict.first_bad))
        assert (False, seq) in verdicts
        assert verdicts <= {(False, seq), (True, None)}
    path.write_bytes(whole)
    assert audit.verify(path).ok


async def test_random_damage_never_passes_for_a_good_log_with_other_events(path: Path) -> None:
    """A flip may hit a free byte; then the events are as they were."""
    await filled(path, 2000, checkpoint=True)
    whole, good = path.read_bytes(), list(audit.export(path))
    source = random.Random(3)
    found = 0
    for _ in range(60):
        damaged = bytearray(whole)
        damaged[source.randrange(100, len(whole))] ^= 1 << source.randrange(8)
        path.write_bytes(damaged)
        try:
            verdict = audit.verify(path)
        except StoreError:
            found += 1
            continue
        if verdict.ok:
            assert list(audit.export(path)) == good
        else:
            found += 1
    assert found > 20


async def test_a_page_that_cannot_be_read_is_told(path: Path) -> None:
    await filled(path, 2000)
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 8192 * 4096)
        file.write(b"\xff" * 4096)
    verdict = audit.verify(path)
    assert not verdict.ok
    assert verdict.reason


async def test_a_hundred_thousand_events_take_at_most_three_seconds(path: Path) -> None:
    store = Store.open(path)
    for start in range(0, 100_000, 1000):
        await grow(store, 1000, start=start)
    await store.close()
    begin = time.process_time()
    assert audit.verify(path).size == 100_000
    assert time.process_time() - begin < 3


async def test_the_export_is_json_lines(store: Store) -> None:
    await grow(store, 2)
    await store.append("läufe", 0, [event('{"text":"a\\nb"}', "note")], durable=False)
    lines = [json.loads(line) for line in audit.export(store.path)]
    assert [(line["seq"], line["run"], line["n"]) for line in lines] == [
        (1, "r1", 1),
        (2, "r1", 2),
        (3, "läufe", 1),
    ]
    assert lines[2]["data"] == {"text": "a\nb"}
    assert lines[2] | {"data": None, "leaf": None} == {
        "seq": 3,
        "run": "läufe",
        "n": 1,
        "at": 1.5e9,
        "actor": "engine",
        "kind": "note",
        "data": None,
        "leaf": None,
    }
    assert len(bytes.fromhex(lines[0]["leaf"])) == 32


async def test_an_event_is_proved_to_be_in_the_log(store: Store) -> None:
    await grow(store, 11)
    proof = audit.prove(store.path, 6)
    leaf = leaf_hash(proof.entry)
    assert b'{"i":6}' in proof.entry
    assert verify_inclusion(leaf, 5, proof.head.size, proof.path, proof.head.root)
    assert proof.head == await store.checkpoint()
    with pytest.raises(StoreError, match="no event 12"):
        audit.prove(store.path, 12)
