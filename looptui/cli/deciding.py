"""What a person decides: each command is the same as its key on the screen."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from looptui.cli.driving import act, apply, find_run, streamer, with_desk
from looptui.cli.output import say
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


def _act(ctx: click.Context, /, run: str, *commands: cmd.Command, **options: Any) -> int:
    """Send commands to a run, and then drive it on where nobody does."""
    directory: Path = ctx.obj

    async def work(desk: Desk) -> int:
        chosen = find_run(desk, run)
        _require_tree(desk, chosen, commands[-1])
        for command in commands[:-1]:
            await apply(desk, chosen, command)
        return await act(desk, chosen, commands[-1])

    return with_desk(
        work,
        directory,
        unsandboxed=options.get("unsandboxed", False),
        listen=streamer(jsonl=options.get("jsonl", False), plain=False),
    )


def _require_tree(desk: Desk, run: str, command: cmd.Command) -> None:
    """A decision names the tree that was looked at; without it, say which one waits."""
    if not isinstance(command, cmd.Approve | cmd.SendBack | cmd.Reject) or command.tree:
        return
    from looptui.wire import views

    waiting = [need.tree for need in views.needs(desk.reader) if need.run == run and need.tree]
    if not waiting:
        raise UsageError(f"Nothing waits for a review in run {run}", "`looptui needs` lists them.")
    raise UsageError(
        "Which tree did you look at?", f"`looptui diff {run}` shows it; then --tree {waiting[0]}"
    )


@click.command()
@click.argument("run")
@click.option("--tree", default="", help="The tree id that you looked at.")
@click.option("-m", "reason", default="", help="Why, where protected paths are changed.")
@_jsonl
@_unsandboxed
@click.pass_context
def approve(ctx: click.Context, /, run: str, tree: str, reason: str, **options: Any) -> int:
    """Approve exactly this tree, and land it.

    \b
    Example:
      looptui approve 6wz6y2k4ab --tree 7c1f0a9b8e12
    """
    return _act(ctx, run, cmd.Approve(tree, reason), **options)


@click.command()
@click.argument("run")
@click.option("--tree", default="", help="The tree id that you looked at.")
@click.option("-m", "text", default="", help="What should change; it goes into the next prompt.")
@click.option("--final", is_flag=True, help="End the run instead of sending the candidate back.")
@_jsonl
@_unsandboxed
@click.pass_context
def reject(
    ctx: click.Context, /, run: str, tree: str, text: str, final: bool, **options: Any
) -> int:
    """Send a candidate back with a remark, or end the run with --final (exit 5).

    One that conflicts with its target goes on where the target is now.

    \b
    Example:
      looptui reject 6wz6y2k4ab --tree 7c1f0a9b8e12 -m "raise instead of returning None"
    """
    command = cmd.Reject(tree, text) if final else cmd.SendBack(tree, text)
    return _act(ctx, run, command, **options)


@click.command()
@click.argument("need")
@click.argument("answer", type=click.Choice(ANSWERS))
@click.option("-m", "text", default="", help="A word for the next prompt.")
@_jsonl
@_unsandboxed
@click.pass_context
def answer(ctx: click.Context, /, need: str, answer: str, text: str, **options: Any) -> int:
    """Answer an escalation, a conflict or a question; `looptui needs` lists them.

    \b
    Example:
      looptui answer 6wz6y2k4ab.2 continue
    """
    run = need.rpartition(".")[0]
    return _act(ctx, run, cmd.Answer(need, answer, text), **options)


@click.command()
@click.argument("run")
@click.option("--now", is_flag=True, help="Interrupt the work in flight.")
@click.pass_context
def pause(ctx: click.Context, /, run: str, now: bool) -> int:
    """Pause a run at its next safe point.

    \b
    Example:
      looptui pause fix-tests
    """
    code = _act(ctx, run, cmd.Pause(now))
    return 0 if code == 4 else code


@click.command()
@click.argument("run")
@click.pass_context
def stop(ctx: click.Context, /, run: str) -> int:
    """End a run; its best candidate is kept under a rescue ref.

    \b
    Example:
      looptui stop fix-tests
    """
    code = _act(ctx, run, cmd.Stop())
    return 0 if code == 3 else code


@click.command()
@click.argument("run")
@click.pass_context
def discard(ctx: click.Context, /, run: str) -> int:
    """End a run and let its worktree go; unlanded work stays under a rescue ref.

    \b
    Example:
      looptui discard fix-tests
    """
    code = _act(ctx, run, cmd.Discard())
    return 0 if code == 3 else code


@click.command()
@click.argument("run")
@click.argument("text")
@click.pass_context
def nudge(ctx: click.Context, /, run: str, text: str) -> int:
    """Put a word into the next prompt ('-' reads it from standard input).

    \b
    Example:
      looptui nudge fix-tests "the bug is in the parser, not in the lexer"
    """
    words = sys.stdin.read() if text == "-" else text
    return with_desk(lambda desk: apply(desk, find_run(desk, run), cmd.Nudge(words)), ctx.obj)


@click.command()
@click.argument("run")
@click.option("--reason", required=True, help="Why; it is recorded.")
@click.option("--iterations", type=float, help="Iterations of the run.")
@click.option("--cost", type=float, help="Dollars.")
@click.option("--tokens", type=float, help="Tokens.")
@click.option("--time", type=float, help="Active seconds.")
@click.option("--errors", type=float, help="Share of errors, 0 to 1.")
@click.option("--permission", type=float, help="Denials.")
@click.option("--escalation", type=float, help="Seconds that an escalation may wait.")
@click.option("--stall", type=float, help="Iterations without progress.")
@_jsonl
@_unsandboxed
@click.pass_context
def limits(ctx: click.Context, /, run: str, reason: str, **options: Any) -> int:
    """Change limits; a run that tripped on one of them goes on.

    \b
    Example:
      looptui limits fix-tests --iterations 15 --reason "it is getting there"
    """
    asked = [(name, options[name]) for name in EXIT_CODES if options[name] is not None]
    if not asked:
        raise UsageError("Which limit?", f"Give one of --{', --'.join(EXIT_CODES)}.")
    if not all(math.isfinite(limit) for _, limit in asked):
        raise UsageError("A limit is a finite number above 0", "None of them can be switched off.")
    return _act(ctx, run, *(cmd.SetLimit(*each, reason) for each in asked), **options)


@click.command()
@click.argument("run")
@click.option(
    "--to",
    "way",
    type=click.Choice(["merge", "squash", "branch", "patch"]),
    help="Another way than that of the loop file.",
)
@_jsonl
@_unsandboxed
@click.pass_context
def promote(ctx: click.Context, /, run: str, way: str | None, **options: Any) -> int:
    """Try the landing of an approved candidate again, perhaps another way.

    Of a run that ended without landing, the newest candidate that passed every gate is put on
    the run's own branch; no other branch is touched.

    \b
    Example:
      looptui promote fix-tests
      looptui promote fix-tests --to branch
    """
    reader, _ = reader_of(ctx.obj)
    view = one(reader, run)
    reader.close()
    if not view.ended:
        return _act(ctx, run, cmd.Promote(way or ""), **options)
    if way not in (None, "branch"):
        raise UsageError(f"Run {view.id} has ended: {view.state}", "It takes --to branch alone.")
    from looptui.wire.branching import branch

    say(with_desk(lambda desk: branch(desk, view.id), ctx.obj))
    return 0


@click.command()
@click.argument("run")
@click.pass_context
def revert(ctx: click.Context, /, run: str) -> int:
    """Undo a landing: one revert commit on the same branch.

    \b
    Example:
      looptui revert fix-tests
    """
    from looptui.wire.reverting import revert as undo

    say(with_desk(lambda desk: undo(desk, find_run(desk, run)), ctx.obj))
    return 0
