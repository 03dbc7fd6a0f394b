"""A call in which both sides speak: the agent is started, talked to, interrupted and ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from looptui.adapters import child
from looptui.adapters.agents import launch, line
from looptui.adapters.agents.asking import Asking
from looptui.adapters.agents.line import Line
from looptui.adapters.agents.patience import Over, Patience
from looptui.adapters.agents.story import Event, Fatal, Lines, Story
from looptui.adapters.makers.call import MOST_OUTPUT, report
from looptui.cancelling import cancel, finished
from looptui.making import MakerReport, MakerTask
from looptui.ports import Sandbox
from looptui.proc import Ended

_FOREVER = 10 * 365 * 24 * 3600.0
"""Seconds; the clock of a dialogue stops while a person is asked, that of a process does not."""
GOODBYE = 3.0
"""Seconds in which an agent may end by itself when it sees the end of its input."""
LAST_WORD = 3.0
"""Seconds in which an agent that was interrupted may say what it used."""


class Dialogue(Protocol):
    """One protocol, for one call."""

    def hear(self, event: Event) -> None:
        """Something that the agent said."""

    async def hold(self) -> None:
        """The whole conversation; Fatal where it can come to nothing."""

    async def interrupt(self) -> None:
        """Ask the agent to stop, and wait until it says that it did."""


Begin = Callable[[Line, Asking], Dialogue]


async def converse(
    task: MakerTask, sandbox: Sandbox, start: launch.Start, story: Story, begin: Begin
) -> MakerReport:
    """The call to its end. Cancelled, the agent is interrupted by its protocol, then ended."""
    patience = Patience(task.seconds, task.idle_seconds)
    async with line.opened() as ours:
        dialogue = begin(ours, Asking(task, story, patience))
        process = asyncio.ensure_future(
            _process(task, sandbox, start, story, ours, dialogue, patience)
        )
        talking = asyncio.ensure_future(dialogue.hold())
        watching = asyncio.ensure_future(patience.over())
        try:
            await asyncio.wait({process, talking, watching}, return_when=asyncio.FIRST_COMPLETED)
            early = _early(task, story, process, talking, watching)
        except asyncio.CancelledError:
            await finished(asyncio.ensure_future(_interrupt(dialogue, talking)))
            raise
        else:
            if watching.done() and not talking.done():
                await _interrupt(dialogue, talking)
        finally:
            await finished(asyncio.ensure_future(_end(ours, process, talking, watching)))
        return early or report(task, _ended(process))


def _early(
    task: MakerTask,
    story: Story,
    process: asyncio.Future[Ended],
    talking: asyncio.Future[None],
    watching: asyncio.Future[Over],
) -> MakerReport | None:
    """How the call ended where it is not the process that says it."""
    if process.done():
        return _broken(process, story)
    if talking.done():
        failure = talking.exception()
        if failure is None:
            return MakerReport("ended", None, 0.0)
        return _failed(failure, story)
    if watching.result() == "timeout":
        return MakerReport("timeout", None, task.seconds, f"it took longer than {task.seconds:g} s")
    reason = f"it said nothing for {task.idle_seconds:g} s"
    return MakerReport("idle", None, task.idle_seconds, reason)


def _broken(process: asyncio.Future[Ended], story: Story) -> MakerReport | None:
    failure = process.exception()
    return None if failure is None else _failed(failure, story)


def _failed(failure: BaseException, story: Story) -> MakerReport:
    if not isinstance(failure, Fatal):
        raise failure
    story.fail(str(failure))
    return MakerReport("failed", None, 0.0)


def _ended(process: asyncio.Future[Ended]) -> Ended:
    return process.result()


async def _process(
    task: MakerTask,
    sandbox: Sandbox,
    start: launch.Start,
    story: Story,
    ours: Line,
    dialogue: Dialogue,
    patience: Patience,
) -> Ended:
    lines, errors = Lines(dialogue.hear, story.say), Lines(lambda e: story.note(str(e)), story.note)

    def hear(data: bytes) -> None:
        patience.heard()
        lines.feed(data)

    return await child.run(
        sandbox,
        start.argv,
        cwd=task.worktree,
        env=start.env,
        confinement=start.confinement,
        seconds=_FOREVER,
        stdin=ours.reading,
        flood_limit=MOST_OUTPUT,
        on_output=hear,
        on_errors=errors.feed,
    )


async def _interrupt(dialogue: Dialogue, talking: asyncio.Future[None]) -> None:
    if talking.done():
        return
    with suppress(TimeoutError, Fatal):
        async with asyncio.timeout(LAST_WORD):
            await dialogue.interrupt()


async def _end(
    ours: Line,
    process: asyncio.Future[Ended],
    talking: asyncio.Future[None],
    watching: asyncio.Future[Over],
) -> None:
    """The end of its input, then TERM, then KILL: `child.run` does the last two."""
    await cancel([talking, watching])
    ours.end()
    await asyncio.wait({process}, timeout=GOODBYE)
    await cancel([process])
    for one in (process, talking):
        if one.done() and not one.cancelled():
            one.exception()
