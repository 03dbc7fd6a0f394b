"""What a run would be reminded of: the one choice for prompts, previews and screens."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from looptui.core.citing import cited
from looptui.core.memory import Memory, scopes_of
from looptui.core.selecting import Selection, play, select
from looptui.core.state import RunState
from looptui.engine.memory_rows import memory_of
from looptui.ports import Repository
from looptui.store.reader import Reader

Found = Sequence[tuple[Memory, float]]
"""Records that may matter, each with how well it fits the words of the run."""
Blobs = Callable[[str, Sequence[str]], Mapping[str, str]]
"""The object ids of paths in a tree; without those that it does not hold."""


async def recalled(reader: Reader, repository: Repository, state: RunState) -> Selection:
    """The records of the next prompt of a run, and why the others are left out."""
    found = _gathered(reader, state)
    there = await repository.blobs(state.base_tree, _cited(found))
    return _chosen(found, state, there)


def recalled_now(reader: Reader, blobs: Blobs, state: RunState) -> Selection:
    """The same, for those who read in a thread of their own."""
    found = _gathered(reader, state)
    return _chosen(found, state, blobs(state.base_tree, _cited(found)))


def _gathered(reader: Reader, state: RunState) -> Found:
    words, most = play(state).words, state.loop.memory.max_entries
    found = reader.recall(scopes_of(state.loop.name, state.id), words, most)
    return [(memory_of(row), fit) for row, fit in found.values()]


def _cited(found: Found) -> tuple[str, ...]:
    return cited(record for record, _ in found)


def _chosen(found: Found, state: RunState, there: Mapping[str, str]) -> Selection:
    spec = state.loop.memory
    return select(found, play(state), spec.weights, spec.budget_tokens, there)
