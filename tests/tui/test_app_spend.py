"""The spend screen over a real run whose maker tells no price, and sums over calls that do."""

from __future__ import annotations

from pathlib import Path

import pytest

from looptui.projections.figures import DAY
from looptui.tui.glyphs import UNICODE
from looptui.tui.logbook import Call
from looptui.tui.panes import spend_rows
from looptui.tui.screens.spend import SpendScreen
from tests.tui.cockpit import home, make_project, playing

__all__ = ["home"]

NOW = 1_790_000_000.0


def _call(seq: int, ago: float, *, micro: int | None, tokens: int = 100) -> Call:
    return Call(seq, NOW - ago, "r1", seq, "ended", 2.0, tokens, micro)


CALLS = (
    _call(1, 20 * DAY, micro=4_000_000),
    _call(2, 3 * DAY, micro=2_000_000),
    _call(3, 60, micro=None),
    _call(4, 30, micro=500_000),
)


@pytest.mark.parametrize(
    ("span", "usd", "calls"), [("today", 0.5, 2), ("7 days", 2.5, 3), ("30 days", 6.5, 4)]
)
def test_a_span_takes_the_calls_since_it_began(span: str, usd: float, calls: int) -> None:
    found = spend_rows.within(CALLS, span, NOW)
    assert (found.usd, len(found.calls)) == (usd, calls)


def test_a_call_without_a_price_is_counted_and_never_zero() -> None:
    mixed = spend_rows.within(CALLS, "today", NOW)
    assert mixed.unpriced == 1
    assert mixed.priced
    alone = spend_rows.within([CALLS[2]], "today", NOW)
    row = spend_rows.row(alone, alone, UNICODE)
    assert row.cells[4] == "n/a"


def test_days_are_sorted_newest_first_and_others_by_money() -> None:
    days = spend_rows.sums(CALLS, "day", {})
    assert [one.name for one in days] == sorted((one.name for one in days), reverse=True)
    assert [one.name for one in spend_rows.sums(CALLS, "run", {})] == ["r1"]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_what_a_maker_does_not_tell_is_said(home: Path, size: tuple[int, int]) -> None:
    async with playing(make_project(home), size=size) as player:
        await player.until(lambda: bool(player.app.snapshot.needs))
        await player.press("4")
        await player.sees("Spend by loop - today", "fix-add", "1 unpriced", "n/a")
        screen = player.app.screen
        assert isinstance(screen, SpendScreen)
        await player.press("enter")
        await player.sees(spend_rows.NO_TOKENS, "Caps", "reserved", "calls without a price")
        await player.press("escape")
        await player.sees("Spend by loop")
        seen = []
        for _ in range(5):
            await player.press("f")
            seen.append(screen.by)
        assert seen == ["run", "maker", "model", "day", "loop"]
        await player.press("T")
        await player.sees("Spend by loop - 7 days")
        await player.press("T", "T")
        assert screen.span == "today"
        await player.press("q")
        assert player.scope != "spend"
