"""Money of one iteration: the worst case is held before a call, atomically across processes."""

from __future__ import annotations

import asyncio
from typing import Literal

from looptui.core import events as ev
from looptui.core.breakers import limit_of
from looptui.core.state import RunState
from looptui.engine.caps import Caps
from looptui.engine.recorder import Recorder
from looptui.making import Usage
from looptui.purse import Bill, Held, Quote, Refused
from looptui.store.ledger import CapReached, CapRefused, Hold, Settlement, new_id
from looptui.store.store import Store

POLL = 0.1
"""Seconds between looks at the ledger while calls of others may still make room."""

_NAMES = {
    "iteration": "this iteration",
    "run": "this run",
    "loop": "all runs of this loop today",
    "day": "all runs today (limits.day_cost_usd)",
    "fleet": "all runs at work (limits.fleet_cost_usd)",
}


class RunPurse:
    """Implements `looptui.purse.Purse` for an iteration of a run that is driven here."""

    def __init__(self, recorder: Recorder, store: Store, caps: Caps, iteration: int) -> None:
        self._recorder = recorder
        self._store = store
        self._caps = caps
        self._iteration = iteration

    async def reserve(self, quote: Quote) -> Held | Refused:
        while True:
            reached = await self._hold(call := new_id(), quote)
            if reached is None:
                return Held(call, quote)
            if not reached.spent.held:
                return _refusal(reached, quote)
            await settle_orphans(self._store)
            await asyncio.sleep(POLL)

    async def settle(self, held: Held, bill: Bill) -> None:
        await charge(self._recorder, self._recorder.state.held[held.call], bill)

    async def left(self) -> int:
        return await self._store.left(self._asked(new_id(), 0, 0, priced=True))

    async def charge(self, usage: Usage) -> None:
        """Count what an agent that bills itself says that it spent."""
        tokens = usage.tokens_in + usage.tokens_out
        if tokens or usage.micro_usd:
            spent = self._asked(new_id(), usage.micro_usd or 0, tokens, priced=True)
            await self._store.charge(spent)

    async def _hold(self, call: str, quote: Quote) -> CapReached | None:
        asked = ev.SpendReserved(
            call,
            self._iteration,
            quote.role,
            quote.agent,
            quote.model,
            quote.tokens_in + quote.tokens_out,
            quote.micro_usd,
            quote.payer,
            quote.tier,
        )
        priced = quote.micro_usd is not None
        hold = self._asked(call, quote.micro_usd or 0, asked.tokens, priced=priced)
        try:
            await self._recorder.book(asked, hold)
        except CapRefused as refused:
            return refused.reached
        except asyncio.CancelledError:
            if lost := self._recorder.state.held.get(call):
                await charge(self._recorder, lost, Bill("not sent", micro_usd=_free(quote)))
            raise
        return None

    def _asked(self, call: str, micro: int, tokens: int, *, priced: bool) -> Hold:
        state, at = self._recorder.state, self._recorder.moment().at
        caps = self._limits(state, priced=priced)
        return Hold(call, state.id, micro, caps, at, tokens, state.loop.name, self._iteration)

    def _limits(self, state: RunState, *, priced: bool) -> dict[str, int]:
        """The caps in force; a call without a price is governed by tokens alone."""
        tokens = {"tokens": int(_limit(state, "tokens"))}
        if not priced:
            return tokens
        limits = state.loop.limits
        wanted = {
            "iteration": limits.iteration_cost_micro_usd,
            "run": round(_limit(state, "cost") * 1e6),
            "loop": limits.loop_day_cost_micro_usd,
            "day": self._caps.day,
            "fleet": self._caps.fleet,
        }
        return tokens | {scope: cap for scope, cap in wanted.items() if cap is not None}


async def charge(recorder: Recorder, held: ev.SpendReserved, bill: Bill) -> None:
    """Settle a call, once; without usage it costs what was reserved for it."""
    micro, tokens_in, tokens_out = bill.micro_usd, bill.tokens_in, bill.tokens_out
    if not bill.told:
        micro, tokens_in, tokens_out = held.micro_usd, held.tokens, 0
    settled = ev.SpendSettled(
        held.call,
        held.iteration,
        held.role,
        held.agent,
        held.model,
        bill.outcome,
        tokens_in,
        tokens_out,
        bill.cached if bill.told else 0,
        micro,
        bill.told,
        round(bill.seconds, 3),
        held.payer,
        held.tier,
        held.micro_usd,
    )
    done = Settlement(held.call, micro or 0, tokens_in + tokens_out)
    booking = asyncio.ensure_future(recorder.book(settled, done))
    try:
        await asyncio.shield(booking)
    except asyncio.CancelledError:
        await asyncio.wait({booking})
        raise


async def reconcile(recorder: Recorder) -> None:
    """Charge as reserved what a session that died had under way."""
    for held in tuple(recorder.state.held.values()):
        await charge(recorder, held, Bill("its session died", told=False))


async def settle_orphans(store: Store) -> None:
    """Charge as reserved the calls of runs that nobody drives any more, so that no one waits.

    Their own logs tell of it when they are taken up again.
    """
    found = await store.unsettled()
    dead = {run for run in {one.run for one in found} if store.leases.holder(run) is None}
    for one in found:
        if one.run in dead:
            await store.settle(one.id, one.amount, one.tokens)


def _limit(state: RunState, breaker: str) -> float:
    """The limit of the run; half-open, a person let it go on a little beyond."""
    return max(limit_of(state, breaker), state.half_open.get(breaker, 0.0))


def _free(quote: Quote) -> int | None:
    return None if quote.micro_usd is None else 0


def _refusal(reached: CapReached, quote: Quote) -> Refused:
    spent = reached.spent.settled
    if reached.scope == "tokens":
        needed = quote.tokens_in + quote.tokens_out
        left = f"{max(0, reached.cap - spent):,} of {reached.cap:,} are left to this run"
        reason = f"the next call of {quote.model} may take {needed:,} tokens, and {left}"
        return Refused("tokens", spent, reached.cap, reason)
    left = f"${max(0, reached.cap - spent) / 1e6:,.4f} of ${reached.cap / 1e6:,.2f} is left to"
    needed_usd = f"${(quote.micro_usd or 0) / 1e6:,.4f}"
    reason = (
        f"the next call of {quote.model} may cost {needed_usd}, and {left} {_NAMES[reached.scope]}"
    )
    breaker: Literal["cost", "iteration"] = "iteration" if reached.scope == "iteration" else "cost"
    return Refused(breaker, spent / 1e6, reached.cap / 1e6, reason)
