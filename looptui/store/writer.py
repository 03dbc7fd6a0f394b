"""The one thread that writes: jobs that queue up meanwhile share a commit and its sync."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from looptui.errors import StoreError
from looptui.store.driver import BUSY_SECONDS, WAL_LIMIT, explain, sqlite3
from looptui.store.transaction import Transaction

T = TypeVar("T")
_BATCH = 500


@dataclass(slots=True)
class _Job:
    """Work of one caller. What it returns, or raises, is known to the caller after the commit."""

    work: Callable[[Transaction], Any]
    durable: bool
    future: Future[Any] = field(default_factory=Future)


class Writer:
    """Owns the writing connection. A job is applied in full or not at all."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._log = path.with_name(f"{path.name}-wal")
        self._in_wal = connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        self._synchronous = ""
        self._trim_above = WAL_LIMIT
        self._names: dict[str, int] = {}
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._closed: Future[None] | None = None
        self._thread = Thread(target=self._run, name="looptui-store", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[Transaction], T], *, durable: bool) -> Future[T]:
        """Queue work; its future ends after the commit. Cancelled before it began, it is dropped.

        `durable` syncs the commit to the disk (and all before it).
        """
        if self._closed is not None:
            raise StoreError("The store is closed", "Open it again.")
        job = _Job(work, durable)
        self._jobs.put(job)
        return job.future

    def close(self) -> Future[None]:
        """Write what is queued, then close the connection."""
        if self._closed is None:
            self._closed = Future()
            self._jobs.put(None)
        return self._closed

    def _run(self) -> None:
        last = False
        while not last:
            batch, last = self._next_batch()
            ready = [job for job in batch if job.future.set_running_or_notify_cancel()]
            if ready:
                self._write(ready)
                self._trim_log()
        assert self._closed is not None
        try:
            self._connection.close()
        finally:
            self._closed.set_result(None)

    def _next_batch(self) -> tuple[list[_Job], bool]:
        """Wait for a job, take what else is there; True after the last one."""
        job = self._jobs.get()
        batch: list[_Job] = []
        while job is not None:
            batch.append(job)
            if len(batch) == _BATCH:
                return batch, False
            try:
                job = self._jobs.get_nowait()
            except Empty:
                return batch, False
        return batch, True

    def _write(self, jobs: list[_Job]) -> None:
        """One commit for all; where that fails, one for each, so that only the culprit fails."""
        try:
            self._begin(durable=any(job.durable for job in jobs))
        except sqlite3.Error as error:
            for job in jobs:
                job.future.set_exception(explain(error, self._path) or error)
            return
        try:
            results = self._commit(jobs)
        except Exception as error:
            if len(jobs) == 1:
                jobs[0].future.set_exception(explain(error, self._path) or error)
                return
            for job in jobs:
                self._write([job])
            return
        for job, result in zip(jobs, results, strict=True):
            job.future.set_result(result)

    def _begin(self, *, durable: bool) -> None:
        self._set_synchronous("FULL" if durable or not self._in_wal else "NORMAL")
        self._connection.execute("BEGIN IMMEDIATE")

    def _commit(self, jobs: list[_Job]) -> list[Any]:
        try:
            transaction = Transaction(self._connection, self._names)
            results = [job.work(transaction) for job in jobs]
            transaction.finish()
            self._connection.execute("COMMIT")
        except BaseException:
            self._names.clear()
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        return results

    def _set_synchronous(self, level: str) -> None:
        """A rollback journal is always synced in full: less can corrupt it on a power loss."""
        if level != self._synchronous:
            self._connection.execute(f"PRAGMA synchronous={level}")
            self._synchronous = level

    def _trim_log(self) -> None:
        """Cut the write-ahead log back where readers kept it from being reused.

        While one of them stays it is tried again every few megabytes only. A failure is no
        matter: the commits are done, and the next one reports a broken disk.
        """
        with suppress(OSError, sqlite3.Error):
            if not self._in_wal or self._log.stat().st_size <= self._trim_above:
                return
            self._connection.execute("PRAGMA busy_timeout=100")
            try:
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            finally:
                self._connection.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000:.0f}")
            self._trim_above = max(WAL_LIMIT, self._log.stat().st_size + WAL_LIMIT // 8)
