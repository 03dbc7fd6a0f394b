"""A theme on a terminal with 256 colours: every text still readable after colours were rounded."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from looptui.tui.contrast import (
    ENDS,
    GROUNDS,
    READABLE,
    TEXTS_ON_GROUND,
    TEXTS_ON_OWN,
    contrast,
    is_hex,
    mix,
)

_STEPS = 16


def fitted(tokens: Mapping[str, str]) -> dict[str, str]:
    """The tokens with texts moved away from their grounds as far as rounding makes it needed."""
    grounds: dict[str, list[str]] = {}
    for text, ground in (
        *((text, ground) for text in TEXTS_ON_GROUND for ground in GROUNDS),
        *TEXTS_ON_OWN,
    ):
        if is_hex(tokens.get(text, "")) and is_hex(tokens.get(ground, "")):
            grounds.setdefault(text, []).append(rounded(tokens[ground]))
    return {**tokens, **{text: _moved(tokens[text], below) for text, below in grounds.items()}}


def _moved(text: str, grounds: list[str]) -> str:
    """The colour nearest to `text` that can be read on all grounds once it is rounded."""
    best, most = text, 0.0
    for end in ENDS:
        for step in range(_STEPS + 1):
            colour = mix(text, end, step / _STEPS)
            least = min(contrast(rounded(colour), ground) for ground in grounds)
            if least >= READABLE:
                return colour
            if least > most:
                best, most = colour, least
    return best


@lru_cache(maxsize=4096)
def rounded(colour: str) -> str:
    """What a terminal with 256 colours shows for #rrggbb."""
    from rich.color import Color, ColorSystem

    found = Color.parse(colour).downgrade(ColorSystem.EIGHT_BIT).get_truecolor()
    return f"#{found.red:02x}{found.green:02x}{found.blue:02x}"
