"""`prune`: letting go of what ended runs left, after it was shown."""

from __future__ import annotations

import asyncio
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from looptui.cli.output import say, show, show_json, table
from looptui.errors import UsageError

if TYPE_CHECKING:
    from looptui.wire.desk import Desk
    from looptui.wire.pruning import Pruned, Survey


@click.command()
@click.option(
    "--older-than",
    metavar="TIME",
    default="30d",
    show_default=True,
    help="Transcripts of runs that ended longer ago than that.",
)
@click.option("--yes", is_flag=True, help="Do it; without this it is only shown.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def prune(ctx: click.Context, /, older_than: str, yes: bool, as_json: bool) -> int:
    """Show what ended runs left in the state directory; with --yes, let go of it.

    That is what makers and gates printed, the prompts, and what killed processes left; then
    looptui's own git directory is packed. The log verifies as before; unlanded work, worktrees and
    your repository stay as they are; runs at work go on beside it.

    \b
    Example:
      looptui prune
      looptui prune --older-than 7d --yes
    """
    from looptui import paths
    from looptui.cli.driving import with_desk
    from looptui.wire import pruning

    directory: Path = ctx.obj
    before = time.time() - _seconds(older_than)
    found = asyncio.run(pruning.survey(paths.repo_root(directory), before))
    if as_json and not yes:
        show_json("prune", done=False, size=found.size, **asdict(found))
    elif not yes:
        _show(found)
    elif not found.items and not found.git.loose:
        say("There is nothing to let go of.")
    else:
        done = with_desk(lambda desk: _prune(desk, found), directory)
        _tell(done, as_json=as_json)
    return 0


async def _prune(desk: Desk, found: Survey) -> Pruned:
    from looptui.wire import pruning

    return await pruning.prune(desk, found)


def _seconds(text: str) -> float:
    from looptui.loopfile.values import seconds

    try:
        return seconds(text)
    except ValueError as wrong:
        raise UsageError(f"--older-than {text}: {wrong}", "Say 12h, 7d or 30d.") from wrong


def _show(found: Survey) -> None:
    from looptui.projections.figures import size

    if found.items:
        rows = [(one.what, one.run, one.loop, size(one.size), one.path) for one in found.items]
        table(rows, ("what", "run", "loop", "size", "path"))
    else:
        show("Nothing of ended runs is old enough to go.")
    show(_summary(found))
    if found.items or found.git.loose:
        say("Nothing was changed; --yes does it.")


def _summary(found: Survey) -> str:
    from looptui.projections.figures import plural, size

    git = found.git
    objects = f"{plural(git.loose, 'loose object')}, {git.packed} packed, {size(git.size)}"
    gone = f"{size(found.size)} would go; " if found.items else ""
    return f"{gone}looptui's git directory ({objects}) would be packed."


def _tell(done: Pruned, *, as_json: bool) -> None:
    from looptui.projections.figures import size

    freed = sum(item.size for item in done.removed)
    if as_json:
        removed = [asdict(item) for item in done.removed]
        facts = {"removed": removed, "kept": done.kept, "git_saved": done.git_saved}
        show_json("prune", done=True, size=freed, **facts)
        return
    for item in done.removed:
        show(f"removed the {item.what} of {item.run}: {size(item.size)}")
    for run in done.kept:
        say(f"kept those of {run}: a process drives it")
    show(f"{size(freed)} freed; looptui's git directory is packed, {size(done.git_saved)} smaller")
