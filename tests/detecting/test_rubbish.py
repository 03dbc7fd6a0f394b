"""Files that are anything at all: what cannot be read is named, and the rest is found."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from looptui.detecting import survey
from looptui.detecting.reading import LARGEST, MOST_NAMES

READ = (
    "pyproject.toml", "package.json", "pnpm-workspace.yaml", "Makefile", "justfile", "Cargo.toml",
    "Cargo.lock", "go.mod", "go.work", "tox.ini", "setup.cfg", "noxfile.py", "AGENTS.md",
    "README.md", ".git", "requirements.txt", "part/package.json", "part/pyproject.toml",
)  # fmt: skip
PIECES = st.sampled_from([
    "[tool.pytest", "]\n", "[tool]\n", "{", "}", '"scripts"', ":", '"test"', "test:", "\n", "```",
    "`pytest -q`", "[workspace]\nmembers = 3\n", '{"workspaces": {"packages": [1, "[", "**"]}}',
    "packages:\n - '", "gitdir: /nowhere", "gitdir: ", "use (", "\\", "\t", "tool = 3\n",
    '{"scripts": [1], "packageManager": 7}', "[tool.uv.workspace]\nmembers = ['[', '../..']\n",
    "[tool.hatch]\nenvs = 1\n", "\u202e", "\x1b[31m", '{"devDependencies": 1}',
])  # fmt: skip
CONTENT = st.one_of(
    st.binary(max_size=200), st.lists(PIECES, max_size=8).map(lambda parts: "".join(parts).encode())
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(READ), CONTENT, max_size=6))
def test_no_content_ends_it(files: dict[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        (root / "part").mkdir()
        for file, content in files.items():
            (root / file).write_bytes(content)
        (root / "test_sound.py").write_text("")
        found = survey(root, {})
        assert found.best("test") is not None
        for one in found.findings:
            assert one.argv
            assert all(word.isprintable() for word in one.argv)
        assert {one.path for one in found.unread} <= {*files, ".git/HEAD"}


def unread(root: Path) -> dict[str, str]:
    found = survey(root, {})
    assert found.best("test") is not None, "the rest is found"
    return {one.path: one.reason for one in found.unread}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "test_sound.py").write_text("")
    return tmp_path


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"[broken", "not TOML"),
        (b"a = 1\na = 2", "not TOML"),
        (b"\xff\xfe", "UTF-8"),
        (b"a\0b", "binary"),
        (b"#" * (LARGEST + 1), "larger than"),
        (b"a = " + b"[" * 100_000, "not TOML"),
    ],
)
def test_what_is_no_toml_is_named(root: Path, content: bytes, reason: str) -> None:
    (root / "pyproject.toml").write_bytes(content)
    assert reason in unread(root)["pyproject.toml"]


@pytest.mark.parametrize("content", ["{", "[" * 200_000, "[1]", "3", '{"a": 1e999999, ', ""])
def test_what_is_no_json_object_is_named(root: Path, content: str) -> None:
    (root / "package.json").write_text(content)
    assert "package.json" in unread(root)


def test_links_that_lead_to_themselves_or_nowhere(root: Path) -> None:
    (root / "package.json").symlink_to("package.json")
    (root / "Cargo.toml").symlink_to("nowhere")
    (root / "packages").symlink_to(".")
    (root / "tests").symlink_to("tests")
    found = unread(root)
    assert "symbolic links" in found["package.json"]


def test_pipes_devices_and_directories_are_not_opened_as_files(root: Path) -> None:
    os.mkfifo(root / "Makefile")
    (root / "AGENTS.md").symlink_to("/dev/zero")
    (root / "go.mod").mkdir()
    found = unread(root)
    assert {found[name] for name in ("Makefile", "AGENTS.md", "go.mod")} == {"not a file"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_named(root: Path) -> None:
    (root / "package.json").write_text("{}")
    (root / "package.json").chmod(0)
    (root / "tests").mkdir(0)
    found = unread(root)
    assert found["package.json"] == found["tests"] == "permission denied"


def test_a_directory_without_end_is_looked_at_in_part(root: Path) -> None:
    crowded = root / "tests"
    crowded.mkdir()
    for number in range(MOST_NAMES + 1):
        (crowded / f"n{number}").touch()
    assert str(MOST_NAMES) in unread(root)["tests"]


def test_a_directory_that_is_not_there_has_nothing(tmp_path: Path) -> None:
    found = survey(tmp_path / "nowhere", {"PATH": ""})
    assert (found.findings, found.git.state) == ((), "none")
