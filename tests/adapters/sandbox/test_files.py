"""What a child can change and see of the file system."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from uuid import uuid4

import pytest

from looptui.adapters.sandbox import scratch
from looptui.adapters.sandbox.bubblewrap import Bubblewrap
from looptui.adapters.sandbox.none import Unconfined
from looptui.ports import Sandbox
from looptui.proctable import start_time
from tests.adapters.sandbox.place import Place, ok


async def test_the_worktree_can_be_changed(sandbox: Sandbox, place: Place) -> None:
    ok(await place.sh(sandbox, "echo new > file; mkdir -p d/e; touch d/e/ü; mv d moved; pwd"))
    assert (place.worktree / "file").read_text() == "new\n"
    assert (place.worktree / "moved/e/ü").exists()


async def test_nothing_else_can_be_changed(confining: Sandbox, place: Place) -> None:
    beside = place.state / "worktrees" / "other"
    beside.mkdir()
    shared = Path(tempfile.gettempdir()) / f"looptui-test-{uuid4().hex}"
    targets = [place.home / "x", beside / "x", shared, Path("/etc/x"), Path("/usr/x"), Path("/x"),
               Path(f"/dev/shm/{shared.name}"), Path(f"/var/tmp/{shared.name}")]  # fmt: skip
    script = "; ".join(f"echo x > '{target}'" for target in targets)
    await place.sh(confining, f"{script}; rm -rf '{place.home}' '{place.state}'; true")
    assert [target for target in targets if target.exists()] == []
    assert (place.state / "state.db").exists()
    assert (place.home / ".ssh/id_ed25519").exists()


async def test_home_and_state_cannot_be_read(confining: Sandbox, place: Place) -> None:
    (place.worktree / "link").symlink_to(place.home / ".ssh/id_ed25519")
    (place.worktree / "up").symlink_to("../../state.db")
    secrets = [
        path for path in place.home.rglob("*") if path.is_file() and "SECRET" in path.read_text()
    ]
    assert len(secrets) == 8
    (place.worktree / "names").write_text("".join(f"{path}\n" for path in secrets))
    script = 'while read -r name; do cat "$name"; done < names; ls -R ~; cat file'
    ended = await place.sh(confining, script)
    assert "SECRET" not in ended.output
    assert ended.output.endswith("file\n")


async def test_credentials_stay_hidden_in_what_is_shown(confining: Sandbox, place: Place) -> None:
    script = f"cat '{place.home}/diary' '{place.home}/.ssh/id_ed25519' '{place.home}/.netrc'"
    ended = await place.sh(confining, script, readable=[place.home])
    assert "SECRET diary" in ended.output
    assert "SECRET key" not in ended.output
    ended = await place.sh(confining, script, readable=[place.home / ".ssh", place.home / ".netrc"])
    assert "SECRET" not in ended.output
    named = await place.run(confining, "cat", str(place.home / ".netrc"))
    assert "SECRET" not in named.output


async def test_what_is_named_readable_is_shown(confining: Sandbox, place: Place) -> None:
    library = place.home / "library"
    (library / "deep").mkdir(parents=True)
    (library / "deep" / "book").write_text("book\n")
    link = place.home / "shelf"
    link.symlink_to("library")
    script = f"cat '{library}/deep/book' '{link}/deep/book'; echo x > '{library}/deep/book'"
    ended = await place.sh(confining, script, readable=[link])
    assert ended.output.startswith("book\n")
    assert (library / "deep" / "book").read_text() == "book\n"
    if isinstance(confining, Bubblewrap):
        assert ended.output.startswith("book\nbook\n")


async def test_a_pinned_file_stays(bwrap: Bubblewrap, place: Place) -> None:
    script = "echo evil > .git; rm -f .git; mv .git .moved; ln -sf /etc .git; cat .git"
    assert ok(await place.sh(bwrap, script)).endswith("gitdir: ours\n")
    assert (place.worktree / ".git").read_text() == "gitdir: ours\n"


async def test_a_pinned_link_opens_nothing(confining: Sandbox, place: Place) -> None:
    (place.worktree / ".git").unlink()
    (place.worktree / ".git").symlink_to(place.home / "diary")
    ended = await place.sh(confining, "cat .git; echo ran")
    assert ended.output.endswith("ran\n")
    assert "SECRET" not in ended.output


async def test_home_is_empty_and_scratch_files_go(sandbox: Sandbox, place: Place) -> None:
    script = 'ls -A "$HOME"; echo x > "$TMPDIR/x"; mkdir "$TMPDIR/d"; chmod 0 "$TMPDIR/d"; '
    output = ok(await place.sh(sandbox, script + 'echo "$TMPDIR"; echo "$HOME"'))
    temporary, home = output.splitlines()
    assert not Path(temporary).parent.exists()
    assert Path(home).parent == Path(temporary).parent


async def test_what_a_killed_looptui_left_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: Place
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    stale = tmp_path / "looptui-4194304-77-abc"
    own = tmp_path / f"looptui-{os.getpid()}-{start_time(os.getpid())}-abc"
    (tmp_path / "looptui-4194304-77-link").symlink_to(place.home)
    for directory in (stale / "home", own, tmp_path / "looptui-x-y-z"):
        directory.mkdir(parents=True)
    scratch._remove_stale.cache_clear()
    ok(await place.run(Unconfined(), "true"))
    assert not stale.exists()
    assert own.exists()
    assert (tmp_path / "looptui-x-y-z").exists()
    assert (place.home / "diary").exists()
