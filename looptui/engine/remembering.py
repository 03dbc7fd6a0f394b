"""Answering what people ask of memory: the one door, whoever opens it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from looptui.core import commands as cmd
from looptui.core import events as ev
from looptui.core.memory import STREAM, Memory
from looptui.core.shelf import Shelf, edited, last_change, shelve
from looptui.engine.memory_rows import Row, memory_of, recorded, row_of
from looptui.engine.recorder import Listener, as_record, command_of
from looptui.store.events import NewEvent, Rows
from looptui.store.inbox import Command
from looptui.store.reader import Reader
from looptui.store.store import Store


async def answer(
    store: Store, reader: Reader, asked: Command, listeners: Sequence[Listener] = ()
) -> cmd.Refusal | None:
    """Answer a command about memory; why it was refused, or None.

    Call it with the lease of the stream held. CommandTaken where somebody answered it before.
    """
    stream = tuple(as_record(stored) for stored in await store.read(STREAM))
    command = command_of(asked.kind, asked.data)
    shelf = Shelf(_named(reader, command, stream), stream)
    decision = shelve(shelf, command)
    if isinstance(decision, cmd.Refusal):
        await store.refuse(asked.id, decision.reason)
        return decision
    stored = await store.append(
        STREAM,
        len(stream),
        [NewEvent(event.kind, ev.encode(event, 0.0), asked.actor, asked.at) for event in decision],
        rows=Rows(memory=[_row(shelf.records, event, asked) for event in decision]),
        durable=True,
        claim=asked.id,
    )
    for one in stored:
        for listener in listeners:
            listener(one)
    return None


def _named(
    reader: Reader, command: cmd.Command | None, stream: Sequence[ev.Record]
) -> dict[str, Memory]:
    """The records that a command is about: those of its scope, or those that it names."""
    if isinstance(command, cmd.Remember):
        rows = reader.memory(command.scope)
    elif isinstance(command, cmd.Revise):
        rows = reader.memory_named(command.id)
    elif isinstance(command, cmd.Merge):
        rows = [row for name in command.ids for row in reader.memory_named(name)]
    else:
        names = [getattr(record.event, "id", "") for record in last_change(stream)]
        rows = [row for name in names for row in reader.memory_named(name)]
    return {row.id: memory_of(row) for row in rows}


def _row(records: Mapping[str, Memory], event: ev.Event, asked: Command) -> Row:
    if isinstance(event, ev.MemoryRecorded):
        return row_of(recorded(event, event.scope, "", asked.actor, asked.at))
    assert isinstance(event, ev.MemoryEdited)
    return row_of(replace(edited(records[event.id], event.after), actor=asked.actor))
