"""What waits for a person: in which order, and shown where."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from looptui.projections.values import BreakerView, NeedView
from looptui.tui.glyphs import UNICODE
from looptui.tui.panes.need_rows import need_rows
from looptui.tui.queue import after, queue
from looptui.tui.widgets.table_view import TableView
from tests.tui.cockpit import GATE, LOOP, home, make_project, playing
from tests.tui.test_looks import view

__all__ = ["home"]

REVIEW = NeedView("a.1", "a", "parse", "approval", 10.0, "3 files +38 -4", "7" * 40)
OLDER = NeedView("b.1", "b", "docs", "approval", 5.0, "1 file", "8" * 40)
ASKS = NeedView("c.1", "c", "pay", "escalation", 50.0, "cost 4 of 5")
LIMIT = BreakerView(0.0, 3600.0, 0.0, "ok")
RUNS = (
    replace(view(), id="a", loop="parse", needs=(REVIEW,)),
    replace(view(), id="b", loop="docs", needs=(OLDER,)),
    replace(view(), id="c", loop="pay", needs=(ASKS,), breakers={"escalation": LIMIT}),
    replace(
        view(), id="d", loop="flaky", state="tripped", tripped="cost", reason="5 of 5", updated=1.0
    ),
    replace(view(), id="e", loop="idle", state="paused"),
)


def test_questions_come_before_reviews_and_each_turn_goes_to_the_next() -> None:
    waiting = queue(RUNS)
    assert [one.key for one in waiting] == ["c.1", "b.1", "a.1", "d"]
    last, shown = "", []
    for _ in range(5):
        one = after(waiting, last)
        assert one is not None
        shown.append(last := one.key)
    assert shown == ["c.1", "b.1", "a.1", "d", "c.1"]
    assert after((), "c.1") is None


def test_a_row_says_how_long_it_waits_and_what_happens_by_itself() -> None:
    rows = {row.key: row.cells for row in need_rows(queue(RUNS), 110.0, UNICODE)}
    assert rows["c.1"][3] == "1m"
    assert rows["c.1"][5][0][0] == "trips in 59m"
    assert rows["a.1"][5][0][0] == "nothing"
    assert rows["d"][6][0][0] == "cost breaker: 5 of 5"


async def test_the_queue_stands_beside_the_review_and_is_a_key_away_elsewhere(home: Path) -> None:
    project = make_project(home, iterations=1)
    (home / "lazy.py").write_text("print('nothing to do')\n")
    words = {"goal": "Again.", "python": sys.executable, "gate": GATE, "iterations": 1}
    lazy = project.loop.with_name("lazy.toml")
    lazy.write_text(LOOP.format(name="lazy", agent=home / "lazy.py", **words))
    files = (project.loop, lazy)
    async with playing(project, size=(200, 60), start=files) as player:
        await player.until(
            lambda: {view.state for view in player.app.snapshot.runs} == {"waiting", "tripped"}
        )
        await player.press("2")
        await player.sees("Needs you: 2", "review", "tripped")
        table = player.base.query_one("#queue", TableView)
        await player.until(lambda: table.cursor == 0)
        table.focus()
        await player.press("j", "enter")
        await player.until(lambda: player.scope == "loop")
        await player.sees("lazy")
        await player.press("!")
        await player.until(lambda: player.scope == "review")
        await player.press("!")
        await player.until(lambda: player.scope == "loop")

        await player.pilot.resize_terminal(80, 24)
        await player.press("2", "2")
        await player.sees("2 things wait for you", "iterations breaker")
        await player.press("escape", "Q")
        await player.sees("2 things wait for you")
        await player.press("G", "enter")
        await player.until(lambda: player.scope == "loop")
