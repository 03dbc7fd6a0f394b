from __future__ import annotations

from dataclasses import replace

import pytest

from looptui.core import commands as cmd
from looptui.core import events as ev
from looptui.core.memory import TRIED, Memory
from looptui.core.shelf import LARGEST, Shelf, content_of, edited, last_change, last_edit, shelve

KNOWN = Memory("m-001", "rule", "repository", "paging", "Use cursors.", at=1.0)


def shelf(*records: Memory, edits: tuple[ev.Record, ...] = ()) -> Shelf:
    return Shelf({record.id: record for record in records}, edits)


def logged(*events: ev.Event) -> tuple[ev.Record, ...]:
    return tuple(ev.Record(event, n, 1.0, "human:ann", 0.0) for n, event in enumerate(events, 1))


def refusal(shelf: Shelf, command: cmd.Command) -> str:
    decision = shelve(shelf, command)
    assert isinstance(decision, cmd.Refusal)
    return decision.reason


def test_a_record_gets_the_next_number_of_the_stream() -> None:
    asked = cmd.Remember("fact", " CI runs on 3.11 ", tags=("ci",), pinned=True)
    edits = logged(ev.MemoryRecorded("m-001", "fact", "repository", "s", "t"))
    assert shelve(shelf(edits=edits), asked) == (
        ev.MemoryRecorded(
            "m-002", "fact", "repository", "added by hand", "CI runs on 3.11",
            tags=("ci",), pinned=True,
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (cmd.Remember("hunch", "x"), "no kind of record"),
        (cmd.Remember("fact", "  "), "needs a text"),
        (cmd.Remember("fact", "x", scope="moon"), "no scope"),
        (cmd.Remember("fact", "x", scope="user"), "not kept yet"),
        (cmd.Remember("fact", "x" * LARGEST), "at most 3,000 bytes"),
        (cmd.Remember("fact", "Use  cursors."), "m-001 says the same"),
        (cmd.Revise("m-009", text="x"), "no record 'm-009'"),
        (cmd.Revise("m-001", text="x", seen="Use pages."), "changed meanwhile"),
        (cmd.Revise("m-001", state="lost"), "no state of a record"),
        (cmd.UndoEdit(), "no edit"),
        (cmd.Stop(), "no such command about memory"),
    ],
)
def test_what_makes_no_sense_is_refused(command: cmd.Command, told: str) -> None:
    assert told in refusal(shelf(KNOWN), command)


def test_an_edit_says_what_was_and_what_is() -> None:
    decision = shelve(shelf(KNOWN), cmd.Revise("m-001", why="rows are deleted", pinned=True))
    assert isinstance(decision, tuple)
    (event,) = decision
    assert isinstance(event, ev.MemoryEdited)
    assert event.before == content_of(KNOWN)
    assert edited(KNOWN, event.after) == replace(KNOWN, why="rows are deleted", pinned=True)


def test_an_edit_that_changes_nothing_is_no_event() -> None:
    assert shelve(shelf(KNOWN), cmd.Revise("m-001", text="Use cursors. ")) == ()


def test_what_was_tried_is_no_record_of_people() -> None:
    tried = Memory("tried:a", TRIED, "repository", "a", "")
    assert "no record" in refusal(shelf(tried), cmd.Revise("tried:a", text="x"))


def test_undo_walks_back_and_ends() -> None:
    made = ev.MemoryRecorded("m-001", "rule", "repository", "paging", "Use cursors.")
    first = ev.MemoryEdited(
        "m-001", content_of(KNOWN), replace(content_of(KNOWN), text="Use pages.")
    )
    log = logged(made, first)
    undone = shelve(shelf(edited(KNOWN, first.after), edits=log), cmd.UndoEdit())
    assert undone == (ev.MemoryEdited("m-001", first.after, first.before, undoes=2),)
    log = logged(made, first, *undone)
    gone = shelve(shelf(KNOWN, edits=log), cmd.UndoEdit())
    assert isinstance(gone, tuple)
    assert isinstance(gone[0], ev.MemoryEdited)
    assert (gone[0].after.state, gone[0].undoes) == ("forgotten", 1)
    assert last_edit(logged(made, first, *undone, *gone)) is None


def test_an_edit_under_which_the_record_changed_is_not_undone() -> None:
    edit = ev.MemoryEdited("m-001", content_of(KNOWN), replace(content_of(KNOWN), text="a"))
    assert "recorded anew" in refusal(shelf(KNOWN, edits=logged(edit)), cmd.UndoEdit())


def test_the_largest_edit_fits_into_an_event() -> None:
    big = edited(KNOWN, replace(content_of(KNOWN), text="\x01" * 400, why="ü" * 100))
    decision = shelve(shelf(big), cmd.Revise("m-001", text="\x02" * 400))
    assert isinstance(decision, tuple)
    assert all(len(ev.encode(event, 1.0).encode()) < 8 * 1024 for event in decision)


OTHER = Memory(
    "m-002", "fact", "repository", "paging", "Pages hold 100.", tags=("api",), pinned=True
)


def test_a_merge_keeps_the_first_and_is_taken_back_whole() -> None:
    decision = shelve(
        shelf(KNOWN, OTHER), cmd.Merge(("m-001", "m-002"), "Use cursors; 100 a page.")
    )
    assert isinstance(decision, tuple)
    gone, kept = decision
    assert isinstance(gone, ev.MemoryEdited)
    assert isinstance(kept, ev.MemoryEdited)
    assert (gone.id, gone.after.state, kept.id, kept.also) == ("m-002", "superseded", "m-001", 1)
    assert (kept.after.text, kept.after.tags, kept.after.pinned) == (
        "Use cursors; 100 a page.", ("api",), True,
    )  # fmt: skip
    log = logged(*decision)
    assert [record.n for record in last_change(log)] == [1, 2]
    now = shelf(edited(KNOWN, kept.after), edited(OTHER, gone.after), edits=log)
    undone = shelve(now, cmd.UndoEdit())
    assert isinstance(undone, tuple)
    assert [(e.id, e.undoes) for e in undone if isinstance(e, ev.MemoryEdited)] == [
        ("m-001", 2), ("m-002", 1),
    ]  # fmt: skip
    assert last_change(logged(*decision, *undone)) == ()


@pytest.mark.parametrize(
    ("ids", "seen", "told"),
    [
        (("m-001",), (), "two records or more"),
        (("m-001", "m-001"), (), "two records or more"),
        (("m-001", "m-007"), (), "no record 'm-007'"),
        (("m-001", "m-002"), ("Use cursors.", "Pages hold 50."), "m-002 was changed meanwhile"),
    ],
)
def test_a_merge_of_what_is_not_there_is_refused(
    ids: tuple[str, ...], seen: tuple[str, ...], told: str
) -> None:
    assert told in refusal(shelf(KNOWN, OTHER), cmd.Merge(ids, "both", seen=seen))
