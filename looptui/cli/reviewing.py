"""A person decides about a change: approve it, a part of it, send it back, think again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from looptui.cli.driving import act, find_run, streamer, with_desk
from looptui.cli.output import say
from looptui.core import commands as cmd
from looptui.core.hunks import numbers, spelled
from looptui.errors import UsageError

if TYPE_CHECKING:
    from looptui.projections.patch import Diff
    from looptui.wire.desk import Desk
    from looptui.wire.diffs import Candidate

_jsonl = click.option("--jsonl", is_flag=True, help="Print the events as JSON lines.")
_unsandboxed = click.option(
    "--unsandboxed", is_flag=True, help="Run without a sandbox where none works (recorded)."
)
_tree = click.option(
    "--tree",
    default="",
    metavar="TREE",
    help="What you looked at; `looptui needs` shows it, 7 characters are enough.",
)


@click.command()
@click.argument("run")
@_tree
@click.option("--hunks", default="", metavar="1,3-5", help="Only these; gates run on them first.")
@click.option("-m", "reason", default="", help="Why; needed where protected paths are changed.")
@click.option(
    "--acknowledge",
    "rules",
    multiple=True,
    metavar="RULE",
    help="A finding of the scan that the reason is about; once for each.",
)
@_jsonl
@_unsandboxed
@click.pass_context
def approve(
    ctx: click.Context,
    /,
    run: str,
    tree: str,
    hunks: str,
    reason: str,
    rules: tuple[str, ...],
    **options: Any,
) -> int:
    """Approve exactly this tree, or only some hunks of it, and land it as the loop file says.

    Refused, with exit 2, where the candidate is another one by now. Some hunks are a tree of their
    own: it lands once every required gate has passed it, and if one does not, the review is open
    again. `looptui diff RUN --hunks` counts them.

    What the scan found in the change (`looptui needs --json` has it) stops an approval until each
    rule is named, with a reason.

    \b
    Example:
      looptui approve 6wz6y2k4ab --tree 7c1f0a9b8e12
      looptui approve 6wz6y2k4ab --tree 7c1f0a9b8e12 --acknowledge test-skipped -m "needs a GPU"
      looptui approve 6wz6y2k4ab --tree 7c1f0a9b8e12 --hunks 1,3-5
    """

    async def command(desk: Desk, chosen: str) -> cmd.Command:
        if not hunks:
            return cmd.Approve(tree, reason, rules)
        candidate, diff = await _waiting(desk, chosen, tree)
        wanted = _known(diff, hunks)
        if len(wanted) == len(diff.parts):
            return cmd.Approve(tree, reason, rules)
        from looptui.wire import reviewing

        taken = await reviewing.picked(desk.repository, candidate, spelled(wanted))
        say(f"hunks {spelled(wanted)} of {len(diff.parts)} are tree {taken}; gates run on it first")
        return cmd.TakeHunks(tree, spelled(wanted), taken, reason, rules)

    return decided(ctx, run, tree, command, **options)


@click.command()
@click.argument("run")
@_tree
@click.option("-m", "text", default="", help="What should change; it goes into the next prompt.")
@click.option(
    "--without", default="", metavar="1,3-5", help="Take these hunks out, and tell the maker."
)
@click.option("--final", is_flag=True, help="End the run instead of sending the candidate back.")
@_jsonl
@_unsandboxed
@click.pass_context
def reject(
    ctx: click.Context, /, run: str, tree: str, text: str, without: str, final: bool, **options: Any
) -> int:
    """Send a candidate back with a remark, or end the run with --final (exit 5).

    The next iteration starts from it, or from what is left of it without some hunks. One that
    conflicts with its target goes on where the target is now.

    \b
    Example:
      looptui reject 6wz6y2k4ab --tree 7c1f0a9b8e12 -m "raise instead of returning None"
      looptui reject 6wz6y2k4ab --tree 7c1f0a9b8e12 --without 2
    """
    if without and final:
        raise UsageError("--final ends the run", "Say either --without or --final.")

    async def command(desk: Desk, chosen: str) -> cmd.Command:
        if final:
            return cmd.Reject(tree, text)
        if not without:
            return cmd.SendBack(tree, text)
        from looptui.projections.feedback import joined, rejected

        _, diff = await _waiting(desk, chosen, tree)
        out = _known(diff, without)
        stay = spelled(set(range(1, len(diff.parts) + 1)) - set(out))
        return cmd.SendBack(tree, joined([text, rejected(diff, out)]), stay)

    return decided(ctx, run, tree, command, **options)


@click.command()
@click.argument("run")
@_tree
@click.option("-m", "reason", default="", help="Why; it is recorded.")
@_jsonl
@_unsandboxed
@click.pass_context
def withdraw(ctx: click.Context, /, run: str, tree: str, reason: str, **options: Any) -> int:
    """Take an approval back before it has landed: the review is open again.

    While gates run on the hunks that were taken, or while a landing is in the way. What has
    landed is undone with `looptui revert`.

    \b
    Example:
      looptui withdraw fix-tests --tree 7c1f0a9b8e12 -m "the name is wrong"
    """

    async def command(desk: Desk, chosen: str) -> cmd.Command:
        state = (await desk.load(chosen)).state
        approved = state.approved or (state.picking.taken if state.picking else "")
        if not tree and approved:
            hint = f"looptui withdraw {chosen} --tree {approved}"
            raise UsageError("Which tree did you approve?", hint)
        return cmd.Withdraw(tree, reason)

    return decided(ctx, run, tree or "0" * 40, command, **options)


def decided(
    ctx: click.Context,
    run: str,
    tree: str,
    command: Callable[[Desk, str], Awaitable[cmd.Command]],
    **options: Any,
) -> int:
    """Make the command for a run, send it, and drive the run on where nobody does."""
    directory: Path = ctx.obj

    async def work(desk: Desk) -> int:
        chosen = find_run(desk, run)
        if not tree:
            raise _which_tree(desk, chosen)
        return await act(desk, chosen, await command(desk, chosen))

    return with_desk(
        work,
        directory,
        unsandboxed=options.get("unsandboxed", False),
        listen=streamer(jsonl=options.get("jsonl", False), plain=False),
    )


def _which_tree(desk: Desk, run: str) -> UsageError:
    """A decision names the tree that was looked at; this says which one waits."""
    from looptui.wire import views

    waiting = [need.tree for need in views.needs(desk.reader) if need.run == run and need.tree]
    if not waiting:
        return UsageError(f"Nothing waits for a review in run {run}", "`looptui needs` lists them.")
    return UsageError(
        "Which tree did you look at?", f"`looptui diff {run}` shows it; then --tree {waiting[0]}"
    )


async def _waiting(desk: Desk, run: str, tree: str) -> tuple[Candidate, Diff]:
    """The candidate of which hunks are named, and its diff."""
    from looptui.wire import diffs, reviewing, views

    waiting = [need.tree for need in views.needs(desk.reader) if need.run == run and need.tree]
    named = [one for one in waiting if one.startswith(tree)]
    if not named:
        raise _which_tree(desk, run)
    candidate = diffs.of_tree(desk.reader, views.run(desk.reader, run), named[0])
    return candidate, await reviewing.diff_of(desk.repository, desk.reader, desk.scrub, candidate)


def _known(diff: Diff, hunks: str) -> tuple[int, ...]:
    """The hunks that a person named; UsageError for what is none, or is not in this change."""
    try:
        wanted = numbers(hunks)
    except ValueError as wrong:
        raise UsageError(str(wrong), "`looptui diff RUN --hunks` counts them.") from wrong
    if not wanted or wanted[-1] > len(diff.parts):
        count = len(diff.parts)
        raise UsageError(f"This change has hunks 1 to {count}", "`looptui diff RUN --hunks`")
    return wanted
