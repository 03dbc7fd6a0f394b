"""What people do to memory: one door, in the log, with their name, and taken back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from looptui.core import commands as cmd
from looptui.core.memory import STREAM
from looptui.errors import RefusedError, UsageError
from looptui.store import audit
from looptui.wire import remembering
from looptui.wire.desk import Desk
from looptui.wire.ids import person
from tests.engine.project import make_project


@pytest.fixture
async def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    monkeypatch.setenv("LOOPTUI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MY_API_KEY", "hunter2-hunter2")
    desk = Desk.open(make_project(tmp_path))
    yield desk
    await desk.close()


async def test_a_record_is_made_edited_and_both_are_taken_back(desk: Desk) -> None:
    name = await remembering.carry_out(desk, cmd.Remember("rule", "Use cursors.", tags=("api",)))
    assert name == "m-001"
    await remembering.carry_out(desk, cmd.Revise(name, text="Use pages.", pinned=True))
    found = remembering.find(desk.reader, "m-0")
    assert (found.text, found.pinned, found.tags, found.actor) == (
        "Use pages.", True, ("api",), person(),
    )  # fmt: skip
    assert await remembering.carry_out(desk, cmd.UndoEdit()) == name
    assert remembering.find(desk.reader, name).text == "Use cursors."
    await remembering.carry_out(desk, cmd.UndoEdit())
    assert remembering.find(desk.reader, name).state == "forgotten"
    with pytest.raises(RefusedError, match="no edit"):
        await remembering.carry_out(desk, cmd.UndoEdit())
    assert [event.actor for event in await desk.store.read(STREAM)] == [person()] * 4
    assert audit.verify(desk.reader.path).ok


async def test_a_secret_is_taken_out_before_it_is_kept(desk: Desk) -> None:
    name = await remembering.carry_out(desk, cmd.Remember("fact", "key hunter2-hunter2", why="x"))
    assert remembering.find(desk.reader, name).text == "key [redacted]"


async def test_edits_at_once_are_all_kept(desk: Desk) -> None:
    asked = [cmd.Remember("fact", f"fact {n}") for n in range(8)]
    names = await asyncio.gather(*(remembering.carry_out(desk, one) for one in asked))
    assert sorted(names) == [f"m-{n:03d}" for n in range(1, 9)]


async def test_what_nobody_knows_is_said(desk: Desk) -> None:
    with pytest.raises(UsageError, match="no record"):
        remembering.find(desk.reader, "m-9")
    await remembering.carry_out(desk, cmd.Remember("fact", "a"))
    await remembering.carry_out(desk, cmd.Remember("fact", "b"))
    with pytest.raises(UsageError, match="more than one"):
        remembering.find(desk.reader, "m")
