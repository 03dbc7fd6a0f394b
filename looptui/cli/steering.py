"""What a person tells a run at work: pause, stop, discard, a word for the next prompt."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from looptui.cli.advice import next_prompt
from looptui.cli.driving import act_among, apply, find_run, with_desk
from looptui.cli.output import say
from looptui.core import commands as cmd
from looptui.errors import UsageError

if TYPE_CHECKING:
    from looptui.projections.values import RunView
    from looptui.wire.desk import Desk

_names = click.argument("names", nargs=-1, metavar="RUN...")


@click.command()
@_names
@click.option("--all", "every", is_flag=True, help="Every run that is at work.")
@click.option("--now", is_flag=True, help="Interrupt the work in flight.")
@click.pass_context
def pause(ctx: click.Context, /, names: tuple[str, ...], every: bool, now: bool) -> int:
    """Pause runs at their next safe point: when the step in flight has ended.

    \b
    Example:
      looptui pause fix-tests
      looptui pause --all --now
    """
    return _steer(ctx.obj, cmd.Pause(now), names, _at_work if every else None, fine=4)


@click.command()
@_names
@click.option("--all", "every", is_flag=True, help="Every run that has not ended.")
@click.pass_context
def stop(ctx: click.Context, /, names: tuple[str, ...], every: bool) -> int:
    """End runs for good. What never landed is kept: `git show refs/looptui/rescue/RUN`.

    \b
    Example:
      looptui stop fix-tests
    """
    return _steer(ctx.obj, cmd.Stop(), names, _open if every else None, fine=3)


@click.command()
@_names
@click.option("--all", "every", is_flag=True, help="Every run that has not ended.")
@click.pass_context
def discard(ctx: click.Context, /, names: tuple[str, ...], every: bool) -> int:
    """End runs and remove their worktrees, also where the loop file keeps them.

    What never landed is kept even so: `git show refs/looptui/rescue/RUN`.

    \b
    Example:
      looptui discard fix-tests
    """
    return _steer(ctx.obj, cmd.Discard(), names, _open if every else None, fine=3)


@click.command()
@click.argument("run")
@click.argument("text")
@click.option("--now", is_flag=True, help="Interrupt the maker, and start it again with this.")
@click.pass_context
def nudge(ctx: click.Context, /, run: str, text: str, now: bool) -> int:
    """Put a word into the next prompt ('-' reads it from standard input).

    A maker that is at work does not see it, unless you say --now: it is interrupted, and its
    iteration begins again with this word in the prompt.

    \b
    Example:
      looptui nudge fix-tests "the bug is in the parser, not in the lexer"
      looptui nudge fix-tests --now "stop: leave the public names as they are"
    """
    words = sys.stdin.read() if text == "-" else text
    return with_desk(lambda desk: _nudge(desk, run, words, now=now), ctx.obj)


async def _nudge(desk: Desk, name: str, words: str, *, now: bool) -> int:
    from looptui.wire import views

    run = find_run(desk, name)
    at_work = views.run(desk.reader, run).phase == "making"
    await apply(desk, run, cmd.Nudge(words, now))
    if now and at_work and desk.store.leases.holder(run) is not None:
        say("recorded: the maker is interrupted; its prompt is made anew with this word")
        return 0
    view = views.run(desk.reader, run)
    driven = desk.store.leases.holder(run) is not None
    made = views.iterations(desk.reader, run)
    say(f"recorded: {next_prompt(view, made, driven=driven)}")
    return 0


def _steer(
    directory: Path,
    command: cmd.Command,
    names: tuple[str, ...],
    wanted: Callable[[RunView], bool] | None,
    *,
    fine: int,
) -> int:
    """Send a command to each run; the highest of their codes, `fine` counting as 0."""
    if bool(names) == bool(wanted):
        raise UsageError("Which runs?", "Name them, or say --all; `looptui status` lists them.")
    codes = with_desk(lambda desk: _send(desk, command, names, wanted), directory)
    return max((0 if code == fine else code for code in codes), default=0)


async def _send(
    desk: Desk,
    command: cmd.Command,
    names: tuple[str, ...],
    wanted: Callable[[RunView], bool] | None,
) -> list[int]:
    from looptui.wire import views

    if wanted is None:
        runs = list(dict.fromkeys(find_run(desk, name) for name in names))
    else:
        runs = [view.id for view in views.runs(desk.reader) if wanted(view)]
    if not runs:
        say("There is no such run: nothing to do.")
    return [await act_among(desk, run, command, of=len(runs)) for run in runs]


def _at_work(view: RunView) -> bool:
    return view.live


def _open(view: RunView) -> bool:
    return not view.ended
