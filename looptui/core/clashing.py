"""Which records contradict each other: of one kind and subject, and in other words."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

from looptui.core.memory import Memory

LESSONS = ("fix", "failure")
"""Types that tell what happened once: two of them never contradict."""
UNSAID = "added by hand"
"""The subject of a record of which nobody said what it is about."""


def clashes(records: Iterable[Memory]) -> tuple[tuple[Memory, Memory], ...]:
    """Pairs of active records that contradict each other, the older one first.

    A person who keeps both says so in one of them, and then they clash no more.
    """
    groups: dict[tuple[str, str], list[Memory]] = {}
    for record in records:
        if record.state == "active" and record.type not in LESSONS and record.subject != UNSAID:
            groups.setdefault((record.type, _words(record.subject)), []).append(record)
    return tuple(
        (older, newer)
        for group in groups.values()
        for older, newer in combinations(sorted(group, key=lambda one: (one.at, one.id)), 2)
        if _differ(older, newer)
    )


def _differ(one: Memory, other: Memory) -> bool:
    meet = one.scope == other.scope or "repository" in (one.scope, other.scope)
    kept = one.id in other.beside or other.id in one.beside
    return meet and not kept and _words(one.text) != _words(other.text)


def _words(text: str) -> str:
    return " ".join(text.casefold().split())
