"""`evolve(state, record) -> state`: the fold. No decision is taken here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from looptui.core import events as ev
from looptui.core.folds import checking, decision, iteration, money, run
from looptui.core.folds.kind import Folds
from looptui.core.requesting import dropped
from looptui.core.spec import Loop
from looptui.core.state import RunState

_FOLDS: Folds = {
    **run.FOLDS,
    **iteration.FOLDS,
    **checking.FOLDS,
    **decision.FOLDS,
    **money.FOLDS,
}

_RESULTS = (
    ev.EffectAbandoned,
    ev.EffectFailed,
    ev.WorktreeOpened,
    ev.SetupFinished,
    ev.MakerFinished,
    ev.CandidateCaptured,
    ev.GateFinished,
    ev.CheckFinished,
    ev.LandingPlanned,
    ev.LandingBlocked,
    ev.TargetMoved,
    ev.TreePicked,
    ev.Rebased,
    ev.Landed,
    ev.WorktreeRemoved,
)
"""Events that end the effect in flight."""


def new(identity: str, loop: Loop) -> RunState:
    """The state before the first event."""
    return RunState(id=identity, loop=loop)


def replay(state: RunState, records: Iterable[ev.Record]) -> RunState:
    for record in records:
        state = evolve(state, record)
    return state


def evolve(state: RunState, record: ev.Record) -> RunState:
    """The state after one more event; an unknown event only counts, an end is never left."""
    event = record.event
    fold = _FOLDS.get(type(event))
    after = fold(state, event, record) if fold else state
    if state.terminal:
        after = replace(after, status=state.status, reason=state.reason, unfit=state.unfit)
    ended = isinstance(event, _RESULTS)
    after = dropped(after) if ended else after
    return replace(
        after,
        events=record.n,
        updated=record.at,
        active=max(state.active, round(record.active, 3)),
        in_flight=None if ended else after.in_flight,
        crashes=after.crashes if not ended or isinstance(event, ev.EffectAbandoned) else 0,
    )
