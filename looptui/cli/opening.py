"""Flags of the screen: where it opens, in which colours, and whether it only shows."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])
SCREENS = ("fleet", "review", "memory", "spend", "audit", "settings")
_WITH_THE_SCREEN = ("screen", "theme", "read_only")


def flags(command: F) -> F:
    """Add them to a command that opens the screen."""
    for option in (
        click.option("--read-only", is_flag=True, help="The screen shows, and changes nothing."),
        click.option("--theme", metavar="NAME", help="Of the screen; `looptui theme list`."),
        click.option("--screen", type=click.Choice(SCREENS), help="The one that opens first."),
    ):
        command = option(command)
    return command


def require_none(ctx: click.Context, options: Mapping[str, Any]) -> None:
    """UsageError for a flag of the screen before a command that opens none."""
    for name in _WITH_THE_SCREEN:
        if options[name]:
            flag = f"--{name.replace('_', '-')}"
            raise click.UsageError(f"{flag} is for the screen, which no command follows.", ctx)


def opened(directory: Path, options: Mapping[str, Any]) -> int:
    """Open the screen so; its exit code. UsageError for a theme that is not there."""
    from looptui.cli.screen import View, open_screen

    if options["theme"]:
        from looptui.cli.personal import chosen

        chosen(options["theme"])
        os.environ["LOOPTUI_UI__THEME"] = options["theme"]
    view = View(options["screen"] or "", bool(options["read_only"]))
    return open_screen(directory, view=view)
