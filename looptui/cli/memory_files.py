"""Records that a repository shares: to its files, and from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from looptui.cli.driving import with_desk
from looptui.cli.output import line, say, show_json
from looptui.cli.records import found

if TYPE_CHECKING:
    from looptui.wire.desk import Desk
    from looptui.wire.sharing import Outcome

_NEEDS_A_PERSON = 4
_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.command("export")
@click.argument("names", metavar="[ID]...", nargs=-1)
@click.option("--file", "file", default="shared", show_default=True, help="For the records named.")
@click.option("--ours", is_flag=True, help="Also over what was changed in a file meanwhile.")
@_json
@click.pass_context
def export(
    ctx: click.Context, /, names: tuple[str, ...], file: str, ours: bool, as_json: bool
) -> None:
    """Write records to .looptui/memory, for you to review and commit.

    Records named are written anew; without names, shared records that were edited or forgotten.

    \b
    Example:
      looptui memory export m-001
      looptui memory export
    """

    async def written(desk: Desk) -> list[Outcome]:
        from looptui.wire.sharing import write_out

        return await write_out(desk, [found(desk, name) for name in names], file, ours=ours)

    done = with_desk(written, ctx.obj)
    clash = "was changed in the file as well: `--ours` writes over it, `memory import` takes it"
    _tell(ctx, "memory.export", done, "Nothing to write.", clash, as_json=as_json)


@click.command("import")
@click.argument("files", metavar="[FILE]...", nargs=-1)
@click.option("--theirs", is_flag=True, help="Also over what was edited here meanwhile.")
@_json
@click.pass_context
def take_over(ctx: click.Context, /, files: tuple[str, ...], theirs: bool, as_json: bool) -> None:
    """Take over the shared records of .looptui/memory, as they are in your checkout.

    Prompts have them from then on. What you edited and did not export stays as it is.

    \b
    Example:
      looptui memory import
    """

    async def taken(desk: Desk) -> list[Outcome]:
        from looptui.wire.sharing import take_over

        return await take_over(desk, files, theirs=theirs)

    done = with_desk(taken, ctx.obj)
    clash = "was edited here as well: `--theirs` takes the file's, `memory export --ours` yours"
    _tell(ctx, "memory.import", done, "Nothing new in the files.", clash, as_json=as_json)


def _tell(
    ctx: click.Context,
    kind: str,
    done: Sequence[Outcome],
    nothing: str,
    clash: str,
    *,
    as_json: bool,
) -> None:
    """What became of the records; exit 4 where some wait for a person."""
    if as_json:
        show_json(kind, records=[asdict(one) for one in done])
    else:
        for one in done:
            what = f"{one.id} {clash}" if one.done == "clash" else f"{one.done} {one.id}"
            say(f"{what}  {line(one.shared.partition('#')[0])}  {line(one.text)}")
        if not done:
            say(nothing)
    if any(one.done == "clash" for one in done):
        ctx.exit(_NEEDS_A_PERSON)
