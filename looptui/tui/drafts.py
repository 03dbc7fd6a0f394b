"""A draft of a review as text, so that it outlives the screen."""

from __future__ import annotations

import json
from typing import Any

from looptui.core import codec
from looptui.tui.remarks import Draft, Note

SCHEMA = "looptui.draft/1"


def to_text(draft: Draft) -> str:
    """Empty for a draft in which nothing was done."""
    if draft == Draft():
        return ""
    return codec.dumps(
        {
            "schema": SCHEMA,
            "notes": codec.encode(draft.notes),
            "verdicts": dict(draft.verdicts),
            "viewed": sorted(draft.viewed),
        }
    )


def from_text(text: str) -> Draft:
    """The draft; an empty one where the text is not one of ours."""
    try:
        data: Any = json.loads(text) if text else {}
        if data.get("schema") != SCHEMA:
            return Draft()
        return Draft(
            tuple(codec.decode(Note, note) for note in data["notes"]),
            {key: word for key, word in data["verdicts"].items() if word in _VERDICTS},
            frozenset(map(str, data["viewed"])),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return Draft()


_VERDICTS = ("accepted", "rejected")
