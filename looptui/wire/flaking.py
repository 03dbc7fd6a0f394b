"""Flaky tests: those that gates found, and those that a person set aside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from looptui.core import events as ev
from looptui.core.flaking import LONGEST_ID, STREAM, set_aside
from looptui.engine.recorder import as_record
from looptui.errors import RefusedError
from looptui.store.events import NewEvent
from looptui.wire.ids import person

if TYPE_CHECKING:
    from looptui.store.reader import Reader
    from looptui.wire.desk import Desk


@dataclass(slots=True)
class Flaky:
    """One test, or one gate that names none."""

    test: str
    """Empty for a gate that names no tests."""
    gate: str
    seen: int = 0
    """How often it failed in one run of two on one tree."""
    run: str = ""
    """The newest run in which it did."""
    at: float = 0.0
    """Unix seconds, when."""
    first: str = ""
    second: str = ""
    quarantined: bool = False
    reason: str = ""
    by: str = ""


def found(reader: Reader) -> list[Flaky]:
    """Every flaky test of the repository's runs, and what is in quarantine; the newest last."""
    known: dict[tuple[str, str], Flaky] = {}
    for stored in reader.of_kinds((ev.FlakeFound.kind,)):
        event = as_record(stored).event
        if not isinstance(event, ev.FlakeFound):
            continue
        for test in event.tests or ("",):
            entry = known.setdefault((event.gate, test), Flaky(test, event.gate))
            entry.seen += 1
            entry.run, entry.at = stored.run, stored.at
            entry.first, entry.second = event.first, event.second
    records = [as_record(one) for one in reader.of_kinds(_KINDS, run=STREAM)]
    aside = set_aside(record.event for record in records)
    for test, reason in aside.items():
        entries = [one for one in known.values() if one.test == test]
        if not entries:
            entries = [known.setdefault(("", test), Flaky(test, ""))]
        who = [one for one in records if getattr(one.event, "test", "") == test][-1]
        for entry in entries:
            entry.quarantined, entry.reason, entry.by = True, reason, who.actor
            entry.at = max(entry.at, who.at)
    return sorted(known.values(), key=lambda one: (one.at, one.gate, one.test))


_KINDS = (ev.TestQuarantined.kind, ev.TestReleased.kind)


async def quarantine(desk: Desk, test: str, reason: str) -> None:
    """Set a test aside, in the name of who asks. RefusedError where that says nothing new."""
    test, reason = test.strip(), desk.scrub.text(reason.strip())
    if not reason:
        raise RefusedError("say with -m why; it is recorded")
    if not test or len(test) > LONGEST_ID or "\n" in test:
        raise RefusedError("that is no test id; `looptui gates flaky` lists those that were seen")
    await _append(desk, ev.TestQuarantined(test, reason[:500]))


async def release(desk: Desk, test: str, reason: str) -> None:
    """Let a test count again. RefusedError where it was not set aside."""
    await _append(desk, ev.TestReleased(test.strip(), desk.scrub.text(reason.strip())[:500]))


async def _append(desk: Desk, event: ev.TestQuarantined | ev.TestReleased) -> None:
    desk.require_writing()
    lease = desk.store.leases.acquire(STREAM)
    try:
        stream = [as_record(stored).event for stored in await desk.store.read(STREAM)]
        aside = set_aside(stream)
        if isinstance(event, ev.TestReleased) and event.test not in aside:
            raise RefusedError(f"{event.test} is not in quarantine; `looptui gates flaky` shows it")
        if isinstance(event, ev.TestQuarantined) and aside.get(event.test) == event.reason:
            return
        new = NewEvent(event.kind, ev.encode(event, 0.0), person(), desk.clock.now())
        for stored in await desk.store.append(STREAM, len(stream), [new], durable=True):
            for listener in desk.listeners:
                listener(stored)
    finally:
        lease.release()
