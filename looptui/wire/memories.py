"""What the Memory screen reads: records with their places in the next prompt, and how they came."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING

from looptui.core import events as ev
from looptui.core.citing import STALE
from looptui.core.clashing import LESSONS, UNSAID, clashes
from looptui.core.codec import reworded
from looptui.core.memory import STATES, STREAM, Memory, scopes_of
from looptui.core.selecting import Ranked, Selection, cost
from looptui.engine.memory_rows import memory_of
from looptui.engine.recalling import recalled_now
from looptui.store import shelves
from looptui.text import safe
from looptui.tui.memories import LISTED, Change, Group, Item, Shelved, Wish

if TYPE_CHECKING:
    from looptui.core.state import RunState
    from looptui.store.reader import Reader
    from looptui.store.rows import MemoryRow
    from looptui.wire.citing import Citing

_AWAY = ("superseded", "forgotten")
_HERE = tuple(state for state in STATES if state not in _AWAY)
_ORDER: tuple[Group, ...] = ("next", "kept", "decide", "away")
_EVENTS = (ev.MemoryRecorded.kind, ev.MemoryEdited.kind)


class MemoryReading:
    """Implements `looptui.tui.memories.Memories`; use it from the thread of its reader."""

    def __init__(
        self, store: Reader, state_of: Callable[[str], RunState | None], cited: Citing
    ) -> None:
        self._store = store
        self._state_of = state_of
        self._cited = cited

    def shelved(self, wish: Wish, known: int = -1) -> Shelved | None:
        began, version = perf_counter(), self._store.data_version()
        if version == known:
            return None
        state = self._state_of(wish.run) if wish.run else None
        selection = self._recalled(state) if state else Selection((), (), 0)
        scopes = scopes_of(state.loop.name, wish.run) if state else ()
        rivals = self._rivals(scopes)
        ranked = {one.record.id: one for one in (*selection.chosen, *selection.left_out)}
        records = self._wished(wish, scopes, [one.record for one in ranked.values()])
        items = [_item(one, ranked.get(one.id), rivals.get(one.id), state) for one in records]
        chosen = [one.record.id for one in selection.chosen]
        items.sort(key=partial(_place, chosen))
        counts = self._store.look(partial(shelves.counts, scopes=scopes, states=STATES)) or {}
        stale = sum(1 for one in selection.left_out if one.reason.startswith(f"{STALE}:"))
        counts = {**counts, STALE: counts.get(STALE, 0) + stale} if stale else counts
        return Shelved(
            wish,
            version,
            tuple(items),
            counts,
            selection.tokens,
            selection.budget,
            perf_counter() - began,
        )

    def _recalled(self, state: RunState) -> Selection:
        """The choice, with the records that cite other content as what they are: stale."""
        found = recalled_now(self._store, self._cited, state)
        return replace(found, left_out=tuple(map(_as_stale, found.left_out)))

    def _rivals(self, scopes: Sequence[str]) -> dict[str, Memory]:
        """Records that contradict another one, each with that one; of several the newest."""
        question = partial(shelves.rivals, scopes=scopes, lessons=LESSONS, unsaid=UNSAID)
        found = map(memory_of, self._store.look(question) or ())
        return {
            one.id: other
            for pair in clashes(found)
            for one, other in (pair, pair[::-1])
        }  # fmt: skip

    def _wished(self, wish: Wish, scopes: Sequence[str], weighed: list[Memory]) -> list[Memory]:
        """The records to list: those that fit the wish, and without one all that are weighed."""
        known = {one.id: one for one in weighed}
        if wish.words:
            found = [memory_of(row) for row in self._store.find_memory(wish.words) if row.text]
            return [one for one in (known.get(one.id, one) for one in found) if _fits(one, wish)]
        states = (wish.state,) if wish.state else _HERE
        question = partial(
            shelves.newest,
            scopes=(wish.scope,) if wish.scope else scopes,
            states=states,
            kind=wish.kind,
            most=LISTED,
        )
        rows: Iterable[MemoryRow] = self._store.look(question) or ()
        listed = {row.id: memory_of(row) for row in rows}
        wanted = {one.id: one for one in weighed if _fits(one, wish)}
        return list(
            (wanted | {name: known.get(name, one) for name, one in listed.items()}).values()
        )

    def record(self, identity: str) -> Memory | None:
        rows = [row for row in self._store.memory_named(identity) if row.id == identity]
        return reworded(memory_of(rows[0]), safe) if rows else None

    def history(self, record: Memory) -> Sequence[Change]:
        streams = (STREAM, record.run) if record.run else (STREAM,)
        question = partial(shelves.history, streams=streams, kinds=_EVENTS, identity=record.id)
        found = self._store.look(question) or ()
        changes = [_change(one.at, one.actor, ev.decode(one.kind, one.data)[0]) for one in found]
        return tuple(reversed(changes))

    def facets(self) -> Sequence[tuple[str, str, int]]:
        found = self._store.look(shelves.facets) or ()
        return tuple((by, safe(which), count) for by, which, count in found)


def _as_stale(one: Ranked) -> Ranked:
    stale = one.record.state == "active" and one.reason.startswith(f"{STALE}:")
    return replace(one, record=replace(one.record, state=STALE)) if stale else one


def _fits(record: Memory, wish: Wish) -> bool:
    pairs = ((wish.kind, record.type), (wish.state, record.state), (wish.scope, record.scope))
    return all(not wanted or wanted == given for wanted, given in pairs)


def _item(
    record: Memory, ranked: Ranked | None, rival: Memory | None, state: RunState | None
) -> Item:
    """A record with its place; what is not weighed for a run has a reason all the same."""
    reason = ranked.reason if ranked else ""
    if ranked is None and state is not None:
        reason = record.state if record.state != "active" else _unweighed(record, state)
    return Item(
        reworded(record, safe),
        _group(record, ranked, rival),
        cost(record),
        ranked.score if ranked else None,
        ranked.parts if ranked else {},
        reason,
        reworded(rival, safe) if rival else None,
    )


def _unweighed(record: Memory, state: RunState) -> str:
    if record.scope not in scopes_of(state.loop.name, state.id):
        return f"of {safe(record.scope)}: not for this run"
    most = state.loop.memory.max_entries
    return f"not among the {most} newest, nor among the {most} that fit best"


def _group(record: Memory, ranked: Ranked | None, rival: Memory | None) -> Group:
    if record.state in _AWAY:
        return "away"
    if rival is not None or record.state != "active":
        return "decide"
    return "next" if ranked and not ranked.reason else "kept"


def _place(chosen: Sequence[str], item: Item) -> tuple[int, float, float, str]:
    """In the prompt as the prompt has them; else the best first, then the newest."""
    record, group = item.record, _ORDER.index(item.group)
    if item.group == "next":
        return group, chosen.index(record.id), 0.0, record.id
    return group, -(item.score or 0.0), -record.at, record.id


def _change(at: float, actor: str, event: ev.Event) -> Change:
    if not isinstance(event, ev.MemoryEdited):
        text = event.text if isinstance(event, ev.MemoryRecorded) else ""
        return Change(at, safe(actor), "recorded", "", safe(text))
    words = f"undid edit {event.undoes}: " if event.undoes else ""
    names = [name for name in _PARTS if getattr(event.before, name) != getattr(event.after, name)]
    told = [_told(name, event.after) for name in names]
    texts = (event.before.text, event.after.text) if "text" in names else ("", "")
    return Change(at, safe(actor), safe(words + ", ".join(told)), safe(texts[0]), safe(texts[1]))


_PARTS = (
    "text",
    "why",
    "state",
    "pinned",
    "type",
    "scope",
    "subject",
    "tags",
    "files",
    "beside",
    "blobs",
    "shared",
)
_NAMED = {
    "type": "kind",
    "subject": "about",
    "blobs": "files as they are now",
    "shared": "shared file",
}


def _told(name: str, after: ev.Content) -> str:
    if name == "pinned":
        return "pinned" if after.pinned else "no longer pinned"
    if name == "beside":
        return f"kept beside {', '.join(after.beside)}"
    if name in ("state", "type", "scope", "subject"):
        return f"{_NAMED.get(name, name)} {getattr(after, name)}"
    return _NAMED.get(name, name)
