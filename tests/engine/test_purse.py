"""Money before it is spent: no limit is passed, whoever asks at the same time or dies meanwhile."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from looptui.core import events as ev
from looptui.core.evolve import new
from looptui.core.spec import Limits
from looptui.engine.caps import Caps
from looptui.engine.clock import SystemClock
from looptui.engine.purse import RunPurse, reconcile
from looptui.engine.recorder import Recorder
from looptui.engine.scrubbing import Scrub
from looptui.purse import Bill, Held, Quote, Refused
from looptui.store.leases import Lease
from looptui.store.ledger import Money
from looptui.store.store import Store
from tests.core.runs import BASE, a_loop, limits
from tests.store.making import finish, start

WIDE = Caps(10**12, 10**12)
CREATED = ev.RunCreated("fix-tests", "s" * 64, "d" * 64, "c" * 40, BASE, "main")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = Store.open(tmp_path / "state" / "state.db")
    yield opened
    await opened.close()


async def a_run(store: Store, name: str = "r1", bounds: Limits | None = None) -> Recorder:
    loop = a_loop(bounds or limits(cost_micro_usd=1_000, tokens=10_000))
    made = Recorder(store, new(name, loop), SystemClock(), (), Scrub({}))
    await made.append(CREATED, ev.IterationStarted(1, BASE, "refine"))
    return made


def quote(micro: int | None = 400, tokens: int = 100) -> Quote:
    return Quote("litellm", "openai/m", tokens - 10, 10, micro)


def purse(store: Store, recorder: Recorder, caps: Caps = WIDE) -> RunPurse:
    return RunPurse(recorder, store, caps, 1)


async def held(asked: RunPurse, wanted: Quote) -> Held:
    got = await asked.reserve(wanted)
    assert isinstance(got, Held), got
    return got


async def refused(asked: RunPurse, wanted: Quote) -> Refused:
    got = await asked.reserve(wanted)
    assert isinstance(got, Refused), got
    return got


async def test_a_call_is_held_settled_and_told(store: Store) -> None:
    recorder = await a_run(store)
    money = purse(store, recorder)
    one = await held(money, quote())
    assert await store.money(run="r1") == Money(0, 400)
    assert recorder.state.held[one.call].micro_usd == 400
    await money.settle(one, Bill("ok", 80, 5, 20, 123))
    assert await store.money(run="r1") == Money(123, 0)
    assert (recorder.state.micro_usd, recorder.state.tokens) == (123, 85)
    told = json.loads((await store.read("r1"))[-1].data)
    assert told["model"] == "openai/m"
    assert told["reserved"] == 400
    assert told["cached"] == 20


async def test_what_nobody_told_is_charged_as_reserved(store: Store) -> None:
    recorder = await a_run(store)
    money = purse(store, recorder)
    await money.settle(await held(money, quote(400, 100)), Bill("cut", 3, 1, told=False))
    assert (recorder.state.micro_usd, recorder.state.tokens) == (400, 100)


async def test_no_limit_is_passed_and_each_is_named(store: Store) -> None:
    recorder = await a_run(store, bounds=limits(cost_micro_usd=1_000, tokens=250))
    no = await refused(purse(store, recorder), quote(1_001))
    assert (no.breaker, no.limit) == ("cost", 0.001)
    assert "this run" in no.reason
    no = await refused(purse(store, recorder), quote(1, 251))
    assert no.breaker == "tokens"
    assert "251 tokens" in no.reason
    for caps, name in ((Caps(5, 10**6), "day_cost"), (Caps(10**6, 5), "fleet_cost")):
        assert name in (await refused(purse(store, recorder, caps), quote(6))).reason
    assert recorder.state.held == {}
    assert await store.money() == Money(0, 0)


async def test_an_iteration_and_a_loop_have_limits_of_their_own(store: Store) -> None:
    own = limits(iteration_cost_micro_usd=500, loop_day_cost_micro_usd=700)
    first, second = await a_run(store, "r1", own), await a_run(store, "r2", own)
    money = purse(store, first)
    await money.settle(await held(money, quote(500)), Bill("ok", micro_usd=450))
    assert (await refused(money, quote(51))).breaker == "iteration"
    no = await refused(purse(store, second), quote(251))
    assert no.breaker == "cost"
    assert "this loop" in no.reason


async def test_a_call_without_a_price_is_governed_by_tokens(store: Store) -> None:
    recorder = await a_run(store, bounds=limits(cost_micro_usd=1, tokens=150))
    money = purse(store, recorder, Caps(1, 1))
    one = await held(money, quote(None, 100))
    await money.settle(one, Bill("ok", 90, 10))
    assert not recorder.state.priced
    assert (await refused(money, quote(None, 51))).breaker == "tokens"


async def test_it_waits_for_a_settlement_that_makes_room(store: Store) -> None:
    recorder, lease = await a_run(store), store.leases.acquire("r1")
    money = purse(store, recorder)
    one = await held(money, quote(900))
    waiting = asyncio.ensure_future(money.reserve(quote(200)))
    await asyncio.wait({waiting}, timeout=0.3)
    assert not waiting.done()
    await money.settle(one, Bill("ok", micro_usd=100))
    assert isinstance(await waiting, Held)
    lease.release()


async def test_it_does_not_wait_for_the_dead(store: Store) -> None:
    dead, living = await a_run(store, "r1"), await a_run(store, "r2")
    await held(purse(store, dead), quote(600))
    no = await refused(purse(store, living, Caps(1_000, 10**6)), quote(500))
    assert "all runs today" in no.reason
    assert await store.money() == Money(600, 0)
    await reconcile(dead)
    assert (dead.state.micro_usd, dead.state.held) == (600, {})
    assert await store.money() == Money(600, 0)


async def test_a_person_who_lets_it_go_on_gives_a_tenth(store: Store) -> None:
    recorder = await a_run(store, bounds=limits(cost_micro_usd=1_000_000, tokens=10**6))
    money = purse(store, recorder)
    await money.settle(await held(money, quote(1_000_000)), Bill("ok", micro_usd=980_000))
    assert isinstance(await money.reserve(quote(90_000)), Refused)
    await recorder.append(ev.BreakerReset("cost", "nearly there"))
    assert isinstance(await money.reserve(quote(99_000)), Refused)
    assert isinstance(await money.reserve(quote(90_000)), Held)


async def test_64_at_once_never_pass_a_limit(store: Store) -> None:
    recorders = [await a_run(store, f"r{n}") for n in range(64)]
    leases: list[Lease] = [store.leases.acquire(f"r{n}") for n in range(64)]
    caps, most = Caps(2_000, 10**9), 0

    async def spend(recorder: Recorder) -> bool:
        nonlocal most
        money = purse(store, recorder, caps)
        got = await money.reserve(quote(90))
        most = max(most, (await store.money()).total)
        if isinstance(got, Refused):
            return False
        await money.settle(got, Bill("ok", micro_usd=50))
        return True

    done = await asyncio.gather(*map(spend, recorders))
    spent = await store.money()
    assert most <= 2_000
    assert spent == Money(50 * sum(done), 0)
    assert spent.settled + 90 > 2_000, "it stopped while there was room"
    for lease in leases:
        lease.release()


SPENDER = """
import asyncio, sys
from pathlib import Path
from looptui.engine.purse import RunPurse
from looptui.purse import Bill, Held
from looptui.store.store import Store
from tests.engine.test_purse import Caps, a_run, quote

async def main(path, name):
    store = Store.open(path)
    lease = store.leases.acquire(name)
    recorder = await a_run(store, name)
    purse = RunPurse(recorder, store, Caps(2_000, 10**9), 1)
    while isinstance(got := await purse.reserve(quote(70)), Held):
        await purse.settle(got, Bill("ok", micro_usd=50))
    lease.release()
    await store.close()

asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
"""


async def test_processes_share_a_limit(store: Store) -> None:
    running = [start(SPENDER, store.path, f"p{n}") for n in range(3)]
    for process in running:
        await asyncio.to_thread(finish, process)
    spent = await store.money()
    assert 2_000 - 70 < spent.settled <= 2_000
    assert spent.held == 0
