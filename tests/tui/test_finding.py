"""Finding words in panes and runs in the fleet; a pane alone; reading on from a list."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from looptui.tui.finding import choice
from looptui.tui.widgets.table_view import TableView
from tests.tui.cockpit import home, playing
from tests.tui.test_app_review import _project, _review
from tests.tui.test_looks import view

__all__ = ["home"]

FLAKY = replace(
    view(), id="abc1", loop="flaky-ci", state="tripped", risk="high", agent="codex",
    latest="3 of last 5 failed", labels=("ci", "q4"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("", True), ("flaky", True), ("FLAKY 5", True), ("!flaky", False), ("!docs", True),
        ("state:tripped", True), ("state:run", False), ("risk:high label:q4", True),
        ("label:nightly", False), ("loop:ci agent:codex", True), ("run:abc", True), ("!", True),
        ("colour:red", False), ("state:", False), ("tripped !state", True),
    ],
)  # fmt: skip
def test_a_filter_means_runs_by_words_and_facets(text: str, fits: bool) -> None:
    assert choice(text).fits(FLAKY, "tripped") is fits


async def test_words_are_found_in_the_pane_with_the_focus(home: Path) -> None:
    async with playing(_project(home), size=(120, 40)) as player:
        screen = await _review(player)
        await player.press("slash")
        await player.sees("Find in this pane")
        await player.write("line")
        await player.decide("enter")
        first = screen.diff_view.cursor
        spot = screen.diff_view.spot
        assert spot is not None
        assert "line" in spot.text
        await player.press("slash")
        await player.decide("enter")
        await player.until(lambda: screen.diff_view.cursor != first)
        await player.press("slash")
        await player.press(*["backspace"] * 4)
        await player.write("one note")
        await player.decide("enter")
        await player.until(lambda: (screen.diff_view.spot or spot).text == "one note")
        await player.press("slash")
        await player.write("x")
        await player.decide("enter")
        await player.sees("'one notex' is not in this pane")

        await player.press("plus")
        await player.until(lambda: screen.maximized is screen.diff_view)
        await player.until(lambda: screen.diff_view.region.width == 120)
        await player.sees("2 Review", "fix-add", "Accept")
        await player.press("escape")
        await player.until(lambda: screen.maximized is None)
        await player.press("plus", "underscore")
        await player.until(lambda: screen.maximized is None)

        await player.pilot.resize_terminal(120, 24)
        screen.query_one("#files", TableView).focus()
        await player.press("g")
        top = screen.diff_view.scroll_offset.y
        await player.press("K", "K", "K", "K", "K", "K")
        await player.until(lambda: screen.diff_view.scroll_offset.y < top or top == 0)
        top = screen.diff_view.scroll_offset.y
        await player.press("J")
        await player.until(lambda: screen.diff_view.scroll_offset.y == top + 3)

        await player.press("1", "slash")
        await player.sees("Which loops?")
        await player.write("state")
        await player.press("colon")
        await player.write("landed")
        await player.decide("enter")
        await player.sees("no run is like that", "0 of 1")
        await player.press("escape")
        await player.until(lambda: "0 of 1" not in player.screen)
        await player.sees("sorted by what needs you", "fix-add")
