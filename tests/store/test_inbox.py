"""Commands: durable, answered once, and the loser is told."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from looptui.store import audit
from looptui.store.events import NewEvent
from looptui.store.inbox import Command, CommandTaken, Outcome
from looptui.store.reader import Reader
from looptui.store.store import Store
from tests.store.making import event, finish, grow, start


async def test_commands_come_in_order_and_go_to_their_run(store: Store) -> None:
    first = await store.send("r1", "approve", '{"tree":"t"}', "human:me", 1.0)
    second = await store.send("r1", "pause", "{}", "human:you", 2.0)
    await store.send("r2", "pause", "{}", "human:you", 3.0)
    assert await store.pending("r1") == [
        Command(first, "r1", "approve", '{"tree":"t"}', "human:me", 1.0),
        Command(second, "r1", "pause", "{}", "human:you", 2.0),
    ]
    with closing(Reader(store.path)) as reader:
        assert [command.id for command in reader.pending("r1")] == [first, second]


async def test_a_claim_and_its_events_are_one(store: Store) -> None:
    await grow(store, 2, "other")
    command = await store.send("r1", "approve", "{}", "human:me", 1.0)
    assert await store.outcome(command) is None
    await store.append("r1", 0, [event(), event()], durable=True, claim=command)
    assert await store.outcome(command) == Outcome("applied", "", 4)
    assert await store.pending("r1") == []
    with pytest.raises(CommandTaken) as caught:
        await store.append("r1", 2, [event()], durable=True, claim=command)
    assert caught.value.exit_code == 2
    assert len(await store.read("r1")) == 2


async def test_a_conflict_leaves_the_command_open(store: Store) -> None:
    await grow(store, 1)
    command = await store.send("r1", "approve", "{}", "human:me", 1.0)
    with pytest.raises(Exception, match="has 1 events"):
        await store.append("r1", 0, [event()], durable=True, claim=command)
    assert await store.outcome(command) is None
    assert len(await store.pending("r1")) == 1


async def test_the_refused_are_told_why(store: Store) -> None:
    command = await store.send("r1", "approve", "{}", "human:me", 1.0)
    await store.refuse(command, "that tree is stale")
    assert await store.outcome(command) == Outcome("refused", "that tree is stale", None)
    with pytest.raises(CommandTaken):
        await store.append("r1", 0, [event()], durable=True, claim=command)
    with pytest.raises(CommandTaken):
        await store.refuse(command, "again")
    with pytest.raises(CommandTaken):
        await store.refuse("c-unknown", "who?")


async def test_data_must_be_json(store: Store) -> None:
    with pytest.raises(ValueError, match="Expecting"):
        await store.send("r1", "approve", "yes", "human:me", 1.0)


RACER = """
import asyncio, sys
from pathlib import Path
from looptui.errors import LogConflict
from looptui.store.events import NewEvent
from looptui.store.inbox import CommandTaken
from looptui.store.store import Store

async def main(path, name):
    store = Store.open(path)
    print("ready", flush=True)
    sys.stdin.readline()
    won = conflicts = 0
    for command in await store.pending("r1"):
        while True:
            known = len(await store.read("r1"))
            try:
                new = [NewEvent("decided", f'"{command.id}"', name, 1.0)]
                await store.append("r1", known, new, durable=False, claim=command.id)
            except LogConflict:
                conflicts += 1
            except CommandTaken:
                break
            else:
                won += 1
                break
    await store.close()
    print(won, conflicts)

asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
"""


async def test_each_command_has_one_winner_among_processes(path: Path) -> None:
    store = Store.open(path)
    commands = [await store.send("r1", "approve", "{}", "human:me", 1.0) for _ in range(60)]
    processes = [start(RACER, path, f"agent:{i}") for i in range(3)]
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    won = [int(finish(process).split()[0]) for process in processes]
    assert sum(won) == 60
    decided = [e.data.strip('"') for e in await store.read("r1")]
    assert sorted(decided) == sorted(commands)
    assert await store.pending("r1") == []
    await store.close()
    assert audit.verify(path).ok


APPENDER = """
import asyncio, sys
from pathlib import Path
from looptui.errors import LogConflict
from looptui.store.events import NewEvent
from looptui.store.store import Store

async def main(path, name):
    store = Store.open(path)
    print("ready", flush=True)
    sys.stdin.readline()
    done = conflicts = known = 0
    while done < 150:
        try:
            await store.append("r1", known, [NewEvent("k", str(done), name, 1.0)], durable=False)
        except LogConflict:
            conflicts += 1
            known = len(await store.read("r1"))
        else:
            done, known = done + 1, known + 1
    await store.close()
    print(conflicts)

asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
"""


async def test_two_processes_on_one_run_never_write_over_each_other(path: Path) -> None:
    store = Store.open(path)
    processes = [start(APPENDER, path, name) for name in ("a", "b")]
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    conflicts = [int(finish(process)) for process in processes]
    events = await store.read("r1")
    await store.close()
    assert sum(conflicts) > 0
    assert [e.n for e in events] == list(range(1, 301))
    for name in ("a", "b"):
        assert [int(e.data) for e in events if e.actor == name] == list(range(150))
    assert audit.verify(path).ok


def test_an_event_is_built_once() -> None:
    assert NewEvent("k", "{}", "a", 1.0) == NewEvent("k", "{}", "a", 1.0)
