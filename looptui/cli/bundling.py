"""`export`: a run as one file."""

from __future__ import annotations

from pathlib import Path

import click

from looptui.cli.output import say, show
from looptui.cli.sources import one, reader_of


@click.command()
@click.argument("name", metavar="RUN")
@click.option(
    "-o",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A new zip file; LOOP-RUN.zip here without it.",
)
@click.pass_context
def export(ctx: click.Context, /, name: str, file: Path | None) -> None:
    """Put all that is known of a run into a zip file: events, prompts, diffs, outputs.

    \b
    Example:
      looptui export fix-tests -o fix-tests.zip
    """
    from looptui import paths
    from looptui.projections.figures import plural
    from looptui.wire.bundling import bundle

    reader, state_dir = reader_of(ctx.obj)
    view = one(reader, name)
    into = file or Path(f"{view.loop}-{view.id}.zip")
    count = bundle(reader, state_dir, paths.state_db(state_dir), view, into)
    show(str(into))
    say(f"{plural(count, 'file')}, of which README.txt tells what they are")
