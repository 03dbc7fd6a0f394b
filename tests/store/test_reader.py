"""The read side: empty before there is anything, never in the way of a writer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from looptui.errors import StoreError, UsageError
from looptui.store import schema
from looptui.store.driver import connect
from looptui.store.events import Rows
from looptui.store.inbox import Outcome
from looptui.store.ledger import Money
from looptui.store.reader import Reader
from looptui.store.store import Store
from looptui.store.tail import Tail
from tests.store.making import event, finish, grow, start


@pytest.fixture
def reader(path: Path) -> Iterator[Reader]:
    with closing(Reader(path)) as opened:
        yield opened


def test_without_a_database_everything_is_empty(reader: Reader) -> None:
    assert (reader.data_version(), reader.last_seq()) == (0, 0)
    assert not any([reader.runs(), reader.needs(), reader.memory(), reader.iterations("r")])
    assert not any([reader.events("r"), reader.events_since(0), reader.latest()])
    assert not any([reader.search("x").events, reader.pending("r"), reader.unsettled("r")])
    assert (reader.outcome("c"), reader.money()) == (None, Money(0, 0))
    with pytest.raises(KeyError):
        reader.blob("b2:00")
    with pytest.raises(UsageError):
        reader.run("r")
    assert not reader.path.parent.exists()


async def test_a_database_that_comes_later_is_seen(reader: Reader) -> None:
    assert reader.data_version() == 0
    store = Store.open(reader.path)
    await grow(store, 1)
    assert reader.data_version() > 0
    assert reader.last_seq() == 1
    await store.close()


async def test_the_data_version_changes_with_every_commit_only(
    store: Store, reader: Reader
) -> None:
    seen = [reader.data_version(), reader.data_version()]
    await grow(store, 1)
    seen += [reader.data_version(), reader.data_version()]
    await store.put(b"blob")
    seen.append(reader.data_version())
    assert seen[0] == seen[1] != seen[2] == seen[3] != seen[4]


async def test_a_run_is_found_by_the_beginning_of_its_id(store: Store, reader: Reader) -> None:
    for n, name in enumerate(["abc", "abd", "ab%", "zoo"]):
        await store.append(
            name, 0, [event()], rows=Rows(run={"id": name, "created": n}), durable=False
        )
    assert [run.id for run in reader.runs()] == ["zoo", "ab%", "abd", "abc"]
    assert reader.run("z").id == "zoo"
    assert reader.run("abd").id == "abd"
    assert reader.run("ab%").id == "ab%"
    with pytest.raises(UsageError, match="more than one run: ab%, abc, abd"):
        reader.run("ab")
    for name in ("abx", "b", "", "%", "z%"):
        with pytest.raises(UsageError, match="no run"):
            reader.run(name)


async def test_an_id_that_begins_another_is_still_found(store: Store, reader: Reader) -> None:
    for name in ("fix", "fix-2", "fix-3"):
        await store.append(name, 0, [event()], rows=Rows(run={"id": name}), durable=False)
    assert reader.run("fix").id == "fix"


async def test_events_come_in_pages(store: Store, reader: Reader) -> None:
    await grow(store, 7, "a")
    await grow(store, 5, "b")
    await grow(store, 3, "a", start=7)
    assert [e.n for e in reader.events("a", after=2, limit=3)] == [3, 4, 5]
    assert [e.n for e in reader.events("a", limit=-1)] == list(range(1, 11))
    assert [e.seq for e in reader.events_since(6, limit=3)] == [7, 8, 9]
    assert [e.seq for e in reader.latest(3)] == [15, 14, 13]
    assert [e.seq for e in reader.latest(3, before=13)] == [12, 11, 10]
    assert [e.seq for e in reader.latest(4, before=15, run="a")] == [14, 13, 7, 6]
    assert reader.latest(4, run="unknown") == []


async def test_a_search_finds_data_and_kinds(store: Store, reader: Reader) -> None:
    texts = ['{"t":"Red herring"}', '{"t":"100%"}', '{"t":"say \\"hi\\""}', '{"t":"100x"}']
    events = [event(text) for text in texts] + [event("{}", "gate.finished")]
    await store.append("r1", 0, events, durable=False)

    def found(text: str) -> list[int]:
        return [e.seq for e in reader.search(text).events]

    assert found("red") == [1]
    assert found("100%") == [2]
    assert found("100_") == found("100!") == []
    assert found('say "hi"') == [3]
    assert found("100") == [4, 2]
    assert found("gate.fin") == [5]


async def test_a_search_goes_on_where_its_page_ended(
    store: Store, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    await grow(store, 25)
    first = reader.search("i", limit=10)
    assert ([e.seq for e in first.events], first.before) == (list(range(25, 15, -1)), 16)
    second = reader.search("i", before=first.before, limit=100)
    assert ([e.seq for e in second.events], second.before) == (list(range(15, 0, -1)), None)
    monkeypatch.setattr("looptui.store.reader._SEARCH_SPAN", 10)
    seen, before = [], None
    while True:
        page = reader.search("6", before=before)
        seen += [e.seq for e in page.events]
        if (before := page.before) is None:
            break
    assert seen == [16, 6]


async def test_an_outcome_is_seen_from_outside(store: Store, reader: Reader) -> None:
    command = await store.send("r1", "approve", "{}", "human:me", 1.0)
    assert reader.outcome(command) is None
    await store.refuse(command, "no")
    assert reader.outcome(command) == Outcome("refused", "no", None)


async def test_a_reader_is_not_stopped_by_a_writer(store: Store, reader: Reader) -> None:
    await grow(store, 3)
    with closing(connect(store.path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert reader.last_seq() == 3
        other.execute("ROLLBACK")


async def test_a_reader_cannot_write(store: Store, reader: Reader) -> None:
    reader.runs()
    with pytest.raises(Exception, match="readonly"):
        reader._rows("DELETE FROM runs")


async def test_an_older_schema_is_told(
    store: Store, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("looptui.store.reader.SCHEMA_VERSION", schema.SCHEMA_VERSION + 1)
    with pytest.raises(StoreError, match="older looptui"):
        reader.runs()


async def test_the_tail_gives_every_event_once(store: Store, reader: Reader) -> None:
    tail = Tail(reader, limit=4)
    assert tail.poll() == []
    await grow(store, 10)
    pages = [tail.poll() for _ in range(4)]
    assert [[e.seq for e in page] for page in pages] == [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10], []]
    await store.put(b"no event")
    assert tail.poll() == []
    await grow(store, 1, start=10)
    assert [e.seq for e in tail.poll()] == [11]
    assert Tail(reader, seq=9).poll()[0].seq == 10


async def test_a_tail_of_no_database_waits_for_it(reader: Reader) -> None:
    tail = Tail(reader)
    assert tail.poll() == []
    store = Store.open(reader.path)
    await grow(store, 1)
    assert [e.seq for e in tail.poll()] == [1]
    await store.close()


WRITER = """
import asyncio, sys
from pathlib import Path
from looptui.store.events import NewEvent
from looptui.store.store import Store

async def main(path):
    store = Store.open(path)
    for n in range(300):
        await store.append("r1", n, [NewEvent("k", str(n), "a", 1.0)], durable=n % 10 == 0)
    await store.close()

asyncio.run(main(Path(sys.argv[1])))
"""


async def test_the_tail_follows_another_process(reader: Reader) -> None:
    process = start(WRITER, reader.path)
    seen: list[int] = []
    async with asyncio.timeout(30):
        async for page in Tail(reader).follow(lambda: 0.001):
            seen += [int(e.data) for e in page]
            if len(seen) >= 300:
                break
    assert seen == list(range(300))
    finish(process)
