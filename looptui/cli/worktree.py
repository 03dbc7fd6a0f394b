"""`worktree`: what runs have on disk, and letting go of it."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from looptui.cli.groups import Group
from looptui.cli.output import say, show, show_json, table
from looptui.errors import UsageError

if TYPE_CHECKING:
    from looptui.wire.desk import Desk
    from looptui.wire.worktrees import Cleaned, Worktree


@click.group(cls=Group)
def worktree() -> None:
    """List and clean the worktrees of this repository.

    \b
    Example:
      looptui worktree list
      looptui worktree clean --yes
    """


@worktree.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def list_worktrees(ctx: click.Context, /, as_json: bool) -> int:
    """List the worktrees of runs, with size and state.

    \b
    Example:
      looptui worktree list --json
    """
    found = _found(ctx)
    if as_json:
        show_json("worktrees", worktrees=[asdict(one) for one in found])
    elif found:
        header = ("run", "loop", "state", "size", "work", "driven", "path")
        table([_row(one) for one in found], header)
    else:
        say("No run has a worktree here.")
    return 0


@worktree.command(short_help="Remove the worktrees of runs that have ended.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def clean(ctx: click.Context, /, yes: bool) -> int:
    """Remove the worktrees of runs that have ended.

    What never landed is kept: `git show refs/looptui/rescue/RUN`.

    \b
    Example:
      looptui worktree clean --yes
    """
    from looptui.cli.driving import with_desk

    found = _found(ctx)
    removable = [one for one in found if not one.why_kept]
    for one in found:
        if one.why_kept:
            say(f"kept {one.run}: {one.why_kept}")
    if not removable:
        say("Nothing to clean.")
        return 0
    if not yes:
        _ask(removable)
    for done in with_desk(lambda desk: _clean(desk, removable), ctx.obj):
        _tell(done)
    return 0


def _ask(removable: list[Worktree]) -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        runs = ", ".join(one.run for one in removable)
        raise UsageError(f"This would remove the worktrees of {runs}", "Say --yes to do it.")
    table([_row(one) for one in removable], ("run", "loop", "state", "size", "work", "driven", ""))
    click.confirm("Remove these?", abort=True, err=True)


async def _clean(desk: Desk, removable: list[Worktree]) -> list[Cleaned]:
    from looptui.wire import worktrees

    return [await worktrees.clean(desk, one) for one in removable]


def _tell(done: Cleaned) -> None:
    if not done.removed:
        say(f"kept {done.run}: {done.kept_because}")
        return
    show(f"removed {done.run}")
    if done.rescued:
        say(f"  its work is kept: git show {done.rescued}")


def _found(ctx: click.Context) -> tuple[Worktree, ...]:
    from looptui import paths
    from looptui.wire import worktrees

    return asyncio.run(worktrees.listed(paths.repo_root(ctx.obj)))


def _row(one: Worktree) -> tuple[str, ...]:
    from looptui.projections.figures import size

    work = "dirty" if one.dirty else "clean"
    driven = "driven" if one.driven else ""
    return (one.run, one.loop, one.state, size(one.size), work, driven, one.path)
