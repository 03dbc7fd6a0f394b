"""Doing again: back to an earlier candidate, or the gates once more on the same tree."""

from __future__ import annotations

from looptui.core import commands as cmd
from looptui.core import events as ev
from looptui.core.breakers import over
from looptui.core.restoring import restored, unfit
from looptui.core.state import RunState

Decision = tuple[ev.Event, ...] | cmd.Refusal
_CLOSED = {"approval": "", "conflict": "", "permission": "deny"}
"""Needs that are over with it, and the word where somebody waits for one."""


def restore(state: RunState, command: cmd.Restore, at: float) -> Decision:
    """Back to what an iteration made, and on from there."""
    if not command.reason.strip():
        return cmd.Refusal("say with --reason why; it is recorded, and goes into the next prompt")
    if problem := _bound(state) or _asked_already(state, command.iteration):
        return cmd.Refusal(problem)
    if problem := unfit(state, command.iteration):
        return cmd.Refusal(problem)
    back = restored(state, command.iteration, command.reason)
    return (*_closing(state, "gone back", command.reason), *back, *_going_on(state, at))


def rerun(state: RunState, command: cmd.Rerun, at: float) -> Decision:
    """Every gate once more on the newest candidate; what they said of it before counts no more."""
    newest = state.iteration
    if problem := _bound(state):
        return cmd.Refusal(problem)
    if newest is None:
        return cmd.Refusal("no iteration has ended yet, so there is no candidate to look at again")
    if not newest.outcome or state.status not in ("waiting", "paused", "tripped"):
        return cmd.Refusal("the run is at work; pause it, then its gates can run again")
    if newest.tree is None or newest.denied or not newest.gates:
        return cmd.Refusal(f"no gate has run on what iteration {newest.n} made: {newest.outcome}")
    again = ev.GatesRerun(newest.n, state.candidate or newest.tree, command.reason)
    return (*_closing(state, "gates run again", command.reason), again, *_going_on(state, at))


def being_landed(state: RunState) -> str:
    return f"it is being landed; when it has, `looptui revert {state.id}` undoes it"


def _bound(state: RunState) -> str:
    """Why nothing can be done again now, or nothing."""
    if state.landed is not None or (state.landing is not None and not state.blocked):
        return being_landed(state)
    if state.landing is not None:
        return f"its landing may have happened; `looptui promote {state.id}` looks"
    if state.approved is not None or (state.picking is not None and state.picking.taken):
        return f"a tree is approved and about to land; `looptui withdraw {state.id}` comes first"
    if state.sent_back is not None:
        return "its work is being merged with the target, which moved; wait until that is done"
    return ""


def _asked_already(state: RunState, n: int) -> str:
    if state.candidate is not None and n == len(state.iterations):
        return f"iteration {n} is what waits for your review already"
    return ""


def _closing(state: RunState, word: str, reason: str) -> tuple[ev.Event, ...]:
    """What was asked about the candidate that is left, or by the maker that is interrupted."""
    return tuple(
        ev.NeedClosed(need.id, _CLOSED[need.type] or word, reason)
        for need in state.needs
        if need.type in _CLOSED
    )


def _going_on(state: RunState, at: float) -> tuple[ev.Event, ...]:
    """A run that rests goes on, unless what it tripped on is still over its limit.

    Iterations and stall only count when a new iteration would begin.
    """
    free = state.tripped in ("iterations", "stall") or not over(state, at)
    resting = state.status == "paused" or (state.status == "tripped" and free)
    return (ev.RunResumed(),) if resting else ()
