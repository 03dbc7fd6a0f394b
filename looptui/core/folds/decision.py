"""Breakers, people and landing."""

from __future__ import annotations

from dataclasses import replace

from looptui.core import events as ev
from looptui.core.folds.kind import Folds, update
from looptui.core.requesting import folded
from looptui.core.state import Landing, Need, Picking, Rebase, RunState, SentBack


def _warned(s: RunState, e: ev.BreakerWarned, r: ev.Record) -> RunState:
    return replace(s, warned=s.warned | {e.breaker})


def _tripped(s: RunState, e: ev.BreakerTripped, r: ev.Record) -> RunState:
    return replace(s, status="tripped", tripped=e.breaker, reason=e.reason)


def _raised(s: RunState, e: ev.LimitRaised, r: ev.Record) -> RunState:
    half_open = {k: v for k, v in s.half_open.items() if k != e.breaker}
    return replace(
        s,
        raised={**s.raised, e.breaker: e.limit},
        warned=s.warned - {e.breaker},
        escalated=s.escalated - {e.breaker},
        half_open=half_open,
    )


def _reset(s: RunState, e: ev.BreakerReset, r: ev.Record) -> RunState:
    allowed = {
        "iterations": float(s.rounds),
        "cost": s.micro_usd / 1e6 * 1.1,
        "tokens": s.tokens * 1.1,
        "time": s.active + max(60.0, 0.1 * s.loop.limits.time),
        "errors": 0.0,
        "permission": float(s.denials),
        "stall": float(s.rounds),
    }
    if e.breaker not in allowed:
        return s
    samples = () if e.breaker == "errors" else s.samples
    return replace(s, samples=samples, half_open={**s.half_open, e.breaker: allowed[e.breaker]})


def _need(s: RunState, e: ev.NeedOpened, r: ev.Record) -> RunState:
    need = Need(
        e.need, e.type, e.text, r.at, e.tree, e.card, e.flagged, e.breakers, e.gate, e.scope
    )
    return replace(
        s,
        status="waiting",
        needs=(*s.needs, need),
        next_need=s.next_need + 1,
        escalated=s.escalated | set(e.breakers),
    )


def _answered(s: RunState, e: ev.NeedClosed, r: ev.Record) -> RunState:
    needs = tuple(need for need in s.needs if need.id != e.need)
    again = {need.gate for need in s.needs if need.id == e.need and need.gate}
    resting = s.status == "waiting" and not needs
    closed = replace(s, needs=needs, status="active" if resting else s.status)
    asked = next((n for n in s.needs if n.id == e.need and n.type == "permission"), None)
    if asked is not None:
        return folded(closed, asked, e.answer, e.text)
    return _without(closed, again) if again else closed


def _without(s: RunState, gates: set[str]) -> RunState:
    """What these gates said of the newest candidate is no evidence: they have to run again."""
    newest = s.iteration
    seen = newest.gates if newest else ()
    return update(s, gates=tuple(one for one in seen if one.gate not in gates))


def _approved(s: RunState, e: ev.CandidateApproved, r: ev.Record) -> RunState:
    return replace(s, approved=e.tree, approved_by=r.actor)


def _sent_back(s: RunState, e: ev.CandidateSentBack, r: ev.Record) -> RunState:
    moved = s.merged_onto is not None or s.blocked.startswith("conflict")
    return replace(
        update(s, feedback=e.text, outcome="sent-back"),
        candidate=None,
        merged_onto=None,
        merged_gates=(),
        approved=None,
        approved_by="",
        blocked="",
        sent_back=SentBack(e.tree, s.merged_onto or s.base, s.merged_gates) if moved else None,
        picking=Picking(e.tree, e.hunks) if e.hunks else None,
    )


def _taken(s: RunState, e: ev.HunksTaken, r: ev.Record) -> RunState:
    work = Picking(e.tree, e.hunks, e.need, e.taken, r.actor, e.reason, e.acknowledged)
    return replace(s, picking=work, candidate=e.taken, withdrawn="")


def _picked(s: RunState, e: ev.TreePicked, r: ev.Record) -> RunState:
    work = s.picking
    if work is None or work.of != e.of:
        return s
    if work.taken:
        made = replace(
            work,
            tree=e.tree,
            files=e.files,
            added=e.added,
            deleted=e.deleted,
            protected=e.protected,
            problem=e.problem,
        )
        return replace(s, picking=made)
    s = replace(s, picking=None)
    if e.problem:
        return s
    if s.sent_back is not None:
        return replace(s, sent_back=replace(s.sent_back, tree=e.tree, gates=()))
    return _restarted(s, Rebase(e.tree, len(s.iterations), moved=False))


def _withdrawn(s: RunState, e: ev.ApprovalWithdrawn, r: ev.Record) -> RunState:
    whole = s.picking.of if s.picking is not None else s.candidate
    return replace(
        s,
        candidate=whole,
        picking=None,
        approved=None,
        approved_by="",
        blocked="",
        withdrawn=e.reason,
    )


def _rebased(s: RunState, e: ev.Rebased, r: ev.Record) -> RunState:
    """As at the start, but for what was spent and learnt: another base, another baseline."""
    same = s.sent_back is not None and s.sent_back.tree == e.tree
    gates = s.sent_back.gates if s.sent_back and same else ()
    work = Rebase(e.tree, len(s.iterations), gates, e.conflicts, e.lost)
    return replace(
        _restarted(s, work),
        base=e.commit,
        base_tree=e.base_tree,
        environment=None,
        baseline=(),
        baseline_score=None,
        sent_back=None,
    )


def _restarted(s: RunState, work: Rebase) -> RunState:
    """Iterations start from this from now on, until one of them is better than the base."""
    return replace(
        s,
        best=0,
        gained=work.after,
        fresh_from=work.after,
        signature="",
        alike=0,
        rebased=work,
    )


def _nudged(s: RunState, e: ev.Nudged, r: ev.Record) -> RunState:
    return replace(s, nudges=(*s.nudges, e.text))


def _chosen(s: RunState, e: ev.LandingChosen, r: ev.Record) -> RunState:
    return replace(s, way=e.way, landing=None)


def _planned(s: RunState, e: ev.LandingPlanned, r: ev.Record) -> RunState:
    return replace(s, landing=Landing(e.way, e.ref, e.old, e.commit, e.tree))


def _blocked(s: RunState, e: ev.LandingBlocked, r: ev.Record) -> RunState:
    blocked = "" if e.reason == "moved" else f"{e.reason}: {e.detail}"
    return replace(s, landing=None, blocked=blocked)


def _moved(s: RunState, e: ev.TargetMoved, r: ev.Record) -> RunState:
    return replace(
        s,
        candidate=e.tree,
        merged_onto=e.commit,
        merged_gates=(),
        picking=None,
        approved=None,
        approved_by="",
        landing=None,
    )


def _landed(s: RunState, e: ev.Landed, r: ev.Record) -> RunState:
    return replace(s, landed=e.commit, landed_note=e.detail)


def _branched(s: RunState, e: ev.CandidateBranched, r: ev.Record) -> RunState:
    return replace(s, rescued=e.ref)


def _reverted(s: RunState, e: ev.Reverted, r: ev.Record) -> RunState:
    return replace(s, reverted=e.commit)


FOLDS: Folds = {
    ev.BreakerWarned: _warned,
    ev.BreakerTripped: _tripped,
    ev.LimitRaised: _raised,
    ev.BreakerReset: _reset,
    ev.NeedOpened: _need,
    ev.NeedClosed: _answered,
    ev.CandidateApproved: _approved,
    ev.CandidateSentBack: _sent_back,
    ev.HunksTaken: _taken,
    ev.TreePicked: _picked,
    ev.ApprovalWithdrawn: _withdrawn,
    ev.Rebased: _rebased,
    ev.Nudged: _nudged,
    ev.LandingChosen: _chosen,
    ev.LandingPlanned: _planned,
    ev.LandingBlocked: _blocked,
    ev.TargetMoved: _moved,
    ev.Landed: _landed,
    ev.CandidateBranched: _branched,
    ev.Reverted: _reverted,
}
