"""Runs of one loop are told from each other, and come in the order in which they matter."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from looptui.projections.values import NeedView, RunView
from looptui.tui import looks
from looptui.tui.feed import Snapshot
from looptui.tui.glyphs import UNICODE
from looptui.tui.keymap import Keymap
from looptui.tui.panes.fleet_rows import COLUMNS, ordered, run_row
from looptui.tui.widgets.table_view import TableRows
from tests.tui.cockpit import home, make_project, playing

__all__ = ["home"]

DAY = 86_400.0
NEED = NeedView("r.1", "r", "loop", "approval", 100.0, "1 file +1 -1, all gates pass", "ab" * 20)


def _run(id_: str, state: str, created: float, *, needs: bool = False) -> RunView:
    return RunView(
        id_, "loop", state, None, 1, "base", "branch", None, {}, (), 0.0, 0,
        (replace(NEED, run=id_),) if needs else (), created=created,
    )  # fmt: skip


def test_needs_come_first_then_what_works_then_what_ended_and_the_newest_first_in_each() -> None:
    runs = [
        _run("old-end", "landed", 1.0), _run("new-end", "landed", 9.0),
        _run("old-work", "active", 2.0), _run("new-work", "active", 8.0),
        _run("old-need", "waiting", 3.0, needs=True), _run("new-need", "waiting", 7.0, needs=True),
    ]  # fmt: skip
    urgency: dict[str, float] = {view.id: looks.urgency(view, "here") for view in runs}
    found = [view.id for view in ordered(runs, urgency, [], hold=False)]
    assert found == ["new-need", "old-need", "new-work", "old-work", "new-end", "old-end"]
    held = ordered(runs, urgency, ["new-end", "old-work"], hold=True)
    assert [view.id for view in held][:2] == ["new-end", "old-work"]


def test_a_row_says_which_run_it_is_at_every_width() -> None:
    row = run_row(_run("6fe1tb2tbx", "landed", 0.0), Snapshot(), UNICODE, Keymap())
    for columns in (75, 115, 140):
        table = TableRows(COLUMNS)
        table.replace([row])
        titles = "".join(text for text, _ in table.titles(columns).spans)
        shown = "".join(text for text, _ in table.line(0, columns).spans)
        assert "6fe1tb2 " in shown
        assert "01 Jan" in shown or "31 Dec" in shown
        assert "latest" in titles
        assert "nearest brk" in titles


async def test_two_runs_of_one_loop_are_told_apart(home: Path) -> None:
    project = make_project(home)
    async with playing(project, size=(80, 24)) as player:
        await player.until(lambda: bool(player.app.snapshot.needs))
        player.app.start_loop(project.loop, trust=True)
        await player.until(lambda: len(player.app.snapshot.needs) == 2)
        await player.press("1")
        newest, oldest = (view.id for view in player.app.snapshot.runs)
        await player.sees(newest[:7], oldest[:7])

        def place(run: str) -> int:
            return player.screen.index(run[:7])

        await player.until(lambda: place(newest) < place(oldest))


def test_a_run_that_waits_for_its_turn_is_not_at_work() -> None:
    runs = (_run("6fe1tb2tbx", "active", 0.0), _run("6fe1tb2tby", "queued", 0.0))
    snapshot = Snapshot(runs, {run.id: "here" for run in runs})
    assert [view.id for view in snapshot.at_work] == ["6fe1tb2tbx"]
    assert len(snapshot.driven_here) == 2
