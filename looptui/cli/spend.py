"""`spend`: what calls cost, summed up or one by one."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from looptui.cli.output import line, show, show_json
from looptui.cli.sources import reader_of
from looptui.errors import UsageError

if TYPE_CHECKING:
    from looptui.projections.spending import Entry, Total

BY = ("loop", "run", "iteration", "role", "tier", "agent", "model", "label", "payer", "day")
_COLUMNS = (
    "seq", "at", "day", "loop", "run", "iteration", "role", "tier", "agent", "model", "labels",
    "payer", "tokens_in", "tokens_out", "cached", "usd", "told", "seconds", "outcome",
)  # fmt: skip


@click.command()
@click.option("--by", type=click.Choice(BY), default="loop", help="What sums are made by.")
@click.option("--since", metavar="SPAN", help="Only of this last span: 12h, 7d, 30d.")
@click.option("--csv", "as_csv", is_flag=True, help="Print every call, as CSV.")
@click.option("--json", "as_json", is_flag=True, help="Print sums and calls as one JSON object.")
@click.pass_context
def spend(ctx: click.Context, /, by: str, since: str | None, as_csv: bool, as_json: bool) -> None:
    """Show what calls of models and agents cost.

    A call without a known price is counted and never taken for $0.

    \b
    Example:
      looptui spend
      looptui spend --by model --since 7d
      looptui spend --csv > spend.csv
    """
    from looptui.projections.spending import total, totals
    from looptui.wire import spending

    if as_csv and as_json:
        raise UsageError("Either --csv or --json", "Take one of them.")
    reader, _ = reader_of(ctx.obj)
    entries = list(spending.entries(reader, _from(since)))
    sums = totals(entries, by)
    if as_csv:
        click.echo(_csv(entries), nl=False)
    elif as_json:
        held = reader.money().held / 1e6
        show_json(
            "spend",
            by=by,
            total=asdict(total("all", entries)),
            reserved_usd=held,
            sums=[asdict(one) for one in sums],
            calls=[one.plain() for one in entries],
        )
    elif entries:
        _table(sums, total("all", entries), by)
    else:
        show("No maker was called yet.")


def _from(since: str | None) -> float:
    from looptui.loopfile.values import seconds

    if since is None:
        return 0.0
    try:
        return time.time() - seconds(since)
    except ValueError as wrong:
        raise UsageError(f"--since {since}: {wrong}", "Say 12h, 7d or 30d.") from wrong


def _csv(entries: Sequence[Entry]) -> str:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for one in entries:
        plain = {**one.plain(), "labels": " ".join(one.labels), "told": str(one.told).lower()}
        usd = "" if one.usd is None else f"{one.usd:.6f}"
        writer.writerow([_inert({**plain, "usd": usd}[name]) for name in _COLUMNS])
    return written.getvalue()


def _inert(cell: object) -> object:
    """No cell begins a formula in a spreadsheet: names come from others."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@") else cell


def _table(sums: Sequence[Total], whole: Total, by: str) -> None:
    from looptui.projections.figures import money, tokens, took

    def cells(one: Total) -> tuple[str, ...]:
        return (
            line(one.name),
            f"{one.calls}",
            tokens(one.tokens_in),
            tokens(one.tokens_out),
            money(one.usd, known=one.known),
            took(one.seconds),
            f"{one.unpriced} unpriced" if one.unpriced else "",
        )

    rows = [(by, "calls", "in", "out", "spent", "time", ""), *map(cells, sums)]
    if len(sums) > 1:
        rows.append(cells(whole))
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    for name, *rest in rows:
        right = (cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))
        show(f"{name.ljust(widths[0])}  {'  '.join(right)}".rstrip())
