"""What the checker of a run found, and what people say to that."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from looptui.cli.driving import apply, find_run, with_desk
from looptui.cli.output import line, say, show_json, table
from looptui.core import commands as cmd

if TYPE_CHECKING:
    from looptui.projections.values import FlawView
    from looptui.wire.desk import Desk

_HEADER = ("finding", "state", "severity", "raised", "iteration", "where", "what")


@click.command()
@click.argument("run")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def findings(ctx: click.Context, /, run: str, as_json: bool) -> int:
    """List what the checker found in the candidates of a run: open, fixed or waived.

    \b
    Example:
      looptui findings fix-tests
      looptui findings fix-tests --json
    """
    return with_desk(lambda desk: _list(desk, run, as_json=as_json), ctx.obj)


@click.command()
@click.argument("run")
@click.argument("finding")
@click.option("-m", "--message", "reason", required=True, help="Why it does not matter; recorded.")
@click.pass_context
def waive(ctx: click.Context, /, run: str, finding: str, reason: str) -> int:
    """Say why a finding does not matter: it no longer keeps a candidate from passing.

    \b
    Example:
      looptui waive fix-tests 3fa2 -m "callers pass no empty list"
    """
    return with_desk(
        lambda desk: apply(desk, find_run(desk, run), cmd.Waive(finding, reason)), ctx.obj
    )


async def _list(desk: Desk, run: str, *, as_json: bool) -> int:
    from looptui.projections.checking import flaw_view

    chosen = find_run(desk, run)
    ledger = (await desk.load(chosen)).state.flaws
    found = [flaw_view(one) for one in ledger.values()]
    if as_json:
        show_json("findings", run=chosen, findings=[asdict(one) for one in found])
    elif found:
        table([_row(one) for one in found], _HEADER)
    else:
        say(f"The checker of run {chosen} found nothing, or none is set.")
    return 0


def _row(one: FlawView) -> tuple[str, ...]:
    said = f"{one.reason} (waived by {one.by}: {one.why})" if one.state == "waived" else one.reason
    where = f"{one.first}-{one.last}" if one.last > one.first else str(one.first)
    return (
        one.id, one.state, one.severity, str(one.raised), where, line(one.place), line(said),
    )  # fmt: skip
