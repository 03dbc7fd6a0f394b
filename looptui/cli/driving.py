"""Driving runs without a screen: to the next rest, with orderly ends at signals."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from looptui.cli.output import event_line, line, plain_event, say, show
from looptui.core.rest import exit_code

if TYPE_CHECKING:
    from looptui.core.commands import Command
    from looptui.core.state import Need, RunState
    from looptui.store.events import StoredEvent
    from looptui.wire.desk import Desk

T = TypeVar("T")
_SIGNALS = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}


def with_desk(
    work: Callable[[Desk], Awaitable[T]],
    directory: Path,
    *,
    unsandboxed: bool = False,
    listen: Callable[[StoredEvent], None] | None = None,
) -> T:
    """Open the repository, do the work, close; a signal ends the work in order."""
    from looptui.wire.desk import Desk

    async def main() -> T:
        desk = Desk.open(directory, unsandboxed=unsandboxed, listeners=[listen] if listen else [])
        try:
            return await _signalled(work(desk))
        finally:
            await desk.close()

    return asyncio.run(main())


async def _signalled(work: Awaitable[T]) -> T:
    """Await work; SIGINT, SIGTERM and SIGHUP cancel it and set the exit code."""
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    received: list[int] = []

    def stop(number: signal.Signals) -> None:
        received.append(_SIGNALS[number])
        task.cancel()

    for number in _SIGNALS:
        loop.add_signal_handler(number, stop, number)
    try:
        return await task
    except asyncio.CancelledError:
        if received:
            sys.exit(received[0])
        raise
    finally:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)


def streamer(*, jsonl: bool, plain: bool) -> Callable[[StoredEvent], None] | None:
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
    if await desk.carry_out(run, command):
        say("done; the process that drives the run goes on with it")
        return 0
    state = await desk.drive(run)
    report(state)
    return exit_code(state)


async def apply(desk: Desk, run: str, command: Command) -> int:
    """Carry out a command without driving the run on: nothing is started and nothing spent."""
    await desk.carry_out(run, command)
    return 0


def report(state: RunState) -> None:
    """Say on stderr where a run rests and what to do next."""
    match state.status:
        case "waiting":
            for need in state.needs:
                say(f"{state.id} needs you: {need.type}: {need.text}")
                for way in _ways_out(state, need):
                    say(f"  {way}")
        case "tripped":
            say(f"{state.id}: the {state.tripped} breaker tripped: {state.reason}")
            if state.iteration is not None and state.iteration.maker_reason:
                say(f"  the last maker: {line(state.iteration.maker_reason)}")
            say(f"  {_way_on(state)}")
        case "paused":
            say(f"{state.id} is paused: {state.reason}; `looptui resume {state.id}` goes on")
        case _:
            say(f"{state.id} {state.status}: {state.reason}")
            if state.unfit:
                say("  mend that and start a new run; `looptui doctor` looks at this machine")
            if state.rescued:
                say(f"  its work is kept: git show {state.rescued}")


def _way_on(state: RunState) -> str:
    """How a person lets a tripped run go on. A share of errors cannot be raised above all."""
    if state.tripped == "errors":
        return f"looptui resume {state.id} --reset --reason WHY"
    return f"looptui limits {state.id} --{state.tripped} N --reason WHY"


def _ways_out(state: RunState, need: Need) -> list[str]:
    """The commands that answer a need."""
    if need.type == "approval":
        reason = " -m WHY" if need.flagged else ""
        approve = f"looptui approve {state.id} --tree {need.tree}{reason}"
        return [f"looptui diff {state.id}", approve]
    word = "retry" if need.type == "conflict" else "continue"
    return [f"looptui answer {need.id} {word}", f"looptui answer {need.id} stop"]


def find_run(desk: Desk, name: str) -> str:
    """The id of a run, from the name of a loop, an id or a unique prefix."""
    from looptui.wire import views

    return views.find(desk.reader, name)
