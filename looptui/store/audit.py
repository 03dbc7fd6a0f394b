"""Proves that the log is what was once written, or names the first entry that is not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from looptui.errors import StoreError
from looptui.store import checkpoint
from looptui.store.checkpoint import Checkpoint
from looptui.store.driver import connect, explained, sqlite3
from looptui.store.events import StoredEvent, entry_bytes
from looptui.store.inspecting import inspect
from looptui.store.merkle import Frontier, inclusion_proof, leaf_hash

_ALL = (
    "SELECT e.seq, r.name, e.n, e.at, a.name, k.name, e.data, e.leaf FROM events e "
    "LEFT JOIN names r ON r.id = e.run LEFT JOIN names a ON a.id = e.actor "
    "LEFT JOIN names k ON k.id = e.kind ORDER BY e.seq"
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`first_bad` is the `seq` of the first event that is not as it was written.

    It is None where all is well, and where the fault is not in one event; `reason` tells.
    """

    ok: bool
    size: int
    root: bytes
    first_bad: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """That an event is in the log: its entry, and the RFC 6962 path from it to the tree head."""

    seq: int
    entry: bytes
    path: list[bytes]
    head: Checkpoint


class _Broken(Exception):
    """The log fails at an event, or (None) somewhere before the head of a tree."""

    def __init__(self, seq: int | None, reason: str) -> None:
        super().__init__(reason)
        self.seq = seq
        self.reason = reason


def verify(path: Path, progress: Callable[[int], None] | None = None) -> Verdict:
    """Recompute every leaf and the tree over them, against all heads that were ever noted.

    `progress` is told how many events were found to be good, each thousand; what it raises ends
    the work. StoreError where the file is not a database of ours. 100,000 events take about a
    second.
    """
    inspect(path)
    check = _Check(progress)
    with explained(path), closing(connect(path, read_only=True)) as connection:
        try:
            check.run(connection, checkpoint.read(path))
            if problem := checkpoint.unsigned(path):
                return check.verdict(None, problem)
        except _Broken as broken:
            return check.verdict(broken.seq, broken.reason)
        except StoreError as error:
            return check.verdict(None, error.message)
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            return check.verdict(check.next_seq, f"the database cannot be read: {error}")
    return check.verdict(None, "")


def export(path: Path) -> Iterator[str]:
    """The log as JSON lines, with each event's leaf hash in hexadecimal."""
    inspect(path)
    with explained(path), closing(connect(path, read_only=True)) as connection:
        for *values, leaf in connection.execute(_ALL):
            event = StoredEvent(*values)
            head = {
                "seq": event.seq,
                "run": event.run,
                "n": event.n,
                "at": event.at,
                "actor": event.actor,
                "kind": event.kind,
                "leaf": leaf.hex(),
            }
            yield f'{json.dumps(head, ensure_ascii=False)[:-1]}, "data": {event.data}}}'


def prove(path: Path, seq: int, size: int | None = None) -> Proof:
    """The proof that event `seq` was in the log when it had `size` events (None: now).

    StoreError where there is no such event, or where the log never had that size.
    """
    inspect(path)
    with explained(path), closing(connect(path, read_only=True)) as connection:
        row = connection.execute(
            "SELECT seq, run, n, at, actor, kind, data FROM log WHERE seq = ?", (seq,)
        ).fetchone()
        if row is None:
            raise StoreError(f"There is no event {seq}", "`looptui audit list` shows them.")
        rows = connection.execute("SELECT leaf FROM events ORDER BY seq")
        leaves = [bytes(leaf) for (leaf,) in rows]
        if size is not None and not seq <= size <= len(leaves):
            hint = f"It has {len(leaves)} events now, and event {seq} has to be one of them."
            raise StoreError(f"No head of the log has {size} events and event {seq}", hint)
        leaves = leaves[:size]
        origin = str(connection.execute("SELECT origin FROM tree").fetchone()[0])
    head = Checkpoint(origin, len(leaves), Frontier().extend(leaves).root)
    return Proof(seq, entry_bytes(StoredEvent(*row)), inclusion_proof(leaves, seq - 1), head)


class _Check:
    """One pass over the log; `frontier` is the tree over all that was found to be good."""

    def __init__(self, progress: Callable[[int], None] | None) -> None:
        self.frontier = Frontier()
        self._progress = progress
        self._leaves: list[bytes] = []
        self._last_n: dict[str, int] = {}

    @property
    def next_seq(self) -> int:
        return self.frontier.size + len(self._leaves) + 1

    def verdict(self, seq: int | None, reason: str) -> Verdict:
        return Verdict(not reason, self.frontier.size, self.frontier.root, seq, reason)

    def run(self, connection: sqlite3.Connection, mark: Checkpoint | None) -> None:
        connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
        connection.execute("BEGIN")
        heads = dict(connection.execute("SELECT size, root FROM checkpoints").fetchall())
        tree = connection.execute("SELECT origin, size, nodes FROM tree").fetchone()
        if tree is None:
            raise _Broken(None, "the tree head of the database is gone")
        if mark is not None and mark.origin != tree[0]:
            raise _Broken(None, "the checkpoint belongs to another database")
        for row in connection.execute(_ALL):
            self._leaves.append(self._check_event(row, self.next_seq))
            if row[0] in heads or len(self._leaves) == 1000 or (mark and row[0] == mark.size):
                self._grow()
                self._check_heads(heads, mark)
        self._grow()
        self._check_end(connection, tree[1], tree[2], mark)

    def _grow(self) -> None:
        self.frontier = self.frontier.extend(self._leaves)
        self._leaves.clear()
        if self._progress is not None:
            self._progress(self.frontier.size)

    def _check_event(self, row: tuple[object, ...], expected: int) -> bytes:
        """The leaf of a row; it is the one that was stored, and the row the next of its run."""
        event, stored = StoredEvent(*row[:7]), row[7]  # type: ignore[arg-type]
        if event.seq != expected:
            raise _Broken(expected, f"event {expected} is missing")
        if None in row:
            raise _Broken(expected, f"event {expected} has lost its run, actor or kind")
        try:
            leaf = leaf_hash(entry_bytes(event))
        except (TypeError, ValueError):
            leaf = b""
        if leaf != stored:
            raise _Broken(expected, f"event {expected} was changed: it does not fit its hash")
        if event.n != self._last_n.get(event.run, 0) + 1:
            raise _Broken(expected, f"event {expected} is not the next one of run {event.run}")
        self._last_n[event.run] = event.n
        return leaf

    def _check_heads(self, heads: dict[int, bytes], mark: Checkpoint | None) -> None:
        size, root = self.frontier.size, self.frontier.root
        noted = [heads[size]] if size in heads else []
        if mark is not None and size == mark.size:
            noted.append(mark.root)
        if any(head != root for head in noted):
            raise _Broken(None, f"an event up to {size} was rewritten: the tree head differs")

    def _check_end(
        self, connection: sqlite3.Connection, size: int, nodes: bytes, mark: Checkpoint | None
    ) -> None:
        found = self.frontier.size
        promised = max(size, mark.size if mark else 0)
        if found < promised:
            raise _Broken(found + 1, f"{promised - found} events after {found} are gone")
        if (size, nodes) != (found, self.frontier.to_bytes()):
            raise _Broken(None, f"the {found} events do not fit the tree head of the database")
        fault = str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
        if fault != "ok":
            raise _Broken(None, f"the database is damaged outside its events: {fault}")
