from __future__ import annotations

from looptui.projections.feedback import rejected
from looptui.tui.glyphs import UNICODE
from looptui.tui.marks import (
    FileMarks,
    HunkMarks,
    counted,
    next_open,
    parts_at,
    sort_parts,
    to_fold,
    viewed,
)
from looptui.tui.remarks import LARGEST, Remarks, feedback, shown
from looptui.tui.spans import Spans
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


# --- marks --------------------------------------------------------------------------------------

TWO = (
    DIFF
    + """\
@@ -30,2 +30,3 @@ def g():
 x
+y
 z
diff --git a/run b/run
old mode 100644
new mode 100755
"""
)


def test_parts_are_accepted_rejected_and_open_again() -> None:
    diff, remarks = parse_diff(TWO), Remarks()
    remarks.mark("run", diff.keys[:1], "accepted", "accepting")
    remarks.mark("run", diff.keys[2:], "rejected", "rejecting")
    parts = sort_parts(diff, remarks.draft("run"))
    assert list(parts) == [[1], [3], [2]]
    assert parts.kept == [1, 2]
    assert next_open(diff, remarks.draft("run"), 1) == 2
    assert next_open(diff, remarks.draft("run"), 2) == 2
    remarks.mark("run", diff.keys, None, "clearing")
    assert sort_parts(diff, remarks.draft("run")).open == [1, 2, 3]


def test_marks_of_hunks_that_stay_the_same_are_kept_on_another_tree() -> None:
    diff, remarks = parse_diff(TWO), Remarks()
    remarks.mark("run", diff.keys[:2], "accepted", "accepting")
    remarks.view("run", diff.file_keys[1], viewed=True, words="viewing run")
    later = parse_diff(TWO.replace("+new", "+newer").replace("-30,2 +30,3", "-30,2 +31,3"))
    parts = sort_parts(later, remarks.draft("run"))
    assert list(parts) == [[2], [], [1, 3]]
    assert viewed(later, remarks.draft("run")) == [1]
    changed = parse_diff(TWO.replace("100755", "120000"))
    assert viewed(changed, remarks.draft("run")) == []


def test_two_hunks_that_read_the_same_are_two() -> None:
    body = " a\n-b\n+c\n"
    diff = parse_diff(f"--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n{body}@@ -9,2 +9,2 @@\n{body}")
    remarks = Remarks()
    remarks.mark("run", [diff.keys[1]], "rejected", "rejecting")
    assert sort_parts(diff, remarks.draft("run")) == ([], [2], [1])


def test_everything_can_be_undone_and_done_again_until_it_was_sent() -> None:
    diff, remarks = parse_diff(TWO), Remarks()
    states = [remarks.draft("run")]
    remarks.mark("run", diff.keys[:1], "accepted", "accepting hunk 1")
    states.append(remarks.draft("run"))
    note = remarks.add("run", diff, _spots(diff, "+"), "why?")
    states.append(remarks.draft("run"))
    remarks.edit("run", note, "why not?")
    states.append(remarks.draft("run"))
    remarks.view("run", diff.file_keys[0], viewed=True, words="viewing a")
    states.append(remarks.draft("run"))
    told = []
    for state in reversed(states[:-1]):
        told.append(remarks.undo("run"))
        assert remarks.draft("run") == state
    assert told == ["viewing a", "the words of c1", "comment c1", "accepting hunk 1"]
    assert remarks.undo("run") == ""
    for state in states[1:]:
        assert remarks.redo("run")
        assert remarks.draft("run") == state
    assert remarks.redo("run") == ""
    remarks.undo("run")
    remarks.mark("run", diff.keys[1:], "rejected", "rejecting")
    assert remarks.redo("run") == ""
    remarks.said("run")
    assert remarks.of("run") == ()
    assert sort_parts(diff, remarks.draft("run")).rejected == [2, 3]
    assert remarks.undo("run") == ""


def test_a_mark_that_changes_nothing_is_nothing_to_undo() -> None:
    diff, remarks = parse_diff(TWO), Remarks()
    remarks.mark("run", diff.keys[:1], None, "clearing")
    assert remarks.undo("run") == ""


def test_marks_stand_at_hunks_and_at_files_without_them() -> None:
    diff, remarks = parse_diff(TWO), Remarks()
    remarks.mark("run", diff.keys[:1], "accepted", "accepting")
    remarks.mark("run", diff.keys[2:], "rejected", "rejecting")
    remarks.view("run", diff.file_keys[0], viewed=True, words="viewing")
    draft = remarks.draft("run")
    hunks, files = HunkMarks(diff, draft, UNICODE), FileMarks(diff, draft, UNICODE)
    assert [_text(hunks.get(place)) for place in (0, 1)] == ["1 ✓ accepted", "2 ○ open"]
    assert [_text(files.get(place)) for place in (0, 1)] == ["✓ viewed", "3 ✗ rejected"]
    assert _text(counted(sort_parts(diff, draft), UNICODE)) == "✓ 1 accepted ✗ 1 rejected ○ 1 open"


def test_what_a_row_stands_for() -> None:
    diff = parse_diff(TWO)
    rows = DiffRows()
    rows.diff = diff
    rows.build(80)
    found: dict[str, list[int]] = {}
    for row in range(rows.count()):
        spot = rows.spot(row)
        found[f"{spot.kind} {spot.file_index} {spot.hunk}"] = parts_at(diff, spot)
    assert found["file 0 None"] == [1, 2]
    assert found["hunk 0 1"] == found["body 0 1"] == [2]
    assert found["file 1 None"] == found["note 1 None"] == [3]


def test_a_file_with_another_mode_has_a_part_for_it() -> None:
    text = TWO.replace("--- a/src/a.py", "old mode 100644\nnew mode 100755\n--- a/src/a.py")
    diff = parse_diff(text)
    assert [(part.file, part.hunk) for part in diff.parts] == [(0, None), (0, 0), (0, 1), (1, None)]
    rows = DiffRows()
    rows.diff = diff
    rows.build(80)
    note = next(spot for spot in map(rows.spot, range(rows.count())) if spot.kind == "note")
    assert parts_at(diff, note) == [1]
    assert _text(FileMarks(diff, Remarks().draft("run"), UNICODE).get(0)) == "mode 1 ○ open"


def test_generated_and_viewed_files_are_folded() -> None:
    diff = parse_diff(DIFF + DIFF.replace("src/a.py", "uv.lock"))
    remarks = Remarks()
    assert to_fold(diff, remarks.draft("run")) == {1}
    remarks.view("run", diff.file_keys[0], viewed=True, words="viewing")
    assert to_fold(diff, remarks.draft("run")) == {0, 1}


def test_rejected_hunks_are_quoted_for_the_maker() -> None:
    diff = parse_diff(TWO)
    text = feedback("no", (), rejected(diff, [2, 3]))
    assert text.startswith("no\n\nThese changes were rejected and are taken out again.")
    assert "src/a.py:30\n> @@ -30,2 +30,3 @@ def g():\n>  x\n> +y\n>  z\n" in text
    assert text.endswith("run\n> mode 100644 to 100755")


def _text(spans: Spans) -> str:
    return " ".join("".join(text for text, _ in spans).split())
