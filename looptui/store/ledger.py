"""Money: the worst case is reserved before a call and settled after it. Whole micro-dollars.

This table decides whether a call may begin; what it came to is told by the events of its run.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import NamedTuple

from looptui.core.status import TERMINAL
from looptui.store.driver import sqlite3

_ENDED = ", ".join(f"'{state}'" for state in sorted(TERMINAL))
_SCOPES: Mapping[str, str] = {
    "iteration": "run = :run AND iteration = :iteration",
    "run": "run = :run",
    "tokens": "run = :run",
    "loop": "loop = :loop AND day = :day",
    "day": "day = :day",
    "fleet": f"run NOT IN (SELECT id FROM runs WHERE state IN ({_ENDED}))",
    "all": "1",
}
SCOPES = tuple(_SCOPES)
"""What a cap is over: all in micro-dollars, but `tokens`, which is over those of the run."""


class Money(NamedTuple):
    """Micro-dollars (or tokens): `settled` is spent, `held` is reserved by calls under way."""

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
    tokens: int = 0


class CapReached(NamedTuple):
    """Nothing was reserved. While `spent.held` is above 0 a settlement may make room."""

    scope: str
    cap: int
    spent: Money


class Hold(NamedTuple):
    """A reservation that is asked for. `at` is Unix seconds: it counts on that UTC day."""

    id: str
    run: str
    amount: int
    caps: Mapping[str, int]
    at: float
    tokens: int = 0
    loop: str = ""
    iteration: int = 0


class Settlement(NamedTuple):
    """What a call cost, instead of its reservation."""

    id: str
    amount: int
    tokens: int = 0


class CapRefused(Exception):
    """A cap forbids the reservation; nothing of its transaction is written."""

    def __init__(self, reached: CapReached) -> None:
        super().__init__(reached)
        self.reached = reached


def new_id() -> str:
    return f"m{os.urandom(8).hex()}"


def day_of(at: float) -> str:
    """The UTC day of a moment, `2026-11-22`."""
    return time.strftime("%Y-%m-%d", time.gmtime(at))


def reserve(connection: sqlite3.Connection, hold: Hold) -> Reservation | CapReached:
    """Hold the amount if every cap allows it; ValueError for nonsense. Caps are of `SCOPES`."""
    if min(hold.amount, hold.tokens) < 0 or not set(hold.caps) <= set(_SCOPES):
        raise ValueError(f"cannot reserve {hold.amount} within {dict(hold.caps)}")
    found = _places(hold)
    for scope, cap in hold.caps.items():
        of_tokens = scope == "tokens"
        spent = _money(connection, _SCOPES[scope], found, tokens=of_tokens)
        if spent.total + (hold.tokens if of_tokens else hold.amount) > cap:
            return CapReached(scope, cap, spent)
    connection.execute(
        "INSERT INTO reservations (id, run, day, amount, loop, iteration, tokens) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (hold.id, hold.run, found["day"], hold.amount, hold.loop, hold.iteration, hold.tokens),
    )
    return Reservation(hold.id, hold.run, hold.amount, hold.tokens)


def settle(connection: sqlite3.Connection, done: Settlement) -> bool:
    """Charge what a call cost; False where that was done before, and that amount stays."""
    changed = connection.execute(
        "UPDATE reservations SET settled = ?, used = ? WHERE id = ? AND settled IS NULL",
        (done.amount, done.tokens, done.id),
    )
    return changed.rowcount == 1


def charge(connection: sqlite3.Connection, spent: Hold) -> None:
    """What an agent that bills itself has spent already, whatever the caps say."""
    held = reserve(connection, spent._replace(caps={}))
    assert isinstance(held, Reservation)
    settle(connection, Settlement(spent.id, spent.amount, spent.tokens))


def left(connection: sqlite3.Connection, asked: Hold) -> int:
    """The least that any cap of `asked` leaves, in micro-dollars; not below 0."""
    found = _places(asked)
    rest = [
        cap - _money(connection, _SCOPES[scope], found).total
        for scope, cap in asked.caps.items()
        if scope != "tokens"
    ]
    return max(0, min(rest, default=0))


def apply(connection: sqlite3.Connection, entry: Hold | Settlement) -> None:
    """One entry of a transition; CapRefused where a cap forbids it."""
    if isinstance(entry, Settlement):
        settle(connection, entry)
        return
    outcome = reserve(connection, entry)
    if isinstance(outcome, CapReached):
        raise CapRefused(outcome)


def money(connection: sqlite3.Connection, run: str | None, day: str | None) -> Money:
    """What was spent and is held, of one run, on one day, or both; of all where both are None."""
    wanted = [_SCOPES[name] for name, value in (("run", run), ("day", day)) if value is not None]
    return _money(connection, " AND ".join(wanted) or "1", {"run": run, "day": day})


def unsettled(connection: sqlite3.Connection, run: str | None = None) -> list[Reservation]:
    """Reservations that no call settled, of a run or of all: under way, or left by a crash."""
    sql = (
        "SELECT id, run, amount, tokens FROM reservations "
        "WHERE settled IS NULL AND (run = :run OR :run IS NULL)"
    )
    return [Reservation(*row) for row in connection.execute(sql, {"run": run}).fetchall()]


def _places(hold: Hold) -> Mapping[str, str | int | None]:
    """What the scopes of a hold are told by."""
    day = day_of(hold.at)
    return {"run": hold.run, "loop": hold.loop, "iteration": hold.iteration, "day": day}


def _money(
    connection: sqlite3.Connection,
    where: str,
    found: Mapping[str, str | int | None],
    *,
    tokens: bool = False,
) -> Money:
    held, spent = ("tokens", "used") if tokens else ("amount", "settled")
    row = connection.execute(
        f"SELECT coalesce(sum({spent}), 0), "
        f"coalesce(sum(iif(settled IS NULL, {held}, 0)), 0) FROM reservations WHERE {where}",
        dict(found),
    ).fetchone()
    return Money(*row)
