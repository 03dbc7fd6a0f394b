"""Real repositories, with a user's config that the machine's own cannot disturb."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from looptui.adapters.repository import GitRepository


def git(where: Path, *args: str, stdin: bytes = b"") -> str:
    """Plain git, as the user runs it."""
    done = subprocess.run(["git", *args], cwd=where, input=stdin, capture_output=True, check=True)
    return os.fsdecode(done.stdout).rstrip("\n")


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def commit(where: Path, message: str = "Change") -> str:
    git(where, "add", "-A")
    git(where, "commit", "-q", "-m", message)
    return git(where, "rev-parse", "HEAD")


@dataclass(frozen=True)
class Bench:
    """A user's repository and what looptui sees of it."""

    user: Path
    state: Path
    repo: GitRepository
    base: str
    tree: str


@pytest.fixture(autouse=True)
def _own_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    home.mkdir()
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    config = "[user]\n\tname = A User\n\temail = user@example.org\n[init]\n\tdefaultBranch = main\n"
    (home / ".gitconfig").write_text(config)


@pytest.fixture
def user(tmp_path: Path) -> Path:
    """A user's repository with one commit."""
    root = tmp_path / "project"
    root.mkdir()
    git(root, "init", "-q")
    write(root, {"a.txt": "one\ntwo\n", "src/b.py": "x = 1\n", ".gitignore": "*.log\n/build/\n"})
    commit(root, "Start")
    return root


@pytest.fixture
def bench(user: Path, tmp_path: Path) -> Iterator[Bench]:
    state = tmp_path / "state"
    repo = GitRepository.discover(user, state)
    base = git(user, "rev-parse", "HEAD")
    yield Bench(user, state, repo, base, git(user, "rev-parse", "HEAD^{tree}"))
    repo.close()


def files_of(root: Path) -> dict[str, bytes]:
    """Every file below a directory with its bytes, `.git` left out."""
    found = (path for path in root.rglob("*") if path.is_symlink() or path.is_file())
    return {
        str(path.relative_to(root)): (
            os.fsencode(path.readlink()) if path.is_symlink() else path.read_bytes()
        )
        for path in found
        if ".git" not in path.relative_to(root).parts
    }
