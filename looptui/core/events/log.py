"""Events as text in the log, and back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from looptui.core import codec
from looptui.core.events import (
    checking,
    decision,
    iteration,
    landing,
    memory,
    money,
    run,
    work,
)
from looptui.core.events.fact import Event, Unknown


def _kinds() -> dict[str, type[Event]]:
    """Every kind by its name, as its module holds it."""
    modules = (run, work, iteration, checking, memory, money, decision, landing)
    found = [thing for module in modules for thing in vars(module).values()]
    return {e.kind: e for e in found if isinstance(e, type) and issubclass(e, Event) and e.kind}


MOST = 8 * 1024 - 64
"""Bytes of an event; the rest of 8 KiB is for the run's active seconds."""
ROOM = 2 * 1024
"""Bytes that one list of names may take in an event, which stays under 8 KiB."""
REGISTRY: dict[str, type[Event]] = _kinds()


def fitting(names: Sequence[str], most: int) -> tuple[str, ...]:
    """The first `most` names, fewer where they would take more than `ROOM` in an event."""
    return tuple(_fewer(names[:most]))


def encode(event: Event, active: float) -> str:
    """Canonical JSON of an event and of the run's active seconds."""
    return codec.dumps({**codec.encode(event), "_active": round(active, 3)})


def decode(kind: str, data: str) -> tuple[Event, float]:
    """The event and the run's active seconds; an unknown kind becomes `Unknown`."""
    fields: dict[str, Any] = json.loads(data)
    active = float(fields.pop("_active", 0.0))
    event = REGISTRY.get(kind)
    if event is None:
        return Unknown(kind, fields), active
    return codec.decode(event, fields), active


def payload(event: Event) -> dict[str, Any]:
    """The plain fields of an event, for JSON streams."""
    encoded: dict[str, Any] = codec.encode(event)
    return encoded


def bounded(event: Event) -> Event:
    """The event, its lists and then its longest texts shortened until it fits."""
    data = codec.encode(event)
    if _size(data) <= MOST:
        return event
    parts = [data, *(value for value in data.values() if isinstance(value, dict))]
    for part in parts:
        part |= {k: list(_fewer(v)) for k, v in part.items() if isinstance(v, list)}
    while (over := _size(data) - MOST) > 0:
        texts = [(part, name) for part in parts for name in part if isinstance(part[name], str)]
        part, name = max(texts, key=lambda place: len(place[0][place[1]]))
        part[name] = _shorter(part[name], over)
    return codec.decode(type(event), data)


def _fewer(items: Sequence[Any]) -> Iterator[Any]:
    """As many of the first as `ROOM` holds."""
    left = ROOM
    for item in items:
        left -= _size(item) + 1
        if left < 0:
            return
        yield item


def _shorter(text: str, over: int) -> str:
    """Without its end; a character takes at least one byte, and six where JSON escapes it."""
    left = len(text) - over - 3
    return text[: left if left > 0 else len(text) // 2] + "..."


def _size(value: Any) -> int:
    return len(codec.dumps(value).encode())
