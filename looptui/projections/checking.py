"""Verdicts and the ledger of findings, as lists, panes and JSON show them."""

from __future__ import annotations

from looptui.core.checks import objection
from looptui.core.flaw import Entry
from looptui.core.state import RunState
from looptui.projections.values import FlawView, VerdictView


def verdict_view(state: RunState, tree: str | None) -> VerdictView | None:
    """What the checker says of a tree; None where it said nothing."""
    said = state.verdicts.get(tree or "")
    if said is None:
        return None
    found = [state.flaws.get(one.id) or Entry(one) for one in said.findings]
    return VerdictView(
        said.state,
        said.summary,
        said.model,
        said.score,
        said.threshold,
        said.passes,
        said.votes,
        said.criteria,
        tuple(flaw_view(one) for one in found),
        said.left_out,
        objection(state, said.tree),
        said.tree,
        said.reply,
    )


def flaw_view(entry: Entry) -> FlawView:
    flaw = entry.flaw
    return FlawView(
        flaw.id,
        flaw.file,
        flaw.line,
        flaw.severity,
        flaw.reason,
        entry.state,
        entry.raised,
        entry.first,
        entry.last,
        entry.fixed,
        entry.by,
        entry.why,
        flaw.material,
    )
