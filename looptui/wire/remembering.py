"""Changing what is remembered: by the same inbox, leases and log as everything else."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from looptui.core import commands as cmd
from looptui.core.citing import STALE, vouched
from looptui.core.codec import reworded
from looptui.core.memory import STREAM
from looptui.engine.memory_rows import memory_of
from looptui.engine.remembering import answer
from looptui.errors import LeaseHeld, RefusedError, UsageError
from looptui.store.inbox import CommandTaken
from looptui.text import safe
from looptui.wire.ids import person

if TYPE_CHECKING:
    from looptui.core.memory import Memory
    from looptui.core.selecting import Selection
    from looptui.store.reader import Reader
    from looptui.wire.desk import Desk

_PATIENCE = 10.0
"""Seconds in which another process has to let go of the stream of memory."""


async def carry_out(desk: Desk, command: cmd.Command) -> str:
    """Have a command about memory answered, once; the id of the record that it changed.

    An empty string where nothing had to change. RefusedError with the reason, and nothing is
    changed then; LeaseHeld where another process does not let go of memory.
    """
    command = await _vouched(desk, reworded(command, desk.scrub.text))
    desk.require_writing()
    before = await desk.store.last_seq()
    identity = await desk.store.send(
        STREAM, command.kind, cmd.encode(command), person(), desk.clock.now()
    )
    deadline = desk.clock.ticks() + _PATIENCE
    while (outcome := await desk.store.outcome(identity)) is None:
        try:
            await _answer_all(desk)
        except LeaseHeld:
            if desk.clock.ticks() > deadline:
                raise
            await asyncio.sleep(0.02)
    if outcome.state == "refused":
        raise RefusedError(outcome.reason)
    return await _changed(desk, before, outcome.seq or 0)


async def refresh(desk: Desk, record: Memory, run: str = "") -> str:
    """Say that a record holds for its files as they are now; its id, empty if it did already.

    They are those of the commit that is checked out, or of the base of a run.
    """
    tree = (await desk.load(run)).state.base_tree if run else await _head_tree(desk)
    blobs = vouched(record.files, await desk.repository.blobs(tree, record.files) if tree else {})
    if record.files and not blobs:
        raise UsageError(
            f"None of the files of {record.id} is there",
            f"`looptui memory edit {record.id} --file PATH` names others; or forget it.",
        )
    state = "active" if record.state == STALE else record.state
    return await carry_out(desk, cmd.Revise(record.id, blobs=blobs, state=state, seen=record.text))


async def _vouched(desk: Desk, command: cmd.Command) -> cmd.Command:
    """A command with the ids of the files for which the person vouches by it, as they are now.

    They do by a new record, by naming files, by confirming a record, and by a wider scope.
    """
    if not isinstance(command, cmd.Remember | cmd.Revise) or command.blobs:
        return command
    files = command.files
    if isinstance(command, cmd.Revise) and files is None:
        known = [row for row in desk.reader.memory_named(command.id) if row.id == command.id]
        wider = command.scope is not None and not command.scope.startswith("run:")
        wider = wider and bool(known) and known[0].scope != command.scope
        files = memory_of(known[0]).files if known and (wider or command.state == "active") else ()
    tree = await _head_tree(desk) if files else ""
    blobs = vouched(files or (), await desk.repository.blobs(tree, files)) if tree and files else ()
    return replace(command, blobs=blobs) if blobs else command


async def _head_tree(desk: Desk) -> str:
    """The tree of the commit that is checked out; empty before the first."""
    head = await desk.repository.resolve("HEAD")
    return await desk.repository.tree_of(head) if head else ""


def as_stored(reader: Reader, command: cmd.Command) -> cmd.Command:
    """A command whose seen texts were read on a screen, with those that are stored.

    A screen shows texts made safe; where that is what is stored now, it was seen.
    """
    if isinstance(command, cmd.Revise) and command.seen is not None:
        return replace(command, seen=_stored(reader, command.id, command.seen))
    if isinstance(command, cmd.Merge):
        pairs = zip(command.ids, command.seen, strict=False)
        return replace(command, seen=tuple(_stored(reader, *pair) for pair in pairs))
    return command


def _stored(reader: Reader, name: str, seen: str) -> str:
    texts = [row.text for row in reader.memory_named(name) if row.id == name]
    return texts[0] if texts and safe(texts[0]) == seen else seen


async def _answer_all(desk: Desk) -> None:
    """Answer whatever waits, the oldest first: a process that died may have left some."""
    lease = desk.store.leases.acquire(STREAM)
    try:
        for asked in await desk.store.pending(STREAM):
            try:
                await answer(desk.store, desk.reader, asked, desk.listeners)
            except CommandTaken:
                continue
    finally:
        lease.release()


async def _changed(desk: Desk, before: int, seq: int) -> str:
    from looptui.core import events as ev

    if seq <= before:
        return ""
    for stored in await desk.store.since(seq - 1, 1):
        event, _ = ev.decode(stored.kind, stored.data)
        if isinstance(event, ev.MemoryRecorded | ev.MemoryEdited):
            return event.id
    return ""


def find(reader: Reader, name: str) -> Memory:
    """The record of an id or of the only one that begins so. UsageError for none or many."""
    rows = [row for row in reader.memory_named(name) if row.text]
    if len(rows) == 1:
        return memory_of(rows[0])
    if not rows:
        raise UsageError(f"There is no record {name!r}", "`looptui memory list` shows them.")
    raise UsageError(
        f"{name!r} fits more than one record: {', '.join(row.id for row in rows[:5])}",
        "Give more of its id.",
    )


async def selection(desk: Desk, run: str) -> Selection:
    """What the next prompt of a run would hold, and why; with records that wait for a person."""
    from looptui.core.memory import scopes_of
    from looptui.core.selecting import Ranked, Selection
    from looptui.engine.recalling import recalled

    state = (await desk.load(run)).state
    found = await recalled(desk.reader, desk.repository, state)
    rows = [row for one in scopes_of(state.loop.name, run) for row in desk.reader.memory(one)]
    kept_out = [
        Ranked(memory_of(row), 0.0, {}, row.state)
        for row in rows
        if row.text and row.state not in ("active", "forgotten")
    ]
    return Selection(found.chosen, (*found.left_out, *kept_out), found.budget)
