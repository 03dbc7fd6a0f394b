"""A group of commands that suggests the nearest word for a wrong one."""

from __future__ import annotations

import difflib

import click


class Group(click.Group):
    """Lists its commands in the order in which they were written."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in self.commands and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], self.commands, n=1)
            known = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(self.commands)}."
            raise click.UsageError(f"There is no {ctx.info_name} {args[0]!r}. {known}", ctx)
        return super().resolve_command(ctx, args)
