"""Some hunks of a change, taken by git: against edits that are applied line by line here."""

from __future__ import annotations

import random
import subprocess
from itertools import combinations
from pathlib import Path

import pytest

from looptui.errors import RepoError, UsageError
from looptui.projections.patch import Diff
from looptui.projections.patch_reading import parse_diff
from tests.adapters.repository.conftest import Bench, git


def _content(root: Path, tree: str) -> dict[str, tuple[str, bytes]]:
    """Mode and bytes by path, of every entry but submodules."""
    found = {}
    for line in git(root, "ls-tree", "-r", "-z", tree).split("\0"):
        if line:
            head, _, path = line.partition("\t")
            mode, kind, oid = head.split(" ")
            data = _bytes(root, oid) if kind == "blob" else oid.encode()
            found[path] = mode, data
    return found


def _bytes(root: Path, oid: str) -> bytes:
    return subprocess.run(
        ["git", "cat-file", "blob", oid], cwd=root, capture_output=True, check=True
    ).stdout


async def _change(bench: Bench) -> tuple[str, Diff]:
    """The tree of the files as they are in the user's checkout, with the diff to it."""
    git(bench.user, "add", "-A")
    tree = git(bench.user, "write-tree")
    return tree, parse_diff((await bench.repo.diff(bench.tree, tree)).decode("latin-1"))


def _numbered(count: int, word: str = "line") -> list[str]:
    return [f"{word} {n}" for n in range(count)]


async def test_all_is_the_candidate_and_nothing_is_the_base(bench: Bench) -> None:
    (bench.user / "one.txt").write_text("1\n")
    (bench.user / "new.txt").write_text("new\n")
    tree, diff = await _change(bench)
    every = range(1, len(diff.parts) + 1)
    assert await bench.repo.pick(bench.tree, tree, every) == tree
    assert await bench.repo.pick(bench.tree, tree, ()) == bench.tree


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
async def test_hunks_go_where_they_were_though_the_text_repeats_itself(
    bench: Bench, ends: str
) -> None:
    """Every block looks alike, so that only the line numbers say which of them is meant."""
    block = ["def f():", "    a", "    b", "    c", "    d", "    e", "    f", "    g", ""]
    before = block * 8
    edits = {4: ["    X", "    Y", "    Z"], 22: [], 40: ["    changed"], 58: ["    P", "    Q"]}
    path = bench.user / "same.py"
    path.write_bytes(ends.join(before).encode())
    base = (await _commit(bench))[0]
    after = [line for n, old in enumerate(before) for line in edits.get(n, [old])]
    path.write_bytes(ends.join(after).encode())
    git(bench.user, "add", "-A")
    tree = git(bench.user, "write-tree")
    for size in range(5):
        for taken in combinations(range(4), size):
            places = [place for number, place in enumerate(edits) if number in taken]
            wanted = [
                line
                for n, old in enumerate(before)
                for line in (edits[n] if n in places else [old])
            ]
            made = await bench.repo.pick(base, tree, [number + 1 for number in taken])
            assert _content(bench.state / "git", made)["same.py"][1] == ends.join(wanted).encode()


async def _commit(bench: Bench) -> tuple[str, str]:
    git(bench.user, "add", "-A")
    git(bench.user, "commit", "-q", "--allow-empty", "-m", "more")
    return git(bench.user, "rev-parse", "HEAD^{tree}"), git(bench.user, "rev-parse", "HEAD")


async def test_every_kind_of_change_can_be_taken_by_itself(bench: Bench) -> None:
    """And what is left is exactly as it was."""
    user = bench.user
    many = "\n".join(_numbered(60)) + "\n"
    (user / "gone").write_text("nothing like it\n")
    for name in ("two hunks", "old name", "ünïcode", 'q"uote', "both"):
        (user / name).write_text(many)
    (user / "run.sh").write_text("echo\n")
    (user / "data.bin").write_bytes(b"\0\1" * 50)
    (user / "latin").write_bytes(b"caf\xe9\n" * 20)
    (user / "no end").write_text("a\nb")
    (user / "becomes link").write_text("text\n")
    (user / "a b").mkdir()
    (user / "a b" / "file").write_text("x\n")
    base, _ = await _commit(bench)
    edited = many.replace("line 3\n", "line three\n").replace("line 50\n", "")
    (user / "two hunks").write_text(edited)
    (user / "gone").unlink()
    (user / "old name").unlink()
    (user / "new name").write_text(edited)
    (user / "ünïcode").write_text(edited)
    (user / 'q"uote').write_text(edited)
    (user / "both").write_text(edited)
    (user / "both").chmod(0o755)
    (user / "run.sh").chmod(0o755)
    (user / "data.bin").write_bytes(b"\0\2" * 60)
    (user / "latin").write_bytes(b"caf\xe9\n" * 10 + b"th\xe9\n" + b"caf\xe9\n" * 10)
    (user / "no end").write_text("a\nb\nc")
    (user / "becomes link").unlink()
    (user / "becomes link").symlink_to("run.sh")
    (user / "a b" / "file").write_text("y\n")
    (user / "empty").write_text("")
    git(user, "add", "-A")
    tree = git(user, "write-tree")
    store = bench.state / "git"
    diff = parse_diff((await bench.repo.diff(base, tree)).decode("utf-8", "surrogateescape"))
    before, after = _content(store, base), _content(store, tree)
    for number, part in enumerate(diff.parts, 1):
        file = diff.files[part.file]
        made = await bench.repo.pick(base, tree, [number])
        now = _content(store, made)
        touched = {file.path, file.old_path}
        assert made != base, file
        assert {p: c for p, c in now.items() if p not in touched} == {
            p: c for p, c in before.items() if p not in touched
        }, file
        if sum(one.file == part.file for one in diff.parts) == 1:
            assert {p: now.get(p) for p in touched} == {p: after.get(p) for p in touched}
        again = [n for n in range(1, len(diff.parts) + 1) if n != number]
        assert await bench.repo.pick(made, tree, _all(await bench.repo.diff(made, tree))) == tree
        assert await bench.repo.pick(base, tree, again) not in (base, tree)
    numbers = {(diff.files[p.file].path, p.hunk is None): n for n, p in enumerate(diff.parts, 1)}
    alone = _content(store, await bench.repo.pick(base, tree, [numbers["both", True]]))
    assert alone["both"] == ("100755", many.encode())
    lines = _content(store, await bench.repo.pick(base, tree, [numbers["both", False]]))
    assert lines["both"][0] == "100644"
    named = _content(store, await bench.repo.pick(base, tree, [numbers["new name", False]]))
    assert "old name" not in named
    assert named["new name"][1] == many.replace("line 50\n", "").encode()


def _all(diff: bytes) -> range:
    return range(1, len(parse_diff(diff.decode("utf-8", "surrogateescape")).parts) + 1)


async def test_random_parts_of_random_edits(bench: Bench) -> None:
    """Taken in two steps or at once, in any order, the same tree comes of it."""
    chance = random.Random(7)
    path = bench.user / "words.txt"
    for _ in range(6):
        before = [chance.choice("abc") for _ in range(120)]
        path.write_text("\n".join(before) + chance.choice(["", "\n"]))
        base, _ = await _commit(bench)
        after = list(before)
        for place in sorted(chance.sample(range(0, 120, 12), 5), reverse=True):
            after[place : place + chance.randint(0, 2)] = chance.choices("abcX", k=2)
        path.write_text("\n".join(after) + chance.choice(["", "\n"]))
        git(bench.user, "add", "-A")
        tree = git(bench.user, "write-tree")
        every = list(_all(await bench.repo.diff(base, tree)))
        some = chance.sample(every, len(every) // 2)
        half = await bench.repo.pick(base, tree, some)
        rest = await bench.repo.diff(half, tree)
        assert await bench.repo.pick(half, tree, _all(rest)) == tree
        assert len(_all(rest)) <= len(every) - len(some)


async def test_what_is_not_there_cannot_be_taken(bench: Bench) -> None:
    (bench.user / "one.txt").write_text("1\n")
    tree, _ = await _change(bench)
    with pytest.raises(UsageError, match="has 1 hunks, and none with number 2"):
        await bench.repo.pick(bench.tree, tree, [1, 2])


async def test_a_file_where_a_directory_has_to_stand_is_said(bench: Bench) -> None:
    (bench.user / "thing").write_text("a file\n")
    base, _ = await _commit(bench)
    (bench.user / "thing").unlink()
    (bench.user / "thing").mkdir()
    (bench.user / "thing" / "inside").write_text("no file\n")
    git(bench.user, "add", "-A")
    tree = git(bench.user, "write-tree")
    diff = parse_diff((await bench.repo.diff(base, tree)).decode())
    inside = next(n for n, p in enumerate(diff.parts, 1) if "inside" in diff.files[p.file].path)
    with pytest.raises(RepoError, match="cannot be taken without the others"):
        await bench.repo.pick(base, tree, [inside])
    assert await bench.repo.pick(base, tree, [1, 2]) == tree
