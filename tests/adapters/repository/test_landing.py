"""Landing: refs move by compare-and-swap, and only clean checkouts follow."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from looptui.adapters.repository import GitRepository, landing
from looptui.adapters.repository.home import find
from looptui.adapters.repository.shadow import Shadow, prepare
from looptui.errors import UsageError
from looptui.ports import Identity
from tests.adapters.repository.conftest import Bench, commit, files_of, git, write

WHO = Identity("An Approver", "approver@example.org")
MAIN = "refs/heads/main"


async def candidate(bench: Bench, files: dict[str, str], run: str = "r1") -> str:
    """A commit on the base, made as a run makes one."""
    work = await bench.repo.open(run, bench.tree, bench.base)
    write(work.path, files)
    tree = await bench.repo.capture(work)
    return await bench.repo.commit(tree, [bench.base], "Land it", WHO, 1_700_000_000)


async def test_a_clean_checkout_follows(bench: Bench) -> None:
    new = await candidate(bench, {"a.txt": "landed\n", "new/c.txt": "c\n"})
    done = await bench.repo.publish(MAIN, new, bench.base)
    assert (done.outcome, done.detail) == ("moved", "")
    assert git(bench.user, "rev-parse", "main") == new
    assert git(bench.user, "status", "--porcelain") == ""
    assert (bench.user / "new/c.txt").read_text() == "c\n"
    assert git(bench.user, "reflog", "-1", "--format=%gs", "main") == "looptui: land"
    git(bench.user, "fsck", "--strict")
    again = await bench.repo.publish(MAIN, new, bench.base)
    assert again.outcome == "already"
    assert git(bench.user, "rev-list", "--count", "main") == "2"


async def test_the_commit_is_the_same_each_time(bench: Bench) -> None:
    message = "Titel mit Umlaut: ä\n\nLoop-Id: fix"
    made = [
        await bench.repo.commit(bench.tree, [bench.base], message, WHO, 1_700_000_000)
        for _ in range(2)
    ]
    assert made[0] == made[1]
    shown = git(bench.state / "git", "log", "-1", "--format=%an|%ae|%cn|%ct|%B", made[0])
    assert shown.rstrip() == f"An Approver|approver@example.org|An Approver|1700000000|{message}"


async def test_a_new_branch_brings_its_objects(bench: Bench) -> None:
    new = await candidate(bench, {"a.txt": "landed\n"})
    ref = "refs/heads/looptui/fix/r1"
    assert (await bench.repo.publish(ref, new, None)).outcome == "moved"
    git(bench.user, "fsck", "--strict", "--connectivity-only")
    assert git(bench.user, "show", "looptui/fix/r1:a.txt") == "landed"
    assert git(bench.user, "rev-parse", "main") == bench.base
    other = await candidate(bench, {"a.txt": "other\n"}, "r2")
    assert (await bench.repo.publish(ref, other, None)).outcome == "raced"
    with pytest.raises(UsageError):
        await bench.repo.publish("main", new, None)


async def test_who_moves_first_wins(bench: Bench) -> None:
    new = await candidate(bench, {"a.txt": "landed\n"})
    write(bench.user, {"z.txt": "theirs\n"})
    theirs = commit(bench.user, "Theirs")
    assert (await bench.repo.publish(MAIN, new, bench.base)).outcome == "raced"
    assert git(bench.user, "rev-parse", "main") == theirs
    git(bench.user, "checkout", "-q", "--detach")
    git(bench.user, "branch", "-q", "-D", "main")
    assert (await bench.repo.publish(MAIN, new, bench.base)).outcome == "missing"
    git(bench.user, "fetch", "-q", str(bench.state / "git"), new)
    git(bench.user, "checkout", "-q", "-b", "main", new)
    write(bench.user, {"z.txt": "on top\n"})
    commit(bench.user, "On top")
    assert (await bench.repo.publish(MAIN, new, bench.base)).outcome == "already"


def _edit(user: Path) -> None:
    write(user, {"src/b.py": "my own edit\n"})


def _stage(user: Path) -> None:
    write(user, {"src/b.py": "staged\n"})
    git(user, "add", "src/b.py")
    write(user, {"src/b.py": "x = 1\n"})


def _block(user: Path) -> None:
    write(user, {"new/c.txt": "precious\n"})


def _block_ignored(user: Path) -> None:
    write(user, {"new/c.txt": "precious\n", ".git/info/exclude": "new/\n"})


def _block_with_file(user: Path) -> None:
    write(user, {"new": "precious\n"})


def _merge(user: Path) -> None:
    write(user, {".git/MERGE_HEAD": git(user, "rev-parse", "HEAD") + "\n"})


def _rebase(user: Path) -> None:
    git(user, "checkout", "-q", "--detach")
    write(user, {".git/rebase-merge/head-name": "refs/heads/main\n"})


def _lock(user: Path) -> None:
    write(user, {".git/index.lock": ""})


def _forget_edit(user: Path) -> None:
    git(user, "update-index", "--assume-unchanged", "a.txt")
    write(user, {"a.txt": "hidden edit\n"})


@pytest.mark.parametrize(
    "disturb",
    [
        _edit, _stage, _block, _block_ignored, _block_with_file, _merge, _rebase, _lock,
        _forget_edit,
    ],
)  # fmt: skip
async def test_a_checkout_in_use_is_left_alone(
    bench: Bench, disturb: Callable[[Path], None]
) -> None:
    new = await candidate(bench, {"a.txt": "landed\n", "new/c.txt": "c\n"})
    disturb(bench.user)
    before = files_of(bench.user), (bench.user / ".git/index").read_bytes()
    done = await bench.repo.publish(MAIN, new, bench.base)
    assert done.outcome == "dirty", done
    assert done.detail
    assert git(bench.user, "rev-parse", "main") == bench.base
    assert (files_of(bench.user), (bench.user / ".git/index").read_bytes()) == before


async def test_untracked_files_elsewhere_do_not_matter(bench: Bench) -> None:
    new = await candidate(bench, {"a.txt": "landed\n"})
    write(bench.user, {"notes.txt": "mine\n"})
    os.utime(bench.user / "src/b.py", (1, 1))
    assert (await bench.repo.publish(MAIN, new, bench.base)).outcome == "moved"
    assert git(bench.user, "status", "--porcelain") == "?? notes.txt"


async def test_the_checkout_of_another_worktree_counts(bench: Bench, tmp_path: Path) -> None:
    new = await candidate(bench, {"a.txt": "landed\n"})
    other = tmp_path / "other checkout"
    git(bench.user, "checkout", "-q", "-b", "side")
    git(bench.user, "worktree", "add", "-q", str(other), "main")
    write(other, {"a.txt": "mine\n"})
    assert (await bench.repo.publish(MAIN, new, bench.base)).outcome == "dirty"
    write(other, {"a.txt": "one\ntwo\n"})
    assert (await bench.repo.publish(MAIN, new, bench.base)).outcome == "moved"
    assert git(other, "status", "--porcelain") == ""
    assert (other / "a.txt").read_text() == "landed\n"
    assert git(bench.user, "status", "--porcelain") == ""


async def test_files_become_directories_and_back(bench: Bench) -> None:
    work = await bench.repo.open("r1", bench.tree, bench.base)
    (work.path / "a.txt").unlink()
    write(work.path, {"a.txt/inner": "1\n"})
    (work.path / "src/b.py").unlink()
    (work.path / "src").rmdir()
    write(work.path, {"src": "a file\n"})
    tree = await bench.repo.capture(work)
    new = await bench.repo.commit(tree, [bench.base], "Swap", WHO, 1)
    write(bench.user, {"src/__pycache__/b.pyc": "ignored?"})
    assert (await bench.repo.publish(MAIN, new, bench.base)).outcome == "dirty"
    (bench.user / "src/__pycache__/b.pyc").unlink()
    (bench.user / "src/__pycache__").rmdir()
    assert (await bench.repo.publish(MAIN, new, bench.base)).outcome == "moved"
    assert git(bench.user, "status", "--porcelain") == ""


async def test_a_filter_is_the_users_to_run(bench: Bench, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    git(bench.user, "config", "filter.spy.smudge", f"touch '{marker}'; cat")
    write(bench.user, {".git/info/attributes": "*.bin filter=spy\n"})
    new = await candidate(bench, {"data.bin": "payload\n"})
    done = await bench.repo.publish(MAIN, new, bench.base)
    assert done.outcome == "moved"
    assert not marker.exists()
    command = done.detail.partition("Now do: ")[2]
    assert git(bench.user, "rev-parse", "main") == new
    subprocess.run(command.split(), check=True)
    assert marker.exists()
    assert git(bench.user, "status", "--porcelain") == ""


async def test_a_merge_takes_exactly_the_given_base(bench: Bench) -> None:
    ours = await candidate(bench, {"a.txt": "ONE\ntwo\n"}, "ours")
    theirs = await candidate(bench, {"src/b.py": "x = 2\n"}, "theirs")
    merged = await bench.repo.merge(bench.base, ours, theirs)
    assert merged.tree is not None
    assert await bench.repo.read(merged.tree, "a.txt") == b"ONE\ntwo\n"
    assert await bench.repo.read(merged.tree, "src/b.py") == b"x = 2\n"
    against = await candidate(bench, {"a.txt": "eins\ntwo\n"}, "against")
    clash = await bench.repo.merge(bench.base, ours, against)
    assert (clash.tree, clash.conflicts) == (None, ("a.txt",))
    assert (await bench.repo.merge(ours, ours, against)).tree == await bench.repo.tree_of(against)
    assert await bench.repo.is_ancestor(bench.base, ours)
    assert not await bench.repo.is_ancestor(ours, theirs)


async def test_kept_objects_survive_a_prune(bench: Bench) -> None:
    new = await candidate(bench, {"a.txt": "kept\n"})
    tree = await bench.repo.tree_of(new)
    await bench.repo.keep("r1", "base", bench.base)
    await bench.repo.keep("r1", "candidate/1", tree)
    assert git(bench.user, "for-each-ref", "refs/looptui", "--format=%(refname)") == (
        "refs/looptui/r1/base"
    )
    git(bench.user, "checkout", "-q", "--orphan", "other")
    commit(bench.user, "Elsewhere")
    git(bench.user, "branch", "-q", "-D", "main")
    git(bench.user, "reflog", "expire", "--expire=now", "--all")
    for where in (bench.user, bench.state / "git"):
        git(where, "gc", "-q", "--prune=now")
    assert await bench.repo.read(tree, "a.txt") == b"kept\n"
    assert await bench.repo.tree_of(bench.base) == bench.tree
    await bench.repo.forget("r1")
    assert git(bench.user, "for-each-ref", "refs/looptui") == ""
    assert git(bench.state / "git", "for-each-ref", "refs/looptui") == ""


async def test_only_locks_of_a_dead_landing_are_cleared(bench: Bench) -> None:
    new = await candidate(bench, {"a.txt": "landed\n"})
    lock = bench.user / ".git/refs/heads/main.lock"
    lock.write_text("")
    done = await bench.repo.publish(MAIN, new, bench.base)
    assert done.outcome == "raced"
    assert "main.lock" in done.detail
    assert lock.exists()
    assert git(bench.user, "rev-parse", "main") == bench.base


async def test_what_a_dead_landing_locked_is_cleared(bench: Bench) -> None:
    new = await candidate(bench, {"a.txt": "landed\n"})
    await bench.repo.publish("refs/heads/other", bench.base, None)
    note = landing._note(landing_shadow(bench), MAIN)
    intent = {"ref": MAIN, "new": new, "old": bench.base, "since": time.time()}
    note.write_text(json.dumps(intent))
    for name, text in {"refs/heads/main": new, "HEAD": "", "index": "half"}.items():
        (bench.user / f".git/{name}.lock").write_text(text)
    foreign = bench.user / ".git/refs/heads/other.lock"
    foreign.write_text("")
    assert (await bench.repo.publish(MAIN, new, bench.base)).outcome == "moved"
    assert git(bench.user, "status", "--porcelain") == ""
    assert foreign.exists()
    assert not note.exists()


async def test_a_lock_with_another_id_in_it_is_not_ours(bench: Bench) -> None:
    new = await candidate(bench, {"a.txt": "landed\n"})
    note = landing._note(landing_shadow(bench), MAIN)
    intent = {"ref": MAIN, "new": new, "old": bench.base, "since": time.time()}
    note.write_text(json.dumps(intent))
    lock = bench.user / ".git/refs/heads/main.lock"
    lock.write_text(bench.base + "\n")
    assert (await bench.repo.publish(MAIN, new, bench.base)).outcome == "raced"
    assert lock.exists()


_CHILD = """
    import asyncio, os, signal, sys
    from pathlib import Path
    from looptui.adapters.repository import GitRepository, runner

    user, state, new, old, point = sys.argv[1:]
    inner, count = runner._finished, 0

    def counted(argv, name, *rest):
        global count
        if name in ("unpack-objects", "update-ref", "read-tree", "update-index"):
            count += 1
            if count == int(point):
                os.kill(os.getpid(), signal.SIGKILL)
        return inner(argv, name, *rest)

    async def main():
        repo = GitRepository.discover(Path(user), Path(state))
        runner._finished = counted
        print((await repo.publish("refs/heads/main", new, old)).outcome)

    asyncio.run(main())
"""


def _killed_at(bench: Bench, new: str, point: int) -> bool:
    """Publish in a child that kills itself before its n-th writing git command."""
    argv = [str(bench.user), str(bench.state), new, bench.base, str(point)]
    code = [sys.executable, "-c", textwrap.dedent(_CHILD), *argv]
    done = subprocess.run(code, capture_output=True, text=True, check=False)
    assert done.returncode == -9 or done.stdout == "moved\n", done.stderr
    return done.returncode == -9


async def test_killed_anywhere_it_lands_exactly_once(bench: Bench) -> None:
    files = {"a.txt": "landed\n", "new/c.txt": "c\n"}
    new = await candidate(bench, files)
    point = 1
    while _killed_at(bench, new, point):
        assert git(bench.user, "rev-parse", "main") in (bench.base, new)
        done = await bench.repo.publish(MAIN, new, bench.base)
        assert done.outcome in ("moved", "already")
        assert done.detail == ""
        assert git(bench.user, "rev-list", "main").split() == [new, bench.base]
        assert git(bench.user, "status", "--porcelain") == ""
        assert not list((bench.user / ".git").rglob("*.lock"))
        git(bench.user, "reset", "-q", "--hard", bench.base)
        point += 1
    assert point > 5


def landing_shadow(bench: Bench) -> Shadow:
    return prepare(find(bench.user), bench.state)


async def _crash_after_the_swap(bench: Bench, new: str) -> None:
    git(bench.user, "fetch", "-q", str(bench.state / "git"), new)
    git(bench.user, "update-ref", MAIN, new, bench.base)


async def test_a_checkout_half_way_is_brought_to_the_end(bench: Bench) -> None:
    work = await bench.repo.open("r1", bench.tree, bench.base)
    (work.path / "src/b.py").unlink()
    write(work.path, {"a.txt": "landed\n", "new/c.txt": "c\n", "new/d.txt": "d\n"})
    tree = await bench.repo.capture(work)
    new = await bench.repo.commit(tree, [bench.base], "Land", WHO, 1)
    await _crash_after_the_swap(bench, new)
    (bench.user / "src/b.py").unlink()
    (bench.user / "a.txt").unlink()
    write(bench.user, {"new/c.txt": "c\n", ".gitignore": "*.log\n/build/\n/mine\n", "mine": "x"})
    done = await bench.repo.publish(MAIN, new, bench.base)
    assert (done.outcome, done.detail) == ("already", "")
    assert git(bench.user, "status", "--porcelain") == " M .gitignore"
    assert (bench.user / "new/d.txt").read_text() == "d\n"


async def test_a_file_cut_off_by_a_crash_is_written_whole(bench: Bench) -> None:
    files = {"a.txt": "landed\n" * 99, "new/c.txt": "c\n" * 99, "new/d.txt": "d\n"}
    new = await candidate(bench, files)
    await _crash_after_the_swap(bench, new)
    intent = {"ref": MAIN, "new": new, "old": bench.base, "since": time.time()}
    landing._note(landing_shadow(bench), MAIN).write_text(json.dumps(intent))
    write(bench.user, {"a.txt": "landed\nlan", "new/c.txt": "", "new/d.txt": "d\n"})
    git(bench.user, "add", "new/d.txt")
    done = await bench.repo.publish(MAIN, new, bench.base)
    assert (done.outcome, done.detail) == ("already", "")
    assert git(bench.user, "status", "--porcelain") == ""
    assert (bench.user / "a.txt").read_text() == files["a.txt"]


async def test_what_the_user_undoes_later_stays_undone(bench: Bench) -> None:
    new = await candidate(bench, {"a.txt": "landed\n", "src/b.py": "x = 2\n"})
    await bench.repo.publish(MAIN, new, bench.base)
    git(bench.user, "restore", "--staged", "--worktree", "--source", bench.base, "a.txt")
    assert (await bench.repo.publish(MAIN, new, bench.base)).outcome == "already"
    assert git(bench.user, "status", "--porcelain") == "M  a.txt"


async def test_an_edit_made_after_a_crash_is_kept(bench: Bench) -> None:
    new = await candidate(bench, {"a.txt": "landed\n", "new/c.txt": "c\n"})
    await _crash_after_the_swap(bench, new)
    write(bench.user, {"a.txt": "my edit\n"})
    done = await bench.repo.publish(MAIN, new, bench.base)
    assert done.outcome == "already"
    assert "a.txt" in done.detail
    assert "read-tree -m -u" in done.detail
    assert (bench.user / "a.txt").read_text() == "my edit\n"


async def test_shared_repositories_get_readable_objects(bench: Bench) -> None:
    git(bench.user, "config", "core.sharedRepository", "group")
    before = set((bench.user / ".git/objects").iterdir())
    new = await candidate(bench, {f"{n}.txt": f"{n}\n" for n in range(9)})
    await bench.repo.publish(MAIN, new, bench.base)
    made = set((bench.user / ".git/objects").iterdir()) - before
    assert made
    assert all(path.stat().st_mode & 0o2070 == 0o2070 for path in made)


async def test_two_landings_at_once_leave_one(bench: Bench, tmp_path: Path) -> None:
    one = await candidate(bench, {"a.txt": "1\n"}, "r1")
    two = await candidate(bench, {"a.txt": "2\n"}, "r2")
    second = GitRepository.discover(bench.user, bench.state)
    done = await asyncio.gather(
        bench.repo.publish(MAIN, one, bench.base), second.publish(MAIN, two, bench.base)
    )
    second.close()
    assert sorted(each.outcome for each in done) == ["moved", "raced"]
    assert git(bench.user, "rev-list", "--count", "main") == "2"
    assert git(bench.user, "status", "--porcelain") == ""
