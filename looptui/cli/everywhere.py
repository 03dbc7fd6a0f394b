"""Flags before the command: they hold for every one of them."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])
QUIET = "looptui.quiet"
"""Key of the context: the person wants no talk."""
VERBOSE = "looptui.verbose"
"""Key of the context: how often -v was said."""


def flags(command: F) -> F:
    """Add them to the group of all commands."""
    file = click.Path(exists=True, dir_okay=False, resolve_path=True)
    place = click.Path(file_okay=False, resolve_path=True)
    for option in reversed(
        (
            click.option("--config", "file", type=file, help="Read your settings from FILE."),
            click.option("--state", type=place, metavar="DIR", help="Keep all state in DIR."),
            click.option("--json", "as_json", is_flag=True, help="Like --json behind the command."),
            click.option("--plain", is_flag=True, help="Like --plain behind the command."),
            click.option("-q", "quiet", is_flag=True, help="Say nothing but data and errors."),
            click.option(
                "-v", "verbose", count=True, help="Say what goes on inside; -vv says more."
            ),
            click.option("--no-color", is_flag=True, help="Like NO_COLOR=1."),
        )
    ):
        command = option(command)
    return command


def hold(ctx: click.Context, wanted: dict[str, Any]) -> None:
    """Make the flags hold, for this process and for those that it starts."""
    if wanted["file"]:
        os.environ["LOOPTUI_CONFIG"] = wanted["file"]
    if wanted["state"]:
        os.environ["LOOPTUI_STATE"] = wanted["state"]
    if wanted["no_color"]:
        os.environ["NO_COLOR"] = "1"
    ctx.meta[QUIET] = wanted["quiet"]
    ctx.meta[VERBOSE] = wanted["verbose"]
    if wanted["quiet"] and wanted["verbose"]:
        raise click.UsageError("-q and -v contradict each other.", ctx)
    if wanted["verbose"]:
        _talk(logging.DEBUG if wanted["verbose"] > 1 else logging.INFO)
    if ctx.invoked_subcommand is None and (wanted["as_json"] or wanted["plain"]):
        raise click.UsageError("--json and --plain go with a command; the screen has neither.", ctx)


def _talk(level: int) -> None:
    """What would go to the log file alone is also said on stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Safe("%(levelname)s %(name)s: %(message)s"))
    handler.addFilter(lambda record: record.name.startswith("looptui"))
    logging.getLogger("looptui").setLevel(level)
    logging.getLogger().addHandler(handler)


class _Safe(logging.Formatter):
    """Text of others comes in messages, too."""

    def format(self, record: logging.LogRecord) -> str:
        from looptui.text import safe

        return safe(super().format(record))


def passed_on(ctx: click.Context, command: click.Command, words: list[str]) -> list[str]:
    """The words for a command, with the flags that were said before it.

    UsageError where it has no such flag: nothing is silently ignored.
    """
    said = [f"--{name.removeprefix('as_')}" for name in ("as_json", "plain") if ctx.params[name]]
    at = 0
    while isinstance(command, click.Group) and at < len(words) and words[at] in command.commands:
        command = command.commands[words[at]]
        at += 1
    for flag in said:
        if not any(flag in parameter.opts for parameter in command.params):
            raise click.UsageError(f"{command.name} has no {flag}.", ctx)
    return [*words[:at], *said, *words[at:]]
