"""Which records enter a prompt, and why each is in or out: a visible score, no clock, no chance."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from looptui.core.citing import outdated
from looptui.core.memory import TRIED, Memory, tokens
from looptui.core.spec import MemoryWeights
from looptui.core.state import RunState

_WORD = re.compile(r"\w{3,}")
_DAY = 86400.0


@dataclass(frozen=True, slots=True)
class Play:
    """What the next prompt is about."""

    words: tuple[str, ...]
    """Of the goal, the failing tests and the files: what records are searched for."""
    files: frozenset[str]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A record with its score and the parts that it is the sum of."""

    record: Memory
    score: float
    parts: Mapping[str, float]
    reason: str = ""
    """Why it is left out; empty where it is in the prompt."""


@dataclass(frozen=True, slots=True)
class Selection:
    chosen: tuple[Ranked, ...]
    """As the prompt has them: pinned first, then oldest first, so that caches of it hold."""
    left_out: tuple[Ranked, ...]
    """The best first."""
    budget: int

    @property
    def records(self) -> tuple[Memory, ...]:
        return tuple(one.record for one in self.chosen)

    @property
    def tokens(self) -> int:
        """What the chosen records take of the budget."""
        return sum(cost(record) for record in self.records)


def play(state: RunState) -> Play:
    """What is at stake in a run now: its goal, what fails, and the files that were changed."""
    judged = next((i.gates for i in reversed(state.iterations) if i.gates), state.baseline)
    failing = [test for seen in judged for test in seen.failing]
    changed = [path for iteration in reversed(state.iterations) for path in iteration.paths]
    files = dict.fromkeys((*(test.split("::")[0] for test in failing), *changed))
    goal = state.loop.goal
    texts = (*failing, *files, *goal.context, goal.text, *(c.text for c in state.loop.criteria))
    words = dict.fromkeys(word.lower() for text in texts for word in _WORD.findall(text))
    return Play(tuple(words), frozenset((*files, *goal.context)))


def select(
    found: Iterable[tuple[Memory, float]],
    at_stake: Play,
    weights: MemoryWeights,
    budget: int,
    there: Mapping[str, str] | None = None,
) -> Selection:
    """The records with the best scores that fit into `budget` tokens; the rest with its reason.

    Each comes with how well it fits the words, from 0 to 1. Age counts from the newest of them,
    so that the same records always give the same choice. `there` has the ids of cited files on the
    base of the run: a record about other content is left out; with None nobody asked.
    """
    known = [(record, fit) for record, fit in found if record.type != TRIED]
    newest = max((record.at for record, _ in known), default=0.0)
    ranked = [_rank(record, fit, at_stake, weights, newest) for record, fit in known]
    ranked.sort(key=lambda one: (-one.score, -one.record.at, one.record.id))
    chosen, left_out, left = [], [], budget
    for one in ranked:
        reason = _reason(one.record, there, left, budget)
        if reason:
            left_out.append(Ranked(one.record, one.score, one.parts, reason))
        else:
            chosen.append(one)
            left -= cost(one.record)
    chosen.sort(key=lambda one: (not one.record.pinned, one.record.at, one.record.id))
    return Selection(tuple(chosen), tuple(left_out), budget)


def cost(record: Memory) -> int:
    """Tokens of a record in a prompt, with its mark and its line end."""
    return tokens(f"- {words_of(record)}\n")


def words_of(record: Memory) -> str:
    """What a prompt says of a record."""
    return f"{record.text} (why: {record.why})" if record.why else record.text


def _rank(
    record: Memory, fit: float, at_stake: Play, weights: MemoryWeights, newest: float
) -> Ranked:
    age = max(0.0, newest - record.at) / _DAY
    parts = {
        "match": weights.match * fit,
        "recent": weights.recent * 0.5 ** (age / weights.half_life_days),
        "files": weights.files * _overlap(record.files, at_stake.files),
        "helped": weights.helped * (record.helped / record.uses if record.uses else 0.0),
        "pinned": weights.pinned if record.pinned else 0.0,
    }
    parts = {name: round(value, 3) for name, value in parts.items() if round(value, 3)}
    return Ranked(record, round(sum(parts.values()), 3), parts)


def _overlap(cited: tuple[str, ...], files: frozenset[str]) -> float:
    """The share of the cited files that are in play; a file in the same directory counts half."""
    if not cited:
        return 0.0
    beside = {_folder(name) for name in files}
    near = [1.0 if c in files else 0.5 * (_folder(c) in beside) for c in cited]
    return sum(near) / len(cited)


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _reason(record: Memory, there: Mapping[str, str] | None, left: int, budget: int) -> str:
    if record.state == "quarantined":
        return "quarantined: an agent said it, and no person confirmed it"
    if record.state != "active":
        return record.state
    if there is not None and (stale := outdated(record, there)):
        return stale
    need = cost(record)
    return f"needs {need:,} tokens, {left:,} of {budget:,} are left" if need > left else ""
