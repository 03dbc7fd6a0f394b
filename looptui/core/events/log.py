"""Events as text in the log, and back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import islice
from typing import Any

from looptui.core import codec
from looptui.core.events import decision, iteration, landing, run, work
from looptui.core.events.fact import Event, Unknown


def _kinds() -> dict[str, type[Event]]:
    """Every kind by its name, as its module holds it."""
    modules = (run, work, iteration, decision, landing)
    found = [thing for module in modules for thing in vars(module).values()]
    return {e.kind: e for e in found if isinstance(e, type) and issubclass(e, Event) and e.kind}


ROOM = 2 * 1024
"""Bytes that one list of names may take in an event, which stays under 8 KiB."""
REGISTRY: dict[str, type[Event]] = _kinds()


def fitting(names: Iterable[str], most: int) -> tuple[str, ...]:
    """The first `most` names, fewer where they would take more than `ROOM` in an event."""
    found: list[str] = []
    left = ROOM
    for name in islice(names, most):
        left -= len(codec.dumps(name).encode()) + 1
        if left < 0:
            break
        found.append(name)
    return tuple(found)


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
