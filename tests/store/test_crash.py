"""SIGKILL at random moments: nothing that was acknowledged is lost, nothing is there by half."""

from __future__ import annotations

import json
import random
import signal
from contextlib import closing
from pathlib import Path

import pytest

from looptui.store import audit
from looptui.store.driver import connect
from looptui.store.reader import Reader
from looptui.store.store import Store
from tests.store.making import start

KILLS = 24

WORKER = """
import asyncio, sys
from pathlib import Path
from looptui.store.events import NewEvent, Rows
from looptui.store.store import Store

async def drive(store, run):
    n = len(await store.read(run))
    while True:
        blob = await store.put(f"{run} {n}".encode() * 40)
        command = await store.send(run, "go", "{}", "human:me", 1.0)
        events = [NewEvent("k", f'{{"blob":"{blob}"}}', "engine", 1.0) for _ in range(n % 3 + 1)]
        rows = Rows(run={"id": run, "summary": str(n + len(events))})
        await store.append(run, n, events, rows=rows, durable=n % 4 == 0, claim=command)
        n += len(events)
        print("ack", run, n, command, flush=True)
        if n % 5 == 0:
            print("mark", (await store.checkpoint()).size, flush=True)

async def main(path):
    store = Store.open(path)
    print("open", flush=True)
    async with asyncio.TaskGroup() as group:
        for run in ("a", "b", "c"):
            group.create_task(drive(store, run))

asyncio.run(main(Path(sys.argv[1])))
"""


def kill_after(path: Path, lines: int) -> list[list[str]]:
    """What a worker acknowledged before it was killed, soon after so many lines."""
    process = start(WORKER, path)
    assert process.stdout
    seen = [process.stdout.readline() for _ in range(lines)]
    process.send_signal(signal.SIGKILL)
    rest, _ = process.communicate()
    assert process.returncode == -signal.SIGKILL
    whole = [line for line in "".join([*seen, rest]).splitlines(keepends=True) if line[-1] == "\n"]
    return [line.split() for line in whole]


async def check(path: Path, known: dict[str, int], mark: int) -> None:
    verdict = audit.verify(path)
    assert verdict.ok, verdict
    assert verdict.size >= mark
    with closing(connect(path, read_only=True)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    store = Store.open(path)
    with closing(Reader(path)) as reader:
        for run, n in known.items():
            events = await store.read(run)
            assert [e.n for e in events] == list(range(1, len(events) + 1))
            assert len(events) >= n, "an acknowledged event is lost"
            assert json.loads(reader.run(run).summary) == len(events), "a transition by half"
            assert await store.get(json.loads(events[-1].data)["blob"])
            assert len(await store.pending(run)) <= KILLS
    await store.close()


async def test_nothing_acknowledged_is_lost(path: Path) -> None:
    source = random.Random(11)
    known: dict[str, int] = {}
    mark = 0
    commands: set[str] = set()
    for _ in range(KILLS):
        for word, *values in kill_after(path, source.randrange(1, 120)):
            if word == "ack":
                run, n, command = values
                assert int(n) > known.get(run, 0)
                known[run] = int(n)
                commands.add(command)
            elif word == "mark":
                mark = max(mark, int(values[0]))
        await check(path, known, mark)
    assert sum(known.values()) > 500
    store = Store.open(path)
    for command in commands:
        outcome = await store.outcome(command)
        assert outcome
        assert outcome.state == "applied"
    await store.close()


@pytest.mark.parametrize("torn", [1, 7, 4096, 5000])
async def test_a_torn_write_ahead_log_is_a_clean_prefix(path: Path, torn: int) -> None:
    kill_after(path, 60)
    log = path.with_name("state.db-wal")
    log.write_bytes(log.read_bytes()[:-torn])
    (path.parent / "audit" / "checkpoint").unlink(missing_ok=True)
    store = Store.open(path)
    await store.close()
    assert audit.verify(path).ok
