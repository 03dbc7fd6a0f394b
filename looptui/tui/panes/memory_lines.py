"""Memory as lines to read: what the next prompt will hold, and what an earlier one held."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from looptui.projections.figures import plural
from looptui.tui.spans import Spans

if TYPE_CHECKING:
    from looptui.core.memory import Memory
    from looptui.tui.controller import NextMemory

HANG = 9
"""Cells before the words of a record."""
_KINDS = {"fix": "breaker-ok", "failure": "breaker-warn", "decision": "state-run"}
_NOTHING = "nothing yet: each iteration leaves one when it ends"


def upcoming(found: NextMemory, known: frozenset[str], *, ended: bool) -> Sequence[Spans]:
    """The records of the next prompt; those that are not in the present one are marked."""
    if not found.records:
        return (((_NOTHING if not ended else "nothing was learnt", "muted"),),)
    return [_record(record, new=record.id not in known) for record in found.records]


def share(found: NextMemory) -> str:
    """`180 of 2,000 tok, 3 left out`."""
    left = f", {found.left_out} left out" if found.left_out else ""
    return f"{found.tokens:,} of {found.budget:,} tok{left}" if found.budget else ""


def both(number: int, used: Sequence[Memory], found: NextMemory, *, ended: bool) -> Sequence[Spans]:
    """What the prompt of an iteration held, and what the next one will hold."""
    lines: list[Spans] = []
    if not ended:
        known = frozenset(record.id for record in used)
        lines += [_head("In the next prompt", share(found)), ()]
        lines += [*upcoming(found, known, ended=ended), ()]
    counted = plural(len(used), "record")
    lines += [_head(f"In the prompt of iteration {number}", counted), ()]
    return [*lines, *held(used)]


def held(used: Sequence[Memory]) -> Sequence[Spans]:
    """The records that a prompt held."""
    nothing = ((("none: nothing was known before it", "muted"),),)
    return [_record(record) for record in used] or nothing


def _head(words: str, more: str) -> Spans:
    return ((words, "bold"), (f"  {more}", "muted"))


def _record(record: Memory, *, new: bool = False) -> Spans:
    return (
        (f"{record.type:<{HANG}}", _KINDS.get(record.type, "")),
        ("new " if new else "", "bold breaker-ok"),
        (record.text, ""),
    )
