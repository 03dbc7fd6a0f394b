"""The ledger as people read it: one entry a call, and sums over what they have in common."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from looptui.core import events as ev
from looptui.text import safe

FACETS = ("loop", "run", "iteration", "role", "tier", "agent", "model", "label", "payer", "day")
"""By what entries are summed up."""


@dataclass(frozen=True, slots=True)
class Whose:
    """What is known of the run of an entry."""

    loop: str
    agent: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One call of a model, or of an agent that counts its calls itself. Texts are safe."""

    seq: int
    at: float
    """Unix seconds, when it was settled."""
    day: str
    """UTC."""
    loop: str
    run: str
    iteration: int
    role: str
    tier: int
    """0: none."""
    agent: str
    model: str
    labels: tuple[str, ...]
    payer: str
    """key, subscription, local, or empty where nobody knows."""
    tokens_in: int
    tokens_out: int
    cached: int
    usd: float | None
    """None: no price is known, which is never 0."""
    told: bool
    """False: it is charged as it was reserved."""
    seconds: float
    outcome: str

    @property
    def tokens(self) -> int:
        return self.tokens_in + self.tokens_out

    def plain(self) -> dict[str, object]:
        return {**asdict(self), "labels": list(self.labels)}


@dataclass(frozen=True, slots=True)
class Total:
    """Entries that belong together."""

    name: str
    calls: int
    tokens_in: int
    tokens_out: int
    usd: float
    unpriced: int
    """Calls without a price; `usd` is of the others."""
    seconds: float

    @property
    def known(self) -> bool:
        """Whether a price is known for any of it."""
        return not self.calls or self.unpriced < self.calls


class Reading:
    """Turns events into entries, in the order of the log."""

    def __init__(self, runs: Mapping[str, Whose]) -> None:
        self._runs = runs
        self._metered: set[tuple[str, int]] = set()

    def entry(self, seq: int, at: float, run: str, event: ev.Event) -> Entry | None:
        """None for an event that tells of no money, or tells it a second time."""
        if isinstance(event, ev.SpendSettled):
            self._metered.add((run, event.iteration))
            return self._entry(seq, at, run, event, event.role, event.agent, event.model)
        if not isinstance(event, ev.MakerFinished):
            return None
        silent = not (event.tokens_in or event.tokens_out or event.micro_usd)
        if silent and (run, event.iteration) in self._metered:
            return None
        return self._entry(seq, at, run, event, "make", "", "")

    def _entry(
        self,
        seq: int,
        at: float,
        run: str,
        event: ev.SpendSettled | ev.MakerFinished,
        role: str,
        agent: str,
        model: str,
    ) -> Entry:
        whose = self._runs.get(run, Whose("unknown", "unknown"))
        settled = event if isinstance(event, ev.SpendSettled) else None
        return Entry(
            seq,
            at,
            time.strftime("%Y-%m-%d", time.gmtime(at)),
            whose.loop,
            run,
            event.iteration,
            role,
            settled.tier if settled else 0,
            safe(agent or whose.agent),
            safe(model),
            whose.labels,
            settled.payer if settled else "",
            event.tokens_in,
            event.tokens_out,
            settled.cached if settled else 0,
            None if event.micro_usd is None else event.micro_usd / 1e6,
            settled.told if settled else True,
            event.seconds,
            safe(event.outcome),
        )


def totals(entries: Iterable[Entry], by: str) -> list[Total]:
    """Sums by a facet, what cost most first; an entry with several labels counts for each."""
    found: dict[str, list[Entry]] = {}
    for one in entries:
        for name in _names(one, by):
            found.setdefault(name, []).append(one)
    sums = [total(name, members) for name, members in found.items()]
    if by == "day":
        return sorted(sums, key=lambda one: one.name, reverse=True)
    return sorted(sums, key=lambda one: (-one.usd, -(one.tokens_in + one.tokens_out), one.name))


def total(name: str, entries: Sequence[Entry]) -> Total:
    return Total(
        name,
        len(entries),
        sum(one.tokens_in for one in entries),
        sum(one.tokens_out for one in entries),
        round(sum(one.usd or 0.0 for one in entries), 6),
        sum(one.usd is None for one in entries),
        round(sum(one.seconds for one in entries), 3),
    )


def _names(one: Entry, by: str) -> tuple[str, ...]:
    match by:
        case "label":
            return one.labels or ("no label",)
        case "iteration":
            return (f"{one.run} {one.iteration}",)
        case "tier":
            return (f"tier {one.tier}" if one.tier else "no tier",)
        case "model":
            return (one.model or f"{one.agent}, its own choice",)
        case "payer":
            return (one.payer or "not known",)
    return (str(getattr(one, by)),)
