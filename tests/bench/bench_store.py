"""Goals P12 to P14: the store against raw SQLite, interleaved in one process.

Run `python tests/bench/bench_store.py`; `--full` fills a million events instead of 100,000.
Ratios are medians of pairs; absolute figures are of this machine only.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import string
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from looptui.store import audit
from looptui.store.driver import choose_journal, connect, sqlite3
from looptui.store.events import NewEvent, Rows
from looptui.store.reader import Reader
from looptui.store.store import Store

RUNS = 100
BATCH = 100
_DDL = (
    "CREATE TABLE events (seq INTEGER PRIMARY KEY, run TEXT, iter INTEGER, at REAL, kind TEXT, "
    "data TEXT)",
    "CREATE INDEX events_run ON events (run, seq)",
)
_INSERT = "INSERT INTO events (run, iter, at, kind, data) VALUES (?, ?, ?, ?, ?)"


def payloads() -> list[str]:
    """A thousand event bodies of about 225 bytes."""
    source = random.Random(1)

    def body() -> str:
        text = "".join(source.choices(string.ascii_letters + " ", k=195))
        return json.dumps({"iteration": 3, "text": text}, separators=(",", ":"))

    return [body() for _ in range(1000)]


def raw(path: Path) -> sqlite3.Connection:
    """The yardstick: one table, one index, the same journal."""
    path.touch()
    connection = connect(path)
    choose_journal(connection)
    for statement in _DDL:
        connection.execute(statement)
    return connection


class Feed:
    """Appends to the runs in turn and knows how many events each has."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.bodies = payloads()
        self.counts = [0] * RUNS
        self.turn = 0

    def events(self, count: int) -> list[NewEvent]:
        start = self.turn * 7 % (len(self.bodies) - count)
        return [
            NewEvent(f"thing.happened{i % 20}", body, f"agent:run-{self.turn % RUNS}/maker", 1.5e9)
            for i, body in enumerate(self.bodies[start : start + count])
        ]

    async def append(self, count: int, *, durable: bool) -> None:
        index = self.turn % RUNS
        run = f"fix-tests-{index:04}"
        rows = Rows(run={"id": run, "loop": "fix-tests", "state": "active", "updated": 1.5e9})
        events = self.events(count)
        known = self.counts[index]
        self.counts[index] += count
        self.turn += 1
        await self.store.append(run, known, events, rows=rows, durable=durable)


def raw_batch(connection: sqlite3.Connection, bodies: list[str], level: str) -> None:
    connection.execute(f"PRAGMA synchronous={level}")
    connection.execute("BEGIN IMMEDIATE")
    rows = [("fix-tests-0001", 3, 1.5e9, "thing.happened", body) for body in bodies]
    connection.executemany(_INSERT, rows)
    connection.execute("COMMIT")


async def fill(feed: Feed, connection: sqlite3.Connection, total: int) -> None:
    """P12 first half: CPU and throughput of batches without sync."""
    cost: dict[str, list[float]] = {"ours": [], "raw": [], "wall": []}
    for _ in range(total // BATCH):
        start, wall = time.process_time(), time.perf_counter()
        await feed.append(BATCH, durable=False)
        cost["ours"].append(time.process_time() - start)
        cost["wall"].append(time.perf_counter() - wall)
        start = time.process_time()
        raw_batch(connection, feed.bodies[:BATCH], "NORMAL")
        cost["raw"].append(time.process_time() - start)
    ours, ref = (sum(cost[name]) / total * 1e6 for name in ("ours", "raw"))
    print(
        f"append, batches of {BATCH}   {ours:6.1f} us CPU/event   raw {ref:.1f}  x{ours / ref:.2f}"
    )
    print(f"                        {total / sum(cost['wall']):6.0f} events/s")


async def singles(feed: Feed) -> None:
    """P12: events that are appended one by one, by a hundred runs at once."""
    start, wall, rounds = time.process_time(), time.perf_counter(), 20
    for _ in range(rounds):
        await asyncio.gather(*(feed.append(1, durable=False) for _ in range(RUNS)))
    count = rounds * RUNS
    cpu, took = time.process_time() - start, time.perf_counter() - wall
    print(f"append, one by one      {cpu / count * 1e6:6.1f} us CPU/event   {count / took:.0f}/s")


async def transitions(feed: Feed, connection: sqlite3.Connection, count: int) -> None:
    """P12 second half: one synced transition against one synced insert."""
    ours, ref = [], []
    for _ in range(count):
        start = time.perf_counter()
        await feed.append(1, durable=True)
        ours.append(time.perf_counter() - start)
        start = time.perf_counter()
        raw_batch(connection, feed.bodies[:1], "FULL")
        ref.append(time.perf_counter() - start)
    a, b = statistics.median(ours) * 1e3, statistics.median(ref) * 1e3
    print(f"synced transition p50   {a:6.2f} ms             raw {b:.2f}  x{a / b:.2f}   (goal 1.5)")


def size(path: Path, payload: float) -> None:
    """P13: bytes of the log. The write-ahead log is gone when the store is closed."""
    with closing(Reader(path)) as reader:
        each = path.stat().st_size / reader.last_seq()
    print(
        f"bytes an event          {each:6.0f} for {payload:.0f}       goal {payload * 1.3 + 48:.0f}"
    )


def timed(label: str, work: Callable[[], object], goal: str) -> None:
    times = []
    for _ in range(9):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    print(f"{label:24}{statistics.median(times) * 1e3:6.2f} ms   {goal}")


def first_screen(path: Path) -> None:
    with closing(Reader(path)) as reader:
        reader.runs()
        reader.latest(200)


def queries(path: Path) -> None:
    """P14: what a start reads."""
    timed("open, runs, last 200", lambda: first_screen(path), "(goal 10)")
    with closing(Reader(path)) as reader:
        timed("last 200 of a run", lambda: reader.latest(200, run="fix-tests-0001"), "")
        timed("nothing changed?", reader.data_version, "")
        timed("search, no hit", lambda: reader.search("needle"), "(goal 300)")


def opening(path: Path) -> None:
    async def once() -> None:
        await Store.open(path).close()

    timed("open and close to write", lambda: asyncio.run(once()), "(goal 5)")


async def main_async(total: int) -> None:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "store", "state.db")
        with closing(raw(Path(directory, "raw.db"))) as connection:
            store = Store.open(path)
            feed = Feed(store)
            await singles(feed)
            await transitions(feed, connection, 500)
            await fill(feed, connection, total)
            await store.checkpoint()
            await store.close()
        size(path, statistics.mean(len(body) for body in feed.bodies))
        await asyncio.to_thread(queries, path)
        await asyncio.to_thread(opening, path)
        start = time.perf_counter()
        verdict = audit.verify(path)
        assert verdict.ok, verdict
        print(
            f"verify {verdict.size} events {time.perf_counter() - start:8.2f} s   (goal 3 s a 100k)"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="a million events")
    total = 1_000_000 if parser.parse_args().full else 100_000
    print(f"SQLite {sqlite3.sqlite_version}, {total} events in {RUNS} runs")
    asyncio.run(main_async(total))


if __name__ == "__main__":
    main()
