"""Records that memory could do without: near-duplicates, unused ones, and those that never help."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from looptui.core import commands as cmd
from looptui.core.memory import TRIED, Memory

ALIKE = 0.8
"""The share of their words, of all that either has, from which two records say the same.

At 0.8 one word in nine may be another one. Numbers and negations must be the same in both: `50 a
page` and `500 a page`, or `use` and `do not use`, are contradictions and no duplicates.
"""
UNUSED_DAYS = 90
"""After so many days a record that no prompt ever had is proposed."""
TRIALS = 10
"""Prompts that a record was in before it is judged by what came of them."""
LEAST_HELP = 0.05
"""Of those prompts, the share that has to have led to a better score."""
_DAY = 86400.0
_WORD = re.compile(r"\w+(?:['’]\w+)?")
_NEGATIONS = frozenset(("not", "no", "never", "none", "without", "cannot", "nor", "neither"))
Fault = Literal["duplicate", "unused", "no help"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What could be done, and why; nothing is done by it."""

    fault: Fault
    records: tuple[Memory, ...]
    """Of duplicates the one that is kept comes first."""
    why: str
    command: cmd.Command


def proposals(records: Iterable[Memory], now: float) -> tuple[Proposal, ...]:
    """What could go, duplicates first; each record in one proposal at most.

    Pinned records are never proposed, but what says the same as one of them is. Lessons of single
    runs stay: they are in the prompts of that run only. `now` is Unix seconds.
    """
    kept = [one for one in records if one.state == "active" and one.type != TRIED]
    kept = [one for one in kept if one.text and not one.scope.startswith("run:")]
    found = [_united(group) for group in alike(kept)]
    named = {one.id for proposal in found for one in proposal.records}
    rest = [one for one in kept if one.id not in named and not one.pinned]
    return (*found, *(p for one in rest if (p := _fault_of(one, now)) is not None))


def alike(records: Sequence[Memory]) -> list[tuple[Memory, ...]]:
    """Groups of records of one scope and kind that say nearly the same, the best one first.

    Every member of a group is alike to that best one.
    """
    sayings = [_Saying.of(one) for one in sorted(records, key=_worth)]
    groups: dict[int, list[int]] = {}
    taken: set[int] = set()
    for at, other in sorted(_pairs(sayings)):
        if at not in taken and other not in taken:
            groups.setdefault(at, [at]).append(other)
            taken.add(other)
    return [tuple(sayings[at].record for at in group) for group in groups.values()]


@dataclass(frozen=True, slots=True)
class _Saying:
    record: Memory
    words: frozenset[str]
    fixed: frozenset[str]
    """Words that must be the same: numbers and negations."""

    @classmethod
    def of(cls, record: Memory) -> _Saying:
        words = frozenset(_WORD.findall(record.text.casefold()))
        return cls(record, words, frozenset(filter(_is_fixed, words)))


def _is_fixed(word: str) -> bool:
    negated = word.endswith(("n't", "n’t"))
    return negated or word in _NEGATIONS or any(char.isdigit() for char in word)


def _pairs(sayings: Sequence[_Saying]) -> Iterator[tuple[int, int]]:
    """Places of those that are alike, each pair once.

    Two sets that share enough share one of their rarest words, so only those are compared.
    """
    often = Counter(word for one in sayings for word in one.words)
    seen: dict[tuple[object, ...], list[int]] = {}
    for at, one in enumerate(sayings):
        rare = sorted(one.words, key=lambda word: (often[word], word))
        first = len(rare) - math.ceil(ALIKE * len(rare) - 1e-9) + 1
        keys = [(one.record.scope, one.record.type, one.fixed, word) for word in rare[:first]]
        for other in sorted({other for key in keys for other in seen.get(key, ())}):
            if _share(sayings[other].words, one.words) >= ALIKE:
                yield other, at
        for key in keys:
            seen.setdefault(key, []).append(at)


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other)


def _worth(record: Memory) -> tuple[bool, int, int, float, str]:
    """Sorts the one to keep first: pinned, what helped, what was used, the older one."""
    return (not record.pinned, -record.helped, -record.uses, record.at, record.id)


def _united(group: tuple[Memory, ...]) -> Proposal:
    best = group[0]
    texts = tuple(one.text for one in group)
    command = cmd.Merge(tuple(one.id for one in group), best.text, best.why, texts)
    return Proposal("duplicate", group, f"says nearly the same as {best.id}", command)


def _fault_of(record: Memory, now: float) -> Proposal | None:
    forget = cmd.Revise(record.id, state="forgotten", seen=record.text)
    days = int((now - record.at) / _DAY)
    if not record.uses and days >= UNUSED_DAYS:
        return Proposal("unused", (record,), f"in no prompt for {days} days", forget)
    if record.uses >= TRIALS and record.helped < LEAST_HELP * record.uses:
        why = f"in {record.uses} prompts, {record.helped} led to a better score"
        return Proposal("no help", (record,), why, forget)
    return None
