"""A part of a candidate: made, verified, and only then approved; and what an approval rests on."""

from __future__ import annotations

import hashlib

from looptui.core import effects as fx
from looptui.core import events as ev
from looptui.core.checks import due, objection
from looptui.core.codec import dumps
from looptui.core.finding import unanswered
from looptui.core.score import goal_met, next_gate
from looptui.core.state import Picking, RunState


def part_effect(state: RunState) -> fx.Effect | None:
    """The next step of the hunks that a person took or left; None where there are none.

    Every required gate has to pass a part before its approval counts; if one does not, the review
    of the whole is open again.
    """
    work = state.picking
    if work is None or state.approved is not None:
        return None
    if work.tree is None:
        return fx.Pick(work.of, work.hunks)
    reason = _unfit(work)
    gate = None if reason else next_gate(state.loop, work.gates)
    if gate is not None:
        return fx.RunGate(gate.id, work.taken, len(state.iterations))
    if not reason and goal_met(state.loop, work.gates):
        question = due(state, work.taken)
        if question is not None:
            return question
        if (words := objection(state, work.taken)) and not work.reason.strip():
            words = f"{words}; take the hunks with a reason"
            return fx.Append((ev.ApprovalWithdrawn(work.taken, words),))
        found = state.scanned.get(work.taken, ())
        reason = unanswered(found, work.acknowledged, work.reason)
        if not reason:
            facts = (card(state), work.reason, work.acknowledged)
            approved = ev.CandidateApproved(work.need, work.taken, *facts)
            return fx.Append((approved,), actor=work.by)
    return fx.Append((ev.ApprovalWithdrawn(work.taken, reason or _red(work)),))


def _unfit(work: Picking) -> str:
    """Why a part that was taken cannot land, whatever gates say."""
    if work.problem:
        return work.problem
    if work.tree != work.taken:
        return "these hunks make another tree than the one that was approved"
    if work.protected and not work.reason.strip():
        paths = ", ".join(work.protected[:3])
        return f"hunks {work.hunks} change protected paths ({paths}): take them with a reason"
    return ""


def _red(work: Picking) -> str:
    said = "; ".join(f"{e.gate} {e.state}, {e.summary}" for e in work.gates if e.state != "pass")
    return f"with hunks {work.hunks} alone gates do not pass ({said[:200]})"


def card(state: RunState) -> str:
    """Digest of the facts on which an approval rests (never of their layout)."""
    facts: dict[str, object] = {
        "run": state.id,
        "iteration": len(state.iterations),
        "base": state.base,
        "onto": state.merged_onto,
        "tree": state.candidate,
        "gates": [[e.gate, e.state, e.report] for e in state.proof],
    }
    if found := state.scanned.get(state.candidate or "", ()):
        facts["findings"] = [[one.rule, one.path, one.line] for one in found]
    if said := state.verdicts.get(state.candidate or ""):
        facts["verdict"] = [said.state, said.model, said.score, [one.id for one in said.findings]]
    return hashlib.sha256(dumps(facts).encode()).hexdigest()
