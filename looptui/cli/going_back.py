"""Doing again: back to an earlier iteration, a new run on from one, gates on the same tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from looptui.cli.driving import act, drive, find_run, report, streamer, with_desk
from looptui.cli.output import say
from looptui.core import commands as cmd
from looptui.core.rest import exit_code

if TYPE_CHECKING:
    from looptui.wire.desk import Desk

_n = click.argument("n", type=click.IntRange(min=0), metavar="N")
_jsonl = click.option("--jsonl", is_flag=True, help="Print the events as JSON lines.")
_plain = click.option("--plain", is_flag=True, help="Print events as lines to read.")
_unsandboxed = click.option(
    "--unsandboxed", is_flag=True, help="Run without a sandbox where none works (recorded)."
)


@click.command()
@click.argument("run")
@_n
@click.option("--reason", required=True, help="Why; it is recorded, and goes into the next prompt.")
@_jsonl
@_plain
@_unsandboxed
@click.pass_context
def restore(ctx: click.Context, /, run: str, n: int, reason: str, **options: Any) -> int:
    """Take a run back to what its iteration N made (0 is the base), and go on from there.

    What was made since is not lost: its iterations stay, and can be gone back to. A candidate that
    passes every gate waits for your review again. No iteration is used up.

    \b
    Example:
      looptui restore fix-tests 2 --reason "3 and 4 went astray"

    Exit codes: those of `looptui run`.
    """
    return with_desk(
        lambda desk: act(desk, find_run(desk, run), cmd.Restore(n, reason)),
        ctx.obj,
        unsandboxed=options["unsandboxed"],
        listen=streamer(jsonl=options["jsonl"], plain=options["plain"]),
    )


@click.command()
@click.argument("run")
@click.option("--reason", default="", help="Why; it is recorded.")
@_jsonl
@_plain
@_unsandboxed
@click.pass_context
def rerun(ctx: click.Context, /, run: str, reason: str, **options: Any) -> int:
    """Run every gate again on the newest candidate of a run that rests.

    What they said of that tree before counts no more. A candidate that passes waits for your
    review; one that fails this time is not built on.

    \b
    Example:
      looptui rerun fix-tests --reason "the network was down"

    Exit codes: those of `looptui run`.
    """
    return with_desk(
        lambda desk: act(desk, find_run(desk, run), cmd.Rerun(reason)),
        ctx.obj,
        unsandboxed=options["unsandboxed"],
        listen=streamer(jsonl=options["jsonl"], plain=options["plain"]),
    )


@click.command()
@click.argument("run")
@_n
@click.option("--reason", default="", help="Why; it goes into the next prompt.")
@_jsonl
@_plain
@_unsandboxed
@click.pass_context
def fork(ctx: click.Context, /, run: str, n: int, reason: str, **options: Any) -> int:
    """Start a new run of the same loop from what iteration N of a run made (0 is its base).

    The loop is as it was trusted for that run, with limits of its own; the old run is untouched,
    and may have ended.

    \b
    Example:
      looptui fork fix-tests 2
      looptui fork 6wz6y2k4ab 2 --reason "keep the parser as it is"

    Exit codes: those of `looptui run`.
    """
    return with_desk(
        lambda desk: _fork(desk, run, n, reason),
        ctx.obj,
        unsandboxed=options["unsandboxed"],
        listen=streamer(jsonl=options["jsonl"], plain=options["plain"]),
    )


async def _fork(desk: Desk, name: str, n: int, reason: str) -> int:
    from looptui.wire.forking import fork as begin

    run = find_run(desk, name)
    desk.require_place()
    made = await begin(desk, run, n, reason)
    where = f"iteration {n}" if n else "the base"
    say(f"run {made}: on from {where} of run {run}")
    state = await drive(desk, made)
    report(state)
    return exit_code(state)
