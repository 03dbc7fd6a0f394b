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


def verdict_words(view: VerdictView | None) -> tuple[str, ...]:
    """The verdict in lines: what it is, what is not met, and what was found."""
    if view is None:
        return ()
    said = f"checker {view.model}: {view.state}"
    if view.state != "error":
        said += f", score {view.score:.2f} of {view.threshold:.2f}"
        said += f", {view.passes} of {view.votes} votes" if view.votes > 1 else ""
    unmet = (f"  not met: {one.id}: {one.reason}" for one in view.criteria if not one.met)
    found = (f"  {_marked(one)} {one.place}: {one.reason}" for one in view.findings)
    more = (f"  and {view.left_out} more",) if view.left_out else ()
    return (f"{said}: {view.summary}", *unmet, *found, *more)


def _marked(one: FlawView) -> str:
    state = "" if one.state == "open" else f" {one.state}"
    return f"{one.id} {one.severity}{state}"


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
