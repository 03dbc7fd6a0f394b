"""The store of one repository's runs: events, commands, money and blobs, durable and awaitable."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

from looptui.store import blobs, checkpoint, inbox, ledger
from looptui.store.checkpoint import Checkpoint
from looptui.store.driver import sqlite3
from looptui.store.events import NO_ROWS, NewEvent, Rows, StoredEvent
from looptui.store.inbox import Command, Outcome
from looptui.store.leases import Leases
from looptui.store.ledger import CapReached, Hold, Money, Reservation, Settlement
from looptui.store.opening import open_writer
from looptui.store.reader import Reader
from looptui.store.transaction import Transaction, append
from looptui.store.writer import Writer

T = TypeVar("T")


class Store:
    """One open database. Writes queue to a thread of their own, reads to another.

    A call that is cancelled may still have been written, unless it was still queued.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.path = path
        self.leases = Leases(path.parent / "leases")
        self._writer = Writer(connection, path)
        self._reader = Reader(path)
        self._reads = ThreadPoolExecutor(max_workers=1, thread_name_prefix="looptui-read")

    @classmethod
    def open(cls, path: Path, *, create: bool = True) -> Store:
        """Open the database, making or upgrading it where needed (a backup is kept).

        StoreError for a file that is damaged, edited, not ours or older than its checkpoint,
        SchemaTooNew for one of a newer looptui, EnvironmentUnfit where it cannot be written.
        """
        return cls(open_writer(path, create=create), path)

    async def append(
        self,
        run: str,
        expected_n: int,
        events: Sequence[NewEvent],
        *,
        rows: Rows = NO_ROWS,
        durable: bool,
        claim: str | None = None,
        money: Sequence[Hold | Settlement] = (),
    ) -> list[StoredEvent]:
        """Append one transition, its rows and the claim of the command it answers, or nothing.

        `expected_n` is the number of events of the run that the caller knows: LogConflict where
        there are others. CommandTaken where the command was answered, CapRefused where a cap
        forbids one of the holds in `money`. `durable` survives a power loss; without it only a
        crash of the process.
        """
        work = partial(
            append,
            run=run,
            expected_n=expected_n,
            events=tuple(events),
            rows=rows,
            claim=claim,
            money=tuple(money),
        )
        return await self._write(work, durable=durable)

    async def read(self, run: str, after: int = 0) -> list[StoredEvent]:
        """All events of a run behind its `n` = `after`."""
        return await self._read(lambda reader: reader.events(run, after, limit=-1))

    async def since(self, seq: int, limit: int = 500) -> list[StoredEvent]:
        """Events of all runs behind `seq`."""
        return await self._read(lambda reader: reader.events_since(seq, limit))

    async def last_seq(self) -> int:
        """The number of events."""
        return await self._read(Reader.last_seq)

    async def send(self, run: str, kind: str, data: str, actor: str, at: float) -> str:
        """Put a command (its `data` is JSON) into the inbox of a run, durably; its id."""
        return await self._write(
            lambda tx: inbox.send(tx.connection, run, kind, data, actor, at), durable=True
        )

    async def pending(self, run: str) -> list[Command]:
        """The commands of a run that nobody answered yet, oldest first."""
        return await self._read(lambda reader: reader.pending(run))

    async def outcome(self, command: str) -> Outcome | None:
        """What became of a command; None while it is open."""
        return await self._read(lambda reader: reader.outcome(command))

    async def refuse(self, command: str, reason: str) -> None:
        """Answer a command with no. CommandTaken where it was answered."""
        await self._write(lambda tx: inbox.refuse(tx.connection, command, reason), durable=False)

    async def reserve(
        self, run: str, amount_micro: int, caps: Mapping[str, int], *, at: float | None = None
    ) -> Reservation | CapReached:
        """Hold micro-dollars for one call, across runs and processes, if every cap allows it.

        Caps are of `ledger.SCOPES`; `day` is the UTC day of `at`, which is now by default. Calls
        of a run are held and settled by `append`, with their events.
        """
        moment = time.time() if at is None else at
        hold = Hold(ledger.new_id(), run, amount_micro, caps, moment)
        return await self._write(lambda tx: ledger.reserve(tx.connection, hold), durable=True)

    async def settle(self, reservation: str, micro: int, tokens: int = 0) -> bool:
        """Charge what the call cost; False where it was settled before (that amount stays)."""
        done = Settlement(reservation, micro, tokens)
        return await self._write(lambda tx: ledger.settle(tx.connection, done), durable=True)

    async def charge(self, spent: Hold) -> None:
        """Note what an agent that bills itself has spent, whatever the caps say."""
        await self._write(lambda tx: ledger.charge(tx.connection, spent), durable=True)

    async def left(self, asked: Hold) -> int:
        """Micro-dollars that every cap still leaves."""
        return await self._read(
            lambda reader: reader.look(lambda connection: ledger.left(connection, asked)) or 0
        )

    async def unsettled(self, run: str | None = None) -> list[Reservation]:
        """Reservations that no call settled, of a run or of all: under way, or left by a crash."""
        return await self._read(lambda reader: reader.unsettled(run))

    async def money(self, *, run: str | None = None, day: str | None = None) -> Money:
        """What was spent and is held, by one run, on one UTC day, or in all."""
        return await self._read(lambda reader: reader.money(run=run, day=day))

    async def put(self, content: bytes) -> str:
        """Keep a blob; its reference. It is durable before any event that is appended later."""
        return await self._write(lambda tx: blobs.put(tx.connection, content), durable=False)

    async def let_go(self, references: Collection[str]) -> int:
        """Forget what blobs hold, durably; the bytes that were freed. Events stay as they are."""
        return await self._write(lambda tx: blobs.let_go(tx.connection, references), durable=True)

    async def get(self, reference: str) -> bytes:
        """The content of a blob. KeyError where there is none."""
        return await self._read(lambda reader: reader.blob(reference))

    async def checkpoint(self) -> Checkpoint:
        """Note size and root of the log, here and in the file outside the database."""
        mark = await self._write(_note_head, durable=True)
        await self._read(lambda _: checkpoint.write(self.path, mark))
        return mark

    async def close(self) -> None:
        """Write what is queued and close. Awaited twice it does nothing."""
        done = self._writer.close()
        self._reads.shutdown()
        self._reader.close()
        await asyncio.wrap_future(done)

    async def _write(self, work: Callable[[Transaction], T], *, durable: bool) -> T:
        return await asyncio.wrap_future(self._writer.submit(work, durable=durable))

    async def _read(self, work: Callable[[Reader], T]) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._reads, work, self._reader)


def _note_head(transaction: Transaction) -> Checkpoint:
    head = transaction.frontier
    origin = transaction.connection.execute("SELECT origin FROM tree").fetchone()[0]
    transaction.connection.execute(
        "INSERT OR IGNORE INTO checkpoints VALUES (?, ?)", (head.size, head.root)
    )
    return Checkpoint(origin, head.size, head.root)
