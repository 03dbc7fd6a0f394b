"""Questions to the records of memory for lists: how many there are, which, and how they came."""

from __future__ import annotations

from collections.abc import Sequence

from looptui.store.driver import sqlite3
from looptui.store.events import StoredEvent
from looptui.store.rows import MemoryRow, columns


def newest(
    connection: sqlite3.Connection,
    scopes: Sequence[str],
    states: Sequence[str],
    kind: str = "",
    most: int = 1000,
) -> list[MemoryRow]:
    """The newest records for people in some scopes (none: all) and states, newest first."""
    if not scopes:
        return _newest(connection, "1", (), states, kind, most)
    found = [
        row
        for scope in scopes
        for state in states
        for row in _newest(connection, "scope = ?", (scope,), (state,), kind, most)
    ]
    return sorted(found, key=lambda row: (row.at, row.id), reverse=True)[:most]


def _newest(
    connection: sqlite3.Connection,
    where: str,
    values: tuple[str, ...],
    states: Sequence[str],
    kind: str,
    most: int,
) -> list[MemoryRow]:
    """Of one scope and state the index gives them in order."""
    in_states, more = _among("state", states)
    sql = (
        f"SELECT {columns('memory')} FROM memory WHERE {where} AND {in_states} AND text != '' "
        f"{'AND kind = ? ' if kind else ''}ORDER BY at DESC, id DESC LIMIT ?"
    )
    given = (*values, *more, *((kind,) if kind else ()), most)
    return [MemoryRow(*row) for row in connection.execute(sql, given)]


def rivals(
    connection: sqlite3.Connection, scopes: Sequence[str], lessons: Sequence[str], unsaid: str
) -> list[MemoryRow]:
    """Active records whose subject and kind another one shares, but for those of `lessons`."""
    where, values = _among("scope", scopes)
    marks = ", ".join("?" * len(lessons))
    some = (
        f"FROM memory WHERE state = 'active' AND text != '' AND {where} "
        f"AND kind NOT IN ({marks}) AND subject != ?"
    )
    given = (*values, *lessons, unsaid)
    sql = (
        f"SELECT {columns('memory')} {some} AND (kind, lower(subject)) IN "
        f"(SELECT kind, lower(subject) {some} GROUP BY 1, 2 HAVING count(*) > 1 LIMIT 100)"
    )
    return [MemoryRow(*row) for row in connection.execute(sql, (*given, *given))]


def counts(
    connection: sqlite3.Connection, scopes: Sequence[str], states: Sequence[str]
) -> dict[str, int]:
    """How many records there are by state, and under `pinned` the active pinned ones."""
    where, values = _among("scope", scopes)
    in_states, more = _among("state", states)
    sql = f"SELECT state, count(*) FROM memory WHERE {where} AND {in_states} GROUP BY 1"
    found = {str(state): int(n) for state, n in connection.execute(sql, (*values, *more))}
    sql = f"SELECT count(*) FROM memory WHERE {where} AND pinned = 1 AND state = 'active'"
    return {**found, "pinned": int(connection.execute(sql, values).fetchone()[0])}


def facets(connection: sqlite3.Connection) -> list[tuple[str, str, int]]:
    """Every kind, state and scope of records for people, and how many records it has."""
    found: list[tuple[str, str, int]] = []
    for column in ("kind", "state", "scope"):
        sql = (
            f"SELECT ?, {column}, count(*) FROM memory WHERE text != '' "
            "GROUP BY 2 ORDER BY max(at) DESC LIMIT 200"
        )
        rows = connection.execute(sql, (column,))
        found += [(str(by), str(which), int(count)) for by, which, count in rows]
    return found


def history(
    connection: sqlite3.Connection, streams: Sequence[str], kinds: Sequence[str], identity: str
) -> list[StoredEvent]:
    """Events of some kinds in some streams that are about a record, oldest first."""
    sql = (
        "SELECT seq, run, n, at, actor, kind, data FROM log "
        f"WHERE run = ? AND kind IN ({', '.join('?' * len(kinds))}) AND data ->> 'id' = ?"
    )
    rows = [row for one in streams for row in connection.execute(sql, (one, *kinds, identity))]
    return sorted((StoredEvent(*row) for row in rows), key=lambda event: event.seq)


def _among(column: str, values: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    if not values:
        return "1", ()
    return f"{column} IN ({', '.join('?' * len(values))})", tuple(values)
