from __future__ import annotations

import pytest

from looptui.tui.widgets.table_view import Column, TableRow, TableRows, TableView
from tests.tui.small_app import SIZES, SmallApp, screen_lines

COLUMNS = (
    Column("", 1),
    Column("loop", 16),
    Column("state", 8, 1),
    Column("stage", 8, 5),
    Column("iter", 6, 2, right=True),
    Column("nearest brk", 13, 3),
    Column("cost $", 7, 4, right=True),
    Column("time", 6, 6),
    Column("latest", 18, 1, grow=True),
)


def _row(name: str, cost: str = "1.92") -> TableRow:
    cells = ("!", name, (("escal", "state-need"),), "build", "8/10", "perm 3/3", cost, "22m")
    return TableRow(name, (*cells, "write outside scope: .github/workflows/ci.yml and more"))


@pytest.mark.parametrize(
    ("width", "titles"),
    [
        (200, ["loop", "state", "stage", "iter", "nearest brk", "cost $", "time", "latest"]),
        (96, ["loop", "state", "stage", "iter", "nearest brk", "cost $", "latest"]),
        (80, ["loop", "state", "iter", "nearest brk", "latest"]),
        (30, ["loop", "state"]),
        (28, ["loop"]),
        (10, ["loop"]),
    ],
)
def test_columns_go_by_priority_when_it_gets_narrow(width: int, titles: list[str]) -> None:
    rows = TableRows(COLUMNS)
    shown = [COLUMNS[place].title for place, _ in rows.layout(width)]
    assert [title for title in shown if title] == titles


@pytest.mark.parametrize("size", SIZES)
async def test_nothing_is_cut_without_an_ellipsis(size: tuple[int, int]) -> None:
    table = TableView(COLUMNS)
    app = SmallApp(table)
    async with app.run_test(size=size) as pilot:
        table.set_rows([_row(f"loop-with-a-long-name-{n}") for n in range(50)])
        await pilot.pause()
        line = screen_lines(app)[2]
        assert "loop-with-a-lon…" in line
        assert ("and more" in line) == (size[0] == 200)
        assert line.rstrip("┃│ ").endswith(("…", "more", "▁"))


async def test_titles_stay_and_the_cursor_sticks_to_its_row() -> None:
    table = TableView(COLUMNS)
    app = SmallApp(table)
    async with app.run_test(size=(120, 20)) as pilot:
        table.set_rows([_row(f"loop{n}") for n in range(100)])
        table.focus()
        await pilot.press("G", "k")
        await pilot.pause()
        assert "nearest brk" in screen_lines(app)[1]
        assert "loop99" in screen_lines(app)[18]
        table.set_rows([_row(f"loop{n}") for n in reversed(range(100))])
        await pilot.pause()
        assert table.cursor == 1
        assert "loop98" in screen_lines(app)[2]


async def test_an_update_draws_only_the_rows_that_differ() -> None:
    table = TableView(COLUMNS)
    app = SmallApp(table)
    async with app.run_test(size=(120, 40)) as pilot:
        table.set_rows([_row(f"loop{n}") for n in range(20)])
        await pilot.pause()
        drawn: list[int] = []
        line = table.table.line

        def counting(index: int, columns: int):  # type: ignore[no-untyped-def]
            drawn.append(index)
            return line(index, columns)

        table.table.line = counting  # type: ignore[method-assign]
        rows = [_row(f"loop{n}") for n in range(20)]
        rows[7] = _row("loop7", "2.00")
        table.set_rows(rows)
        await pilot.pause()
        assert drawn == [7]
        assert "2.00" in screen_lines(app)[9]
