"""What a run would be reminded of: the one choice for prompts, previews and screens."""

from __future__ import annotations

from looptui.core.memory import scopes_of
from looptui.core.selecting import Selection, play, select
from looptui.core.state import RunState
from looptui.engine.memory_rows import memory_of
from looptui.store.reader import Reader


def recalled(reader: Reader, state: RunState) -> Selection:
    """The records of the next prompt of a run, and why the others are left out."""
    spec, at_stake = state.loop.memory, play(state)
    found = reader.recall(scopes_of(state.loop.name, state.id), at_stake.words, spec.max_entries)
    records = [(memory_of(row), fit) for row, fit in found.values()]
    return select(records, at_stake, spec.weights, spec.budget_tokens)
