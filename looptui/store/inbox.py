"""The command inbox: what people and shells ask of a run, answered once."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import Literal

from looptui.errors import RefusedError
from looptui.store.driver import sqlite3


class CommandTaken(RefusedError):
    """Somebody else answered this command first, or it was never sent."""


@dataclass(frozen=True, slots=True)
class Command:
    """A request by a person or an API. `data` is JSON, `at` Unix seconds."""

    id: str
    run: str
    kind: str
    data: str
    actor: str
    at: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a command; `reason` is for the person, where it was refused.

    `seq` is the last event that it caused (the last before it, where it caused none).
    """

    state: Literal["applied", "refused"]
    reason: str
    seq: int | None


def send(
    connection: sqlite3.Connection, run: str, kind: str, data: str, actor: str, at: float
) -> str:
    """Put a command into the inbox; its id. ValueError for data that is no JSON."""
    json.loads(data)
    identity = f"c{os.urandom(8).hex()}"
    connection.execute(
        "INSERT INTO commands (id, run, kind, data, actor, at) VALUES (?, ?, ?, ?, ?, ?)",
        (identity, run, kind, data, actor, float(at)),
    )
    return identity


def claim(connection: sqlite3.Connection, identity: str, seq: int) -> None:
    """Mark a command as applied; CommandTaken where it is not open any more."""
    _close(connection, identity, "applied", "", seq)


def refuse(connection: sqlite3.Connection, identity: str, reason: str) -> None:
    """Mark a command as refused; CommandTaken where it is not open any more."""
    _close(connection, identity, "refused", reason, None)


def pending(connection: sqlite3.Connection, run: str) -> list[Command]:
    """The open commands of a run, oldest first."""
    sql = (
        "SELECT id, run, kind, data, actor, at FROM commands "
        "WHERE run = ? AND state = 'open' ORDER BY number"
    )
    return [Command(*row) for row in connection.execute(sql, (run,)).fetchall()]


def outcome(connection: sqlite3.Connection, identity: str) -> Outcome | None:
    """What became of a command; None while it is open or unknown."""
    sql = "SELECT state, reason, seq FROM commands WHERE id = ? AND state != 'open'"
    row = connection.execute(sql, (identity,)).fetchone()
    return Outcome(*row) if row else None


def _close(
    connection: sqlite3.Connection, identity: str, state: str, reason: str, seq: int | None
) -> None:
    done = connection.execute(
        "UPDATE commands SET state = ?, reason = ?, seq = ? WHERE id = ? AND state = 'open'",
        (state, reason, seq, identity),
    )
    if done.rowcount == 0:
        raise CommandTaken(
            f"Command {identity} was already answered", "`looptui show` tells what was decided."
        )
