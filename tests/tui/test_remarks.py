from __future__ import annotations

from looptui.tui.remarks import LARGEST, Remarks, feedback, shown
from looptui.tui.widgets.diff_model import Diff, parse_diff
from looptui.tui.widgets.diff_rows import DiffRows, Spot

DIFF = """\
diff --git a/src/a.py b/src/a.py
--- a/src/a.py
+++ b/src/a.py
@@ -10,6 +10,6 @@ def f():
 one
 two
 three
-old
+new
 four
 five
"""


def _spots(diff: Diff, *signs: str) -> list[Spot]:
    rows = DiffRows()
    rows.diff = diff
    rows.build(80)
    spots = [rows.spot(row) for row in range(rows.count())]
    return [spot for spot in spots if spot.kind == "body" and spot.sign in signs]


def test_a_comment_is_quoted_with_its_place_and_its_hunk() -> None:
    diff, remarks = parse_diff(DIFF), Remarks()
    remarks.add("run", diff, _spots(diff, "+"), "  why?  ")
    assert feedback("please look", remarks.of("run")) == (
        "please look\n\nsrc/a.py:13\n> @@ -10,6 +10,6 @@ def f():\n>  two\n>  three\n> -old\n"
        "> +new\n>  four\n>  five\nwhy?"
    )


def test_a_comment_on_a_removed_line_names_the_old_line() -> None:
    diff, remarks = parse_diff(DIFF), Remarks()
    note = remarks.add("run", diff, _spots(diff, "-"), "keep it")
    assert note.place == "src/a.py:13"
    assert note.lines == ("-old",)


def test_comments_follow_their_line_and_leave_with_it() -> None:
    diff, remarks = parse_diff(DIFF), Remarks()
    remarks.add("run", diff, _spots(diff, "+"), "why?")
    moved = parse_diff(DIFF.replace("@@ -10,6 +10,6 @@", "@@ -10,6 +10,6 @@ class A:"))
    assert [one.at for one in shown(remarks.of("run"), moved)] == [4]
    assert shown(remarks.of("run"), parse_diff(DIFF.replace("+new", "+newer"))) == []


def test_comments_are_edited_taken_back_and_forgotten_when_sent() -> None:
    diff, remarks = parse_diff(DIFF), Remarks()
    first = remarks.add("run", diff, _spots(diff, "+"), "one")
    second = remarks.add("run", diff, _spots(diff, "-"), "two")
    remarks.edit("run", first, "better")
    assert [note.text for note in remarks.of("run")] == ["better", "two"]
    remarks.take_back("run", second.id)
    assert [note.id for note in remarks.of("run")] == [first.id]
    remarks.sent("run")
    assert remarks.of("run") == ()


def test_feedback_fits_into_an_event() -> None:
    diff, remarks = parse_diff(DIFF), Remarks()
    for _ in range(100):
        remarks.add("run", diff, _spots(diff, "+"), "é" * 50)
    text = feedback("", remarks.of("run"))
    assert len(text.encode()) < LARGEST + 100
    assert text.endswith("[cut: the feedback is too long]")
