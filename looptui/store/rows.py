"""Projection rows: what screens and lists read instead of folding the log."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from looptui.store.driver import sqlite3
from looptui.store.events import Column, Rows


class RunRow(NamedTuple):
    """A run. `created` and `updated` are Unix seconds, `summary` is JSON of the projections."""

    id: str
    loop: str
    state: str
    phase: str
    created: float
    updated: float
    summary: str


class IterationRow(NamedTuple):
    """An iteration of a run, `n` from 1 (0 for the base). `data` is JSON."""

    run: str
    n: int
    data: str


class NeedRow(NamedTuple):
    """Something only a person can decide. `since` is Unix seconds; `closed` None while open."""

    id: str
    run: str
    kind: str
    tree: str | None
    since: float
    closed: float | None
    data: str


class MemoryRow(NamedTuple):
    """A memory record: `text` for the prompt, `data` JSON for the rest. `at` is Unix seconds.

    `uses` counts the prompts that it was in, `helped` those that led to a better score.
    """

    id: str
    scope: str
    subject: str
    kind: str
    text: str
    data: str
    state: str
    at: float
    pinned: int
    uses: int
    helped: int


_ROW_CLASSES: Mapping[str, tuple[type[NamedTuple], tuple[str, ...]]] = {
    "runs": (RunRow, ("id",)),
    "iterations": (IterationRow, ("run", "n")),
    "needs": (NeedRow, ("id",)),
    "memory": (MemoryRow, ("id",)),
}


def write_rows(connection: sqlite3.Connection, rows: Rows) -> None:
    """Upsert the rows of a transition. ValueError for a column that is not there."""
    if rows.run is not None:
        _upsert(connection, "runs", rows.run)
    for iteration in rows.iterations:
        _upsert(connection, "iterations", iteration)
    for need in rows.needs:
        _upsert(connection, "needs", need)
    for record in rows.memory:
        _upsert(connection, "memory", record)
    for column, ids in (("uses", rows.used), ("helped", rows.helped)):
        sql = f"UPDATE memory SET {column} = {column} + 1 WHERE id = ?"
        connection.executemany(sql, [(identity,) for identity in ids])


def columns(table: str) -> str:
    """The columns of a table in the order of its row class, for a SELECT."""
    return ", ".join(_ROW_CLASSES[table][0]._fields)


def _upsert(connection: sqlite3.Connection, table: str, row: Mapping[str, Column]) -> None:
    connection.execute(_upsert_sql(table, tuple(row)), tuple(row.values()))


@lru_cache(maxsize=64)
def _upsert_sql(table: str, given: tuple[str, ...]) -> str:
    row_class, key = _ROW_CLASSES[table]
    known = set(row_class._fields)
    if not set(key) <= set(given) <= known:
        wrong = sorted(set(given) - known) or [f"no {name}" for name in key if name not in given]
        raise ValueError(f"a row of {table} has {', '.join(wrong)}; it takes {sorted(known)}")
    changed = ", ".join(f"{name} = excluded.{name}" for name in given if name not in key)
    return (
        f"INSERT INTO {table} ({', '.join(given)}) VALUES ({', '.join('?' * len(given))}) "
        f"ON CONFLICT ({', '.join(key)}) DO {f'UPDATE SET {changed}' if changed else 'NOTHING'}"
    )
