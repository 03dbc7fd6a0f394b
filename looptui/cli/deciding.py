"""What a person decides: each command is the same as its key on the screen."""

from __future__ import annotations

import math
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from looptui.cli.driving import act, find_run, streamer, with_desk
from looptui.cli.output import LIMITS_HEADER, limit_rows, run_json, show_json, table
from looptui.cli.params import SPAN
from looptui.cli.sources import one, reader_of
from looptui.core import commands as cmd
from looptui.core.breakers import EXIT_CODES
from looptui.core.decide import ANSWERS
from looptui.errors import UsageError

if TYPE_CHECKING:
    from looptui.wire.desk import Desk

_jsonl = click.option("--jsonl", is_flag=True, help="Print the events as JSON lines.")
_unsandboxed = click.option(
    "--unsandboxed", is_flag=True, help="Run without a sandbox where none works (recorded)."
)


def _act(ctx: click.Context, /, run: str, command: cmd.Command, **options: Any) -> int:
    """Send a command to a run, and then drive it on where nobody does."""
    directory: Path = ctx.obj

    async def work(desk: Desk) -> int:
        chosen = find_run(desk, run)
        return await act(desk, chosen, command)

    return with_desk(
        work,
        directory,
        unsandboxed=options.get("unsandboxed", False),
        listen=streamer(jsonl=options.get("jsonl", False), plain=False),
    )


@click.command()
@click.argument("need")
@click.argument("answer", type=click.Choice(ANSWERS))
@click.option("-m", "text", default="", help="A word for the next prompt.")
@_jsonl
@_unsandboxed
@click.pass_context
def answer(ctx: click.Context, /, need: str, answer: str, text: str, **options: Any) -> int:
    """Answer an escalation, a conflict or a question; `looptui needs` lists them.

    "continue" lets the run go on, "retry" tries the landing again, "stop" ends the run. What an
    agent asks for is allowed "once" or, exactly this, in the whole "run", or is refused: "deny".

    \b
    Example:
      looptui answer 6wz6y2k4ab.2 continue
    """
    run = need.rpartition(".")[0]
    return _act(ctx, run, cmd.Answer(need, answer, text), **options)


@click.command()
@click.argument("run")
@click.option("--reason", default="", help="Why; it is recorded.")
@click.option("--iterations", type=float, help="Iterations of the run.")
@click.option("--cost", type=float, help="Dollars.")
@click.option("--tokens", type=float, help="Tokens.")
@click.option("--time", type=SPAN, help="At work, such as 30m; a bare number is seconds.")
@click.option("--errors", type=float, help="Share of errors, 0 to 1.")
@click.option("--permission", type=float, help="Denials.")
@click.option("--escalation", type=SPAN, help="How long an escalation may wait, such as 12h.")
@click.option("--stall", type=float, help="Iterations without progress.")
@click.option("--json", "as_json", is_flag=True, help="Print the limits as one JSON object.")
@_jsonl
@_unsandboxed
@click.pass_context
def limits(ctx: click.Context, /, run: str, reason: str, as_json: bool, **options: Any) -> int:
    """Show the limits of a run, or change some; a run that tripped on one of them goes on.

    \b
    Example:
      looptui limits fix-tests
      looptui limits fix-tests --iterations 15 --reason "it is getting there"
      looptui limits fix-tests --time 2h --reason "the tests are slow"
    """
    asked = [(name, options[name]) for name in EXIT_CODES if options[name] is not None]
    if not asked and reason:
        raise UsageError("Which limit?", f"Give one of --{', --'.join(EXIT_CODES)}.")
    if not asked:
        return _show_limits(ctx.obj, run, as_json=as_json)
    if not reason.strip():
        raise UsageError("Why does the limit change?", "Say it with --reason; it is recorded.")
    if not all(math.isfinite(limit) for _, limit in asked):
        raise UsageError("A limit is a finite number above 0", "None of them can be switched off.")
    (breaker, limit), *also = asked
    return _act(ctx, run, cmd.SetLimit(breaker, limit, reason, dict(also)), **options)


def _show_limits(directory: Path, run: str, *, as_json: bool) -> int:
    from looptui.projections import waiting

    reader, _ = reader_of(directory)
    view = waiting.as_of(one(reader, run), time.time())
    if as_json:
        show_json("limits", run=view.id, loop=view.loop, breakers=run_json(view)["breakers"])
        return 0
    table(limit_rows(view), LIMITS_HEADER)
    return 0
