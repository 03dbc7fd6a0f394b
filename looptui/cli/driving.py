"""Driving runs without a screen: to the next rest, with orderly ends at signals."""

from __future__ import annotations

import asyncio
import errno
import json
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from looptui.cli.advice import kept, taken
from looptui.cli.everywhere import VERBOSE
from looptui.cli.output import event_line, line, mute, plain_event, say, show
from looptui.core.finding import rules_of
from looptui.core.rest import exit_code
from looptui.errors import EnvironmentUnfit, LeaseHeld, RefusedError, StoreError

if TYPE_CHECKING:
    from looptui.core.commands import Command
    from looptui.core.state import Need, RunState
    from looptui.projections.values import RunView
    from looptui.store.events import StoredEvent
    from looptui.wire.desk import Desk

T = TypeVar("T")
_LOOK = 0.2
"""Seconds between looks at whether a person has decided."""
Listener = Callable[["StoredEvent"], None]
_SIGNALS = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}
_UNREAD = 141
"""What a shell reports of a program whose reader went away: 128 + SIGPIPE."""
_HUNG_UP = (errno.EPIPE, errno.EIO)
"""The pipe, or the terminal, is closed at its other end."""


def with_desk(
    work: Callable[[Desk], Awaitable[T]],
    directory: Path,
    *,
    unsandboxed: bool = False,
    listen: Listener | None = None,
) -> T:
    """Open the repository, do the work, close.

    A signal ends the work in order, and so does a reader of our output that goes away.
    """
    from looptui.wire.desk import Desk

    async def main() -> T:
        ending = _Ending()
        listeners = [ending.guard(listen or _talker())]
        desk = Desk.open(directory, unsandboxed=unsandboxed, listeners=listeners)
        try:
            return await ending.awaited(work(desk))
        finally:
            await desk.close()

    return asyncio.run(main())


def _talker() -> Listener:
    """What is said of events to who asked for none of them: all of them with -v."""
    context = click.get_current_context(silent=True)
    if context is not None and context.meta.get(VERBOSE):
        return lambda event: say(plain_event(event))
    return _tell_queue


def _tell_queue(event: StoredEvent) -> None:
    """Who sees no events is told at least why nothing happens."""
    if event.kind == "run.queued":
        say(f"{event.run} {json.loads(event.data)['reason']}")


class _Ending:
    """Ends the work of a command before its time, and knows the exit code of that."""

    def __init__(self) -> None:
        self._code: int | None = None
        self._task: asyncio.Future[Any] | None = None

    def now(self, code: int) -> None:
        """Cancel the work; the first reason is the one that counts."""
        self._code = self._code or code
        if self._task is not None:
            self._task.cancel()

    def guard(self, listen: Listener) -> Listener:
        """The same listener, but output that cannot be written ends the work."""

        def told(event: StoredEvent) -> None:
            try:
                listen(event)
            except OSError as error:
                mute()
                if error.errno not in _HUNG_UP:
                    say(f"standard output cannot be written: {error.strerror}")
                if self._code is None:
                    self.now(_UNREAD if error.errno in _HUNG_UP else 6)

        return told

    async def awaited(self, work: Awaitable[T]) -> T:
        """Await work that signals can end."""
        self._task = task = asyncio.ensure_future(work)
        loop = asyncio.get_running_loop()
        for number, code in _SIGNALS.items():
            loop.add_signal_handler(number, self.now, code)
        try:
            return await task
        except asyncio.CancelledError:
            if self._code is not None:
                sys.exit(self._code)
            raise
        finally:
            for number in _SIGNALS:
                loop.remove_signal_handler(number)
                if self._code is not None:  # it is on its way out, and quick
                    signal.signal(number, signal.SIG_IGN)


def streamer(*, jsonl: bool, plain: bool) -> Listener | None:
    """Prints events as they are recorded: JSON lines, plain lines, or nothing."""
    if jsonl:
        return lambda event: click.echo(event_line(event))
    if plain:
        return lambda event: show(plain_event(event)) if _worth(event.kind) else None
    return None


def _worth(kind: str) -> bool:
    return kind not in ("effect.started", "time.passed", "session.ended", "need.closed")


async def act(desk: Desk, run: str, command: Command) -> int:
    """Carry out a command; where no process drives the run, drive it on to its next rest.

    The exit code of that rest; RefusedError when the run's state does not allow the command, and
    nothing is changed then.
    """
    elsewhere = await desk.carry_out(run, command)
    state = None if elsewhere else await _driven_on(desk, run)
    if state is None:
        say(f"{run}: {taken(command)}")
        return 0
    report(state)
    return exit_code(state)


async def act_among(desk: Desk, run: str, command: Command, *, of: int) -> int:
    """Like `act`; where one of several runs refuses, that is said, and the others go on."""
    try:
        return await act(desk, run, command)
    except RefusedError as refused:
        if of == 1:
            raise
        say(f"{run}: {refused.message}")
        return refused.exit_code


async def _driven_on(desk: Desk, run: str) -> RunState | None:
    """Drive a run to its next rest; None where another process drives it, and not in passing."""
    try:
        return await drive(desk, run)
    except LeaseHeld:
        return None


async def drive(desk: Desk, run: str) -> RunState:
    """Drive a run to its next rest; who ends that is told how it goes on."""
    try:
        return await (await desk.take(run))
    except (asyncio.CancelledError, StoreError, EnvironmentUnfit):
        say(f"{run} was interrupted; `looptui resume {run}` goes on")
        raise


async def outlast(desk: Desk, run: str) -> RunState:
    """Drive a run on after each decision of a person, whoever makes it, until none is waited for.

    Where another process drives it meanwhile, that one is waited for.
    """
    from looptui.wire.tidying import trip_overdue

    while True:
        with suppress(LeaseHeld):
            state = await drive(desk, run)
            if state.status != "waiting":
                return state
            report(state)
        while _is_waiting(desk, run) or desk.store.leases.holder(run) is not None:
            await trip_overdue(desk)
            await asyncio.sleep(_LOOK)


def _is_waiting(desk: Desk, run: str) -> bool:
    from looptui.wire import views

    return views.run(desk.reader, run).state == "waiting"


async def apply(desk: Desk, run: str, command: Command) -> int:
    """Carry out a command without driving the run on: nothing is started and nothing spent."""
    await desk.carry_out(run, command)
    return 0


def report(state: RunState) -> None:
    """Say on stderr where a run rests and what to do next."""
    from looptui.projections.views import run_view

    match state.status:
        case "waiting":
            for need in state.needs:
                say(f"{state.id} needs you: {need.type}: {_said(need)}")
                for way in _ways_out(state, need):
                    say(f"  {way}")
        case "tripped":
            say(f"{state.id}: the {state.tripped} breaker tripped: {state.reason}")
            for need in state.needs:
                say(f"  it asked: {need.text}")
            if state.iteration is not None and state.iteration.maker_reason:
                say(f"  the last maker: {line(state.iteration.maker_reason)}")
            _tell_red(state)
            say(f"  {_way_on(state)}")
            _tell_kept(run_view(state, state.updated))
        case "paused":
            say(f"{state.id} is paused: {state.reason}; `looptui resume {state.id}` goes on")
        case _:
            told = state.reason.startswith(state.status)
            say(f"{state.id} {'' if told else f'{state.status}: '}{state.reason}")
            if state.unfit:
                say("  mend that and start a new run; `looptui doctor` looks at this machine")
            elif state.status == "failed":
                _tell_red(state)
            _tell_kept(run_view(state, state.updated))


def tell_needs(state: RunState) -> None:
    """Print the ids of open needs, for `looptui answer` and for scripts."""
    for need in state.needs:
        show(need.id)


def _said(need: Need) -> str:
    """What a need says; a conflict begins with its kind, which may be the word conflict."""
    return need.text.removeprefix(f"{need.type}: ")


def _tell_red(state: RunState) -> None:
    """Which gates stood in the way the last time that any ran, and where to read on."""
    n, seen = next(((i.n, i.gates) for i in reversed(state.iterations) if i.gates), (0, ()))
    for evidence in seen or state.baseline:
        if evidence.state != "pass":
            more = f"`looptui logs {state.id} --gate {n}:{evidence.gate}`"
            say(f"  gate {evidence.gate}: {evidence.state}, {line(evidence.summary)}; {more}")


def _tell_kept(view: RunView) -> None:
    for way in kept(view):
        say(f"  {way}")


def _way_on(state: RunState) -> str:
    """How a person lets a tripped run go on.

    A share of errors cannot be raised above all, and more time to answer is no answer.
    """
    if state.tripped in ("errors", "escalation"):
        return f"looptui resume {state.id} --reset --reason WHY"
    return f"looptui limits {state.id} --{state.tripped} N --reason WHY"


def _ways_out(state: RunState, need: Need) -> list[str]:
    """The commands that answer a need."""
    if need.type == "approval":
        rules = rules_of(state.scanned.get(need.tree or "", ()))
        reason = " -m WHY" if need.flagged or rules else ""
        reason += "".join(f" --acknowledge {rule}" for rule in rules)
        approve = f"looptui approve {state.id} --tree {need.tree}{reason}"
        return [f"looptui diff {state.id}", approve]
    word = {"conflict": "retry", "permission": "once"}.get(need.type, "continue")
    back = [f"looptui reject {state.id} --tree {need.tree} -m WHAT"] if need.tree else []
    return [f"looptui answer {need.id} {word}", *back, f"looptui answer {need.id} stop"]


def find_run(desk: Desk, name: str) -> str:
    """The id of a run, from the name of a loop, an id or a unique prefix."""
    from looptui.wire import views

    return views.find(desk.reader, name)
