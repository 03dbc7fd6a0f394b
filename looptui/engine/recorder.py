"""The state of one run and its only way to change: append, then fold."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence

from looptui.core import commands as cmd
from looptui.core import events as ev
from looptui.core.codec import reworded
from looptui.core.evolve import evolve, new, replay
from looptui.core.plan import Moment
from looptui.core.spec import Loop
from looptui.core.state import RunState
from looptui.engine.rows import rows
from looptui.engine.scrubbing import Scrub
from looptui.ports import Clock
from looptui.store.events import NewEvent, StoredEvent
from looptui.store.ledger import Hold, Settlement
from looptui.store.store import Store

log = logging.getLogger(__name__)

Listener = Callable[[StoredEvent], None]
"""Told of every event once it is durable enough to be told."""

DURABLE = (
    ev.RunCreated,
    ev.CheckFinished,
    ev.FindingWaived,
    ev.NeedOpened,
    ev.NeedClosed,
    ev.CandidateApproved,
    ev.CandidateSentBack,
    ev.HunksTaken,
    ev.IterationRestored,
    ev.GatesRerun,
    ev.ApprovalWithdrawn,
    ev.LandingPlanned,
    ev.Landed,
    ev.LimitRaised,
    ev.BreakerReset,
    ev.BreakerTripped,
    ev.RunFinished,
    ev.Reverted,
    ev.CandidateBranched,
    ev.SpendReserved,
    ev.SpendSettled,
)
"""Decisions, money and intents: on the disk before anything follows from them."""
SPENDING = frozenset({"make", "check", "publish"})
"""Effects whose start must survive a power loss."""
SEALED = (ev.CandidateApproved, ev.HunksTaken, ev.Landed, ev.RunFinished)
"""After these the checkpoint outside the database is renewed."""


class Recorder:
    """Holds the state of a run; every change is one transaction of events, rows and intent."""

    def __init__(
        self,
        store: Store,
        state: RunState,
        clock: Clock,
        listeners: Sequence[Listener],
        scrub: Scrub,
    ) -> None:
        self.state = state
        self._scrub = scrub
        self._store = store
        self._clock = clock
        self._listeners = listeners
        self._since = clock.ticks()
        self._told = clock.ticks()
        self._driving = False
        self._turn = asyncio.Lock()
        self.evidence: dict[str, ev.GateFinished] = {}
        """What gates said, by key: only verdicts, never errors."""

    @classmethod
    async def load(
        cls,
        store: Store,
        run: str,
        loop: Loop,
        clock: Clock,
        listeners: Sequence[Listener],
        scrub: Scrub,
    ) -> Recorder:
        """The recorder of a run that exists, its state replayed from the log."""
        records = [as_record(stored) for stored in await store.read(run)]
        recorder = cls(store, replay(new(run, loop), records), clock, listeners, scrub)
        recorder._learn(record.event for record in records)
        return recorder

    def drive(self) -> None:
        """Begin to count active time."""
        self._since, self._driving = self._clock.ticks(), True

    def moment(self) -> Moment:
        return Moment(self._clock.now(), self._active())

    def quiet_for(self) -> float:
        """Seconds since the last event of this session."""
        return self._clock.ticks() - self._told

    async def append(self, *events: ev.Event, actor: str = "engine") -> None:
        await self._append(events, actor, None)

    async def book(self, event: ev.Event, entry: Hold | Settlement) -> None:
        """An entry of the ledger and the event that tells of it, in one transaction.

        CapRefused where a cap forbids it, and nothing is written then.
        """
        await self._append((event,), "engine", None, (entry,))

    async def answer(self, command_id: str, events: Sequence[ev.Event], actor: str) -> None:
        """Claim a command and append what it causes, in one transaction."""
        await self._append(events, actor, command_id)

    async def _append(
        self,
        events: Sequence[ev.Event],
        actor: str,
        claim: str | None,
        money: Sequence[Hold | Settlement] = (),
    ) -> None:
        """Whole or not at all: what was written is folded, also where the caller is cancelled."""
        if not events and claim is None:
            return
        appending = asyncio.ensure_future(self._in_turn(events, actor, claim, money))
        try:
            await asyncio.shield(appending)
        except asyncio.CancelledError:
            await asyncio.wait({appending})
            if not appending.cancelled() and (failure := appending.exception()):
                log.info("an append failed while it was cancelled: %s", failure)
            raise

    async def _in_turn(
        self,
        events: Sequence[ev.Event],
        actor: str,
        claim: str | None,
        money: Sequence[Hold | Settlement],
    ) -> None:
        """An effect and the commands that come meanwhile append to one run, one after the other."""
        async with self._turn:
            await self._write([self._fact(event) for event in events], actor, claim, money)

    def _fact(self, event: ev.Event) -> ev.Event:
        """As it is stored, and therefore as it is folded: without secrets, within its bound."""
        return ev.bounded(reworded(event, self._scrub.text))

    async def _write(
        self,
        events: Sequence[ev.Event],
        actor: str,
        claim: str | None,
        money: Sequence[Hold | Settlement],
    ) -> None:
        at, active, ticks = self._clock.now(), self._active(), self._clock.ticks()
        before, after = self.state, self.state
        for event in events:
            after = evolve(after, ev.Record(event, after.events + 1, at, actor, active))
        stored = await self._store.append(
            self.state.id,
            before.events,
            [NewEvent(e.kind, ev.encode(e, active), actor, at) for e in events],
            rows=rows(before, after, events, at),
            durable=any(_durable(event) for event in events),
            claim=claim,
            money=money,
        )
        self.state = after
        self._learn(events)
        self._since = self._told = ticks
        for row in stored:
            for listener in self._listeners:
                listener(row)
        if any(isinstance(event, SEALED) for event in events):
            await self._store.checkpoint()

    def _learn(self, events: Iterable[ev.Event]) -> None:
        for event in events:
            if isinstance(event, ev.GateFinished) and event.state in ("pass", "fail"):
                self.evidence[event.key] = event
            if isinstance(event, ev.GatesRerun):
                known = self.evidence.items()
                self.evidence = {key: one for key, one in known if one.tree != event.tree}

    def _active(self) -> float:
        """Active seconds of the run; only time in the states that work counts."""
        if not self._driving or self.state.status != "active":
            return self.state.active
        return self.state.active + max(0.0, self._clock.ticks() - self._since)


def as_record(stored: StoredEvent) -> ev.Record:
    event, active = ev.decode(stored.kind, stored.data)
    return ev.Record(event, stored.n, stored.at, stored.actor, active)


def _durable(event: ev.Event) -> bool:
    if isinstance(event, ev.EffectStarted):
        return event.effect in SPENDING
    return isinstance(event, DURABLE)


def command_of(kind: str, data: str) -> cmd.Command | None:
    """A command of the inbox; None for a kind that a newer program wrote."""
    try:
        return cmd.decode(kind, data)
    except KeyError:
        return None
