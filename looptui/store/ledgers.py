"""Questions to the log for lists: which events fit, and what some of them say.

Each is short when it is asked of a span of the log, however long the log is.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Sequence
from typing import NamedTuple

from looptui.store.driver import sqlite3
from looptui.store.events import StoredEvent
from looptui.store.merkle import Frontier

_ROWS = (
    "SELECT e.seq, coalesce(r.name, ''), e.n, e.at, coalesce(a.name, ''), coalesce(k.name, ''), "
    "e.data, e.leaf FROM events e LEFT JOIN names r ON r.id = e.run "
    "LEFT JOIN names a ON a.id = e.actor LEFT JOIN names k ON k.id = e.kind "
)


class Wanted(NamedTuple):
    """What events must have, as names that are in the log; None is any."""

    runs: tuple[str, ...] | None = None
    actors: tuple[str, ...] | None = None
    kinds: tuple[str, ...] | None = None
    since: float = 0.0
    """Unix seconds."""
    words: tuple[str, ...] = ()
    """All of them are in its data or in its kind (ASCII letters in either case)."""


class Head(NamedTuple):
    """The tree over the log: how many events it covers, and its root."""

    size: int
    root: bytes


def head(connection: sqlite3.Connection) -> Head:
    """The tree head as the database notes it; nothing is computed from the events."""
    row = connection.execute("SELECT size, nodes FROM tree").fetchone()
    size, nodes = row or (0, b"")
    return Head(size, Frontier.from_bytes(size, nodes).root)


def names(connection: sqlite3.Connection) -> list[str]:
    """Every run, actor and kind that is in the log, in one list."""
    return [str(name) for (name,) in connection.execute("SELECT name FROM names ORDER BY name")]


def matching(connection: sqlite3.Connection, wanted: Wanted, bottom: int, top: int) -> array[int]:
    """The numbers of the events from `bottom` to below `top` that fit, newest first."""
    where, sought = ["seq >= ?", "seq < ?"], list[object]((bottom, top))
    parts = (("run", wanted.runs), ("actor", wanted.actors), ("kind", wanted.kinds))
    for column, allowed in parts:
        if allowed is not None:
            marks = ", ".join("?" * len(allowed))
            where.append(f"+{column} IN (SELECT id FROM names WHERE name IN ({marks}))")
            sought += allowed
    if wanted.since:
        where.append("at >= ?")
        sought.append(wanted.since)
    for word in wanted.words:
        where.append(
            "(data LIKE ? ESCAPE '!' OR kind IN "
            "(SELECT id FROM names WHERE name LIKE ? ESCAPE '!'))"
        )
        sought += [_like(json.dumps(word, ensure_ascii=False)[1:-1]), _like(word)]
    sql = f"SELECT seq FROM events WHERE {' AND '.join(where)} ORDER BY seq DESC"
    return array("q", (seq for (seq,) in connection.execute(sql, sought)))


def some(connection: sqlite3.Connection, seqs: Sequence[int]) -> list[tuple[StoredEvent, bytes]]:
    """Events by their numbers with their leaf hashes; those that are gone are left out."""
    marks = ", ".join("?" * len(seqs))
    rows = connection.execute(f"{_ROWS} WHERE e.seq IN ({marks})", list(seqs))
    return [(StoredEvent(*values), bytes(leaf)) for *values, leaf in rows]


def of_kind(connection: sqlite3.Connection, kind: str, bottom: int, top: int) -> list[StoredEvent]:
    """The events of a kind from `bottom` to below `top`, oldest first."""
    sql = (
        f"{_ROWS} WHERE e.seq >= ? AND e.seq < ? "
        "AND e.kind = (SELECT id FROM names WHERE name = ?) ORDER BY e.seq"
    )
    return [StoredEvent(*row[:7]) for row in connection.execute(sql, (bottom, top, kind))]


def _like(text: str) -> str:
    escaped = text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return f"%{escaped}%"
