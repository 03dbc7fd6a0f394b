"""After the decision: a landing tried again or another way, a pull request, a landing undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from looptui.cli.driving import act, find_run, streamer, with_desk
from looptui.cli.output import say
from looptui.cli.sources import one, reader_of
from looptui.core import commands as cmd
from looptui.errors import UsageError

if TYPE_CHECKING:
    from looptui.projections.values import RunView
    from looptui.wire.desk import Desk


@click.command()
@click.argument("run")
@click.option(
    "--to",
    "way",
    type=click.Choice(["merge", "squash", "branch", "patch", "pr"]),
    help="Another way than that of the loop file; pr opens a pull request.",
)
@click.option("--jsonl", is_flag=True, help="Print the events as JSON lines.")
@click.option(
    "--unsandboxed", is_flag=True, help="Run without a sandbox where none works (recorded)."
)
@click.pass_context
def promote(
    ctx: click.Context, /, run: str, way: str | None, jsonl: bool, unsandboxed: bool
) -> int:
    """Try the landing of an approved candidate again, perhaps another way.

    Of a run that ended without landing, the newest candidate that passed every gate is put on
    the run's own branch; no other branch is touched. With --to pr that branch is pushed by your
    own git, and your own gh or glab opens the request.

    \b
    Example:
      looptui promote fix-tests
      looptui promote fix-tests --to branch
      looptui promote fix-tests --to pr
    """
    reader, _ = reader_of(ctx.obj)
    view = one(reader, run)
    reader.close()
    if view.ended and way not in (None, "branch", "pr"):
        raise UsageError(f"Run {view.id} has ended: {view.state}", "It takes --to branch or pr.")
    return with_desk(
        lambda desk: _promote(desk, view, way or ""),
        ctx.obj,
        unsandboxed=unsandboxed,
        listen=streamer(jsonl=jsonl, plain=False),
    )


async def _promote(desk: Desk, view: RunView, way: str) -> int:
    if way == "pr":
        return await _request(desk, view)
    if not view.ended:
        return await act(desk, view.id, cmd.Promote(way))
    from looptui.wire.branching import branch

    say(await branch(desk, view.id))
    return 0


async def _request(desk: Desk, view: RunView) -> int:
    """Open a pull request; what is approved but not landed goes to the run's branch first."""
    from looptui.wire.requesting import forge_for, request

    forge = forge_for(desk, view)
    code = 0 if view.ended else await act(desk, view.id, cmd.Promote("branch"))
    if code == 0:
        say(await request(desk, view.id, forge))
    return code


@click.command()
@click.argument("run")
@click.pass_context
def revert(ctx: click.Context, /, run: str) -> int:
    """Undo a landing: one revert commit on the same branch.

    A branch that is checked out has to be clean.

    \b
    Example:
      looptui revert fix-tests
    """
    from looptui.wire.reverting import revert as undo

    say(with_desk(lambda desk: undo(desk, find_run(desk, run)), ctx.obj))
    return 0
