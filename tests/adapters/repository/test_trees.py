"""Trees: captured as plain git does, read, overlaid, exported, compared."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from looptui.adapters.repository import GitRepository, diffing
from looptui.errors import RepoError, UsageError
from looptui.ports import FileChange
from tests.adapters.repository.conftest import Bench, commit, files_of, git, write

ODD = [b"-rf", b"new\nline", b"tab\there", b"\xff\xfe not utf-8", b":(top)magic", b"*.txt", b"a\\b",
       "é composed".encode(), "é decomposed".encode(), b"trailing ", b"\x1b[31mred"]  # fmt: skip


def _plain_tree(user: Path, work: Path, tmp_path: Path) -> str:
    """What `git add -A; git write-tree` says of these files, in a clone of the user's."""
    clone = tmp_path / "clone"
    shutil.copytree(work, clone, symlinks=True)
    (clone / ".git").unlink()
    shutil.copytree(user / ".git", clone / ".git")
    git(clone, "add", "-A")
    return git(clone, "write-tree")


async def test_capture_equals_plain_git(user: Path, tmp_path: Path) -> None:
    write(user, {".gitattributes": "* text=auto\n*.bat eol=crlf\n*.raw -text\n", "run.sh": "x\n"})
    write(user, {"tracked.log": "kept although ignored\n", "dir/x": "x\n", "gone": "x\n"})
    git(user, "add", "-f", "tracked.log")
    base = commit(user, "More")
    git(user, "config", "--global", "core.excludesFile", "~/own list")
    (user.parent / "home/own list").write_text("*.mine\n")
    write(user, {".git/info/exclude": "local/\n"})
    repo = GitRepository.discover(user, tmp_path / "state")
    work = await repo.open("r1", git(user, "rev-parse", "HEAD^{tree}"), base)
    top = work.path
    for name in ODD:
        path = Path(os.fsdecode(os.fsencode(top) + b"/" + name))
        path.write_text("odd\n")
    write(
        top, {"crlf.txt": "one\r\ntwo\r\n", "win.bat": "x\r\n", "exact.raw": "x\r\n", "empty": ""}
    )
    write(top, {"tracked.log": "changed\n", "new.log": "x", "a.mine": "x", "local/x": "x"})
    write(top, {"deep/a/b/c": "x\n", "build/out": "x", "mixed.bin": "a\0b\r\n"})
    (top / "run.sh").chmod(0o755)
    (top / "gone").unlink()
    (top / "dangling").symlink_to("no/where")
    (top / "outside").symlink_to("/etc")
    shutil.rmtree(top / "dir")
    (top / "dir").symlink_to("deep")
    (top / "a.txt").unlink()
    write(top, {"a.txt/now/a/directory": "x"})
    captured = await repo.capture(work)
    assert captured == _plain_tree(user, top, tmp_path)
    out = tmp_path / "export"
    await repo.export(captured, out)
    await repo.reset(work, captured)
    assert await repo.capture(work) == captured
    (top / "crlf.txt").unlink()
    await repo.reset(work, captured)
    assert files_of(out) == files_of(top)
    assert (await repo.read(captured, "crlf.txt")) == b"one\ntwo\n"
    assert (out / "win.bat").read_bytes() == b"x\r\n"
    repo.close()


async def test_a_tracked_directory_behind_an_ignored_link(bench: Bench) -> None:
    work = await bench.repo.open("r1", bench.tree, bench.base)
    shutil.rmtree(work.path / "src")
    (work.path / "src").symlink_to(bench.user / "src")
    write(work.path, {".gitignore": "src\n"})
    captured = await bench.repo.capture(work)
    assert await bench.repo.read(captured, "src/b.py") is None


async def test_read_gives_files_only(bench: Bench) -> None:
    work = await bench.repo.open("r1", bench.tree, bench.base)
    (work.path / "link").symlink_to("a.txt")
    write(work.path, {"*.txt": "star\n", "a\0b".replace("\0", "\n"): "line\n"})
    tree = await bench.repo.capture(work)
    assert await bench.repo.read(tree, "a.txt") == b"one\ntwo\n"
    assert await bench.repo.read(tree, "*.txt") == b"star\n"
    assert await bench.repo.read(tree, "a\nb") == b"line\n"
    for name in ("link", "src", "src/", "none", "../a.txt", ""):
        assert await bench.repo.read(tree, name) is None, name


async def test_blobs_are_those_of_the_paths_that_a_tree_holds(bench: Bench) -> None:
    work = await bench.repo.open("r1", bench.tree, bench.base)
    write(work.path, {"*.txt": "one\ntwo\n", "a b": "x\n", "e missing": "y\n"})
    tree = await bench.repo.capture(work)
    paths = ("a.txt", "none", "src", "src/", "*.txt", "a b", "e missing", "../x", "", "a\nb")
    found = await bench.repo.blobs(tree, paths)
    assert set(found) == {"a.txt", "src", "src/", "*.txt", "a b", "e missing"}
    assert found["a.txt"] == found["*.txt"] != found["a b"]
    assert found["src"] == found["src/"]
    assert found == bench.repo.blobs_now(tree, paths)
    assert await bench.repo.blobs(tree, ()) == {}


async def test_overlay_takes_paths_from_the_base(bench: Bench) -> None:
    work = await bench.repo.open("r1", bench.tree, bench.base)
    (work.path / "src/b.py").unlink()
    (work.path / "src").rmdir()
    write(work.path, {"src": "a file\n", "a.txt": "changed\n", "conftest.py": "evil\n"})
    tree = await bench.repo.capture(work)
    mended = await bench.repo.overlay(tree, bench.tree, ["src/b.py", "conftest.py"])
    changed = await bench.repo.changes(bench.tree, mended)
    assert [(each.path, each.status) for each in changed] == [("a.txt", "modified")]
    whole = await bench.repo.overlay(tree, bench.tree, ["src", "a.txt", "conftest.py/"])
    assert whole == bench.tree
    assert await bench.repo.overlay(tree, bench.tree, []) == tree
    with pytest.raises(UsageError):
        await bench.repo.overlay(tree, bench.tree, ["../x"])


async def test_export_drops_nothing(bench: Bench, tmp_path: Path) -> None:
    work = await bench.repo.open("r1", bench.tree, bench.base)
    write(work.path, {".gitattributes": "a.txt export-ignore\nid.txt export-subst ident\n"})
    write(work.path, {"id.txt": "$Format:%H$\n", "exe": "x"})
    (work.path / "exe").chmod(0o755)
    tree = await bench.repo.capture(work)
    out = tmp_path / "a b" / "export"
    await bench.repo.export(tree, out)
    assert files_of(out) == files_of(work.path)
    assert os.access(out / "exe", os.X_OK)
    assert not (out / ".git").exists()
    with pytest.raises(RepoError, match="not empty"):
        await bench.repo.export(tree, out)


async def test_changes_name_every_kind(bench: Bench) -> None:
    write(bench.user, {"long.txt": "".join(f"line {n}\n" for n in range(50)), "dead": "x\n"})
    old = await bench.repo.tree_of(commit(bench.user, "More"))
    work = await bench.repo.open("r1", old, bench.base)
    (work.path / "long.txt").rename(work.path / "moved\n.txt")
    (work.path / "dead").unlink()
    (work.path / "a.txt").unlink()
    (work.path / "a.txt").symlink_to("src")
    write(work.path, {"src/b.py": "x = 1\ny = 2\n", "born": "brand new\n"})
    (work.path / "image.bin").write_bytes(b"\0\1\2")
    changes = await bench.repo.changes(old, await bench.repo.capture(work))
    assert {change.path: change for change in changes} == {
        "a.txt": FileChange("a.txt", "type", 1, 2),
        "born": FileChange("born", "added", 1, 0),
        "dead": FileChange("dead", "deleted", 0, 1),
        "image.bin": FileChange("image.bin", "added", None, None),
        "moved\n.txt": FileChange("moved\n.txt", "renamed", 0, 0, "long.txt"),
        "src/b.py": FileChange("src/b.py", "modified", 1, 0),
    }
    assert await bench.repo.changes(old, old) == ()


async def test_a_diff_can_be_applied_and_hides_nothing(bench: Bench, tmp_path: Path) -> None:
    work = await bench.repo.open("r1", bench.tree, bench.base)
    write(work.path, {".gitattributes": "* -diff\n*.py binary\n", "src/b.py": "x = 'bad'\n"})
    (work.path / "image.bin").write_bytes(b"\0\1\2")
    tree = await bench.repo.capture(work)
    patch = await bench.repo.diff(bench.tree, tree)
    assert b"+x = 'bad'" in patch
    assert b"Binary files /dev/null and b/image.bin differ" in patch
    assert b"\x1b" not in patch
    (work.path / "image.bin").unlink()
    text = await bench.repo.diff(bench.tree, await bench.repo.capture(work), context=1)
    git(bench.user, "apply", stdin=text)
    assert files_of(bench.user) == files_of(work.path)


async def test_a_live_diff_disturbs_nothing(bench: Bench) -> None:
    work = await bench.repo.open("r1", bench.tree, bench.base)
    write(work.path, {"a.txt": "one\n2\n", "new\n.py": "y\n", "skip.log": "x", "exe": "#!x\n"})
    (work.path / "src/b.py").unlink()
    (work.path / "exe").chmod(0o755)
    (work.path / "link").symlink_to("a.txt")
    index = bench.state / "git/looptui/r1/index"
    before = index.read_bytes(), _objects(bench)
    live = await bench.repo.live_diff(work, bench.tree)
    assert (index.read_bytes(), _objects(bench)) == before
    assert live.replace(b"0" * 7, b"") != b""
    final = await bench.repo.diff(bench.tree, await bench.repo.capture(work))
    assert _without_ids(live) == _without_ids(final)
    assert await bench.repo.live_diff(work, await bench.repo.capture(work)) == b""


async def test_a_huge_diff_is_cut_at_a_file(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diffing, "LARGEST_DIFF", 5000)
    work = await bench.repo.open("r1", bench.tree, bench.base)
    write(work.path, {f"f{n}.txt": "word\n" * 300 for n in range(9)})
    tree = await bench.repo.capture(work)
    for patch in (
        await bench.repo.diff(bench.tree, tree), await bench.repo.live_diff(work, bench.tree),
    ):  # fmt: skip
        assert len(patch) < 5100
        assert patch.endswith(diffing.CUT_LINE)
        assert patch.count(b"diff --git") == 2
        whole = patch.removesuffix(diffing.CUT_LINE)
        git(bench.user, "apply", "--check", stdin=whole)
    write(work.path, {"one.txt": "word\n" * 3000})
    tree = await bench.repo.overlay(
        await bench.repo.capture(work), bench.tree, [f"f{n}.txt" for n in range(9)]
    )
    assert (await bench.repo.diff(bench.tree, tree)).endswith(b"+word\n" + diffing.CUT_LINE)


async def test_a_candidate_cannot_hide_a_submodule(bench: Bench) -> None:
    entry = f"160000 commit {bench.base}\tlib\0".encode()
    shadow = bench.state / "git"
    old = git(shadow, "ls-tree", "-z", bench.tree).encode()
    new = git(shadow, "mktree", "-z", stdin=old + entry)
    assert b"Subproject commit" in await bench.repo.diff(bench.tree, new)
    assert [c.path for c in await bench.repo.changes(bench.tree, new)] == ["lib"]


def _objects(bench: Bench) -> list[Path]:
    return sorted((bench.state / "git/objects").rglob("*"))


def _without_ids(patch: bytes) -> list[bytes]:
    return [line for line in patch.split(b"\n") if not line.startswith(b"index ")]
