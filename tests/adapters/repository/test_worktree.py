"""Worktrees: opened, reset, captured, removed, whatever a maker did in between."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from looptui.adapters.repository import Unrepresentable, WorkspaceLost
from looptui.errors import UsageError
from looptui.ports import Workspace
from tests.adapters.repository.conftest import Bench, commit, files_of, git, write


async def test_open_holds_exactly_the_tree(bench: Bench) -> None:
    work = await bench.repo.open("r1", bench.tree, bench.base)
    assert files_of(work.path) == files_of(bench.user)
    assert await bench.repo.capture(work) == bench.tree
    assert git(bench.user, "worktree", "list").count("\n") == 0


async def test_git_works_inside_without_touching_the_user(bench: Bench) -> None:
    work = await bench.repo.open("r1", bench.tree, bench.base)
    assert git(work.path, "status", "--porcelain") == ""
    assert git(work.path, "rev-parse", "HEAD") == bench.base
    assert git(work.path, "remote") == ""
    refs, index = git(bench.user, "for-each-ref"), (bench.user / ".git/index").read_bytes()
    write(work.path, {"a.txt": "agent\n"})
    git(work.path, "checkout", "-q", "-b", "mine")
    inner = commit(work.path, "An agent commits")
    git(work.path, "update-ref", "refs/heads/main", inner)
    assert git(bench.user, "for-each-ref") == refs
    assert (bench.user / ".git/index").read_bytes() == index
    captured = await bench.repo.capture(work)
    assert captured == git(work.path, "rev-parse", "HEAD^{tree}")
    await bench.repo.reset(work, captured)
    assert git(work.path, "rev-parse", "HEAD") == bench.base
    assert await bench.repo.resolve(inner) is None


@pytest.mark.parametrize("vandal", ["delete", "directory", "repoint", "link"])
async def test_what_became_of_the_git_file_plays_no_part(
    bench: Bench, vandal: str, tmp_path: Path
) -> None:
    work = await bench.repo.open("r1", bench.tree, bench.base)
    link = work.path / ".git"
    original = link.read_bytes()
    other = tmp_path / "other"
    git(tmp_path, "init", "-q", str(other))
    write(other, {"other.txt": "not ours\n"})
    commit(other)
    link.unlink()
    if vandal == "directory":
        shutil.copytree(other / ".git", link)
    elif vandal == "repoint":
        link.write_text(f"gitdir: {other / '.git'}\n")
    elif vandal == "link":
        link.symlink_to(other / ".git")
    write(work.path, {"new.txt": "new\n"})
    captured = await bench.repo.capture(work)
    assert [change.path for change in await bench.repo.changes(bench.tree, captured)] == ["new.txt"]
    assert b"new.txt" in await bench.repo.live_diff(work, bench.tree)
    await bench.repo.reset(work, bench.tree)
    assert link.read_bytes() == original
    assert (other / ".git/HEAD").exists()


@pytest.mark.parametrize("replaced", [False, True])
async def test_a_deleted_worktree_is_noticed_and_rebuilt(bench: Bench, replaced: bool) -> None:
    work = await bench.repo.open("r1", bench.tree, bench.base)
    if replaced:
        work.path.rename(work.path.with_name("moved"))
        write(work.path, {"fake.txt": "fake\n"})
    else:
        shutil.rmtree(work.path)
    with pytest.raises(WorkspaceLost):
        await bench.repo.capture(work)
    with pytest.raises(WorkspaceLost):
        await bench.repo.live_diff(work, bench.tree)
    with pytest.raises(WorkspaceLost):
        await bench.repo.reset(work, bench.tree)
    again = await bench.repo.open("r1", bench.tree, bench.base)
    assert files_of(again.path) == files_of(bench.user)


async def test_reset_undoes_everything(bench: Bench) -> None:
    work = await bench.repo.open("r1", bench.tree, bench.base)
    (work.path / "a.txt").unlink()
    (work.path / "a.txt").mkdir()
    shutil.rmtree(work.path / "src")
    (work.path / "src").symlink_to(bench.user / "src")
    write(work.path, {"a.txt/deep": "x", "noise.log": "x", "build/out": "x", "new/file": "x"})
    (work.path / "empty").mkdir()
    git(work.path, "init", "-q", "nested")
    await bench.repo.reset(work, bench.tree)
    assert files_of(work.path) == files_of(bench.user)
    assert sorted(path.name for path in work.path.iterdir()) == [
        ".git",
        ".gitignore",
        "a.txt",
        "src",
    ]
    assert (bench.user / "src/b.py").read_text() == "x = 1\n"


async def test_reset_sees_through_a_forged_time(bench: Bench) -> None:
    work = await bench.repo.open("r1", bench.tree, bench.base)
    path = work.path / "a.txt"
    was = path.stat()
    path.write_text("ONE\nTWO\n")
    os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))
    assert await bench.repo.capture(work) != bench.tree
    path.write_text("Two\nOne\n")
    os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))
    await bench.repo.reset(work, bench.tree)
    assert path.read_text() == "one\ntwo\n"


async def test_reset_removes_a_repository_hidden_in_a_tracked_directory(bench: Bench) -> None:
    work = await bench.repo.open("r1", bench.tree, bench.base)
    git(work.path / "src", "init", "-q")
    write(work.path, {"src/new.py": "y = 2\n"})
    captured = await bench.repo.capture(work)
    assert [c.path for c in await bench.repo.changes(bench.tree, captured)] == ["src/new.py"]
    await bench.repo.reset(work, bench.tree)
    assert not (work.path / "src/.git").exists()


async def test_reset_to_what_was_just_captured_writes_nothing(bench: Bench) -> None:
    work = await bench.repo.open("r1", bench.tree, bench.base)
    write(work.path, {"a.txt": "changed\n", "src/new.py": "y = 2\n"})
    captured = await bench.repo.capture(work)
    index = bench.state / "git/looptui/r1/index"
    before = index.stat()
    await bench.repo.reset(work, captured)
    assert index.stat().st_ino == before.st_ino
    assert await bench.repo.capture(work) == captured


def _edits(work: Path, outside: Path) -> None:
    (work / "a.txt").write_text("changeD\n")
    (work / "src/new.py").unlink()
    write(work, {"noise.log": "x"})


def _a_linked_copy(work: Path, outside: Path) -> None:
    shutil.copytree(work / "src", outside / "src")
    shutil.rmtree(work / "src")
    (work / "src").symlink_to(outside / "src")


def _a_linked_file(work: Path, outside: Path) -> None:
    shutil.copy2(work / "a.txt", outside / "a.txt")
    (work / "a.txt").unlink()
    (work / "a.txt").symlink_to(outside / "a.txt")


def _directories(work: Path, outside: Path) -> None:
    (work / "a.txt").unlink()
    write(work, {"a.txt/deep/er": "x", "src/new.py.d/x": "x"})
    (work / "src/new.py").chmod(0o755)


@pytest.mark.parametrize("change", [_edits, _a_linked_copy, _a_linked_file, _directories])
async def test_reset_to_what_was_captured_undoes_what_came_after(
    bench: Bench, tmp_path: Path, change: Callable[[Path, Path], None]
) -> None:
    work = await bench.repo.open("r1", bench.tree, bench.base)
    write(work.path, {"a.txt": "changed\n", "src/new.py": "y = 2\n"})
    captured = await bench.repo.capture(work)
    before = files_of(work.path)
    (tmp_path / "outside").mkdir()
    change(work.path, tmp_path / "outside")
    assert files_of(work.path) != before or (work.path / "src").is_symlink()
    outside = files_of(tmp_path / "outside")
    await bench.repo.reset(work, captured)
    assert files_of(work.path) == before
    assert not (work.path / "src").is_symlink()
    assert files_of(tmp_path / "outside") == outside
    assert await bench.repo.capture(work) == captured


async def test_reset_does_not_believe_a_note_of_another_index(bench: Bench) -> None:
    work = await bench.repo.open("r1", bench.tree, bench.base)
    old = (bench.state / "git/looptui/r1/index").read_bytes()
    write(work.path, {"a.txt": "changed\n"})
    captured = await bench.repo.capture(work)
    (bench.state / "git/looptui/r1/index").write_bytes(old)
    (work.path / "a.txt").write_text("one\ntwo\n")
    await bench.repo.reset(work, captured)
    assert (work.path / "a.txt").read_text() == "changed\n"


def _a_link(agent: Path, outside: Path) -> None:
    shutil.rmtree(agent / "info")
    (agent / "info").symlink_to(outside)


def _hard_links(agent: Path, outside: Path) -> None:
    for name in ("index", "config"):
        (agent / name).unlink()
        (agent / name).hardlink_to(outside / "exclude")


def _further_files(agent: Path, outside: Path) -> None:
    write(agent, {"hooks/post-checkout": "#!/bin/sh\n", "refs/heads/x": "0", "objects/a/b": "x"})


def _closed(agent: Path, outside: Path) -> None:
    (agent / "objects/pack").chmod(0)


def _a_pipe(agent: Path, outside: Path) -> None:
    (agent / "HEAD").unlink()
    os.mkfifo(agent / "HEAD")


@pytest.mark.parametrize("plant", [_a_link, _hard_links, _further_files, _closed, _a_pipe])
async def test_reset_renews_the_git_directory_of_the_agent(
    bench: Bench, tmp_path: Path, plant: Callable[[Path, Path], None]
) -> None:
    outside = tmp_path / "outside"
    write(outside, {"exclude": "mine\n"})
    work = await bench.repo.open("r1", bench.tree, bench.base)
    agent = bench.repo.agent_dir(work)
    before = {name: text for name, text in _contents(agent).items() if name != "index"}
    plant(agent, outside)
    (work.path / "a.txt").write_text("changed")
    await bench.repo.reset(work, bench.tree)
    after = _contents(agent)
    assert after.pop("index") is not None
    assert after == before
    assert not any(path.is_symlink() for path in agent.rglob("*"))
    assert _contents(outside) == {"exclude": b"mine\n"}
    assert git(work.path, "status", "--porcelain") == ""


def _contents(root: Path) -> dict[str, bytes | None]:
    """Each path below with what is in it; of a directory None."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes() if path.is_file() else None
        for path in root.rglob("*")
    }


async def test_reset_to_another_tree_and_back(bench: Bench) -> None:
    work = await bench.repo.open("r1", bench.tree, bench.base)
    write(work.path, {"a.txt": "changed\n", "deep/er/new.txt": "new\n"})
    best = await bench.repo.capture(work)
    await bench.repo.reset(work, bench.tree)
    assert not (work.path / "deep").exists()
    await bench.repo.reset(work, best)
    assert (work.path / "deep/er/new.txt").read_text() == "new\n"
    assert await bench.repo.capture(work) == best


async def test_shared_paths_stay_and_are_not_captured(bench: Bench) -> None:
    work = await bench.repo.open("r1", bench.tree, bench.base)
    await bench.repo.share(work, [".venv", "web/node_modules", ".env"])
    write(work.path, {".venv/bin/python": "x", "web/node_modules/m/i.js": "x", ".env": "K=1"})
    assert await bench.repo.capture(work) == bench.tree
    write(work.path, {"web/index.js": "x", ".envrc": "x"})
    captured = await bench.repo.capture(work)
    paths = [change.path for change in await bench.repo.changes(bench.tree, captured)]
    assert paths == [".envrc", "web/index.js"]
    await bench.repo.reset(work, bench.tree)
    assert (work.path / ".venv/bin/python").exists()
    assert (work.path / "web/node_modules/m/i.js").exists()
    assert (work.path / ".env").exists()
    assert not (work.path / "web/index.js").exists()
    with pytest.raises(UsageError):
        await bench.repo.share(work, ["../outside"])


async def test_untracked_is_told_against_the_tree(bench: Bench) -> None:
    work = await bench.repo.open("r1", bench.tree, bench.base)
    assert await bench.repo.untracked(work) == ()
    write(work.path, {"node_modules/m/i.js": "x", "src/c.pyc": "x", "x.log": "x", "a.txt": "new\n"})
    await bench.repo.capture(work)
    assert await bench.repo.untracked(work) == ("node_modules", "src/c.pyc", "x.log")
    with pytest.raises(WorkspaceLost):
        await bench.repo.untracked(Workspace("r2", work.path))


async def test_nested_repositories_are_captured_as_files(bench: Bench) -> None:
    work = await bench.repo.open("r1", bench.tree, bench.base)
    write(work.path, {"lib/one.txt": "1\n", "lib/skip.log": "x", "lib/sub/two.txt": "2\n"})
    write(work.path, {"lib/sub/.gitignore": "secret\n", "lib/sub/secret": "x"})
    git(work.path / "lib/sub", "init", "-q")
    commit(work.path / "lib/sub", "inner")
    git(work.path / "lib", "init", "-q")
    git(work.path, "init", "-q", "unborn")
    write(work.path, {"unborn/-three\n.txt": "3\n"})
    captured = await bench.repo.capture(work)
    listed = git(bench.state / "git", "ls-tree", "-r", "-z", captured).split("\0")
    assert not [line for line in listed if line.startswith("160000")]
    added = {change.path for change in await bench.repo.changes(bench.tree, captured)}
    assert added == {
        "lib/one.txt", "lib/sub/two.txt", "lib/sub/.gitignore", "unborn/-three\n.txt",
    }  # fmt: skip
    assert b"lib/sub/two.txt" in await bench.repo.live_diff(work, bench.tree)
    write(work.path, {"lib/sub/later.txt": "4\n"})
    again = await bench.repo.capture(work)
    assert [c.path for c in await bench.repo.changes(captured, again)] == ["lib/sub/later.txt"]


async def test_what_no_tree_can_hold_is_named(bench: Bench) -> None:
    work = await bench.repo.open("r1", bench.tree, bench.base)
    write(work.path, {"sub/.GIT/config": "[core]\n"})
    with pytest.raises(Unrepresentable) as reserved:
        await bench.repo.capture(work)
    assert reserved.value.path == "sub/.GIT/config"
    shutil.rmtree(work.path / "sub")
    (work.path / "a.txt").unlink()
    os.mkfifo(work.path / "a.txt")
    with pytest.raises(Unrepresentable, match="neither a file"):
        await bench.repo.capture(work)
    (work.path / "a.txt").unlink()
    with (work.path / "huge.bin").open("wb") as file:
        file.truncate((1 << 30) + 1)
    with pytest.raises(Unrepresentable, match="huge"):
        await bench.repo.capture(work)


async def test_submodules_stay_as_they_are(user: Path, tmp_path: Path) -> None:
    library = tmp_path / "library"
    git(tmp_path, "init", "-q", str(library))
    write(library, {"lib.txt": "lib\n"})
    commit(library)
    git(user, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(library), "lib")
    base = commit(user, "Add a submodule")
    bench = _bench_of(user, tmp_path / "state", base)
    assert (await bench.repo.checkout()).submodules == ("lib",)
    assert (await bench.repo.checkout()).dirty == ()
    work = await bench.repo.open("r1", bench.tree, base)
    assert list((work.path / "lib").iterdir()) == []
    write(work.path, {"lib/inner.txt": "x"})
    git(work.path / "lib", "init", "-q")
    commit(work.path / "lib", "An agent fills it")
    assert await bench.repo.capture(work) == bench.tree
    shutil.rmtree(work.path / "lib")
    assert await bench.repo.capture(work) == bench.tree
    write(work.path, {"lib": "a file now\n"})
    (change,) = await bench.repo.changes(bench.tree, await bench.repo.capture(work))
    assert (change.path, change.status) == ("lib", "type")
    out = tmp_path / "export"
    await bench.repo.export(bench.tree, out)
    assert (out / "lib").is_dir()
    assert list((out / "lib").iterdir()) == []


async def test_a_half_made_worktree_is_never_adopted(bench: Bench) -> None:
    work = await bench.repo.open("r1", bench.tree, bench.base)
    (bench.state / "git/looptui/r1/worktree.json").unlink()
    (work.path / "a.txt").unlink()
    (bench.state / "git/looptui/r1/index.lock").touch()
    with pytest.raises(WorkspaceLost):
        await bench.repo.capture(work)
    again = await bench.repo.open("r1", bench.tree, bench.base)
    assert await bench.repo.capture(again) == bench.tree


async def test_many_runs_at_once(bench: Bench) -> None:
    async def drive(n: int) -> str:
        work = await bench.repo.open(f"r{n}", bench.tree, bench.base)
        write(work.path, {"a.txt": f"{n}\n", f"own/{n}.txt": "x"})
        captured = await bench.repo.capture(work)
        await bench.repo.keep(f"r{n}", "candidate/1", captured)
        await bench.repo.reset(work, bench.tree)
        return captured

    captured = await asyncio.gather(*(drive(n) for n in range(20)))
    assert len(set(captured)) == 20
    for n, tree in enumerate(captured):
        assert await bench.repo.read(tree, "a.txt") == f"{n}\n".encode()


async def test_inventory_sweep_and_remove(bench: Bench) -> None:
    clean = await bench.repo.open("clean", bench.tree, bench.base)
    dirty = await bench.repo.open("dirty", bench.tree, bench.base)
    write(dirty.path, {"new.txt": "x" * 1000})
    (bench.state / "worktrees/stray").mkdir()
    entries = {entry.run: entry for entry in await bench.repo.inventory()}
    assert {run: entry.dirty for run, entry in entries.items()} == {
        "clean": False, "dirty": True, "stray": True,
    }  # fmt: skip
    assert entries["dirty"].size == entries["clean"].size + 1000 - len("clean") + len("dirty")
    (bench.state / "git/looptui/clean/index.lock").touch()
    await bench.repo.sweep_locks("clean")
    write(clean.path, {"more.txt": "x"})
    assert await bench.repo.capture(clean) != bench.tree
    for work in (clean, dirty, Workspace("stray", bench.state / "worktrees/stray")):
        await bench.repo.remove(work)
    assert await bench.repo.inventory() == []
    assert list((bench.state / "agent-git").iterdir()) == []


async def test_read_only_directories_are_no_obstacle(bench: Bench) -> None:
    work = await bench.repo.open("r1", bench.tree, bench.base)
    write(work.path, {"cache/deep/file": "x"})
    for path in (work.path / "cache/deep", work.path / "cache", work.path / "src"):
        path.chmod(0o500)
    await bench.repo.reset(work, bench.tree)
    assert not (work.path / "cache").exists()
    (work.path / "src").chmod(0o500)
    await bench.repo.remove(work)
    assert not work.path.exists()


async def test_sweep_lets_a_git_of_a_dead_driver_end(bench: Bench) -> None:
    await bench.repo.open("r1", bench.tree, bench.base)
    mark = f"looptui.mark={bench.state.resolve()}:r1"
    command = ["git", f"--git-dir={bench.state / 'git'}", "-c", mark, "cat-file", "--batch"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as left:
        assert left.stdin is not None
        assert left.stdout is not None
        left.stdin.write(b"none\n")
        left.stdin.flush()
        left.stdout.readline()
        sweeping = asyncio.ensure_future(bench.repo.sweep_locks("r1"))
        _, waiting = await asyncio.wait([sweeping], timeout=0.3)
        assert waiting
        left.communicate()
    await sweeping


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "-x", "a b", "a..b", "x.lock", ".hidden"])
async def test_a_run_name_cannot_leave_its_room(bench: Bench, name: str) -> None:
    with pytest.raises(UsageError):
        await bench.repo.open(name, bench.tree, bench.base)


def _bench_of(user: Path, state: Path, base: str) -> Bench:
    from looptui.adapters.repository import GitRepository

    repo = GitRepository.discover(user, state)
    return Bench(user, state, repo, base, git(user, "rev-parse", f"{base}^{{tree}}"))
