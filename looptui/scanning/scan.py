"""The whole scan: every rule over every file of a change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from looptui.core.finding import Finding
from looptui.scanning.change import Change
from looptui.scanning.cheats import cheats
from looptui.scanning.literals import special_cases
from looptui.scanning.rules import found
from looptui.scanning.settings import settings
from looptui.scanning.suite import new_names, weakened

MOST = 40
"""Findings that are kept, one of each rule first."""


def scan(
    changes: Sequence[Change], tests: Mapping[str, str] | None = None, *, cut: bool = False
) -> tuple[Finding, ...]:
    """What a person has to look at, what blocks an approval first; the first of a rule in a file.

    `tests` are the sources of tests as they are beneath the change, by path; `cut` says that a part
    of the change is not in `changes`.
    """
    names = frozenset(name for change in changes for name in new_names(change))
    seen: dict[tuple[str, str], Finding] = {}
    for one in (*_whole(cut), *(one for change in changes for one in _of(change, names, tests))):
        known = seen.get((one.rule, one.path))
        if known is None or (one.blocks and not known.blocks):
            seen[one.rule, one.path] = one
    return _fewer(sorted(seen.values(), key=lambda one: not one.blocks))


def _of(
    change: Change, names: frozenset[str], tests: Mapping[str, str] | None
) -> Iterator[Finding]:
    yield from weakened(change, names)
    yield from settings(change)
    yield from cheats(change)
    yield from special_cases(change, tests or {})


def _whole(cut: bool) -> Iterator[Finding]:
    if cut:
        yield found("not-shown", "", 0)


def _fewer(findings: list[Finding]) -> tuple[Finding, ...]:
    """At most `MOST`, so that no rule is crowded out by another."""
    if len(findings) <= MOST:
        return tuple(findings)
    first = {one.rule: one for one in reversed(findings)}
    rest = [one for one in findings if first[one.rule] is not one]
    kept = {id(one) for one in (*first.values(), *rest[: MOST - len(first)])}
    return tuple(one for one in findings if id(one) in kept)
