"""Read models for screens and shells, over a read-only connection of their own.

Works while any process writes, and before the database exists (then everything is empty).
Every call is short; a page of 200 events takes about a millisecond, also of a million. The first
screen waits for this module, so that it imports little.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from looptui.errors import SchemaTooNew, StoreError, UsageError
from looptui.store.driver import connect, explained, sqlite3
from looptui.store.events import StoredEvent
from looptui.store.inspecting import inspect
from looptui.store.rows import IterationRow, MemoryRow, NeedRow, RunRow, columns
from looptui.store.schema import SCHEMA_VERSION

if TYPE_CHECKING:
    from looptui.store import inbox, ledger

Answer = TypeVar("Answer")

_EVENT = "SELECT seq, run, n, at, actor, kind, data FROM log"
_WAIT = 2.0
_SEARCH_SPAN = 400_000
"""Events that one page of a search looks through: about 0.2 s."""


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Hits, newest first. `before` goes on from here; None when the whole log was searched."""

    events: list[StoredEvent]
    before: int | None


class Reader:
    """A view of the database at `path`; use it from one thread at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connected: sqlite3.Connection | None = None

    def close(self) -> None:
        if self._connected is not None:
            self._connected.close()
            self._connected = None

    def data_version(self) -> int:
        """A number that changes whenever anybody committed anything; 0 without a database."""
        rows = self._rows("PRAGMA data_version")
        return int(rows[0][0]) if rows else 0

    # --- projections ---

    def runs(self) -> list[RunRow]:
        """All runs, newest first."""
        rows = self._rows(f"SELECT {columns('runs')} FROM runs ORDER BY created DESC, id DESC")
        return [RunRow(*row) for row in rows]

    def run(self, name: str) -> RunRow:
        """The run of that id, or the only one whose id begins so. UsageError for none or many."""
        sql = (
            f"SELECT {columns('runs')} FROM runs "
            "WHERE id >= :name AND substr(id, 1, length(:name)) = :name ORDER BY id LIMIT 5"
        )
        found = [RunRow(*row) for row in self._rows(sql, {"name": name})] if name else []
        exact = [row for row in found if row.id == name]
        if len(exact or found) == 1:
            return (exact or found)[0]
        if not found:
            raise UsageError(f"There is no run {name!r}", "`looptui status` lists them.")
        raise UsageError(
            f"{name!r} fits more than one run: {', '.join(row.id for row in found)}",
            "Give more of its id.",
        )

    def iterations(self, run: str) -> list[IterationRow]:
        """The iterations of a run, oldest first."""
        sql = f"SELECT {columns('iterations')} FROM iterations WHERE run = ? ORDER BY n"
        return [IterationRow(*row) for row in self._rows(sql, (run,))]

    def needs(self, *, open_only: bool = True) -> list[NeedRow]:
        """What waits for a person, the oldest first; with the answered ones if asked for."""
        where = "WHERE closed IS NULL" if open_only else ""
        rows = self._rows(f"SELECT {columns('needs')} FROM needs {where} ORDER BY since, id")
        return [NeedRow(*row) for row in rows]

    def memory(self, scope: str | None = None, subject: str | None = None) -> list[MemoryRow]:
        """Memory records of a scope and subject, ordered by id; all where both are None."""
        sql = (
            f"SELECT {columns('memory')} FROM memory "
            "WHERE scope = coalesce(?, scope) AND subject = coalesce(?, subject) ORDER BY id"
        )
        return [MemoryRow(*row) for row in self._rows(sql, (scope, subject))]

    def memory_named(self, name: str) -> list[MemoryRow]:
        """The record of that id, else those whose ids begin so; none for an empty name."""
        sql = (
            f"SELECT {columns('memory')} FROM memory "
            "WHERE id >= :name AND substr(id, 1, length(:name)) = :name ORDER BY id LIMIT 20"
        )
        found = [MemoryRow(*row) for row in self._rows(sql, {"name": name})] if name else []
        return [row for row in found if row.id == name] or found

    def recall(
        self, scopes: Sequence[str], words: Sequence[str], most: int
    ) -> dict[str, tuple[MemoryRow, float]]:
        """Active records that may matter, by id, each with how well it fits the words (0 to 1).

        They are all that are pinned, at most `most` of the newest, and as many that fit best.
        """
        from looptui.store import recall

        connection = self._connection()
        with explained(self.path):
            return recall.recall(connection, scopes, words, most) if connection else {}

    def find_memory(self, words: Sequence[str], most: int = 200) -> list[MemoryRow]:
        """Records in any scope and state with any of the words, the best first."""
        from looptui.store import recall

        connection = self._connection()
        with explained(self.path):
            return recall.find(connection, words, most) if connection else []

    # --- events ---

    def last_seq(self) -> int:
        """The number of events."""
        rows = self._rows("SELECT size FROM tree")
        return int(rows[0][0]) if rows else 0

    def events(self, run: str, after: int = 0, limit: int = 500) -> list[StoredEvent]:
        """Events of a run in order, behind its `n` = `after`. A limit below 0 is none."""
        where = "run = ? AND n > ? ORDER BY n LIMIT ?"
        return self._events(where, (run, after, limit))

    def events_since(self, seq: int, limit: int = 500) -> list[StoredEvent]:
        """Events of all runs in order, behind `seq`."""
        return self._events("seq > ? ORDER BY seq LIMIT ?", (seq, limit))

    def of_kinds(self, kinds: Sequence[str], *, run: str | None = None) -> list[StoredEvent]:
        """Every event of some kinds, oldest first; of one run or stream, or of all."""
        marks = ", ".join("?" * len(kinds))
        whose, of = ("AND run = ? ", (run,)) if run is not None else ("", ())
        return self._events(f"kind IN ({marks}) {whose}ORDER BY seq", (*kinds, *of))

    def latest(
        self, limit: int = 200, *, before: int | None = None, run: str | None = None
    ) -> list[StoredEvent]:
        """The last events before `seq` = `before`, newest first: the audit list, page by page."""
        parts = [("run = ?", run), ("seq < ?", before)]
        wanted = [(sql, value) for sql, value in parts if value is not None]
        where = " AND ".join(sql for sql, _ in wanted) or "1"
        order = "n" if run is not None else "seq"
        return self._events(
            f"{where} ORDER BY {order} DESC LIMIT ?", (*(value for _, value in wanted), limit)
        )

    def search(self, text: str, *, before: int | None = None, limit: int = 50) -> SearchPage:
        """Events whose data or kind contains the text (ASCII letters in either case)."""
        top = self.last_seq() + 1 if before is None else before
        bottom = max(0, top - _SEARCH_SPAN)
        quoted = json.dumps(text, ensure_ascii=False)[1:-1]
        hits = self._events(
            "seq >= ? AND seq < ? AND (data LIKE ? ESCAPE '!' OR kind LIKE ? ESCAPE '!') "
            "ORDER BY seq DESC LIMIT ?",
            (bottom, top, _like(quoted), _like(text), limit),
        )
        if len(hits) == limit:
            return SearchPage(hits, hits[-1].seq)
        return SearchPage(hits, bottom if bottom > 1 else None)

    # --- the rest ---

    def weight(self, reference: str) -> int:
        """The bytes that a blob takes in the database; 0 where there is none."""
        from looptui.store import blobs

        connection = self._connection()
        if connection is None:
            return 0
        with explained(self.path):
            return blobs.weight(connection, reference)

    def blob(self, reference: str) -> bytes:
        """The content of a blob. KeyError where there is none."""
        from looptui.store import blobs

        connection = self._connection()
        if connection is None:
            raise KeyError(reference)
        with explained(self.path):
            return blobs.get(connection, reference)

    def pending(self, run: str) -> list[inbox.Command]:
        """The commands to a run that nobody answered yet."""
        from looptui.store import inbox

        connection = self._connection()
        with explained(self.path):
            return inbox.pending(connection, run) if connection else []

    def outcome(self, command: str) -> inbox.Outcome | None:
        """What became of a command; None while it is open."""
        from looptui.store import inbox

        connection = self._connection()
        with explained(self.path):
            return inbox.outcome(connection, command) if connection else None

    def money(self, *, run: str | None = None, day: str | None = None) -> ledger.Money:
        """What was spent and is held, by one run, on one UTC day, or in all."""
        from looptui.store import ledger

        connection = self._connection()
        with explained(self.path):
            return ledger.money(connection, run, day) if connection else ledger.Money(0, 0)

    def unsettled(self, run: str | None = None) -> list[ledger.Reservation]:
        """Reservations that no call settled, of a run or of all: under way, or left by a crash."""
        from looptui.store import ledger

        connection = self._connection()
        with explained(self.path):
            return ledger.unsettled(connection, run) if connection else []

    def look(self, question: Callable[[sqlite3.Connection], Answer]) -> Answer | None:
        """What a function of the connection gives; None without a database."""
        connection = self._connection()
        if connection is None:
            return None
        with explained(self.path):
            return question(connection)

    def _events(
        self, where: str, values: tuple[object, ...] | Mapping[str, object]
    ) -> list[StoredEvent]:
        return [StoredEvent(*row) for row in self._rows(f"{_EVENT} WHERE {where}", values)]

    def _rows(
        self, sql: str, values: tuple[object, ...] | Mapping[str, object] = ()
    ) -> list[tuple[Any, ...]]:
        connection = self._connection()
        if connection is None:
            return []
        with explained(self.path):
            return connection.execute(sql, values).fetchall()

    def _connection(self) -> sqlite3.Connection | None:
        if self._connected is None and self.path.exists():
            inspect(self.path)
            with explained(self.path):
                connection = connect(self.path, read_only=True, wait=_WAIT)
                version = int(connection.execute("PRAGMA user_version").fetchone()[0])
            if version != SCHEMA_VERSION:
                connection.close()
                raise _wrong_version(self.path, version)
            self._connected = connection
        return self._connected


def _wrong_version(path: Path, version: int) -> StoreError:
    if version > SCHEMA_VERSION:
        return SchemaTooNew(
            f"{path} was written by a newer looptui", "Nothing was changed. Install that version."
        )
    return StoreError(
        f"{path} was written by an older looptui", "`looptui doctor` upgrades it; a backup is kept."
    )


def _like(text: str) -> str:
    escaped = text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return f"%{escaped}%"
