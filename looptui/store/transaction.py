"""An open write transaction, and the append of events in it."""

from __future__ import annotations

from collections.abc import Sequence

from looptui.errors import LogConflict
from looptui.store import inbox, ledger
from looptui.store.driver import sqlite3
from looptui.store.events import NewEvent, Rows, StoredEvent, entry_bytes
from looptui.store.merkle import Frontier, leaf_hash
from looptui.store.rows import write_rows


class Transaction:
    """One `BEGIN IMMEDIATE` to `COMMIT`; may hold the work of several callers.

    `names` is the writer's cache of the `names` table, to be cleared after a rollback.
    """

    def __init__(self, connection: sqlite3.Connection, names: dict[str, int]) -> None:
        self.connection = connection
        self._names = names
        self._frontier: Frontier | None = None
        self._grown = False

    @property
    def frontier(self) -> Frontier:
        """The tree as it stands within this transaction."""
        if self._frontier is None:
            size, nodes = self.connection.execute("SELECT size, nodes FROM tree").fetchone()
            self._frontier = Frontier.from_bytes(size, nodes)
        return self._frontier

    def append(self, run: str, expected_n: int, events: Sequence[NewEvent]) -> list[StoredEvent]:
        """Append to a run of which the caller has seen `expected_n` events, else LogConflict."""
        run_id = self._name_id(run)
        if (last := self._last_n(run_id)) != expected_n:
            raise LogConflict(
                f"Run {run} has {last} events, not {expected_n}",
                "Another process appended first; read again and decide again.",
            )
        before = self.frontier
        stored = [
            StoredEvent(before.size + i, run, expected_n + i, float(e.at), e.actor, e.kind, e.data)
            for i, e in enumerate(events, 1)
        ]
        leaves = [leaf_hash(entry_bytes(event)) for event in stored]
        self.connection.executemany(
            "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (e.seq, run_id, e.n, e.at, self._name_id(e.actor), self._name_id(e.kind), e.data, h)
                for e, h in zip(stored, leaves, strict=True)
            ],
        )
        self._frontier, self._grown = before.extend(leaves), True
        return stored

    def finish(self) -> None:
        """Write the tree head; the last thing before the commit."""
        if self._grown:
            head = self.frontier
            self.connection.execute(
                "UPDATE tree SET size = ?, nodes = ?", (head.size, head.to_bytes())
            )

    def _last_n(self, run_id: int) -> int:
        sql = "SELECT n FROM events WHERE run = ? ORDER BY n DESC LIMIT 1"
        row = self.connection.execute(sql, (run_id,)).fetchone()
        return int(row[0]) if row else 0

    def _name_id(self, name: str) -> int:
        if (known := self._names.get(name)) is not None:
            return known
        row = self.connection.execute("SELECT id FROM names WHERE name = ?", (name,)).fetchone()
        if row is None:
            sql = "INSERT INTO names (name) VALUES (?) RETURNING id"
            row = self.connection.execute(sql, (name,)).fetchone()
        found = self._names[name] = int(row[0])
        return found


def append(
    transaction: Transaction,
    run: str,
    expected_n: int,
    events: Sequence[NewEvent],
    rows: Rows,
    claim: str | None,
    money: Sequence[ledger.Hold | ledger.Settlement] = (),
) -> list[StoredEvent]:
    """One transition: the command it answers, its money, its events and their projection rows."""
    for entry in money:
        ledger.apply(transaction.connection, entry)
    if claim is not None:
        inbox.claim(transaction.connection, claim, transaction.frontier.size + len(events))
    stored = transaction.append(run, expected_n, events) if events else []
    write_rows(transaction.connection, rows)
    return stored
