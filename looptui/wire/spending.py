"""The ledger of a repository, read off its log."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from looptui.core.events import MakerFinished, SpendSettled, decode
from looptui.projections.spending import Entry, Reading, Whose
from looptui.store import ledgers
from looptui.store.events import StoredEvent
from looptui.store.reader import Reader
from looptui.wire import views

_PAGE = 100_000
_KINDS = (SpendSettled.kind, MakerFinished.kind)


def entries(reader: Reader, since: float = 0.0) -> Iterator[Entry]:
    """All entries from a moment on (Unix seconds), the oldest first."""
    runs = views.runs(reader)
    reading = Reading({one.id: Whose(one.loop, one.agent, one.labels) for one in runs})
    size = reader.last_seq()
    for bottom in range(1, size + 1, _PAGE):
        yield from (one for one in page(reader, reading, bottom, bottom + _PAGE) if one.at >= since)


def page(reader: Reader, reading: Reading, bottom: int, top: int) -> list[Entry]:
    """The entries among the events from `bottom` to below `top`."""
    found = [
        event
        for kind in _KINDS
        for event in reader.look(partial(ledgers.of_kind, kind=kind, bottom=bottom, top=top)) or []
    ]
    read = (_entry(reading, one) for one in sorted(found, key=lambda one: one.seq))
    return [one for one in read if one is not None]


def _entry(reading: Reading, stored: StoredEvent) -> Entry | None:
    """None too for an event that somebody changed in the file: the audit tells of it."""
    try:
        event, _ = decode(stored.kind, stored.data)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return reading.entry(stored.seq, stored.at, stored.run, event)
