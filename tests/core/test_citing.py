"""Records that cite files hold as long as those files do."""

from __future__ import annotations

from dataclasses import replace

from looptui.core import commands as cmd
from looptui.core import events as ev
from looptui.core.citing import cited, outdated, vouched
from looptui.core.memory import Memory
from looptui.core.selecting import Play, select
from looptui.core.shelf import Shelf, content_of, shelve
from looptui.core.spec import MemoryWeights

RULE = Memory(
    "m-001", "rule", "repository", "paging", "Use cursors.",
    files=("api.py", "new.py", "db.py"), blobs=("aa", "", "bb"),
)  # fmt: skip


def test_only_what_was_vouched_for_can_be_outdated() -> None:
    assert cited([RULE, replace(RULE, blobs=())]) == ("api.py", "db.py")
    assert outdated(RULE, {"api.py": "aa", "db.py": "bb", "new.py": "cc"}) == ""
    assert outdated(replace(RULE, blobs=()), {}) == ""


def test_what_became_of_the_files_is_told() -> None:
    assert outdated(RULE, {"api.py": "xx", "db.py": "bb"}) == (
        "stale: api.py changed since it was cited"
    )
    assert outdated(RULE, {"api.py": "xx"}) == (
        "stale: api.py changed since it was cited, db.py is gone"
    )


def test_a_stale_record_is_in_no_prompt_pinned_or_not() -> None:
    found = [(replace(RULE, pinned=True), 1.0)]
    weights, nothing = MemoryWeights(), Play((), frozenset())
    now = select(found, nothing, weights, 99, {"api.py": "aa", "db.py": "bb"})
    later = select(found, nothing, weights, 99, {"api.py": "aa"})
    assert [one.id for one in now.records] == ["m-001"]
    assert later.records == ()
    assert [one.reason for one in later.left_out] == ["stale: db.py is gone"]


def test_other_files_have_no_ids_unless_they_are_given_with_them() -> None:
    shelf = Shelf({"m-001": RULE})
    decision = shelve(shelf, cmd.Revise("m-001", files=("x.py",)))
    assert isinstance(decision, tuple)
    assert isinstance(decision[0], ev.MemoryEdited)
    assert decision[0].after.blobs == ()
    wrong = shelve(shelf, cmd.Revise("m-001", files=("x.py",), blobs=("aa", "bb")))
    assert isinstance(wrong, cmd.Refusal)
    assert "for each of its files" in wrong.reason


def test_a_merge_keeps_what_was_vouched_for() -> None:
    other = replace(RULE, id="m-002", text="100 a page", files=("page.py",), blobs=("dd",))
    shelf = Shelf({"m-001": RULE, "m-002": other})
    decision = shelve(shelf, cmd.Merge(("m-001", "m-002"), "both"))
    assert isinstance(decision, tuple)
    assert isinstance(decision[-1], ev.MemoryEdited)
    assert decision[-1].after.files == ("api.py", "new.py", "db.py", "page.py")
    assert decision[-1].after.blobs == ("aa", "", "bb", "dd")
    assert decision[-1].before == content_of(RULE)


def test_a_file_that_is_not_there_is_cited_without_an_id() -> None:
    assert vouched(("a", "b"), {"a": "aa"}) == ("aa", "")
    assert vouched(("a", "b"), {}) == ()
