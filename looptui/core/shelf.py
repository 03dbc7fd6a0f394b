"""`shelve(shelf, command) -> events | Refusal`: what a person may do with what is remembered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace

from looptui.core import commands as cmd
from looptui.core import events as ev
from looptui.core.citing import vouched
from looptui.core.clashing import UNSAID
from looptui.core.codec import dumps, encode
from looptui.core.memory import STATES, TRIED, TYPES, Memory

LARGEST = 3000
"""Bytes of a record: an edit holds it twice, as it was and as it is."""
_SCOPE = re.compile(r"repository|(run|loop):\S+")
_USER = "records for all your repositories are not kept yet; use repository, or a shared loop file"


@dataclass(frozen=True, slots=True)
class Shelf:
    """Everything that a command about memory is judged by."""

    records: Mapping[str, Memory]
    """At least those that the command or the last edit names."""
    edits: tuple[ev.Record, ...] = ()
    """The stream of memory, oldest first."""


Decision = tuple[ev.Event, ...] | cmd.Refusal


def shelve(shelf: Shelf, command: cmd.Command | None) -> Decision:
    """The events of a command about memory; a `Refusal` changes nothing."""
    match command:
        case cmd.Remember():
            return _remember(shelf, command)
        case cmd.Revise():
            return _revise(shelf, command)
        case cmd.Merge():
            return _merge(shelf, command)
        case cmd.UndoEdit():
            return _undo(shelf)
    return cmd.Refusal("this looptui knows no such command about memory")


def content_of(record: Memory) -> ev.Content:
    """The part of a record that edits change."""
    return ev.Content(**{f.name: getattr(record, f.name) for f in fields(ev.Content)})


def edited(record: Memory, content: ev.Content) -> Memory:
    """A record with other content."""
    return replace(record, **{f.name: getattr(content, f.name) for f in fields(content)})


def last_edit(edits: Iterable[ev.Record]) -> ev.Record | None:
    """The newest change by a person that was not taken back; None where there is none."""
    undone: set[int] = set()
    for record in reversed(tuple(edits)):
        event = record.event
        if isinstance(event, ev.MemoryEdited) and event.undoes:
            undone.add(event.undoes)
        elif isinstance(event, ev.MemoryEdited | ev.MemoryRecorded) and record.n not in undone:
            return record
    return None


def last_change(edits: Sequence[ev.Record]) -> tuple[ev.Record, ...]:
    """The newest change that was not taken back, with all edits that belong to it, oldest first."""
    last = last_edit(edits)
    if last is None:
        return ()
    event = last.event
    first = last.n - event.also if isinstance(event, ev.MemoryEdited) else last.n
    return tuple(record for record in edits if first <= record.n <= last.n)


def _remember(shelf: Shelf, asked: cmd.Remember) -> Decision:
    content = ev.Content(
        asked.type, asked.scope, asked.subject.strip() or UNSAID, asked.text.strip(),
        asked.why.strip(), asked.tags, asked.files, asked.pinned,
        blobs=asked.blobs, shared=asked.shared, agreed=asked.agreed,
    )  # fmt: skip
    if wrong := _wrong(content):
        return cmd.Refusal(wrong)
    same = [one for one in shelf.records.values() if _says_the_same(one, content)]
    if same:
        return cmd.Refusal(f"{same[0].id} says the same already")
    identity = f"m-{(shelf.edits[-1].n if shelf.edits else 0) + 1:03d}"
    return (
        ev.MemoryRecorded(
            identity, content.type, content.scope, content.subject, content.text,
            files=content.files, why=content.why, tags=content.tags, pinned=content.pinned,
            blobs=content.blobs, shared=content.shared, agreed=content.agreed,
        ),
    )  # fmt: skip


def _says_the_same(record: Memory, content: ev.Content) -> bool:
    known = record.state != "forgotten" and record.scope == content.scope
    return known and " ".join(record.text.split()) == " ".join(content.text.split())


def _revise(shelf: Shelf, asked: cmd.Revise) -> Decision:
    record = shelf.records.get(asked.id)
    if record is None or _is_tried(record):
        return cmd.Refusal(f"there is no record {asked.id!r}; `looptui memory list` shows them")
    if asked.seen is not None and asked.seen != record.text:
        return cmd.Refusal(f"{record.id} was changed meanwhile; look at it again")
    before = content_of(record)
    names = [f.name for f in fields(before) if getattr(asked, f.name) is not None]
    after = replace(before, **{name: getattr(asked, name) for name in names})
    after = replace(after, text=after.text.strip(), why=after.why.strip())
    if after.files != before.files and asked.blobs is None:
        after = replace(after, blobs=())
    if after == before:
        return ()
    if wrong := _wrong(after):
        return cmd.Refusal(wrong)
    return (ev.MemoryEdited(record.id, before, after),)


def _merge(shelf: Shelf, asked: cmd.Merge) -> Decision:
    ids = tuple(dict.fromkeys(asked.ids))
    if len(ids) < 2:
        return cmd.Refusal("a merge takes two records or more")
    lost = [name for name in ids if name not in shelf.records or _is_tried(shelf.records[name])]
    if lost:
        return cmd.Refusal(f"there is no record {lost[0]!r}; `looptui memory list` shows them")
    records = [shelf.records[name] for name in ids]
    for record, seen in zip(records, asked.seen, strict=False):
        if record.text != seen:
            return cmd.Refusal(f"{record.id} was changed meanwhile; look at it again")
    merged = _united(records, asked)
    if wrong := _wrong(merged):
        return cmd.Refusal(wrong)
    pairs = [(one, replace(content_of(one), state="superseded")) for one in records[1:]]
    edits = [
        ev.MemoryEdited(record.id, content_of(record), after)
        for record, after in (*pairs, (records[0], merged))
        if after != content_of(record)
    ]
    return (*edits[:-1], replace(edits[-1], also=len(edits) - 1)) if edits else ()


def _united(records: Sequence[Memory], asked: cmd.Merge) -> ev.Content:
    """The first with the words of the merge, and with what the others have beside their words."""
    files = tuple(dict.fromkeys(name for record in records for name in record.files))
    pairs = [pair for one in records[::-1] for pair in zip(one.files, one.blobs, strict=False)]
    return replace(
        content_of(records[0]),
        text=asked.text.strip(),
        why=asked.why.strip(),
        tags=tuple(dict.fromkeys(tag for record in records for tag in record.tags)),
        files=files,
        blobs=vouched(files, dict(pairs)),
        pinned=any(record.pinned for record in records),
        state="active",
    )


def _is_tried(record: Memory) -> bool:
    return record.type == TRIED


def _undo(shelf: Shelf) -> Decision:
    change = last_change(shelf.edits)
    if not change:
        return cmd.Refusal("there is no edit that could be taken back")
    undone = []
    for record in reversed(change):
        if isinstance(record.event, ev.MemoryEdited):
            identity, before, after = record.event.id, record.event.after, record.event.before
        else:
            assert isinstance(record.event, ev.MemoryRecorded)
            identity = record.event.id
            before = content_of(shelf.records[identity])
            after = replace(before, state="forgotten")
        if content_of(shelf.records[identity]) != before:
            return cmd.Refusal(f"{identity} was recorded anew since that edit; edit it instead")
        undone.append(ev.MemoryEdited(identity, before, after, undoes=record.n))
    return tuple(undone)


def _wrong(content: ev.Content) -> str:
    """Why a record cannot be as it is wanted; empty where it can."""
    if content.type not in TYPES:
        return f"{content.type!r} is no kind of record; there are {', '.join(TYPES)}"
    if content.state not in STATES:
        return f"{content.state!r} is no state of a record; there are {', '.join(STATES)}"
    if content.scope == "user":
        return _USER
    if not _SCOPE.fullmatch(content.scope):
        return f"{content.scope!r} is no scope; say repository, loop:NAME or run:ID"
    if not content.text:
        return "a record needs a text"
    if len(content.blobs) not in (0, len(content.files)):
        return "a record has an id of content for each of its files, or for none"
    size = len(dumps(encode(content)).encode())
    return f"a record takes at most {LARGEST:,} bytes, this one {size:,}" if size > LARGEST else ""
