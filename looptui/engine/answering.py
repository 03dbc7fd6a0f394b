"""Answering what people ask of a run: the one door, whether somebody drives it or not."""

from __future__ import annotations

import logging
from dataclasses import replace

from looptui.core import commands as cmd
from looptui.core.decide import decide
from looptui.core.plan import overdue
from looptui.engine.recorder import Recorder, command_of
from looptui.store.inbox import Command, CommandTaken
from looptui.store.store import Store

log = logging.getLogger(__name__)


async def settle(recorder: Recorder, at: float | None = None) -> None:
    """Record what time alone has decided by `at` (Unix seconds, now if None).

    A wait that ran out trips, whoever comes later.
    """
    now = recorder.moment()
    moment = now if at is None else replace(now, at=at)
    await recorder.append(*overdue(recorder.state, moment))


async def answer(store: Store, recorder: Recorder, asked: Command) -> cmd.Refusal | None:
    """Answer a command of the inbox; why it was refused, or None.

    It counts from when it was asked, not from when it was taken. CommandTaken when somebody else
    answered it first.
    """
    await settle(recorder, asked.at)
    command = command_of(asked.kind, asked.data)
    if command is None:
        decision: object = cmd.Refusal(f"this looptui does not know the command {asked.kind!r}")
    else:
        decision = decide(recorder.state, command, asked.at)
    if isinstance(decision, cmd.Refusal):
        await store.refuse(asked.id, decision.reason)
        return decision
    assert isinstance(decision, tuple)
    await recorder.answer(asked.id, decision, asked.actor)
    return None


async def answer_all(store: Store, recorder: Recorder) -> None:
    """Answer all that waits in the inbox of a run, the oldest first."""
    for asked in await store.pending(recorder.state.id):
        try:
            await answer(store, recorder, asked)
        except CommandTaken:
            log.info("command %s was answered by somebody else", asked.id)
