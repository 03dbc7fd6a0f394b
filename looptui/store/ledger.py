"""Money: the worst case is reserved before a call and settled after it. Whole micro-dollars."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import NamedTuple

from looptui.store.driver import sqlite3

_SCOPES: Mapping[str, str] = {"run": "run = :run", "day": "day = :day", "all": "1"}


class Money(NamedTuple):
    """Micro-dollars: `settled` is spent, `held` is reserved by calls that are under way."""

    settled: int
    held: int

    @property
    def total(self) -> int:
        """What a cap is compared with."""
        return self.settled + self.held


class Reservation(NamedTuple):
    """Money that one call may spend. It counts in full until it is settled."""

    id: str
    run: str
    amount: int


class CapReached(NamedTuple):
    """Nothing was reserved. While `spent.held` is above 0 a settlement may make room."""

    scope: str
    cap: int
    spent: Money


def day_of(at: float) -> str:
    """The UTC day of a moment, `2026-11-22`."""
    return time.strftime("%Y-%m-%d", time.gmtime(at))


def reserve(
    connection: sqlite3.Connection, run: str, amount: int, caps: Mapping[str, int], at: float
) -> Reservation | CapReached:
    """Hold `amount` if every cap allows it. Caps: `run`, `day` (UTC) and `all` (this state)."""
    if amount < 0 or not set(caps) <= set(_SCOPES):
        raise ValueError(f"cannot reserve {amount} within {dict(caps)}")
    day = day_of(at)
    for scope, cap in caps.items():
        spent = _money(connection, _SCOPES[scope], run, day)
        if spent.total + amount > cap:
            return CapReached(scope, cap, spent)
    held = Reservation(f"m{os.urandom(8).hex()}", run, amount)
    connection.execute(
        "INSERT INTO reservations (id, run, day, amount) VALUES (?, ?, ?, ?)",
        (held.id, run, day, amount),
    )
    return held


def settle(connection: sqlite3.Connection, identity: str, amount: int) -> bool:
    """Charge what a call cost instead of its reservation; False where that was done before."""
    done = connection.execute(
        "UPDATE reservations SET settled = ? WHERE id = ? AND settled IS NULL", (amount, identity)
    )
    return done.rowcount == 1


def money(connection: sqlite3.Connection, run: str | None, day: str | None) -> Money:
    """What was spent and is held, of one run, on one day, or both; of all where both are None."""
    wanted = [_SCOPES[name] for name, value in (("run", run), ("day", day)) if value is not None]
    return _money(connection, " AND ".join(wanted) or "1", run, day)


def unsettled(connection: sqlite3.Connection, run: str) -> list[Reservation]:
    """Reservations of a run that no call settled: under way, or left by a crash."""
    sql = "SELECT id, run, amount FROM reservations WHERE run = ? AND settled IS NULL"
    return [Reservation(*row) for row in connection.execute(sql, (run,)).fetchall()]


def _money(connection: sqlite3.Connection, where: str, run: str | None, day: str | None) -> Money:
    row = connection.execute(
        "SELECT coalesce(sum(settled), 0), coalesce(sum(iif(settled IS NULL, amount, 0)), 0) "
        f"FROM reservations WHERE {where}",
        {"run": run, "day": day},
    ).fetchone()
    return Money(*row)
