"""Memory records by their words (BM25 of FTS5), by age, and by their pins."""

from __future__ import annotations

from collections.abc import Sequence

from looptui.store.driver import sqlite3
from looptui.store.rows import MemoryRow, columns

_MOST_WORDS = 64
"""Of a query: more make it slower and no better."""
_MOST_HITS = 500
"""Occurrences that are weighed, the rarest words first: what is everywhere tells nothing apart."""


def recall(
    connection: sqlite3.Connection, scopes: Sequence[str], words: Sequence[str], most: int
) -> dict[str, tuple[MemoryRow, float]]:
    """See `Reader.recall`."""
    found = {row.id: (row, 0.0) for scope in scopes for row in _pinned(connection, scope)}
    found |= {row.id: (row, 0.0) for row in _newest(connection, scopes, most)}
    hits = _matching(connection, scopes, words, most)
    best = max((fit for _, fit in hits), default=0.0)
    return found | {row.id: (row, fit / best if best else 0.0) for row, fit in hits}


def find(connection: sqlite3.Connection, words: Sequence[str], most: int) -> list[MemoryRow]:
    """See `Reader.find_memory`."""
    sql = f"{_hits()} ORDER BY rank, memory.id LIMIT ?"
    return [MemoryRow(*row[:-1]) for row in connection.execute(sql, (_query(words), most)) if words]


def _pinned(connection: sqlite3.Connection, scope: str) -> list[MemoryRow]:
    sql = (
        f"SELECT {columns('memory')} FROM memory INDEXED BY memory_pinned "
        "WHERE scope = ? AND pinned = 1 AND state = 'active' ORDER BY id"
    )
    return [MemoryRow(*row) for row in connection.execute(sql, (scope,))]


def _newest(connection: sqlite3.Connection, scopes: Sequence[str], most: int) -> list[MemoryRow]:
    sql = (
        f"SELECT {columns('memory')} FROM memory "
        "WHERE scope = ? AND state = 'active' ORDER BY at DESC, id DESC LIMIT ?"
    )
    rows = [MemoryRow(*row) for one in scopes for row in connection.execute(sql, (one, most))]
    return sorted(rows, key=lambda row: (row.at, row.id), reverse=True)[:most]


def _matching(
    connection: sqlite3.Connection, scopes: Sequence[str], words: Sequence[str], most: int
) -> list[tuple[MemoryRow, float]]:
    """The best hits with their BM25, which FTS5 gives as the lower the better."""
    if not words or not scopes:
        return []
    marks = ", ".join("?" * len(scopes))
    sql = f"{_hits()} AND scope IN ({marks}) AND state = 'active' ORDER BY rank, memory.id LIMIT ?"
    query = _query(_telling(connection, words))
    rows = connection.execute(sql, (query, *scopes, most)) if query else ()
    return [(MemoryRow(*row[:-1]), max(0.0, -row[-1])) for row in rows]


def _telling(connection: sqlite3.Connection, words: Sequence[str]) -> list[str]:
    """The rarest of the words, as many as stay within the occurrences that are weighed.

    So a store of a hundred thousand records is searched about as fast as a small one.
    """
    sql = "SELECT count(*) FROM (SELECT 1 FROM memory_words WHERE memory_words MATCH ? LIMIT ?)"
    counts = [
        (connection.execute(sql, (_query([word]), _MOST_HITS)).fetchone()[0], word)
        for word in dict.fromkeys(words[:_MOST_WORDS])
        if _query([word])
    ]
    kept, seen = [], 0
    for count, word in sorted(counts):
        seen += count
        if seen > _MOST_HITS:
            break
        kept.append(word)
    return kept


def _hits() -> str:
    of_memory = ", ".join(f"memory.{name}" for name in columns("memory").split(", "))
    return (
        f"SELECT {of_memory}, bm25(memory_words) AS fit FROM memory_words "
        "JOIN memory_numbers ON memory_numbers.number = memory_words.rowid "
        "JOIN memory ON memory.id = memory_numbers.id WHERE memory_words MATCH ?"
    )


def _query(words: Sequence[str]) -> str:
    """Any of the words, each quoted: nothing in them is an operator."""
    some = list(dict.fromkeys(word.replace('"', "") for word in words))[:_MOST_WORDS]
    return " OR ".join(f'"{word}"' for word in some if word)
