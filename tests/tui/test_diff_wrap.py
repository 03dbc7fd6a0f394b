"""Long lines of a diff go on in rows of their own, one above the other and side by side."""

from __future__ import annotations

import pytest

from looptui.tui.widgets.diff_lines import MOST_WRAPPED, rows_beyond
from looptui.tui.widgets.diff_model import parse_diff
from looptui.tui.widgets.diff_rows import Remark
from looptui.tui.widgets.diff_view import DiffView
from tests.tui.small_app import SmallApp, screen_lines

LONG = " ".join(f"word{n}" for n in range(40))
WIDE = "\u6f22\u5b57" * 60
DIFF = f"""\
diff --git a/a.py b/a.py
--- a/a.py
+++ b/a.py
@@ -1,3 +1,3 @@
 short
-{LONG}
+{LONG} and more
 {WIDE}
"""


@pytest.mark.parametrize(
    ("line", "room", "rows"),
    [("+short", 10, 0), ("+" + "a" * 10, 10, 0), ("+" + "a" * 11, 10, 1), ("+" + "a" * 19, 10, 1),
     ("+" + "a" * 20, 10, 2), ("+" + "\u6f22" * 10, 10, 2), ("+\t" + "a" * 7, 10, 1), ("", 10, 0),
     ("+" + "a" * 10**6, 10, MOST_WRAPPED), ("+abc", 1, 0)],
)  # fmt: skip
def test_a_line_takes_as_many_rows_as_it_needs(line: str, room: int, rows: int) -> None:
    assert rows_beyond(line, room) == rows


@pytest.mark.parametrize("split", [False, True])
async def test_nothing_of_a_long_line_is_lost(split: bool) -> None:
    view = DiffView()
    async with SmallApp(view).run_test(size=(90, 40)) as pilot:
        view.set_split(split)
        view.set_diff(parse_diff(DIFF), remarks=[Remark("c1", 0, 2, "why so long?")])
        await pilot.pause()
        cut = view.rows.count()
        assert "word39 and more" not in "\n".join(screen_lines(view.app))
        await pilot.press("w")
        await pilot.pause()
        assert view.rows.count() > cut + 6
        spots = [view.diff_rows.spot(n) for n in range(view.rows.count())]
        whole = "\n".join(screen_lines(view.app))
        assert "and more" in whole
        assert whole.index("and more") < whole.index("why so long?")
        long = [spot.text for spot in spots if spot.kind == "body" and spot.text.endswith("more")]
        assert len(long) > 1
        view.move_to(view.rows.count() - 1)
        assert (view.spot or spots[0]).text == WIDE
        await pilot.press("n", "g", "N", "L", "v", "down", "y")
        assert view.shift == 0
        await pilot.press("w")
        assert view.rows.count() == cut


async def test_the_rows_of_a_line_put_together_are_the_line() -> None:
    view = DiffView()
    async with SmallApp(view).run_test(size=(70, 30)) as pilot:
        view.set_diff(parse_diff(DIFF))
        await pilot.press("w")
        await pilot.pause()
        gutter = view.diff_rows.pen.gutter
        rows = [text[2:][: view.columns] for text in screen_lines(view.app)[1:-1]]
        first = next(n for n in range(view.rows.count()) if view.diff_rows.spot(n).sign == "+")
        of_it = [n for n in range(view.rows.count()) if view.diff_rows.spot(n).sign == "+"]
        parts = [rows[n][gutter:] for n in of_it]
        assert [part[-1] for part in parts[:-1]] == ["\u2026"] * (len(parts) - 1)
        assert "".join(part[:-1] for part in parts[:-1]) + parts[-1].rstrip() == f"{LONG} and more"
        assert rows[first].split()[:2] == ["2", "+"]
        assert not rows[first + 1][:gutter].strip()
