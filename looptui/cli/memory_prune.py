"""Records that memory could do without: proposed, and put away when a person says so."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import click

from looptui.cli.driving import with_desk
from looptui.cli.output import line, say, show_json, table
from looptui.cli.records import for_people

if TYPE_CHECKING:
    from looptui.core.thinning import Proposal
    from looptui.wire.desk import Desk


@click.command()
@click.option("--yes", is_flag=True, help="Carry the proposals out.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def prune(ctx: click.Context, /, yes: bool, as_json: bool) -> None:
    """Propose records to put away: near-duplicates, unused ones, and those that never help.

    Nothing is changed without --yes, and `looptui memory undo` takes back one at a time. Of
    records whose words are the same but for one in nine the best stays; others are superseded.
    Unused is what no prompt had in 90 days; no help is what led to a better score in less than
    5 % of 10 prompts or more. Pinned records stay.

    \b
    Example:
      looptui memory prune
      looptui memory prune --yes
    """
    found = with_desk(lambda desk: _pruned(desk, yes=yes), ctx.obj)
    if as_json:
        show_json("memory.prune", done=yes, proposals=[_told(one) for one in found])
        return
    rows = [
        (one.fault, record.id, line(record.text), one.why)
        for one in found
        for record in _put_away(one)
    ]
    if not rows:
        say("Nothing to put away.")
        return
    table(rows, ("", "id", "text", "why"))
    say("Done; `looptui memory undo` takes back one at a time." if yes else "--yes does that.")


async def _pruned(desk: Desk, *, yes: bool) -> tuple[Proposal, ...]:
    from looptui.core.thinning import proposals
    from looptui.wire.remembering import carry_out

    found = proposals(for_people(desk.reader.memory()), time.time())
    for one in found if yes else ():
        await carry_out(desk, one.command)
    return found


def _put_away(proposal: Proposal) -> tuple[Any, ...]:
    return proposal.records[1:] if proposal.fault == "duplicate" else proposal.records


def _told(proposal: Proposal) -> dict[str, Any]:
    kept = [one.id for one in proposal.records if one not in _put_away(proposal)]
    return {
        "fault": proposal.fault,
        "put_away": [one.id for one in _put_away(proposal)],
        "keep": kept,
        "why": proposal.why,
    }
