"""The values that are stored. What an event means is no business of the store."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MAX_EVENT_BYTES = 8 * 1024
"""Larger things (diffs, prompts, replies) are blobs that an event refers to."""

Column = str | int | float | None

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event that is to be appended. `at` is Unix seconds.

    `data` is canonical JSON: sorted keys, no spaces, UTF-8. ValueError for what is no JSON (the
    rest is not checked) and above 8 KiB.
    """

    kind: str
    data: str
    actor: str
    at: float

    def __post_init__(self) -> None:
        size = len(self.data.encode())
        if size > MAX_EVENT_BYTES:
            raise ValueError(f"event {self.kind} has {size} bytes; at most {MAX_EVENT_BYTES} fit")
        json.loads(self.data)
        if not math.isfinite(self.at):
            raise ValueError(f"event {self.kind} has no finite time: {self.at}")


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event of the log. `seq` counts all events from 1, `n` those of its run from 1."""

    seq: int
    run: str
    n: int
    at: float
    actor: str
    kind: str
    data: str


@dataclass(frozen=True, slots=True)
class Rows:
    """Projection rows that are written in the transaction of their events.

    A row updates the columns that it names and leaves the others; its key columns are required
    (`id`, for iterations `run` and `n`). Columns are those of the row classes in `rows`.
    """

    run: Mapping[str, Column] | None = None
    iterations: Sequence[Mapping[str, Column]] = ()
    needs: Sequence[Mapping[str, Column]] = ()
    memory: Sequence[Mapping[str, Column]] = ()
    used: Sequence[str] = ()
    """Ids of memory records that were in one more prompt."""
    helped: Sequence[str] = ()
    """Ids of memory records that were in the prompt of an iteration with a better score."""


NO_ROWS = Rows()


def entry_bytes(event: StoredEvent) -> bytes:
    """The bytes of an event that the Merkle tree covers: one JSON array.

    Undecodable bytes of a damaged row, read with `surrogateescape`, come out as they were.
    """
    head = _encode([event.seq, event.run, event.n, float(event.at), event.actor, event.kind])
    return f"{head[:-1]},{event.data}]".encode("utf-8", "surrogateescape")
