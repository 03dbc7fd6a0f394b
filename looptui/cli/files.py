"""Files that people write, described for editors."""

from __future__ import annotations

import json

import click


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
