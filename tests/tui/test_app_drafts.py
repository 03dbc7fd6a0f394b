"""What a reviewer marked and wrote is there again after the screen was closed, until it is sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from looptui import paths
from looptui.tui.drafts import from_text, to_text
from looptui.tui.remarks import Draft, Note, Remarks
from looptui.wire import drafts
from tests.tui.cockpit import home, playing
from tests.tui.test_app_review import _draft, _project, _review, _verdicts

__all__ = ["home"]

NOTE = Note("c3", "src/a.py", 0, 13, ("+new",), "> +new", "why?\u202e")
DRAFT = Draft((NOTE,), {"k1": "accepted", "k2": "rejected"}, frozenset({"f1", "f2"}))


def test_a_draft_is_read_as_it_was_kept_and_goes_on_counting() -> None:
    assert from_text(to_text(DRAFT)) == DRAFT
    assert to_text(Draft()) == ""
    remarks = Remarks()
    remarks.take_up("r", DRAFT)
    assert remarks.draft("r") == DRAFT
    assert remarks.undo("r") == ""
    remarks.mark("r", ["k3"], "accepted", "hunk 3")
    remarks.take_up("r", Draft())
    assert remarks.draft("r").verdicts["k3"] == "accepted"
    assert remarks.draft("other") == Draft()
    assert not remarks.knows("other")


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "{}", '{"schema":"looptui.draft/1"}', '{"schema":"looptui.draft/2"}',
     '{"schema":"looptui.draft/1","notes":[{}],"verdicts":{},"viewed":[]}'],
)  # fmt: skip
def test_what_is_no_draft_is_an_empty_one(text: str) -> None:
    assert from_text(text) == Draft()


def test_drafts_are_private_replaced_whole_and_gone_with_their_run(tmp_path: Path) -> None:
    drafts.keep(tmp_path, "r1", "one")
    drafts.keep(tmp_path, "r1", "two")
    drafts.keep(tmp_path, "r2", "other")
    assert drafts.read(tmp_path, "r1") == "two"
    (folder,) = tmp_path.iterdir()
    assert [file.stat().st_mode & 0o077 for file in (folder, *folder.iterdir())] == [0, 0, 0]
    drafts.sweep(tmp_path, ["r2"])
    assert [file.name for file in folder.iterdir()] == ["r2.json"]
    drafts.keep(tmp_path, "r2", "")
    drafts.keep(tmp_path, "r2", "")
    assert (drafts.read(tmp_path, "r2"), [*folder.iterdir()]) == ("", [])


async def test_marks_and_comments_outlive_the_screen(home: Path) -> None:
    project = _project(home)
    async with playing(project) as player:
        await _review(player)
        await player.press("a", "x", "c")
        await player.write("why twice")
        await player.press("enter")
        await player.sees("1 comment to send")
        await player.press("space")
        before = _draft(player)
        assert before.notes
        assert before.viewed
    async with playing(project, start=()) as player:
        await player.until(lambda: bool(player.app.snapshot.needs))
        await player.press("!")
        await player.sees("1 comment to send", "✓ 1 accepted", "✗ 1 rejected", "viewed 1 of")
        assert _draft(player) == before
        assert _verdicts(player)[:2] == ["accepted", "rejected"]
        folder = paths.repo_state(project.repo) / "reviews"
        assert len([*folder.iterdir()]) == 1
        await player.press("colon")
        await player.write("stop fix-add")
        await player.press("enter")
        await player.until(lambda: player.state == "stopped")
        await player.until(lambda: not [*folder.iterdir()])
