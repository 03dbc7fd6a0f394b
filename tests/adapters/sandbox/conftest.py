"""Every sandbox, and a machine without them fails: none of these tests is ever skipped."""

from __future__ import annotations

from pathlib import Path

import pytest

from looptui.adapters.sandbox.bubblewrap import Bubblewrap
from looptui.adapters.sandbox.choosing import unusable
from looptui.adapters.sandbox.landlock import Landlock
from looptui.adapters.sandbox.none import Unconfined
from looptui.ports import Sandbox
from tests.adapters.sandbox.place import Place

CONFINING = [Bubblewrap, Landlock]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    home = tmp_path / "höme of ann"
    state = home / ".local" / "state" / "looptui"
    worktree = state / "worktrees" / "a wörk\ttree"
    worktree.mkdir(parents=True)
    (worktree / ".git").write_text("gitdir: ours\n")
    (worktree / "file").write_text("file\n")
    (state / "state.db").write_text("SECRET state\n")
    for name in (".ssh/id_ed25519", ".aws/credentials", ".netrc", ".config/gh/hosts.yml"):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text("SECRET key\n")
    (home / "diary").write_text("SECRET diary\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("LOOPTUI_HOME", str(state))
    return Place(home, state, worktree)


@pytest.fixture(params=[*CONFINING, Unconfined], ids=lambda kind: kind.name)
def sandbox(request: pytest.FixtureRequest) -> Sandbox:
    made: Sandbox = request.param()
    assert unusable(made) is None, "this machine must have a working sandbox"
    return made


@pytest.fixture(params=CONFINING, ids=lambda kind: kind.name)
def confining(request: pytest.FixtureRequest) -> Sandbox:
    made: Sandbox = request.param()
    assert unusable(made) is None, "this machine must have a working sandbox"
    return made


@pytest.fixture
def bwrap() -> Bubblewrap:
    return Bubblewrap()
