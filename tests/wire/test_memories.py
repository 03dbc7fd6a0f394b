"""The Memory screen shows a record whose files changed as one that needs a decision."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from looptui import paths
from looptui.core import commands as cmd
from looptui.store.reader import Reader
from looptui.tui.memories import Item, Shelved, Wish
from looptui.wire import remembering
from looptui.wire.citing import Citing
from looptui.wire.desk import Desk
from looptui.wire.memories import MemoryReading
from tests.core.runs import Run
from tests.engine.project import git, make_project


@pytest.fixture
async def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    monkeypatch.setenv("LOOPTUI_HOME", str(tmp_path / "home"))
    desk = Desk.open(make_project(tmp_path))
    yield desk
    await desk.close()


async def test_a_stale_record_asks_for_a_decision_and_confirming_it_refreshes_it(
    desk: Desk,
) -> None:
    name = await remembering.carry_out(desk, cmd.Remember("fact", "It adds.", files=("calc.py",)))
    repository = desk.repository
    tree = (await repository.checkout()).tree
    git(repository.root, "rm", "-q", "calc.py")
    git(repository.root, "-c", "user.name=A", "-c", "user.email=a@b", "commit", "-qm", "Remove")
    without = git(repository.root, "rev-parse", "HEAD^{tree}")
    state = Run().ready().begin().state

    def shelved(base_tree: str, wish: Wish | None = None) -> Shelved:
        with closing(Reader(paths.state_db(desk.state_dir))) as reader:
            citing = Citing(repository.root, desk.state_dir)
            on_base = replace(state, base_tree=base_tree)
            reading = MemoryReading(reader, lambda run: on_base, citing)
            found = reading.shelved(wish or Wish(state.id))
            assert found is not None
            return found

    def told(found: Shelved) -> list[tuple[str, str, str]]:
        items: tuple[Item, ...] = found.items
        return [(one.group, one.record.state, one.reason) for one in items]

    assert told(shelved(tree)) == [("next", "active", "")]
    gone = shelved(without)
    assert told(gone) == [("decide", "stale", "stale: calc.py is gone")]
    assert gone.counts["stale"] == 1
    assert told(shelved(without, Wish(state.id, ("adds",)))) == told(gone)
    git(repository.root, "reset", "-q", "--hard", "HEAD~1")
    await remembering.carry_out(desk, cmd.Revise(name, blobs=("0" * 40,)))
    assert told(shelved(tree))[0][1] == "stale"
    await remembering.carry_out(desk, cmd.Revise(name, state="active", seen="It adds."))
    assert told(shelved(tree)) == [("next", "active", "")]
