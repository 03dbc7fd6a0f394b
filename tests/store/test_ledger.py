"""Money: no cap is passed, whoever asks at the same time, and no call is charged twice."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from looptui.store.ledger import CapReached, Money, Reservation, day_of
from looptui.store.store import Store
from tests.store.making import finish, start

NOON = 1763812800.0


async def hold(store: Store, who: str, amount: int, **caps: int) -> Reservation:
    held = await store.reserve(who, amount, caps, at=NOON)
    assert isinstance(held, Reservation)
    return held


async def test_a_reservation_counts_until_it_is_settled(store: Store) -> None:
    held = await hold(store, "r1", 70, run=100)
    assert await store.reserve("r1", 40, {"run": 100}) == CapReached("run", 100, Money(0, 70))
    assert await store.unsettled("r1") == [held]
    assert await store.settle(held.id, 10)
    assert await store.money(run="r1") == Money(10, 0)
    await hold(store, "r1", 90, run=100)
    assert await store.reserve("r1", 1, {"run": 100}) == CapReached("run", 100, Money(10, 90))


async def test_a_settlement_is_final(store: Store) -> None:
    held = await hold(store, "r1", 70)
    assert await store.settle(held.id, 70)
    assert not await store.settle(held.id, 5)
    assert not await store.settle("m-unknown", 5)
    assert await store.money() == Money(70, 0)
    assert await store.unsettled("r1") == []


async def test_caps_are_of_the_run_of_the_day_and_of_all(store: Store) -> None:
    await hold(store, "r1", 50, run=50, day=1000, all=1000)
    await hold(store, "r2", 50, run=50, day=1000, all=1000)
    assert await store.reserve("r3", 1, {"run": 9, "day": 100}, at=NOON) == CapReached(
        "day", 100, Money(0, 100)
    )
    assert isinstance(await store.reserve("r3", 1, {"day": 100}, at=NOON + 86400), Reservation)
    assert await store.reserve("r3", 1, {"all": 101}, at=NOON) == CapReached(
        "all", 101, Money(0, 101)
    )
    assert day_of(NOON) == "2025-11-22"
    assert await store.money(day="2025-11-22") == Money(0, 100)
    assert await store.money(run="r1", day="2025-11-23") == Money(0, 0)
    assert await store.money() == Money(0, 101)


async def test_nonsense_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="cannot reserve"):
        await store.reserve("r1", -1, {})
    with pytest.raises(ValueError, match="cannot reserve"):
        await store.reserve("r1", 1, {"week": 5})


async def test_many_runs_at_once_never_pass_the_cap(store: Store) -> None:
    calls = [store.reserve(f"r{i}", 80, {"day": 1000}, at=NOON) for i in range(64)]
    results = await asyncio.gather(*calls)
    assert sum(isinstance(r, Reservation) for r in results) == 12
    assert await store.money() == Money(0, 960)


SPENDER = """
import asyncio, sys
from pathlib import Path
from looptui.store.ledger import Reservation
from looptui.store.store import Store

async def main(path, run):
    store = Store.open(path)
    print("ready", flush=True)
    sys.stdin.readline()
    for i in range(40):
        held = await store.reserve(run, 70, {"day": 2000}, at=0.0)
        if isinstance(held, Reservation) and i % 2:
            await store.settle(held.id, 50)
    await store.close()

asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
"""


async def test_processes_share_the_cap(path: Path) -> None:
    store = Store.open(path)
    processes = [start(SPENDER, path, f"r{i}") for i in range(2)]
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    for process in processes:
        finish(process)
    spent = await store.money(day=day_of(0.0))
    assert 2000 - 70 < spent.total <= 2000
    await store.close()
