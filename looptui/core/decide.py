"""`decide(state, command) -> events | Refusal`: what a person may do now, and what it means."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any, get_args

from looptui.core import commands as cmd
from looptui.core import events as ev
from looptui.core import requesting
from looptui.core.anew import being_landed, rerun, restore
from looptui.core.breakers import EXIT_CODES, least, limit_of, over
from looptui.core.checks import objection
from looptui.core.codec import dumps
from looptui.core.effects import Make, PlanLanding
from looptui.core.finding import unanswered
from looptui.core.hunks import numbers
from looptui.core.spec import LandingWay
from looptui.core.state import Need, RunState
from looptui.core.waiving import waive

Decision = tuple[ev.Event, ...] | cmd.Refusal
LONGEST_COMMAND = 7_500
"""Bytes; what a person says is repeated in events, which stay under 8 KiB."""
ANSWERS = ("continue", "retry", "once", "run", "allow", "deny", "stop")
_SHORTEST_TREE = 7


def decide(state: RunState, command: cmd.Command, at: float) -> Decision:
    """The events that a command causes; a `Refusal` changes nothing.

    An empty tuple is a valid answer: there was nothing to change. `at` is Unix seconds.
    """
    if state.terminal and isinstance(command, cmd.Resume) and not state.removed:
        return ()
    if state.terminal:
        return cmd.Refusal(f"run {state.id} has ended: {state.status}; {_afresh(state, command)}")
    if _bytes(command) > LONGEST_COMMAND:
        return cmd.Refusal(f"say it in at most {LONGEST_COMMAND:,} bytes; name a file for more")
    if type(command) not in _DECIDERS:
        return cmd.Refusal("that is about memory, not about a run; `looptui memory` does it")
    decider: Callable[[RunState, Any, float], Decision] = _DECIDERS[type(command)]
    return decider(state, command, at)


def _afresh(state: RunState, command: cmd.Command) -> str:
    if isinstance(command, cmd.Restore):
        return f"`looptui fork {state.id} {command.iteration}` goes on from there in a new run"
    return "start a new run"


def _bytes(command: cmd.Command) -> int:
    """Of all that it says, as events will hold it."""
    said = [getattr(command, field.name) for field in fields(command)]
    return len(dumps([word for word in said if isinstance(word, str)]).encode("utf-8", "replace"))


def _approve(state: RunState, command: cmd.Approve, at: float) -> Decision:
    need = _approvable(state, command.tree, at)
    if isinstance(need, cmd.Refusal):
        return need
    found = state.scanned.get(need.tree or "", ())
    if problem := unanswered(found, command.acknowledged, command.reason):
        return cmd.Refusal(problem)
    if need.flagged and not command.reason.strip():
        paths = ", ".join(need.flagged[:3])
        return cmd.Refusal(f"it changes protected paths ({paths}); approve with -m REASON")
    tree = need.tree or ""
    if (words := objection(state, tree)) and not command.reason.strip():
        return cmd.Refusal(f"{words}; approve with -m REASON, or waive its findings")
    return (
        ev.CandidateApproved(need.id, tree, need.card, command.reason, command.acknowledged),
        ev.NeedClosed(need.id, "approved", command.reason),
    )


def _approvable(state: RunState, tree: str, at: float) -> Need | cmd.Refusal:
    """The open review of exactly this tree, if it may be approved now."""
    need = _reviewed(state, tree)
    if isinstance(need, cmd.Refusal):
        return need
    if state.approved is not None:
        again = f"`looptui promote {state.id}` tries the landing again"
        return cmd.Refusal(f"this tree is approved, only its landing is in the way; {again}")
    if need.type != "approval":
        return cmd.Refusal("gates do not pass on this tree; send it back, or stop the run")
    if at - need.since > state.loop.approval.expires:
        return cmd.Refusal("this review has expired; `looptui resume` shows it anew")
    return need


def _take(state: RunState, command: cmd.TakeHunks, at: float) -> Decision:
    need = _approvable(state, command.tree, at)
    if isinstance(need, cmd.Refusal):
        return need
    wrong = _no_hunks(command.hunks)
    if wrong or not numbers(command.hunks):
        return cmd.Refusal(wrong or "no hunk is taken; send the change back instead")
    tree = need.tree or ""
    if len(command.taken) != len(tree) or command.taken == tree:
        return cmd.Refusal("name the tree that has only these hunks; it is that tree that lands")
    return (
        ev.HunksTaken(
            need.id, tree, command.hunks, command.taken, command.reason, command.acknowledged
        ),
        ev.NeedClosed(need.id, "approved in part", command.reason),
    )


def _no_hunks(text: str) -> str:
    """What is wrong with the numbers of some hunks, or nothing."""
    try:
        numbers(text)
    except ValueError as wrong:
        return str(wrong)
    return ""


def _withdraw(state: RunState, command: cmd.Withdraw, at: float) -> Decision:
    part = state.picking if state.picking is not None and state.picking.taken else None
    if state.approved is None and part is None:
        return cmd.Refusal("nothing is approved that could be taken back")
    begun = state.in_flight is not None and state.in_flight.effect == PlanLanding.name
    if state.landing is not None or state.landed is not None or begun:
        return cmd.Refusal(being_landed(state))
    known = (part.of, part.taken) if part else (state.approved or "",)
    long_enough = len(command.tree) >= _SHORTEST_TREE
    if not long_enough or not any(tree.startswith(command.tree) for tree in known):
        return cmd.Refusal(f"tree {command.tree[:12]} is not what was approved: {known[-1][:12]}")
    closed = tuple(ev.NeedClosed(need.id, "withdrawn", command.reason) for need in state.needs)
    again = (ev.RunResumed(),) if state.status == "paused" else ()
    reason = command.reason.strip() or "its approval was taken back"
    return (ev.ApprovalWithdrawn(known[-1], reason), *closed, *again)


def _send_back(state: RunState, command: cmd.SendBack, at: float) -> Decision:
    need = _reviewed(state, command.tree)
    if isinstance(need, cmd.Refusal):
        return need
    if not command.text.strip():
        return cmd.Refusal("say with -m TEXT what should change; it goes into the next prompt")
    if state.landing is not None:
        return cmd.Refusal(f"its landing may have happened; `looptui promote {state.id}` looks")
    if command.hunks and (wrong := _no_hunks(command.hunks)):
        return cmd.Refusal(wrong)
    tree = need.tree or ""
    return (
        ev.CandidateSentBack(need.id, tree, command.text, command.hunks),
        ev.NeedClosed(need.id, "sent back", command.text),
    )


def _reject(state: RunState, command: cmd.Reject, at: float) -> Decision:
    need = _reviewed(state, command.tree)
    if isinstance(need, cmd.Refusal):
        return need
    reason = command.text.strip() or "rejected by a person"
    ended = _ended(state, reason, "rejected")
    closed = ev.NeedClosed(need.id, "rejected", reason)
    return ended if isinstance(ended, cmd.Refusal) else (closed, *ended)


def _reviewed(state: RunState, tree: str) -> Need | cmd.Refusal:
    """The open review of exactly this tree."""
    reviews = [need for need in state.needs if need.tree]
    if not reviews:
        return cmd.Refusal(f"nothing waits for a review in run {state.id} ({state.status})")
    need = reviews[0]
    shown = need.tree or ""
    if len(tree) < _SHORTEST_TREE:
        return cmd.Refusal(f"give at least {_SHORTEST_TREE} characters of the tree id")
    if not shown.startswith(tree):
        return cmd.Refusal(f"tree {tree[:12]} is stale: the candidate is now {shown[:12]}")
    return need


def _answer(state: RunState, command: cmd.Answer, at: float) -> Decision:
    need = next((n for n in state.needs if n.id == command.need), None)
    if need is None:
        return cmd.Refusal(f"need {command.need} is not open in run {state.id}")
    if need.type == "approval":
        return cmd.Refusal("a review is answered with approve or reject, by its tree id")
    if need.type == "permission" and command.answer != "stop":
        return requesting.answer(need, command)
    if need.type != "question" and command.answer not in ANSWERS:
        return cmd.Refusal(f"{command.answer!r} is no answer to this: {', '.join(ANSWERS)}")
    closed = ev.NeedClosed(need.id, command.answer, command.text)
    if command.answer in ("stop", "deny"):
        ended = _ended(state, f"{need.type}: {command.answer}")
        return ended if isinstance(ended, cmd.Refusal) else (closed, *ended)
    nudge = (ev.Nudged(command.text),) if command.text.strip() else ()
    if state.tripped is not None and not nudge:
        return cmd.Refusal(
            f"the {state.tripped} breaker is tripped ({state.reason}); say with -m WHY why the run"
            f" may go on, or `looptui resume {state.id} --reset --reason WHY`"
        )
    if state.tripped is not None:
        return (closed, *nudge, ev.BreakerReset(state.tripped, command.text), ev.RunResumed())
    return (closed, *nudge, *((ev.RunResumed(),) if need.type == "conflict" else ()))


def _pause(state: RunState, command: cmd.Pause, at: float) -> Decision:
    if state.status == "paused":
        return ()
    midway = requesting.asked_midway(state)
    if state.status not in ("queued", "active", "parked") and not midway:
        return cmd.Refusal(f"run {state.id} rests already: {state.status}")
    if state.landed is not None:
        return cmd.Refusal(being_landed(state))
    if (state.status == "active" or midway) and state.in_flight is not None:
        return (ev.PauseRequested("by a person", command.now),)
    return (ev.RunPaused("by a person"),)


def _resume(state: RunState, command: cmd.Resume, at: float) -> Decision:
    closed = tuple(
        ev.NeedClosed(need.id, "continue", command.reason)
        for need in state.needs
        if need.type in ("conflict", "escalation")
    )
    if state.status == "waiting" and not closed:
        return ()
    if state.tripped is None:
        return (*closed, ev.RunResumed())
    if command.reset:
        if not command.reason.strip():
            return cmd.Refusal("say with --reason why the breaker may be reset")
        return (*closed, ev.BreakerReset(state.tripped, command.reason), ev.RunResumed())
    if state.tripped == "escalation" or over(state, at):
        return cmd.Refusal(
            f"the {state.tripped} breaker is tripped ({state.reason}); raise its limit "
            f"(`looptui limits {state.id} --{state.tripped} N --reason WHY`) or let it go on "
            f"once (`looptui resume {state.id} --reset --reason WHY`)"
        )
    return (*closed, ev.RunResumed())


def _stop(state: RunState, command: cmd.Stop, at: float) -> Decision:
    return _ended(state, "by a person")


def _discard(state: RunState, command: cmd.Discard, at: float) -> Decision:
    return _ended(state, "discarded by a person", discard=True)


def _ended(
    state: RunState, reason: str, how: str = "stopped", *, discard: bool = False
) -> Decision:
    """An end, unless a landing is under way; where publishing failed, the end says so."""
    if state.landed is not None or (state.landing is not None and not state.blocked):
        return cmd.Refusal(being_landed(state))
    if state.landing is not None:
        reason += f"; commit {state.landing.commit} may be on {state.landing.ref} already"
    return (ev.RunFinished(how, reason, discard=discard),)


def _nudge(state: RunState, command: cmd.Nudge, at: float) -> Decision:
    if not command.text.strip():
        return cmd.Refusal("an empty nudge says nothing")
    told = (ev.Nudged(command.text),)
    at_work = state.in_flight is not None and state.in_flight.effect == Make.name
    again = ev.EffectAbandoned(Make.name, "interrupted for a word of a person")
    return (*told, again) if command.now and at_work else told


def _limit(state: RunState, command: cmd.SetLimit, at: float) -> Decision:
    asked = {command.breaker: command.limit, **command.also}
    unfit = (_unfit(state, breaker, limit, at) for breaker, limit in asked.items())
    if problem := next(filter(None, unfit), ""):
        return cmd.Refusal(problem)
    if not command.reason.strip():
        return cmd.Refusal("say with --reason why the limit changes; it is recorded")
    own = {breaker: limit_of(state, breaker) for breaker in asked}
    changed = [ev.LimitRaised(b, limit, command.reason, own[b]) for b, limit in asked.items()]
    higher = {breaker for breaker, limit in asked.items() if limit > own[breaker]}
    answered = [
        ev.NeedClosed(need.id, "raised", command.reason)
        for need in state.needs
        if need.breakers and higher.issuperset(need.breakers)
    ]
    after = replace(state, raised={**state.raised, **asked})
    goes_on = state.tripped in higher and not over(after, at)
    return (*changed, *answered, *((ev.RunResumed(),) if goes_on else ()))


def _unfit(state: RunState, breaker: str, limit: float, at: float) -> str:
    """Why a breaker cannot have that limit, or nothing."""
    if breaker not in EXIT_CODES:
        return f"there is no breaker {breaker!r}: {', '.join(EXIT_CODES)}"
    if not math.isfinite(limit) or limit <= 0:
        return "a limit is a number above 0; none of them can be switched off"
    if breaker == "errors" and limit > 1:
        return "the limit of errors is a share of steps: at most 1, which is all"
    reading = least(state, breaker, at)
    if reading is None or limit > reading:
        return ""
    if breaker == "errors" and reading >= 1:
        once = f"`looptui resume {state.id} --reset --reason WHY` lets it go on once"
        return f"errors are at {reading:g}, and no share is above that; {once}"
    where = f"is below the reading {reading:g}" if limit < reading else "is the reading itself"
    return f"--{breaker} {limit:g} {where}; it must be above {reading:g}"


def _promote(state: RunState, command: cmd.Promote, at: float) -> Decision:
    if state.approved is None:
        return cmd.Refusal("nothing is approved yet; approve a candidate first")
    if command.way and command.way not in get_args(LandingWay):
        ways = ", ".join(get_args(LandingWay))
        return cmd.Refusal(f"there is no way {command.way!r} to land: {ways}")
    begun = state.landing
    if begun is not None and command.way not in ("", begun.way):
        return cmd.Refusal("this landing was begun and may have happened; promote without a way")
    if begun is not None and state.status == "active" and not state.blocked:
        return ()
    closed = tuple(
        ev.NeedClosed(need.id, "retry") for need in state.needs if need.type == "conflict"
    )
    way = (ev.LandingChosen(command.way),) if command.way and begun is None else ()
    return (*way, *closed, ev.RunResumed())


_DECIDERS: dict[type[cmd.Command], Any] = {
    cmd.Approve: _approve,
    cmd.TakeHunks: _take,
    cmd.Withdraw: _withdraw,
    cmd.SendBack: _send_back,
    cmd.Reject: _reject,
    cmd.Answer: _answer,
    cmd.Pause: _pause,
    cmd.Resume: _resume,
    cmd.Restore: restore,
    cmd.Rerun: rerun,
    cmd.Stop: _stop,
    cmd.Discard: _discard,
    cmd.Nudge: _nudge,
    cmd.SetLimit: _limit,
    cmd.Waive: waive,
    cmd.Promote: _promote,
}
