"""Rows of the store as the plain values that lists, panes and JSON show."""

from __future__ import annotations

import json

from looptui.core.codec import decode
from looptui.projections import waiting
from looptui.projections.values import IterationView, NeedView, RunView
from looptui.store.reader import Reader
from looptui.store.rows import RunRow

NEED_ORDER = {
    "tripped": 0,
    "waiting": 1,
    "failed": 2,
    "active": 3,
    "parked": 4,
    "paused": 5,
    "queued": 6,
}
"""What needs a person comes first; ended runs last."""


def runs(reader: Reader) -> tuple[RunView, ...]:
    """All runs, newest first."""
    return tuple(_run(row) for row in reader.runs())


def run(reader: Reader, name: str) -> RunView:
    """UsageError when no or more than one run has that id or prefix."""
    return _run(reader.run(name))


def find(reader: Reader, name: str) -> str:
    """The id of a run, from the name of a loop (its newest run), an id or a unique prefix."""
    of_loop = [row.id for row in reader.runs() if row.loop == name]
    return of_loop[0] if of_loop else reader.run(name).id


def iterations(reader: Reader, name: str) -> tuple[IterationView, ...]:
    return tuple(decode(IterationView, json.loads(row.data)) for row in reader.iterations(name))


def overdue(reader: Reader, at: float) -> list[str]:
    """Runs whose wait for a person has run out `at` (Unix seconds), and nobody has said so yet."""
    asked = {row.run for row in reader.needs() if row.kind == "escalation"}
    dues = {name: waiting.due(run(reader, name)) for name in sorted(asked)}
    return [name for name, due in dues.items() if due is not None and due <= at]


def needs(reader: Reader) -> tuple[NeedView, ...]:
    """Open needs, the oldest first."""
    return tuple(decode(NeedView, json.loads(row.data)) for row in reader.needs())


def by_need(views: tuple[RunView, ...]) -> list[RunView]:
    """What needs a person first, then what works, then what ended; the newest first in each."""
    waiting = [view for view in views if view.needs]
    rest = [view for view in views if not view.needs]
    return waiting + sorted(rest, key=lambda view: NEED_ORDER.get(view.state, 9))


def _run(row: RunRow) -> RunView:
    return decode(RunView, json.loads(row.summary))
