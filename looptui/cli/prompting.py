"""Prompts before they are sent."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from looptui.cli.driving import find_run, with_desk
from looptui.cli.groups import Group
from looptui.cli.output import say, show, show_json

if TYPE_CHECKING:
    from looptui.wire.desk import Desk
    from looptui.wire.previewing import Preview


@click.group(cls=Group)
def prompt() -> None:
    """See what a maker is told.

    \b
    Example:
      looptui prompt preview fix-tests
    """


@prompt.command()
@click.argument("run")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def preview(ctx: click.Context, /, run: str, as_json: bool) -> None:
    """Print the next prompt of a run exactly as it would be sent; nothing is sent.

    The prompt is on standard output, the sizes of its sections are on standard error.

    \b
    Example:
      looptui prompt preview fix-tests
    """
    directory: Path = ctx.obj
    found = with_desk(lambda desk: _preview(desk, run), directory)
    if as_json:
        show_json(
            "prompt",
            run=found.run,
            iteration=found.iteration,
            tokens=found.prompt.tokens,
            sections=[asdict(section) for section in found.prompt.sections],
            memory=list(found.prompt.memory),
            text=found.prompt.text,
        )
        return
    show(found.prompt.text)
    say(f"{found.run}: prompt of iteration {found.iteration}, {found.prompt.tokens:,} tokens")
    for section in found.prompt.sections:
        left = f", {section.left_out} left out" if section.left_out else ""
        say(f"  {section.name:9} {section.tokens:6,}{left}")
    if found.memory.left_out:
        say(f"  `looptui memory why {found.run}` tells why records are left out")


async def _preview(desk: Desk, name: str) -> Preview:
    from looptui.wire.previewing import preview

    return await preview(desk, find_run(desk, name))
