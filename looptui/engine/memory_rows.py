"""Memory records as rows of the store, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping

from looptui.core import events as ev
from looptui.core.codec import dumps
from looptui.core.memory import TRIED, Memory
from looptui.store.rows import MemoryRow

Row = Mapping[str, str | int | float | None]


def recorded(event: ev.MemoryRecorded, scope: str, run: str, actor: str, at: float) -> Memory:
    """The record that an event makes; `scope` is its key, `run` is empty where a person did."""
    return Memory(
        event.id,
        event.type,
        scope,
        event.subject,
        event.text,
        iteration=event.iteration,
        digests=event.digests,
        why=event.why,
        tags=event.tags,
        files=event.files,
        blobs=event.blobs,
        shared=event.shared,
        agreed=event.agreed,
        pinned=event.pinned,
        state=TRIED if event.type == TRIED else event.state,
        at=at,
        run=run,
        actor=actor,
    )


def row_of(record: Memory) -> Row:
    """All of a record but how often it was used, which its row counts."""
    rest = {
        "iteration": record.iteration,
        "digests": list(record.digests),
        "why": record.why,
        "tags": list(record.tags),
        "files": list(record.files),
        "blobs": list(record.blobs),
        "shared": record.shared,
        "agreed": record.agreed,
        "run": record.run,
        "actor": record.actor,
        "beside": list(record.beside),
    }
    return {
        "id": record.id,
        "scope": record.scope,
        "subject": record.subject,
        "kind": record.type,
        "text": record.text,
        "data": dumps({name: value for name, value in rest.items() if value}),
        "state": record.state,
        "at": record.at,
        "pinned": int(record.pinned),
    }


def memory_of(row: MemoryRow) -> Memory:
    """The record of a row."""
    data = json.loads(row.data)
    return Memory(
        row.id,
        row.kind,
        row.scope,
        row.subject,
        row.text,
        iteration=data.get("iteration", 0),
        digests=tuple(data.get("digests", ())),
        why=data.get("why", ""),
        tags=tuple(data.get("tags", ())),
        files=tuple(data.get("files", ())),
        blobs=tuple(data.get("blobs", ())),
        shared=data.get("shared", ""),
        agreed=data.get("agreed", ""),
        pinned=bool(row.pinned),
        state=row.state,
        at=row.at,
        run=data.get("run", ""),
        actor=data.get("actor", ""),
        uses=row.uses,
        helped=row.helped,
        beside=tuple(data.get("beside", ())),
    )
