"""`init` and `new`: the files that make a repository ready for loops."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from looptui.cli.output import say, show, table

if TYPE_CHECKING:
    from looptui.wire.starting import Draft, Found


@click.command()
@click.option("--template", metavar="T", help="Of the first loop; `looptui new --list` shows them.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def init(ctx: click.Context, /, template: str | None, yes: bool) -> int:
    """Prepare this repository: settings, a first loop. What is there already stays.

    \b
    Example:
      looptui init
      looptui init --template agent
    """
    from looptui import paths
    from looptui.wire import starting

    root = paths.repo_root(ctx.obj)
    found = starting.look(root)
    drafts = starting.drafts(root, found, template)
    missing = [draft for draft in drafts if not draft.exists]
    if missing and not yes and _terminal():
        names = ", ".join(_shown(draft.path) for draft in missing)
        click.confirm(f"Write {names}?", default=True, abort=True, err=True)
    for draft in drafts:
        if draft in missing:
            starting.write(draft.path, draft.text)
        show(f"{'wrote' if draft in missing else 'kept'} {_shown(draft.path)}")
    _tell(found, drafts)
    return 0


def _tell(found: Found, drafts: list[Draft]) -> None:
    tests = shlex.join(found.tests) if found.tests else "none found; set [[gates]] argv by hand"
    say(f"tests: {tests}")
    say(f"lands on: {found.branch or 'a branch of its own (HEAD is detached)'}")
    loops = [draft.path for draft in drafts if draft.path.parent.name == "loops"]
    if loops:
        _tell_next(loops[0])


def _tell_next(loop: Path) -> None:
    """What a person does with a loop file that was just written."""
    if b'"your-agent"' in loop.read_bytes():
        say(f"Put the command line of your agent into [maker] argv of {_shown(loop)}, then")
    say(f"Next: looptui check {loop.stem} --gates")
    say(f"      looptui run {loop.stem}")


@click.command()
@click.argument("name", required=False)
@click.option("--template", metavar="T", help="What to start from; --list shows them.")
@click.option("--goal", metavar="TEXT", help="The goal, in words for the maker.")
@click.option("--agent-argv", metavar="COMMAND", help="The command line of your agent.")
@click.option("--list", "listing", is_flag=True, help="List the templates.")
@click.pass_context
def new(
    ctx: click.Context,
    /,
    name: str | None,
    template: str | None,
    goal: str | None,
    agent_argv: str | None,
    listing: bool,
) -> int:
    """Write a loop file from a template, to .looptui/loops/NAME.toml.

    \b
    Example:
      looptui new fix-parser --goal "Make the parser's tests pass" --agent-argv "my-agent -p"
      looptui new --list
    """
    if listing:
        return _list_templates()
    if name is None:
        raise click.UsageError("Which name? `looptui new NAME`; --list shows the templates.", ctx)
    from looptui import paths
    from looptui.wire import starting

    path = starting.new_loop(
        paths.repo_root(ctx.obj), name, template=template, goal=goal, agent=agent_argv
    )
    show(_shown(path))
    _tell_next(path)
    return 0


def _list_templates() -> int:
    from looptui.loopfile import templates

    rows = [(name, templates.about(name)) for name in templates.names()]
    table(rows, ("template", "what for"))
    return 0


def _shown(path: Path) -> str:
    """A path as one would type it here."""
    try:
        return str(path.relative_to(os.path.realpath(Path.cwd())))
    except ValueError:
        return str(path)


def _terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()
