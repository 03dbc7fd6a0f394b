"""Old and new lines side by side, unchanged lines around hunks, and changes of blanks."""

from __future__ import annotations

import pytest

from looptui.tui.widgets.diff_layout import Context
from looptui.tui.widgets.diff_model import parse_diff
from looptui.tui.widgets.diff_view import SPLIT_FROM, DiffView
from tests.tui.small_app import SmallApp, screen_lines, strips_of
from tests.tui.test_diff_view import DIFF


def _view() -> tuple[DiffView, SmallApp]:
    view = DiffView()
    return view, SmallApp(view)


def _sides(app: SmallApp, row: int) -> list[str]:
    line = screen_lines(app)[row].strip("┃▁▂▃▄▅▆▇█")
    return [side.rstrip() for side in line.split("│")[:2]]


async def test_it_is_split_by_the_width_and_by_a_key() -> None:
    view, app = _view()
    async with app.run_test(size=(SPLIT_FROM - 1, 24)) as pilot:
        view.set_diff(parse_diff(DIFF))
        assert not view.split
        await pilot.resize_terminal(200, 60)
        await pilot.pause()
        assert view.split
        view.action_split()
        assert not view.split
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        view.action_split()
        assert view.split


async def test_old_and_new_stand_beside_each_other() -> None:
    view, app = _view()
    async with app.run_test(size=(160, 40)) as pilot:
        view.set_diff(parse_diff(DIFF))
        view.focus()
        await pilot.pause()
        assert _sides(app, 3) == [" 112       items = []", "112       items = []"]
        assert _sides(app, 5) == [
            " 114 -         items.append(parse_item(tokens))",
            "114 +         items.append(parse_node(tokens))··",
        ]
        assert _sides(app, 6) == ["", "115 +         if len(items) >= MAX_ITEMS:"]
        assert _sides(app, 9) == [" 115       return items", "118       return items"]
        bold = [s.text for s in strips_of(app)[5] if s.style and s.style.bold]
        assert bold[-2:] == ["parse_item", "parse_node"]


async def test_the_cursor_stays_on_its_line_whichever_way_it_is_shown() -> None:
    view, app = _view()
    async with app.run_test(size=(160, 40)) as pilot:
        view.set_diff(parse_diff(DIFF))
        view.focus()
        await pilot.press("n", "j", "j", "j")
        assert view.spot is not None
        assert (view.spot.sign, view.spot.new) == ("+", 114)
        view.action_split()
        assert (view.spot.sign, view.spot.new) == ("+", 114)
        await pilot.press("k")
        assert view.spot.sign == "-"
        view.action_split()
        assert (view.spot.sign, view.spot.new) == ("+", 114)


async def test_a_row_with_two_lines_selects_both() -> None:
    view, app = _view()
    async with app.run_test(size=(160, 40)) as pilot:
        view.set_diff(parse_diff(DIFF))
        view.focus()
        await pilot.press("n", "j", "j", "j")
        assert [(one.sign, one.old or one.new) for one in view.selection_spots] == [
            ("-", 114), ("+", 114),
        ]  # fmt: skip
        await pilot.press("v", "j")
        assert [one.new for one in view.selection_spots] == [0, 114, 115]


async def test_the_sides_scroll_together_and_keep_their_numbers() -> None:
    long = "x" * 200
    view, app = _view()
    async with app.run_test(size=(160, 24)) as pilot:
        view.set_diff(parse_diff(f"--- a/f\n+++ b/f\n@@ -1 +1 @@\n-{long}OLD\n+{long}NEW\n"))
        view.focus()
        await pilot.pause()
        assert [side[-1] for side in _sides(app, 3)] == ["…", "…"]
        await pilot.press(*"L" * 18)
        left, right = _sides(app, 3)
        assert left.startswith("   1 - ")
        assert left.endswith("xOLD")
        assert right.startswith("  1 + ")
        assert right.endswith("xNEW")


async def test_a_missing_newline_and_uneven_sides_are_shown() -> None:
    view, app = _view()
    body = "-five\n\\ No newline at end of file\n+five\n+six\n\\ No newline at end of file\n"
    async with app.run_test(size=(160, 24)) as pilot:
        view.set_diff(parse_diff(f"--- a/f\n+++ b/f\n@@ -5 +5,2 @@\n{body}"))
        await pilot.pause()
        assert _sides(app, 3) == ["   5 - five", "  5 + five"]
        assert [side.strip() for side in _sides(app, 4)] == [
            "No newline at end of file", "6 + six",
        ]  # fmt: skip
        assert [side.strip() for side in _sides(app, 5)] == ["", "No newline at end of file"]


@pytest.mark.parametrize("split", [False, True])
async def test_a_remark_stands_below_its_line(split: bool) -> None:
    from looptui.tui.widgets.diff_rows import Remark

    view, app = _view()
    async with app.run_test(size=(160, 40)) as pilot:
        view.set_split(split)
        view.set_diff(parse_diff(DIFF))
        view.set_remarks([Remark("c1", 0, 3, "c1 why"), Remark("c2", 0, 2, "c2 too")])
        await pilot.pause()
        text = "\n".join(screen_lines(app))
        assert text.index("parse_node") < text.index("c1 why") < text.index("MAX_ITEMS")
        assert text.index("parse_item(") < text.index("c2 too")
        rows = [view.diff_rows.spot(row) for row in range(view.diff_rows.count())]
        assert [one.remark for one in rows if one.kind == "remark"] == ["c2", "c1"]
        keys = [view.diff_rows.key(row) for row in range(view.diff_rows.count())]
        assert [view.diff_rows.find(key) for key in keys] == list(range(len(keys)))


# --- unchanged lines ----------------------------------------------------------------------------

FILE = [f"line {n}" for n in range(1, 41)]
AROUND = """\
--- a/f
+++ b/f
@@ -10,3 +10,4 @@ head
 line 10
+line 11
 line 12
 line 13
@@ -30,2 +31,1 @@
 line 31
-gone
"""


@pytest.mark.parametrize("split", [False, True])
async def test_unchanged_lines_around_hunks_come_and_go(split: bool) -> None:
    view, app = _view()
    async with app.run_test(size=(160, 60)) as pilot:
        view.set_split(split)
        view.set_diff(parse_diff(AROUND))
        view.focus()
        await pilot.press("n", "j", "j")
        before = view.spot
        view.set_context(0, Context(FILE, 2))
        await pilot.pause()
        assert view.spot == before
        lines = [line.strip("┃ ▁▂▃▄▅▆▇█").rstrip() for line in screen_lines(app)]
        assert lines[2] == "… 7 unchanged lines"
        assert lines[3].startswith("@@ -10,3 +10,4 @@")
        assert lines[4].startswith("8" if split else "8   8")
        assert lines[4].endswith("line 8")
        spots = [view.diff_rows.spot(row) for row in range(view.diff_rows.count())]
        around = [(one.old, one.new, one.text) for one in spots if one.kind == "context"]
        assert around == [
            (8, 8, "line 8"), (9, 9, "line 9"), (13, 14, "line 14"), (14, 15, "line 15"),
            (28, 29, "line 29"), (29, 30, "line 30"), (32, 32, "line 32"), (33, 33, "line 33"),
        ]  # fmt: skip
        assert [line for line in lines if "unchanged" in line] == [
            "… 7 unchanged lines", "… 13 unchanged lines", "… 7 unchanged lines",
        ]  # fmt: skip
        keys = [view.diff_rows.key(row) for row in range(view.diff_rows.count())]
        assert [view.diff_rows.find(key) for key in keys] == list(range(len(keys)))
        view.set_context(0, Context(FILE, 1000))
        spots = [view.diff_rows.spot(row) for row in range(view.diff_rows.count())]
        shown = [one.new for one in spots if one.kind in ("context", "body") and one.new]
        assert shown == list(range(1, 41))
        view.set_context(0, None)
        assert view.diff_rows.count() == len(AROUND.splitlines()) - 1
        assert view.spot == before


async def test_changes_of_blanks_alone_stand_back() -> None:
    view, app = _view()
    text = "--- a/f\n+++ b/f\n@@ -1,2 +1,3 @@\n-a  b\n-c\n+a b\n+d\n+  \n"
    async with app.run_test(size=(80, 24)) as pilot:
        view.set_diff(parse_diff(text))
        await pilot.pause()
        ground = app.theme_variables["diff-del-bg"]
        coloured = [_ground(app, row) for row in range(3, 8)]
        assert coloured[0] == coloured[1] == ground.lower()
        view.action_blanks()
        await pilot.pause()
        now = [_ground(app, row) for row in range(3, 8)]
        assert now[0] != ground.lower()
        assert now[1] == ground.lower()
        assert now[2] == now[4] == now[0]
        assert now[3] == coloured[3]
        assert "a  b" in screen_lines(app)[3]


def _ground(app: SmallApp, row: int) -> str:
    """The ground below the text of a row."""
    strip = strips_of(app)[row]
    segment = list(strip)[3]
    colour = segment.style.bgcolor if segment.style else None
    triplet = colour.triplet if colour else None
    return triplet.hex.lower() if triplet else ""
