"""The log for the screen: read in pages, verified and exported in a thread of its own."""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from looptui.core.events import REGISTRY
from looptui.errors import LooptuiError, UsageError
from looptui.projections import spending as money
from looptui.projections.wording import worded
from looptui.store import ledgers
from looptui.text import safe
from looptui.tui.logbook import Call, Entry, Head, Names, Sought, Verified, Whole
from looptui.wire import spending

if TYPE_CHECKING:
    from looptui.store.events import StoredEvent
    from looptui.wire.reading import Reading

_UNREADABLE = (LooptuiError, ValueError, TypeError, KeyError, AttributeError)
"""What the codec raises for an event that somebody changed in the file."""


class LogReading:
    """Implements `looptui.tui.logbook.Logbook`; use it from the thread of its reading."""

    def __init__(self, reading: Reading, loop_name: Callable[[str], str]) -> None:
        self._reading = reading
        self._loop_name = loop_name
        self._store = reading.store

    def head(self) -> Head:
        found = self._store.look(ledgers.head)
        return Head(found.size, found.root.hex()) if found else Head()

    def names(self) -> Names:
        runs = {view.id: view.loop for view in self._reading.runs()}
        others = [name for name in self._all_names() if name not in runs]
        kinds = tuple(name for name in others if _is_kind(name))
        actors = tuple(name for name in others if not _is_kind(name))
        return Names(kinds, actors, tuple(runs.items()))

    def _all_names(self) -> list[str]:
        return self._store.look(ledgers.names) or []

    def entries(self, seqs: Sequence[int]) -> tuple[Entry, ...]:
        found = self._store.look(partial(ledgers.some, seqs=seqs)) or []
        return tuple(self._entry(event) for event, _ in found)

    def matching(self, sought: Sought, bottom: int, top: int) -> array[int]:
        wanted = self._wanted(sought)
        question = partial(ledgers.matching, wanted=wanted, bottom=bottom, top=top)
        return self._store.look(question) or array("q")

    def _wanted(self, sought: Sought) -> ledgers.Wanted:
        names = self.names()
        runs = tuple(run for run, loop in names.runs if _fits(f"{run} {loop}", sought.runs))
        return ledgers.Wanted(
            runs if sought.runs else None,
            tuple(a for a in names.actors if _fits(a, sought.actors)) if sought.actors else None,
            tuple(k for k in names.kinds if _fits(k, sought.kinds)) if sought.kinds else None,
            sought.since,
            sought.words,
        )

    def whole(self, seq: int) -> Whole | None:
        for event, leaf in self._store.look(partial(ledgers.some, seqs=(seq,))) or []:
            return Whole(self._entry(event), event.n, leaf.hex(), _fields(event.data))
        return None

    def calls(self, bottom: int, top: int) -> tuple[Call, ...]:
        views = self._reading.runs()
        runs = {view.id: money.Whose(view.loop, view.agent, view.labels) for view in views}
        reading = money.Reading(runs)
        return tuple(map(_call, spending.page(self._store, reading, bottom, top)))

    def held_usd(self) -> float:
        return self._store.money().held / 1e6

    def _entry(self, event: StoredEvent) -> Entry:
        try:
            words = worded(event.kind, event.data)
        except _UNREADABLE:
            words = "cannot be read: it is not as it was written"
        loop = self._loop_name(event.run)
        texts = (event.run, loop, event.actor, event.kind, words)
        return Entry(event.seq, event.at, *map(safe, texts))


def verify(database: Path, progress: Callable[[int], None]) -> Verified:
    """Prove that the log is what was once written; waits, about 10 s for a million events."""
    from looptui.store import audit, checkpoint

    if not database.exists():
        gone = checkpoint.checkpoint_path(database).exists()
        reason = "the database is gone, but its checkpoint is there" if gone else ""
        return Verified(not gone, 0, "", None, reason)
    verdict = audit.verify(database, progress)
    return Verified(
        verdict.ok, verdict.size, verdict.root.hex(), verdict.first_bad, safe(verdict.reason)
    )


def export(database: Path, file: Path) -> int:
    """Write the whole log to a new file, CSV where it is named so, else JSON lines.

    The number of events. UsageError where the file is there already, EnvironmentUnfit where it
    cannot be written.
    """
    from looptui.wire import auditing

    if file.exists():
        raise UsageError(f"{file} is there already", "Nothing was written; name another file.")
    form = "csv" if file.suffix == ".csv" else "jsonl"
    lines = auditing.write(file, auditing.exported(database, form))
    return max(0, lines - 1) if form == "csv" else lines


def _is_kind(name: str) -> bool:
    return name in REGISTRY


def _fits(name: str, parts: Sequence[str]) -> bool:
    return any(part.lower() in name.lower() for part in parts)


def _fields(data: str) -> tuple[tuple[str, str], ...]:
    """The fields of an event; what is no JSON object comes out as it is."""
    try:
        fields = json.loads(data)
        return tuple((safe(name), _value(value)) for name, value in fields.items())
    except _UNREADABLE:
        return (("data", safe(data)),)


def _value(value: object) -> str:
    if isinstance(value, list) and value:
        return "\n".join(_value(one) for one in value)
    return safe(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _call(one: money.Entry) -> Call:
    micro = None if one.usd is None else round(one.usd * 1e6)
    used = (one.seconds, one.tokens, micro)
    return Call(one.seq, one.at, one.run, one.iteration, one.outcome, *used, one.model)
