"""`init` and `new`: the files that make a repository ready for loops."""

from __future__ import annotations

import os
import shlex
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from looptui.cli.output import line, say, show, show_json, table

if TYPE_CHECKING:
    from looptui.detecting.values import Survey
    from looptui.wire.starting import Draft


@click.command()
@click.option("--template", metavar="T", help="Of the first loop; `looptui new --list` shows them.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--detect", is_flag=True, help="Only say what was found, and where; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="With --detect: one JSON object.")
@click.pass_context
def init(
    ctx: click.Context, /, template: str | None, yes: bool, detect: bool, as_json: bool
) -> int:
    """Prepare this repository: settings, a first loop. What is there already stays.

    \b
    Example:
      looptui init
      looptui init --template agent
      looptui init --detect --json
    """
    from looptui import paths
    from looptui.wire import starting

    if as_json and not detect:
        raise click.UsageError("--json goes with --detect.", ctx)
    root = paths.repo_root(ctx.obj)
    found = starting.look(root)
    if detect:
        return _show_survey(found, as_json=as_json)
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


def _show_survey(found: Survey, *, as_json: bool) -> int:
    if as_json:
        show_json("survey", **asdict(found))
        return 0
    names = ", ".join(f"{one.name} ({one.path})" for one in found.languages)
    show(f"languages: {line(names) or 'none that we know'}")
    show(f"branch: {line(found.git.branch or found.git.state)}, {line(_default(found))}")
    if found.packages:
        show(f"packages: {line(', '.join(one.path for one in found.packages))}")
    rows = [
        (one.purpose, line(shlex.join(one.argv)), line(one.place), one.confidence, line(one.why))
        for one in found.findings
    ]
    if rows:
        table(rows, ("for", "command", "from", "how sure", "why"))
    else:
        show("commands: none found")
    for agent in found.agents:
        keys = " and ".join(agent.keys_set) or "no key set"
        show(f"agent: {agent.title} ({line(agent.path)}), {keys}")
    if not found.agents:
        show("agents: none on PATH")
    for one in found.unread:
        say(f"could not be read: {one.path}: {one.reason}")
    return 0


def _default(found: Survey) -> str:
    git = found.git
    return f"default {git.default} ({git.default_from})" if git.default else "default unknown"


def _tell(found: Survey, drafts: list[Draft]) -> None:
    tests = found.best("test")
    if tests is None:
        say("tests: none found; put your command into argv of the gate `tests`")
    else:
        say(f"tests: {shlex.join(tests.argv)} ({tests.place})")
        if not tests.here:
            say(f"       {tests.argv[0]} is not on this machine")
    if found.git.state == "unborn":
        say("There is no commit yet, and a run starts from one: git add -A && git commit -m Start")
    else:
        say(f"lands on: {found.git.branch or 'a branch of its own (HEAD is detached)'}")
    for one in found.unread:
        say(f"could not be read: {one.path}: {one.reason}")
    loops = [draft.path for draft in drafts if draft.path.parent.name == "loops"]
    if loops:
        _tell_next(loops[0])


def _tell_next(loop: Path) -> None:
    """What a person does with a loop file that was just written."""
    if b'"your-agent"' in loop.read_bytes():
        say(f"Put the command line of your agent into [maker] argv of {_shown(loop)}, then")
    say(f"Next: looptui check {loop.stem} --gates --trust   when you have read it")
    say(f"      looptui run {loop.stem}")


@click.command()
@click.argument("name", required=False)
@click.option("--template", metavar="T", help="What to start from; --list shows them.")
@click.option("--goal", metavar="TEXT", help="The goal, in words for the maker.")
@click.option("--from", "source", metavar="-|FILE|URL", help="Where the goal's words are instead.")
@click.option("--edit", is_flag=True, help="Open the file in your editor, and check it after that.")
@click.option("--agent-argv", metavar="COMMAND", help="The command line of your agent.")
@click.option("--list", "listing", is_flag=True, help="List the templates.")
@click.option("--json", "as_json", is_flag=True, help="With --list: one JSON object.")
@click.pass_context
def new(
    ctx: click.Context,
    /,
    name: str | None,
    template: str | None,
    goal: str | None,
    source: str | None,
    edit: bool,
    agent_argv: str | None,
    listing: bool,
    as_json: bool,
) -> int:
    """Write a loop file from a template, to .looptui/loops/NAME.toml.

    Its gates and its maker are those that this repository and this machine have. The goal can
    come from standard input (-), a file, or an issue, which your own gh or glab reads.

    \b
    Example:
      looptui new fix-parser --goal "Make the parser's tests pass" --agent-argv "my-agent -p"
      looptui new pagination --from https://github.com/you/shop/issues/12 --edit
      looptui new lint --template lint-autofix
      looptui new --list
    """
    if as_json and not listing:
        raise click.UsageError("--json goes with --list.", ctx)
    if listing:
        return _list_templates(as_json=as_json)
    if name is None and template is None:
        raise click.UsageError("Which name? `looptui new NAME`; --list shows the templates.", ctx)
    if source is not None and goal is not None:
        raise click.UsageError("--goal and --from both say the goal: give one.", ctx)
    if edit and not _terminal():
        raise click.UsageError("--edit needs a terminal.", ctx)
    from looptui import paths
    from looptui.wire import starting

    if source is not None:
        from looptui.cli.goals import goal_from

        goal = goal_from(source)
    path = starting.new_loop(
        paths.repo_root(ctx.obj),
        name or template or "",
        template=template,
        goal=goal,
        agent=agent_argv,
    )
    show(_shown(path))
    if edit:
        return _edit(ctx, path)
    _tell_next(path)
    return 0


def _edit(ctx: click.Context, path: Path) -> int:
    """Open a loop file in the person's editor, and check it; the check's exit code."""
    from looptui.cli.checking import check
    from looptui.cli.settings import opened_in_editor

    if code := opened_in_editor(path):
        return code
    checked: int = ctx.invoke(check, specs=(str(path),), as_json=False, gates=False, trust=False)
    if not checked:
        _tell_next(path)
    return checked


def _list_templates(*, as_json: bool) -> int:
    from looptui.loopfile import templates

    rows = [(name, templates.about(name)) for name in templates.names()]
    if as_json:
        show_json("templates", templates=[{"name": name, "about": about} for name, about in rows])
        return 0
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
