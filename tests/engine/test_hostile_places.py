"""Repositories and state directories in every condition."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.engine.shell import MEND, Shell

COMMANDS = (("status",), ("needs", "--json"), ("resume", "x"), ("worktree", "list"))


def refused(shell: Shell, code: int, says: str) -> None:
    """A run is refused with these words, and nothing is made."""
    done = shell.go()
    assert done.code == code, done
    assert says in done.err
    assert done.err.count("\n") >= 2, "what happened, and what to do next"


def test_no_repository(tmp_path: Path) -> None:
    shell = Shell.at(tmp_path)
    shutil.rmtree(shell.repo / ".git")
    refused(shell, 2, "not inside a git repository")
    for words in COMMANDS:
        assert shell.run(*words).code == 2
    assert not shell.home.exists()


def test_an_empty_repository(tmp_path: Path) -> None:
    shell = Shell.at(tmp_path)
    shutil.rmtree(shell.repo / ".git")
    subprocess.run(["git", "init", "-q", shell.repo], check=True)
    before = shell.user_files()
    refused(shell, 2, "no commit to start from")
    assert shell.user_files() == before


def test_a_bare_repository_and_the_inside_of_one(tmp_path: Path) -> None:
    shell = Shell.at(tmp_path)
    bare = tmp_path / "shop.git"
    subprocess.run(["git", "clone", "-q", "--bare", shell.repo, bare], check=True)
    for place, says in ((bare, "is a bare repository"), (bare / "refs", "is a bare repository"),
                        (shell.repo / ".git", "inside of a repository")):  # fmt: skip
        for words in (("run", str(shell.loop), "--headless", "--trust"), ("status",)):
            done = shell.run("-C", str(place), *words)
            assert done.code == 2
            assert says in done.err
    assert not shell.home.exists()


@pytest.mark.parametrize("base", ["release", "--all", "HEAD~99", "main:calc.py"])
def test_a_base_that_is_no_commit(tmp_path: Path, base: str) -> None:
    shell = Shell.at(tmp_path, more=f'[workspace]\nbase = "{base}"')
    refused(shell, 2, "is no branch or commit here")
    assert shell.status() == {}


def test_a_dirty_checkout_is_left_as_it_is(tmp_path: Path) -> None:
    shell = Shell.at(tmp_path)
    (shell.repo / "calc.py").write_text("mine, not committed\n")
    (shell.repo / "staged").write_text("x")
    shell.git("add", "staged")
    (shell.repo / "untracked").write_text("x")
    before = shell.user_files()
    ran = shell.go()
    assert ran.code == 4
    assert "not part of it: 3 uncommitted paths" in ran.err
    assert shell.approve().code == 4
    after = {name: of for name, of in shell.user_files().items() if "looptui" not in name}
    assert after == before
    shell.git("stash", "-q", "--include-untracked")
    assert shell.run("promote", "fix-tests").code == 0
    assert shell.commits() == 2
    assert shell.git("stash", "list") != ""
    shell.leaves_nothing()


def test_a_detached_head(tmp_path: Path) -> None:
    shell = Shell.at(tmp_path)
    shell.git("checkout", "-q", "--detach")
    assert shell.go().code == 4
    landed = shell.approve()
    assert landed.code == 0
    branch = shell.status()["branch"]
    assert f"on {branch}" in landed.err
    assert shell.commits(branch) == 2
    assert shell.commits() == 1
    shell.leaves_nothing()


def test_submodules_and_lfs_pointers(tmp_path: Path) -> None:
    shell = Shell.at(tmp_path / "x")
    other = Shell.at(tmp_path / "other").repo
    allow = ("-c", "protocol.file.allow=always")
    shell.git(*allow, "submodule", "--quiet", "add", str(other), "sub")
    (shell.repo / ".gitattributes").write_text("*.bin filter=lfs diff=lfs merge=lfs -text\n")
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "a" * 64 + "\nsize 9\n"
    (shell.repo / "big.bin").write_text(pointer)
    shell.git("add", "-A")
    shell.git("commit", "-q", "-m", "More")
    marker = tmp_path / "ran"
    for side in ("clean", "smudge", "process"):
        shell.git("config", f"filter.lfs.{side}", f"touch {marker}")
    shell.git("config", "filter.lfs.required", "true")
    before = shell.user_files()
    assert shell.go().code == 4
    assert shell.user_files() == before
    link = shell.git("ls-tree", "HEAD", "sub")
    assert shell.approve().code == 0
    assert shell.git("ls-tree", "HEAD", "sub") == link
    assert (shell.repo / "big.bin").read_text() == pointer
    assert (shell.repo / "sub/calc.py").exists()
    assert not marker.exists()
    shell.leaves_nothing()


def test_a_shallow_clone(tmp_path: Path) -> None:
    origin = Shell.at(tmp_path)
    origin.git("commit", "-q", "--allow-empty", "-m", "Second")
    shallow = tmp_path / "shallow"
    words = ["git", "clone", "-q", "--depth", "1", f"file://{origin.repo}", str(shallow)]
    subprocess.run(words, check=True)
    shell = Shell(shallow, tmp_path / "home")
    shell.git("config", "user.name", "Tester")
    shell.git("config", "user.email", "tester@example.org")
    assert shell.go().code == 4
    assert shell.approve().code == 0
    assert shell.commits() == 2
    shell.leaves_nothing()


def test_from_a_directory_below(tmp_path: Path) -> None:
    shell = Shell.at(tmp_path)
    words = ("run", str(shell.loop), "--headless", "--trust")
    process = shell.start(*words, cwd=shell.repo / "tests")
    process.communicate()
    assert process.returncode == 4
    assert shell.approve().code == 0


def test_twenty_thousand_files(tmp_path: Path) -> None:
    shell = Shell.at(tmp_path)
    entries = b"".join(b"M 100644 :1 d%d/f%d\n" % (n // 100, n) for n in range(20_000))
    head = b"commit refs/heads/main\ncommitter a <a@b> 1 +0000\ndata 1\nm\nfrom refs/heads/main^0\n"
    stream = b"blob\nmark :1\ndata 2\nx\n\n" + head + entries
    subprocess.run(["git", "fast-import", "--quiet"], input=stream, cwd=shell.repo, check=True)
    shell.git("reset", "-q", "--hard")
    before = shell.user_files()
    assert shell.go().code == 4
    assert shell.user_files() == before
    assert shell.run("diff", "fix-tests", "--stat").out.split()[2:] == ["calc.py"]
    assert shell.approve().code == 0
    assert shell.git("status", "--porcelain") == ""
    shell.leaves_nothing()


# --- the state directory and the environment --------------------------------------------------


@pytest.mark.parametrize("inside", ["state", ".git/state"])
def test_a_home_inside_the_repository(tmp_path: Path, inside: str) -> None:
    there = Shell.at(tmp_path)
    shell = Shell(there.repo, there.repo / inside)
    refused(shell, 6, "must not lie inside the repository")
    assert not shell.home.exists()


def test_a_home_that_anybody_can_write(tmp_path: Path) -> None:
    shell = Shell.at(tmp_path)
    shell.home.mkdir()
    shell.home.chmod(0o777)
    refused(shell, 6, "can be written by anybody")
    assert list(shell.home.iterdir()) == []


def test_a_home_that_is_no_absolute_path(tmp_path: Path) -> None:
    there = Shell.at(tmp_path)
    refused(Shell(there.repo, Path("state")), 2, "not an absolute path")


def test_a_home_that_is_a_file(tmp_path: Path) -> None:
    shell = Shell.at(tmp_path)
    shell.home.write_text("x")
    refused(shell, 6, "not a directory")


def test_without_git(tmp_path: Path) -> None:
    there = Shell.at(tmp_path)
    bin_dir = tmp_path / "bin"
    bin_dir.mkdir()
    for name in ("sh", "env", "python3"):
        (bin_dir / name).symlink_to(shutil.which(name) or name)
    refused(Shell(there.repo, there.home, {"PATH": str(bin_dir)}), 6, "git is not installed")


@pytest.mark.skipif(os.geteuid() != 0, reason="needs to give a directory to another user")
def test_a_repository_of_another_user(tmp_path: Path) -> None:
    shell = Shell.at(tmp_path)
    for path in (shell.repo, shell.repo / ".git"):
        os.chown(path, 12345, 12345)
    refused(shell, 2, "belongs to another user")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("iteratons = 5", 'unknown key, did you mean "iterations"?'),
        ('iterations = "many"', "iterations"),
        ("iterations = 0", "iterations"),
        ("iterations = nan", "iterations"),
        ('iterations = 5\n[triggers]\nafter = ["fix-tests"]', "a circle"),
        ("iterations = 5\n[breakers]", "breakers"),
        ("iterations = ", "value"),
    ],
)
def test_a_loop_file_that_is_wrong(tmp_path: Path, wrong: str, says: str) -> None:
    shell = Shell.at(tmp_path, MEND, breakers=wrong)
    done = shell.go()
    assert done.code == 2, done
    assert f"{shell.loop}:" in done.err
    assert says in done.err
    assert shell.status() == {}
