"""Memory records by words, age and pin; the index follows what rows say."""

from __future__ import annotations

from contextlib import closing

from looptui.store import schema
from looptui.store.driver import sqlite3
from looptui.store.events import Column, Rows
from looptui.store.reader import Reader
from looptui.store.store import Store
from tests.store.making import event


def row(name: str, text: str, **more: Column) -> dict[str, Column]:
    return {"id": name, "scope": "repository", "text": text, "state": "active", **more}


async def kept(store: Store, *rows: dict[str, Column], used: tuple[str, ...] = ()) -> None:
    n = len(await store.read("r1"))
    await store.append("r1", n, [event()], rows=Rows(memory=rows, used=used), durable=False)


async def recalled(store: Store, *words: str, most: int = 10) -> dict[str, float]:
    with closing(Reader(store.path)) as reader:
        found = reader.recall(("repository",), words, most)
    return {name: round(fit, 2) for name, (_, fit) in found.items()}


async def test_the_best_fit_is_one_and_nothing_in_words_is_an_operator(store: Store) -> None:
    await kept(store, row("a", "pages use cursors"), row("b", "the parser is recursive"))
    await kept(store, row("c", "cursors"), row("d", "nothing of the kind"))
    found = await recalled(store, "cursor", "AND", '"', "NEAR(")
    assert found["c"] == 1.0
    assert 0 < found["a"] < 1
    assert found["b"] == found["d"] == 0.0


async def test_old_records_are_found_by_pin_or_words_only(store: Store) -> None:
    await kept(store, row("old", "alpha", at=1.0), row("pin", "beta", at=1.0, pinned=1))
    await kept(store, *(row(f"n{i}", "gamma", at=2.0 + i) for i in range(5)))
    assert set(await recalled(store, most=2)) == {"pin", "n3", "n4"}
    assert set(await recalled(store, "alpha", most=2)) == {"pin", "n3", "n4", "old"}


async def test_only_active_records_of_the_scope_are_recalled(store: Store) -> None:
    await kept(
        store, row("a", "x", state="forgotten"), row("b", "x", scope="loop:f"), row("c", "x")
    )
    assert set(await recalled(store, "x")) == {"c"}


async def test_the_index_follows_an_edit(store: Store) -> None:
    await kept(store, row("a", "old words", data='{"why":"because"}'))
    await kept(store, row("a", "other thoughts", data='{"why":"gone"}'))
    with closing(Reader(store.path)) as reader:
        assert [r.id for r in reader.find_memory(("thoughts",))] == ["a"]
        assert reader.find_memory(("words", "because")) == []


async def test_uses_are_counted(store: Store) -> None:
    await kept(store, row("a", "x"))
    await kept(store, used=("a", "gone"))
    await kept(store, row("a", "y"), used=("a",))
    with closing(Reader(store.path)) as reader:
        (found,) = reader.memory()
        assert (found.text, found.uses, found.helped) == ("y", 2, 0)


async def test_records_of_an_older_schema_can_be_found(store: Store) -> None:
    with closing(sqlite3.connect(store.path.with_name("old.db"))) as old:
        old.executescript(schema._ROWS)
        old.execute("INSERT INTO memory (id, subject, text) VALUES ('a', 'paging', 'cursors')")
        old.executescript(schema._WORDS)
        sql = "SELECT words FROM memory_words WHERE memory_words MATCH 'cursor'"
        assert old.execute(sql).fetchall() == [("paging cursors",)]


async def test_a_record_is_named_by_the_beginning_of_its_id(store: Store) -> None:
    await kept(store, row("m-1", "x"), row("m-12", "y"))
    with closing(Reader(store.path)) as reader:
        assert [r.id for r in reader.memory_named("m-1")] == ["m-1"]
        assert [r.id for r in reader.memory_named("m")] == ["m-1", "m-12"]
        assert reader.memory_named("") == []


async def test_a_word_that_is_everywhere_does_not_hide_a_rare_one(store: Store) -> None:
    await kept(store, *(row(f"n{i:04}", "common", at=2.0 + i) for i in range(600)))
    await kept(store, row("old", "common needle", at=1.0))
    found = await recalled(store, "common", "needle", most=3)
    assert found == {"n0597": 0.0, "n0598": 0.0, "n0599": 0.0, "old": 1.0}
