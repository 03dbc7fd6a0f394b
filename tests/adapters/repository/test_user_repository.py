"""The user's repository in every state it may be in, and what is read of it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from looptui.adapters.repository import GitRepository, runner
from looptui.errors import EnvironmentUnfit, RepoError
from looptui.ports import Identity
from tests.adapters.repository.conftest import Bench, commit, git, write

WHO = Identity("An Approver", "approver@example.org")


def _refused(path: Path, tmp_path: Path) -> RepoError:
    with pytest.raises(RepoError) as refused:
        GitRepository.discover(path, tmp_path / "state")
    assert refused.value.hint
    return refused.value


def test_what_is_no_fit_repository_is_refused(user: Path, tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.mkdir()
    assert "not in a git repository" in _refused(plain, tmp_path).message
    assert "not a directory" in _refused(tmp_path / "none", tmp_path).message
    git(plain, "init", "-q")
    assert "no commit" in _refused(plain, tmp_path).message
    git(tmp_path, "clone", "-q", "--bare", str(user), "bare.git")
    assert "bare" in _refused(tmp_path / "bare.git", tmp_path).message
    assert "inside a .git" in _refused(user / ".git", tmp_path).message
    (user / ".git/HEAD").write_text("garbage")
    _refused(user, tmp_path)


def test_a_foreign_owner_is_the_users_to_trust(
    user: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(runner._QUIET, "GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    refused = _refused(user, tmp_path)
    assert "another user" in refused.message
    assert f"safe.directory {user}" in refused.hint
    git(user, "config", "--global", "--add", "safe.directory", str(user))
    GitRepository.discover(user, tmp_path / "state").close()


def test_a_missing_or_old_git_is_named(
    user: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    monkeypatch.setenv("PATH", str(tools))
    with pytest.raises(EnvironmentUnfit, match="not installed"):
        GitRepository.discover(user, tmp_path / "state")
    (tools / "git").write_text("#!/bin/sh\necho git version 2.30.1\n")
    (tools / "git").chmod(0o755)
    with pytest.raises(EnvironmentUnfit, match=r"2\.30\.1 is too old"):
        GitRepository.discover(user, tmp_path / "state")


async def test_the_checkout_is_described_and_left_alone(bench: Bench) -> None:
    write(bench.user, {"a.txt": "edit\n", "new\n.txt": "x", "noise.log": "x", "staged": "x"})
    write(bench.user, {"src/.gitattributes": "*.png filter=lfs diff=lfs merge=lfs -text\n"})
    git(bench.user, "add", "staged")
    (bench.user / "src/b.py").touch()
    index = (bench.user / ".git/index").read_bytes()
    seen = await bench.repo.checkout()
    assert (bench.user / ".git/index").read_bytes() == index
    assert (seen.root, seen.commit, seen.tree) == (bench.user, bench.base, bench.tree)
    assert (seen.branch, seen.lfs) == ("main", False)
    assert set(seen.dirty) == {"a.txt", "new\n.txt", "staged", "src/.gitattributes"}
    commit(bench.user, "All of it")
    git(bench.user, "checkout", "-q", "--detach")
    seen = await bench.repo.checkout()
    assert (seen.branch, seen.lfs, seen.dirty) == (None, True, ())


async def test_who_the_user_is(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await bench.repo.identity() == Identity("A User", "user@example.org")
    other = bench.user.parent / "work.inc"
    other.write_text("[user]\n\temail = user@work.example\n")
    git(bench.user, "config", "--global", f"includeIf.gitdir:{bench.user}/.path", str(other))
    assert await bench.repo.identity() == Identity("A User", "user@work.example")
    git(bench.user, "config", "user.name", "Local Name")
    monkeypatch.setenv("GIT_AUTHOR_EMAIL", "env@example.org")
    assert await bench.repo.identity() == Identity("Local Name", "env@example.org")
    monkeypatch.delenv("GIT_AUTHOR_EMAIL")
    git(bench.user, "config", "--global", "--unset", "user.email")
    other.write_text("")
    assert await bench.repo.identity() is None


async def test_refs_are_resolved_as_git_does(bench: Bench) -> None:
    git(bench.user, "branch", "topic/one")
    git(bench.user, "tag", "-a", "-m", "x", "v1")
    for ref in ("main", "refs/heads/main", "topic/one", "v1", "HEAD", bench.base):
        assert await bench.repo.resolve(ref) == bench.base
    for ref in ("none", "", "--all", "main:a.txt", "refs/heads/none", "a b", "x\0y"):
        assert await bench.repo.resolve(ref) is None


async def _works(user: Path, state: Path) -> GitRepository:
    """One whole run: open, change, capture, export, land on the current branch."""
    repo = GitRepository.discover(user, state)
    seen = await repo.checkout()
    assert seen.dirty == ()
    work = await repo.open("r1", seen.tree, seen.commit)
    assert git(work.path, "status", "--porcelain") == ""
    assert await repo.capture(work) == seen.tree
    write(work.path, {"src/b.py": "x = 'landed'\n", "src/new.py": "y\n"})
    tree = await repo.capture(work)
    await repo.export(tree, state / "export")
    assert (state / "export/src/b.py").read_text() == "x = 'landed'\n"
    new = await repo.commit(tree, [seen.commit], "Land", WHO, 1_700_000_000)
    done = await repo.publish(f"refs/heads/{seen.branch}", new, seen.commit)
    assert (done.outcome, done.detail) == ("moved", "")
    assert git(user, "rev-parse", "HEAD") == new
    assert git(user, "status", "--porcelain") == ""
    assert (user / "src/b.py").read_text() == "x = 'landed'\n"
    repo.close()
    return repo


async def test_a_path_with_spaces_and_signs(user: Path, tmp_path: Path) -> None:
    odd = user.rename(tmp_path / 'a "b" é # ü')
    await _works(odd, tmp_path / "state ö")


async def test_from_a_subdirectory(user: Path, tmp_path: Path) -> None:
    repo = GitRepository.discover(user / "src", tmp_path / "state")
    assert repo.root == user
    repo.close()


async def test_a_linked_worktree_of_the_user(user: Path, tmp_path: Path) -> None:
    git(user, "worktree", "add", "-q", "-b", "side", str(tmp_path / "linked"))
    await _works(tmp_path / "linked", tmp_path / "state")


async def test_a_worktree_of_a_bare_repository(user: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--bare", str(user), "bare.git")
    git(tmp_path / "bare.git", "worktree", "add", "-q", str(tmp_path / "linked"), "main")
    await _works(tmp_path / "linked", tmp_path / "state")


async def test_a_shallow_clone(user: Path, tmp_path: Path) -> None:
    write(user, {"a.txt": "more\n"})
    commit(user, "More")
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{user}", "shallow")
    await _works(tmp_path / "shallow", tmp_path / "state")
    git(tmp_path / "shallow", "fsck", "--strict")


async def test_a_sparse_checkout_stays_sparse(user: Path, tmp_path: Path) -> None:
    write(user, {"far/away.txt": "x\n"})
    commit(user, "More")
    git(user, "sparse-checkout", "set", "src")
    assert not (user / "far").exists()
    await _works(user, tmp_path / "state")
    assert not (user / "far").exists()


async def test_a_split_index(user: Path, tmp_path: Path) -> None:
    git(user, "config", "core.splitIndex", "true")
    git(user, "update-index", "--split-index")
    await _works(user, tmp_path / "state")


async def test_borrowed_objects_of_borrowed_objects(user: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--shared", str(user), "one")
    git(tmp_path, "clone", "-q", "--shared", str(tmp_path / "one"), "two")
    await _works(tmp_path / "two", tmp_path / "state")


async def test_sha256_object_ids(user: Path, tmp_path: Path) -> None:
    other = tmp_path / "sha256"
    git(tmp_path, "init", "-q", "--object-format=sha256", str(other))
    write(other, {"src/b.py": "x\n"})
    commit(other)
    await _works(other, tmp_path / "state")
    with pytest.raises(RepoError, match="other object ids"):
        GitRepository.discover(user, tmp_path / "state")


async def test_a_submodule_as_the_users_repository(user: Path, tmp_path: Path) -> None:
    outer = tmp_path / "outer"
    git(tmp_path, "init", "-q", str(outer))
    git(outer, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(user), "inner")
    commit(outer)
    await _works(outer / "inner", tmp_path / "state")


async def test_line_ends_as_the_user_keeps_them(user: Path, tmp_path: Path) -> None:
    git(user, "config", "core.autocrlf", "input")
    write(user, {"src/b.py": "x = 1\r\n"})
    repo = GitRepository.discover(user, tmp_path / "state")
    seen = await repo.checkout()
    work = await repo.open("r1", seen.tree, seen.commit)
    write(work.path, {"a.txt": "one\r\ntwo\r\n"})
    assert await repo.capture(work) == seen.tree
    repo.close()


async def test_a_moved_repository_is_found_again(bench: Bench, tmp_path: Path) -> None:
    moved = bench.user.rename(tmp_path / "moved")
    repo = GitRepository.discover(moved, bench.state)
    assert await repo.tree_of(bench.base) == bench.tree
    repo.close()


async def test_a_cancelled_call_waits_for_its_git(bench: Bench, tmp_path: Path) -> None:
    calling = asyncio.ensure_future(bench.repo.export(bench.tree, tmp_path / "out"))
    await asyncio.sleep(0)
    calling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await calling
    assert (tmp_path / "out/a.txt").exists()
