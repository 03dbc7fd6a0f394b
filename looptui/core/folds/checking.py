"""Verdicts of the checker, and the ledger of what it finds."""

from __future__ import annotations

from dataclasses import replace

from looptui.core import events as ev
from looptui.core.flaw import entered
from looptui.core.folds.kind import Folds, sampled
from looptui.core.state import RunState


def _checked(s: RunState, e: ev.CheckFinished, r: ev.Record) -> RunState:
    failed = e.state == "error"
    s = sampled(s, error=failed)
    errors = s.check_errors.get(e.tree, 0) + 1 if failed else 0
    s = replace(
        s,
        verdicts={**s.verdicts, e.tree: e},
        check_errors={**s.check_errors, e.tree: errors},
    )
    if failed:
        return s
    lost = ((e.iteration, e.family),) if e.state == "fail" else ()
    return replace(
        s,
        lost_rounds=(*s.lost_rounds, *lost),
        flaws=entered(s.flaws, e.findings, e.iteration),
    )


def _waived(s: RunState, e: ev.FindingWaived, r: ev.Record) -> RunState:
    known = s.flaws.get(e.finding)
    if known is None:
        return s
    waived = replace(known, state="waived", by=r.actor, why=e.reason)
    return replace(s, flaws={**s.flaws, e.finding: waived})


FOLDS: Folds = {ev.CheckFinished: _checked, ev.FindingWaived: _waived}
