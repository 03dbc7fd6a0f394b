from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from looptui.core.protect import (
    ALWAYS_DENIED,
    DEFAULT_GLOBS,
    GROUPS,
    group_of,
    is_test_addition,
    matches,
)


@pytest.mark.parametrize(
    ("glob", "yes", "no"),
    [
        ("src/**", ["src/a", "src/a/b.py", "src"], ["srcx/a", "a/src/b", "Src/a"]),
        ("src/", ["src/a", "src/a/b", "src"], ["srcx"]),
        ("./src/*", ["src/a"], ["src/a/b", "src"]),
        ("*.py", ["a.py", ".py"], ["d/a.py", "a.pyc"]),
        ("**/*.py", ["a.py", "d/a.py", "d/e/a.py"], ["a.pyc", "a.py/b"]),
        ("a/**/b", ["a/b", "a/x/b", "a/x/y/b"], ["a/xb", "b", "a/b/c"]),
        ("a/**/b/**/c", ["a/b/c", "a/b/b/c", "a/x/b/y/z/c"], ["a/c", "a/bc"]),
        ("**/tests/**", ["tests/a", "x/tests/a/b", "x/tests"], ["xtests/a", "tests2/a"]),
        ("**", ["a", "a/b"], []),
        ("**/**", ["a", "a/b"], []),
        ("a?c", ["abc"], ["a/c", "ac", "abbc"]),
        ("a*b*c", ["abc", "axbxc", "abcbc"], ["ab/c", "acb"]),
        ("[a-c]x", ["ax", "cx"], ["dx", "x"]),
        ("[!a-c]x", ["dx"], ["ax", "/x"]),
        ("[^a]x", ["bx"], ["ax"]),
        ("[]x]", ["]", "x"], ["a"]),
        ("[!]]", ["a"], ["]"]),
        ("[a-]", ["a", "-"], ["b"]),
        ("[z-a]", [], ["z", "a", "m"]),
        ("a[b", ["a[b"], ["ab"]),
        ("[.-0]x", [".x", "0x"], ["/x"]),
        ("a.b+(c)", ["a.b+(c)"], ["axb+(c)"]),
        ("with space/ü*", ["with space/über"], ["with space/u"]),
        ("a\nb", ["a\nb"], ["a b"]),
        ("*", ["a\nb", "a"], ["a/b"]),
        ("a", ["a"], ["a\n", "ab"]),
    ],
)
def test_globs(glob: str, yes: list[str], no: list[str]) -> None:
    assert [path for path in yes if matches(path, [glob]) != glob] == []
    assert [path for path in no if matches(path, [glob]) is not None] == []


def test_the_glob_that_matched_is_named() -> None:
    assert matches("b/c.py", ["a/**", "b/**", "**/*.py"]) == "b/**"
    assert matches("c.txt", ["a/**", "**/*.py"]) is None
    assert matches("c.txt", []) is None


def reference(pattern: str, path: str) -> bool:
    """The same rules in the slow and obvious way, for patterns of a, b, `/`, `*`, `**`, `?`."""

    def segments(want: list[str], have: list[str]) -> bool:
        if not want:
            return not have
        if want[0] == "**":
            return any(segments(want[1:], have[n:]) for n in range(len(have) + 1))
        return bool(have) and chars(want[0], have[0]) and segments(want[1:], have[1:])

    def chars(want: str, have: str) -> bool:
        if not want:
            return not have
        if want[0] == "*":
            return any(chars(want[1:], have[n:]) for n in range(len(have) + 1))
        return bool(have) and want[0] in ("?", have[0]) and chars(want[1:], have[1:])

    return segments([one for one in pattern.split("/") if one], path.split("/"))


SEGMENT = st.one_of(st.just("**"), st.text("ab*?", min_size=1, max_size=5))
PATTERN = st.lists(SEGMENT, min_size=1, max_size=5).map("/".join)
PATH = st.lists(st.text("ab", min_size=1, max_size=5), min_size=1, max_size=5).map("/".join)


@settings(max_examples=1500, deadline=None)
@given(PATTERN, PATH)
def test_agrees_with_the_obvious_matcher(pattern: str, path: str) -> None:
    assert (matches(path, [pattern]) is not None) == reference(pattern, path)


def test_hostile_globs_take_no_time() -> None:
    started = time.process_time()
    assert matches("a" * 4000, ["*a" * 30 + "b"]) is None
    assert matches("a/" * 2000 + "a", ["**/a/" * 30 + "b"]) is None
    assert matches("a" * 4000, ["?*" * 40 + "b"]) is None
    assert time.process_time() - started < 1.0


@pytest.mark.parametrize(
    ("path", "group"),
    [
        ("tests/test_cart.py", "tests"),
        ("shop/tests/data/x.json", "tests"),
        ("pkg/cart_test.go", "tests"),
        ("web/cart.spec.tsx", "tests"),
        ("conftest.py", "test runner"),
        ("sub/pyproject.toml", "test runner"),
        ("package.json", "test runner"),
        ("mypy.ini", "checks"),
        ("Makefile", "build"),
        (".github/workflows/ci.yml", "continuous integration"),
        ("src/evil.pth", "runs by itself"),
        ("sitecustomize.py", "runs by itself"),
        (".envrc", "runs by itself"),
        (".vscode/tasks.json", "runs by itself"),
        (".vscode", "runs by itself"),
        (".claude/settings.json", "agents"),
        ("sub/.codex/config.toml", "agents"),
        (".aider.conf.yml", "agents"),
        (".looptui/loops/x.toml", "agents"),
    ],
)
def test_default_groups(path: str, group: str) -> None:
    found = group_of(path)
    assert found is not None
    assert found.name == group
    assert matches(path, DEFAULT_GLOBS)


@pytest.mark.parametrize(
    "path", ["src/cart.py", "README.md", "docs/testing.md", "src/contest.py", "src/protest/a.py"]
)
def test_ordinary_files_are_not_protected(path: str) -> None:
    assert matches(path, DEFAULT_GLOBS) is None


def test_git_and_looptui_are_always_denied() -> None:
    for path in (".git", ".git/config", "sub/.git/hooks/x", ".looptui/config.toml"):
        assert matches(path, ALWAYS_DENIED)
    assert matches(".gitignore", ALWAYS_DENIED) is None


def test_every_group_says_why_and_no_glob_stands_twice() -> None:
    assert all(group.reason and group.globs for group in GROUPS)
    assert len(DEFAULT_GLOBS) == len(set(DEFAULT_GLOBS))


@pytest.mark.parametrize(
    ("path", "addition"),
    [
        ("tests/test_new.py", True),
        ("shop/test_new.py", True),
        ("pkg/new_test.go", True),
        ("web/new.test.ts", True),
        ("tests/test_old.py", False),
        ("tests/conftest.py", False),
        ("tests/pytest.ini", False),
        ("tests/json.py", False),
        ("tests/__init__.py", False),
        ("pytest/test_new.py", False),
        (".github/test_new.py", False),
        ("src/new.py", False),
    ],
)
def test_only_new_test_files_are_additions(path: str, addition: bool) -> None:
    assert is_test_addition(path, {"tests/test_old.py", "src/cart.py"}) is addition
