"""A permission request while its agent waits: the call goes on, and the answer goes into it."""

from __future__ import annotations

from dataclasses import replace

from looptui.core import commands as cmd
from looptui.core import events as ev
from looptui.core.effects import Make
from looptui.core.permission import WORDS
from looptui.core.state import Need, RunState

ALLOW = "allow"
"""An older word for `once`."""


def asked_midway(state: RunState) -> bool:
    """Whether a maker at work waits for a person."""
    in_flight = state.in_flight is not None and state.in_flight.effect == Make.name
    return state.status == "waiting" and in_flight and state.need("permission") is not None


def answer(need: Need, command: cmd.Answer) -> tuple[ev.Event, ...] | cmd.Refusal:
    """The answer to a request; its words are told to the agent."""
    word = "once" if command.answer == ALLOW else command.answer
    if word not in WORDS:
        return cmd.Refusal(
            f"{command.answer!r} is no answer to a permission: {', '.join(WORDS)} or stop"
        )
    return (ev.NeedClosed(need.id, word, command.text),)


def folded(state: RunState, need: Need, answer: str, text: str) -> RunState:
    """What a person said, for the agent that waits for it, and for the rest of the run."""
    permits = (*state.permits, need.scope) if answer == "run" and need.scope else state.permits
    return replace(state, answers={**state.answers, need.id: (answer, text)}, permits=permits)


def dropped(state: RunState) -> RunState:
    """The call has ended: nobody waits for an answer any more."""
    needs = tuple(need for need in state.needs if need.type != "permission")
    if len(needs) == len(state.needs) and not state.answers:
        return state
    resting = state.status == "waiting" and not needs
    return replace(state, needs=needs, answers={}, status="active" if resting else state.status)
