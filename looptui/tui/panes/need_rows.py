"""What waits for a person as rows."""

from __future__ import annotations

from collections.abc import Sequence

from looptui.projections.figures import span
from looptui.tui.glyphs import Glyphs
from looptui.tui.queue import Waiting
from looptui.tui.widgets.table_view import Column, TableRow

COLUMNS = (
    Column("", 1),
    Column("kind", 10),
    Column("loop", 12, grow=True),
    Column("waits", 5, right=True),
    Column("risk", 6, 2),
    Column("by itself", 12, 3),
    Column("what", 30, 1, grow=True),
)


def need_rows(waiting: Sequence[Waiting], now: float, glyphs: Glyphs) -> list[TableRow]:
    """A row for each; `now` is Unix seconds."""
    return [_row(one, now, glyphs) for one in waiting]


def _row(one: Waiting, now: float, glyphs: Glyphs) -> TableRow:
    view, need = one.view, one.need
    mark, kind = _mark(one, glyphs)
    what = need.text if need else f"{view.tripped} breaker: {view.reason}"
    waits = span(max(0.0, now - one.since))
    return TableRow(
        one.key,
        (
            (mark,),
            ((kind, mark[1]),),
            ((view.loop, "bold"),),
            waits,
            ((view.risk, f"risk-{view.risk}"),),
            ((_by_itself(one, now), "muted"),),
            ((what.split("\n")[0], ""),),
        ),
    )


def _mark(one: Waiting, glyphs: Glyphs) -> tuple[tuple[str, str], str]:
    if one.need is None:
        return (glyphs.tripped, "breaker-trip"), "tripped"
    if one.kind == "approval":
        return (glyphs.review, "state-review"), "review"
    return (glyphs.need, "state-need"), one.kind


def _by_itself(one: Waiting, now: float) -> str:
    """What happens if nobody answers."""
    limit = one.view.breakers.get("escalation")
    if one.kind != "escalation" or limit is None:
        return "nothing"
    left = one.since + limit.limit - now
    return f"trips in {span(left)}" if left > 0 else "trips"
