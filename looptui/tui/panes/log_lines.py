"""One event of the log with all its fields, as lines to read."""

from __future__ import annotations

import time
from collections.abc import Iterator

from looptui.tui.logbook import Head, Verified, Whole
from looptui.tui.spans import Spans

_NAME = 16


def of_event(whole: Whole, head: Head, verified: Verified | None) -> Iterator[Spans]:
    """Everything that the log holds of an event, and what is known of its being genuine."""
    entry = whole.entry
    yield ((entry.kind, "bold title"),)
    if entry.text:
        yield ((entry.text, ""),)
    yield ()
    yield _row("event", f"{entry.seq:,} of {head.size:,}")
    yield _row("when", time.strftime("%Y-%m-%d %H:%M:%S %z", time.localtime(entry.at)))
    yield _row("actor", entry.actor)
    yield _row("loop", entry.loop)
    yield _row("run", f"{entry.run}, event {whole.n} of it")
    yield ()
    for name, value in whole.fields:
        first, *more = value.split("\n") or [""]
        yield _row(name, first)
        for line in more:
            yield _row("", line)
    yield ()
    yield _row("leaf", whole.leaf)
    yield _row("tree head", head.root)
    yield _proof(entry.seq, verified)


def _row(name: str, value: str) -> Spans:
    return ((f"{name:<{_NAME}} ", "muted"), (value, ""))


def _proof(seq: int, verified: Verified | None) -> Spans:
    if verified is None:
        return (("not verified here yet; V recomputes every hash", "muted"),)
    if verified.ok and seq <= verified.size:
        return (("verified: it is as it was written", "chain-ok"),)
    if verified.ok:
        return (("newer than the last verification", "muted"),)
    if verified.first_bad is None:
        return ((f"the log is broken: {verified.reason}", "chain-broken"),)
    if seq < verified.first_bad:
        return (("its hash fits; the log is broken behind it", "breaker-warn"),)
    return ((f"not to be trusted: {verified.reason}", "chain-broken"),)
