"""Files that people write: check them, describe them, show what they come to."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from looptui.cli.output import say, show, show_json
from looptui.cli.sources import root_of
from looptui.errors import LooptuiError, UsageError

if TYPE_CHECKING:
    from looptui.loopfile import Problem

_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
_CANNOT_RUN = 6


@dataclass(frozen=True, slots=True)
class _Checked:
    file: str
    loop: str | None
    """None where the file holds no loop."""
    ok: bool
    problems: tuple[Problem, ...] = ()
    obstacles: tuple[str, ...] = ()
    """What cannot run on this machine."""
    notes: tuple[str, ...] = ()
    """What the file asks for and this version does not do."""


@click.command()
@click.argument("specs", nargs=-1, metavar="[SPEC]...")
@_json
@click.option(
    "--gates", is_flag=True, help="Say too which commands cannot run here, and what they lack."
)
@click.pass_context
def check(ctx: click.Context, /, specs: tuple[str, ...], as_json: bool, gates: bool) -> int:
    """Check loop files, or all of .looptui/loops: every error at once.

    \b
    Example:
      looptui check fix-tests --gates
      looptui check path/to/loop.toml --json

    Exit codes: 0 all is well, 2 a file is wrong, 6 a command cannot run here (with --gates).
    """
    directory: Path = ctx.obj
    checked = [_check(directory, spec, gates=gates) for spec in specs or _all_loops(directory)]
    if as_json:
        files = [asdict(one) for one in checked]
        show_json("check", ok=all(one.ok for one in checked), files=files)
    else:
        for one in checked:
            _print(one)
        if not specs:
            _print_complaints()
    if not all(one.ok for one in checked):
        return 2
    return _CANNOT_RUN if any(one.obstacles for one in checked) else 0


def _all_loops(directory: Path) -> list[str]:
    from looptui import paths

    found = sorted(paths.loops_dir(paths.repo_root(directory)).glob("*.toml"))
    if not found:
        raise UsageError("There is no loop file in .looptui/loops", "`looptui init` writes one.")
    return [str(path) for path in found]


def _check(directory: Path, spec: str, *, gates: bool) -> _Checked:
    from looptui import loopfile
    from looptui.cli.running import find_loop_file

    try:
        path = directory / spec
        loaded = loopfile.load(path if path.is_file() else find_loop_file(directory, spec))
    except loopfile.LoopFileErrors as wrong:
        return _Checked(wrong.problems[0].file, None, ok=False, problems=wrong.problems)
    except LooptuiError as error:
        problem = loopfile.Problem(spec, 0, "", error.message)
        return _Checked(spec, None, ok=False, problems=(problem,))
    from looptui.wire.fitness import obstacles, unmeasured

    loop = loaded.loop
    found = obstacles(loop, root_of(directory)) if gates else []
    notes = unmeasured(loop)
    return _Checked(str(loaded.path), loop.name, True, loaded.warnings, tuple(found), notes)


def _print_complaints() -> None:
    """What is wrong with the person's own files; no loop is worse for it."""
    from looptui.cli.personal import complaints

    for complaint in complaints():
        say(f"yours: {complaint}")


def _print(checked: _Checked) -> None:
    for problem in checked.problems:
        show(str(problem))
    for obstacle in checked.obstacles:
        show(f"{checked.file}: cannot run here: {obstacle}")
    errors = sum(problem.severity == "error" for problem in checked.problems)
    if checked.ok and not checked.obstacles:
        say(f"{checked.file}: ok")
        for note in checked.notes:
            say(f"  {note}")
    elif errors:
        say(f"{checked.file}: {errors} error{'s' if errors > 1 else ''}")


@click.command()
@click.argument("thing", type=click.Choice(["loop", "config"]))
def schema(thing: str) -> int:
    """Print the JSON Schema of loop files or of the settings.

    \b
    Example:
      looptui schema loop > .looptui/loop-1.schema.json
    """
    from looptui.loopfile.schema import config_schema, loop_schema

    made = loop_schema() if thing == "loop" else config_schema()
    click.echo(json.dumps(made, indent=2))
    return 0
