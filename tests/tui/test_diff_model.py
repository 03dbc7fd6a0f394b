"""Diffs as git itself prints them, from real repositories."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from looptui.errors import LooptuiError
from looptui.tui.widgets.diff_model import changed_parts, parse_diff


def _git(repo: Path, *argv: str) -> str:
    done = subprocess.run(["git", "-C", str(repo), *argv], check=True, capture_output=True)
    return done.stdout.decode("utf-8", "surrogateescape")


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    _git(tmp_path, "init", "-q")
    _git(tmp_path, "config", "user.name", "t")
    _git(tmp_path, "config", "user.email", "t@example.org")
    return tmp_path


def _commit(repo: Path) -> None:
    _git(repo, "add", "-A")
    _git(repo, "commit", "-qm", "x")


def test_every_kind_of_change_of_git_is_read(repo: Path) -> None:
    many = "".join(f"line {n}\n" for n in range(60))
    (repo / "two hunks.py").write_text(many)
    (repo / "gone.txt").write_text("a\nb\n")
    (repo / "old name.txt").write_text(many)
    (repo / "run.sh").write_text("echo\n")
    (repo / "data.bin").write_bytes(b"\0\1" * 50)
    (repo / "ünïcode \t.txt").write_text("x")
    _commit(repo)
    (repo / "two hunks.py").write_text(
        many.replace("line 3\n", "line three\n").replace("line 50\n", "line 50\nextra\n")
    )
    (repo / "gone.txt").unlink()
    (repo / "old name.txt").rename(repo / "new name.txt")
    (repo / "run.sh").chmod(0o755)
    (repo / "data.bin").write_bytes(b"\0\2" * 60)
    (repo / "ünïcode \t.txt").write_text("y")
    (repo / "fresh.txt").write_text("--- a/not a header\n+++ b/neither\n@@ -1 +1 @@\n")
    (repo / "empty").write_text("")
    (repo / "link").symlink_to("fresh.txt")
    _git(repo, "add", "-A")
    diff = parse_diff(_git(repo, "diff", "--cached", "-M"))
    files = {file.path: file for file in diff.files}
    assert {path: file.status for path, file in files.items()} == {
        "two hunks.py": "modified",
        "gone.txt": "deleted",
        "new name.txt": "renamed",
        "run.sh": "mode",
        "data.bin": "modified",
        "ünïcode \t.txt": "modified",
        "fresh.txt": "added",
        "empty": "added",
        "link": "added",
    }
    assert (files["two hunks.py"].added, files["two hunks.py"].removed) == (2, 1)
    assert files["two hunks.py"].hunks == 2
    assert files["new name.txt"].old_path == "old name.txt"
    assert files["new name.txt"].notes == ("renamed from old name.txt",)
    assert files["run.sh"].notes == ("mode 100644 to 100755",)
    assert files["data.bin"].notes == ("binary, not shown",)
    assert files["empty"].notes == ("empty file",)
    assert files["link"].notes == ("symbolic link",)
    assert [diff.line(files["fresh.txt"].first_hunk, n) for n in range(3)] == [
        "+--- a/not a header",
        "++++ b/neither",
        "+@@ -1 +1 @@",
    ]


def test_lines_are_numbered_on_both_sides_and_paired(repo: Path) -> None:
    (repo / "a").write_text("one\ntwo\nthree\nfour\nfive")
    _commit(repo)
    (repo / "a").write_text("one\n2\n3\nfour\nfive\nsix")
    diff = parse_diff(_git(repo, "diff"))
    numbers = diff.numbers(0)
    lines = [diff.line(0, n) for n in range(diff.hunks[0].size)]
    assert lines == [
        " one", "-two", "-three", "+2", "+3", " four", "-five", "\\ No newline at end of file",
        "+five", "+six", "\\ No newline at end of file",
    ]  # fmt: skip
    assert list(numbers.old) == [1, 2, 3, 0, 0, 4, 5, 0, 0, 0, 0]
    assert list(numbers.new) == [1, 0, 0, 2, 3, 4, 0, 0, 5, 6, 0]
    assert list(numbers.partner) == [-1, 3, 4, 1, 2, -1, 8, -1, 6, -1, -1]
    assert diff.find_line("a", new=3) == (0, 4)
    assert diff.find_line("a", old=3) == (0, 2)
    assert diff.find_line("a", new=99) is None
    assert diff.find_line("b", new=1) is None


def test_a_hunk_keeps_its_key_as_long_as_its_lines(repo: Path) -> None:
    many = "".join(f"line {n}\n" for n in range(60))
    (repo / "a").write_text(many)
    _commit(repo)
    (repo / "a").write_text(many.replace("line 50\n", "fifty\n"))
    before = parse_diff(_git(repo, "diff"))
    (repo / "a").write_text(many.replace("line 50\n", "fifty\n").replace("line 3\n", "3\n"))
    after = parse_diff(_git(repo, "diff"))
    assert before.hunk_key(0) == after.hunk_key(1)
    assert before.hunk_key(0) != after.hunk_key(0)


def test_an_empty_diff_has_nothing() -> None:
    assert parse_diff("").files == []


def test_what_is_no_diff_is_refused_with_a_word() -> None:
    with pytest.raises(LooptuiError, match="cannot be read"):
        parse_diff("--- a/x\n+++ b/x\n@@ -1,5 +1,5 @@\n one\n")


def test_changed_words_are_found_in_lines_that_are_alike() -> None:
    old, new = "    total = price * count", "    total = price * (count + 1)"
    (before, after) = changed_parts(old, new)
    assert "".join(new[a:b] for a, b in after) == "( + 1)"
    assert before == ()
    assert changed_parts("completely different", "x = 1") == ((), ())
    assert changed_parts("x" * 10_000, "y" * 10_000) == ((), ())


def test_names_that_look_like_headers_are_names(repo: Path) -> None:
    """A blank and a b in a directory is all it takes."""
    names = ("a b/a b/f", "x b/y", "--- a/x", "+++ b/x", "@@ -1 +1 @@", "end ", "li\nne", '"q"')
    for name in names:
        (repo / name).parent.mkdir(parents=True, exist_ok=True)
        (repo / name).write_text("x\n")
    (repo / "e b").mkdir()
    (repo / "e b" / "e").write_text("")
    _git(repo, "add", "-A")
    diff = parse_diff(_git(repo, "diff", "--cached"))
    assert {file.path for file in diff.files} == {*names, "e b/e"}
    assert len(diff.parts) == len(names) + 1
    _commit(repo)
    for name in names:
        (repo / name).chmod(0o755)
    diff = parse_diff(_git(repo, "diff"))
    assert {file.path for file in diff.files} == set(names)
    assert {file.status for file in diff.files} == {"mode"}


def test_a_file_that_becomes_a_link_is_one_part(repo: Path) -> None:
    (repo / "a").write_text("text\n")
    (repo / "b").write_text("b\n")
    _commit(repo)
    (repo / "a").unlink()
    (repo / "a").symlink_to("b")
    (repo / "b").write_text("c\n")
    diff = parse_diff(_git(repo, "diff"))
    assert [(file.path, file.status, file.joined) for file in diff.files] == [
        ("a", "deleted", False), ("a", "added", True), ("b", "modified", False),
    ]  # fmt: skip
    assert [(part.file, part.hunk) for part in diff.parts] == [(0, None), (2, 2)]
    assert [diff.part_of(*place) for place in ((0, None), (0, 0), (1, 1), (1, None), (2, 2))] == [
        1, 1, 1, 1, 2,
    ]  # fmt: skip
    before = diff.keys[0]
    (repo / "a").unlink()
    (repo / "a").symlink_to("elsewhere")
    assert parse_diff(_git(repo, "diff")).keys[0] != before


def test_a_submodule_that_moved_is_told(repo: Path) -> None:
    text = """\
diff --git a/lib b/lib
index 1111111..2222222 160000
--- a/lib
+++ b/lib
@@ -1 +1 @@
-Subproject commit 1111111111111111111111111111111111111111
+Subproject commit 2222222222222222222222222222222222222222
"""
    (file,) = parse_diff(text).files
    assert (file.kind, file.notes) == ("submodule", ("submodule",))


@pytest.mark.parametrize(
    "text",
    [
        "nonsense\n",
        "--- a/x\n+++ b/x\n@@ -1,2 +1 @@\n-a\ndiff --git a/y b/y\n",
        "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n+too much\n",
        "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n*b\n",
    ],
)
def test_a_diff_whose_counts_do_not_hold_is_refused(text: str) -> None:
    with pytest.raises(LooptuiError, match="cannot be read"):
        parse_diff(text)
