"""What calls cost, folded into the run and the iteration that they belong to."""

from __future__ import annotations

from dataclasses import replace

from looptui.core import events as ev
from looptui.core.folds.kind import Folds, update_at
from looptui.core.state import RunState


def _reserved(s: RunState, e: ev.SpendReserved, r: ev.Record) -> RunState:
    return replace(s, held={**s.held, e.call: e})


def _settled(s: RunState, e: ev.SpendSettled, r: ev.Record) -> RunState:
    used, money = e.tokens_in + e.tokens_out, e.micro_usd or 0
    priced = e.micro_usd is not None
    if 0 < e.iteration <= len(s.iterations):
        one = s.iterations[e.iteration - 1]
        s = update_at(
            s,
            e.iteration,
            tokens=one.tokens + used,
            micro_usd=one.micro_usd + money,
            priced=one.priced and priced,
        )
    return replace(
        s,
        held={call: held for call, held in s.held.items() if call != e.call},
        tokens=s.tokens + used,
        micro_usd=s.micro_usd + money,
        priced=s.priced and priced,
    )


FOLDS: Folds = {ev.SpendReserved: _reserved, ev.SpendSettled: _settled}
