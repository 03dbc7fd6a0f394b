from __future__ import annotations

import pytest

from looptui.tui.widgets.diff_model import Diff, parse_diff
from looptui.tui.widgets.diff_rows import Remark
from looptui.tui.widgets.diff_view import DiffView
from tests.tui.small_app import SIZES, SmallApp, screen_lines, strips_of

DIFF = """\
diff --git a/src/parser.py b/src/parser.py
index 1111111..2222222 100644
--- a/src/parser.py
+++ b/src/parser.py
@@ -112,5 +112,8 @@ def parse_list(tokens):
     items = []
     while tokens:
-        items.append(parse_item(tokens))
+        items.append(parse_node(tokens))\x20\x20
+        if len(items) >= MAX_ITEMS:
+            raise ParseError("too many items", tokens.pos)
+        item = parse_item(tokens)
     return items
\x20
@@ -140,2 +145,3 @@ def parse_pair(tokens):
     key = tokens.take()
+\t# TODO
     return key, parse_item(tokens)
diff --git a/logo.bin b/logo.bin
index 1111111..2222222 100644
Binary files a/logo.bin and b/logo.bin differ
diff --git a/b.py b/b.py
index 1111111..2222222 100644
--- a/b.py
+++ b/b.py
@@ -1 +1 @@
-a = 1
+a = 2
"""


def _view() -> tuple[DiffView, SmallApp]:
    view = DiffView()
    return view, SmallApp(view)


@pytest.mark.parametrize("size", SIZES)
async def test_a_diff_has_headers_numbers_and_signs(size: tuple[int, int]) -> None:
    view, app = _view()
    async with app.run_test(size=size) as pilot:
        view.set_split(False)
        view.set_diff(parse_diff(DIFF))
        await pilot.pause()
        lines = [line.strip("┃│ ▁▂▃▄▅▆▇█").rstrip() for line in screen_lines(app)]
        assert lines[1] == "src/parser.py  +5 -1"
        assert lines[2] == "@@ -112,5 +112,8 @@ def parse_list(tokens):"
        assert lines[3] == "112 112       items = []"
        assert lines[5] == "114     -         items.append(parse_item(tokens))"
        assert lines[6] == "114 +         items.append(parse_node(tokens))··"
        assert lines[14] == "146 +     # TODO"
        assert lines[17].startswith("logo.bin")
        assert lines[18] == "binary, not shown"


async def test_changed_words_stand_out() -> None:
    view, app = _view()
    async with app.run_test(size=(120, 40)) as pilot:
        view.set_diff(parse_diff(DIFF))
        await pilot.pause()
        bold = [s.text for s in strips_of(app)[6] if s.style and s.style.bold]
        assert bold == ["parse_node"]


async def test_the_cursor_says_what_it_is_on() -> None:
    view, app = _view()
    async with app.run_test(size=(120, 40)) as pilot:
        assert view.spot is None
        view.set_diff(parse_diff(DIFF))
        view.focus()
        assert view.spot is not None
        assert (view.spot.kind, view.spot.file.path) == ("file", "src/parser.py")
        await pilot.press("n", "j", "j", "j")
        spot = view.spot
        assert (spot.kind, spot.hunk, spot.at, spot.sign, spot.old, spot.new) == (
            "body", 0, 2, "-", 114, 0,
        )  # fmt: skip
        assert spot.text == "        items.append(parse_item(tokens))"
        await pilot.press("j")
        assert (view.spot.old, view.spot.new) == (0, 114)


async def test_hunks_and_files_are_jumped_to() -> None:
    view, app = _view()
    async with app.run_test(size=(80, 24)) as pilot:
        view.set_diff(parse_diff(DIFF))
        view.focus()
        await pilot.press("n")
        assert view.spot
        assert (view.spot.kind, view.spot.hunk) == ("hunk", 0)
        await pilot.press("n")
        assert view.spot
        assert view.spot.hunk == 1
        await pilot.press("n", "n", "n")
        assert view.spot
        assert view.spot.hunk == 2
        await pilot.press("N")
        assert view.spot
        assert view.spot.hunk == 1
        view.action_next_file()
        assert view.spot
        assert view.spot.file.path == "logo.bin"
        view.action_last_file()
        assert view.spot
        assert view.spot.file.path == "src/parser.py"


async def test_remarks_stand_below_their_line_and_the_cursor_stays() -> None:
    view, app = _view()
    async with app.run_test(size=(80, 40)) as pilot:
        view.set_diff(parse_diff(DIFF))
        view.focus()
        await pilot.press("n", *"jjjjj")
        before = view.spot
        text = "c1 you, line 114: when can this be None? raise instead of it, please\nto the maker"
        view.set_remarks([Remark("c1", 0, 1, text), Remark("c2", 2, 0, "c2 why")])
        await pilot.pause()
        assert view.spot == before
        lines = screen_lines(app)
        assert "113 113" in lines[4]
        assert "┌ c1 you, line 114: when can this be None? raise instead of it," in lines[5]
        assert "│ please" in lines[6]
        assert "└ to the maker" in lines[7]
        assert "114     -" in lines[8]
        view.move_to(4)
        assert view.spot is not None
        assert (view.spot.kind, view.spot.remark, view.spot.at) == ("remark", "c1", 1)


async def test_marks_show_at_the_right_end_of_headers() -> None:
    view, app = _view()
    async with app.run_test(size=(60, 24)) as pilot:
        view.set_diff(parse_diff(DIFF))
        view.set_marks({0: (("○ open", "muted"),)}, {0: (("✓ viewed", "breaker-ok"),)})
        await pilot.pause()
        assert screen_lines(app)[1].rstrip("┃ ").endswith("✓ viewed")
        header = screen_lines(app)[2].strip("┃ ▁▂▃▄▅▆▇█")
        assert header == "@@ -112,5 +112,8 @@ def parse_list(tokens):     ○ open"


async def test_folded_files_show_their_header_only() -> None:
    view, app = _view()
    async with app.run_test(size=(80, 24)) as pilot:
        view.set_diff(parse_diff(DIFF))
        view.fold({0})
        await pilot.pause()
        assert "folded" in screen_lines(app)[1]
        assert "logo.bin" in screen_lines(app)[3]
        view.focus()
        await pilot.press("n")
        assert view.spot
        assert view.spot.file.path == "b.py"


async def test_a_range_stays_within_its_hunk() -> None:
    view, app = _view()
    async with app.run_test(size=(80, 40)) as pilot:
        view.set_diff(parse_diff(DIFF))
        view.focus()
        await pilot.press("n", "j", "j")
        assert [spot.new for spot in view.selection_spots] == [113]
        await pilot.press("v", "j", "j")
        assert [(spot.sign, spot.old, spot.new) for spot in view.selection_spots] == [
            (" ", 113, 113), ("-", 114, 0), ("+", 0, 114),
        ]  # fmt: skip
        await pilot.press("n", "j")
        assert [spot.new for spot in view.selection_spots] == [145]
        await pilot.press("v")
        assert len(view.selection_spots) == 1


async def test_a_new_diff_keeps_the_line() -> None:
    view, app = _view()
    async with app.run_test(size=(80, 24)) as pilot:
        view.set_diff(parse_diff(DIFF))
        view.focus()
        await pilot.press("G")
        assert view.spot
        assert (view.spot.file.path, view.spot.new) == ("b.py", 1)
        view.set_diff(parse_diff(DIFF[DIFF.index("diff --git a/logo") :]))
        assert view.spot
        assert (view.spot.file.path, view.spot.new) == ("b.py", 1)
        view.set_diff(Diff())
        assert view.spot is None
        await pilot.press("j", "n", "N", "v", "G", "enter")


async def test_the_gutter_stays_when_lines_scroll_sideways() -> None:
    long = "x" * 200
    view, app = _view()
    async with app.run_test(size=(80, 24)) as pilot:
        view.set_diff(parse_diff(f"--- a/f\n+++ b/f\n@@ -1 +1 @@\n-{long}\n+{long}END\n"))
        view.focus()
        assert screen_lines(app)[4].rstrip("┃ ").endswith("…")
        await pilot.press(*"L" * 18)
        assert screen_lines(app)[4].startswith("┃       1 + ")
        assert "xEND" in screen_lines(app)[4]


async def test_a_long_diff_is_not_laid_out_line_by_line() -> None:
    body = "".join(f"-old line {n}\n+new line {n}\n" for n in range(40_000))
    view, app = _view()
    async with app.run_test(size=(120, 40)) as pilot:
        diff = parse_diff(f"--- a/f\n+++ b/f\n@@ -1,40000 +1,40000 @@\n{body}")
        view.set_diff(diff)
        view.focus()
        assert len(view.diff_rows.layout.blocks) == 3
        await pilot.press("G")
        assert view.spot
        assert view.spot.new == 40_000
        assert "40000" in screen_lines(app)[38]


async def test_a_copy_has_no_signs_and_no_numbers() -> None:
    view, app = _view()
    async with app.run_test(size=(100, 30)) as pilot:
        view.set_split(False)
        view.set_diff(parse_diff(DIFF))
        view.focus()
        await pilot.pause()
        assert view.copied() == "src/parser.py"
        await pilot.press("j")
        assert view.copied().startswith("@@ -112,5")
        await pilot.press("j", "j", "j", "v", "j")
        assert view.copied() == (
            "        items.append(parse_item(tokens))\n        items.append(parse_node(tokens))  "
        )
