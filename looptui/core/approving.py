"""The question whether a candidate may land: put to a person, or answered by the loop's rule."""

from __future__ import annotations

from looptui.core import effects as fx
from looptui.core import events as ev
from looptui.core.checks import objection
from looptui.core.parts import card
from looptui.core.state import RunState


def approval(state: RunState) -> fx.Append:
    """Approved by rule where the loop allows it and nobody objects; else a person is asked."""
    if state.loop.approval.mode == "auto":
        tree = state.candidate or ""
        flagged = state.iterations[-1].protected or state.scanned.get(tree)
        if not flagged and state.loop.risk != "high" and not objection(state, tree):
            rule = ev.CandidateApproved("", tree, card(state), "approval.mode = auto")
            return fx.Append((rule,), actor="rule:auto")
    return fx.Append((review(state, state.next_need),))


def review(state: RunState, number: int) -> ev.NeedOpened:
    """The need that shows a candidate with everything on which its approval would rest."""
    newest = state.iterations[-1]
    where = f" merged onto {state.merged_onto[:12]}" if state.merged_onto else ""
    text = f"{_files(newest.files)} +{newest.added} -{newest.deleted}{where}, all gates pass"
    text += _checked(state)
    text += f"; {state.withdrawn}" if state.withdrawn else ""
    need = f"{state.id}.{number}"
    return ev.NeedOpened(need, "approval", text, state.candidate, card(state), newest.protected)


def _checked(state: RunState) -> str:
    """What the checker says; nothing where none is set."""
    if state.loop.checker is None:
        return ""
    return f"; {objection(state, state.candidate or '') or 'the checker passes it'}"


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"
