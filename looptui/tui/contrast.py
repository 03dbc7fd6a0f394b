"""Whether the texts of a theme can be read: the contrast ratio of WCAG 2.2, and mixing colours."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

ENDS = ("#ffffff", "#000000")
"""Towards one of these a text is moved until it can be read."""
READABLE = 4.5
"""The least contrast of text, WCAG 2.2 level AA."""

TEXTS_ON_GROUND = (
    "foreground", "muted", "title", "key", "breaker-ok", "breaker-warn", "breaker-trip",
    "breaker-half", "breaker-off", "state-need", "state-review", "state-run", "state-gate",
    "state-paused", "state-queued", "state-done", "state-stopped", "diff-hunk", "diff-comment",
    "diff-file",
)  # fmt: skip
GROUNDS = ("background", "surface", "panel")
SYNTAX = ("keyword", "string", "number", "builtin", "name", "comment")
TEXTS_ON_OWN = (
    ("cursor-fg", "cursor-bg"),
    ("cursor-blur-fg", "cursor-blur-bg"),
    ("tab-fg", "tab-bg"),
    ("diff-add", "diff-add-bg"),
    ("diff-add", "diff-add-word"),
    ("diff-del", "diff-del-bg"),
    ("diff-del", "diff-del-word"),
    ("foreground", "cursor-line"),
    *(
        (text, ground)
        for text in ("foreground", *(f"syntax-{name}" for name in SYNTAX))
        for ground in ("diff-add-bg", "diff-del-bg", "diff-add-word", "diff-del-word")
    ),
)

_DIGITS = frozenset("0123456789abcdefABCDEF")


class Shortfall(NamedTuple):
    """A text that is too faint on its ground."""

    text: str
    ground: str
    ratio: float

    def __str__(self) -> str:
        return f"{self.text} on {self.ground} has contrast {self.ratio:.1f}, needs {READABLE}"


def shortfalls(tokens: Mapping[str, str]) -> list[Shortfall]:
    """Every pair of text and ground below 4.5; pairs with a colour of the terminal are left out."""
    pairs = [(text, ground) for text in TEXTS_ON_GROUND for ground in GROUNDS]
    found = []
    for text, ground in (*pairs, *TEXTS_ON_OWN):
        if not (is_hex(tokens[text]) and is_hex(tokens[ground])):
            continue
        ratio = contrast(tokens[text], tokens[ground])
        if ratio < READABLE:
            found.append(Shortfall(text, ground, ratio))
    return found


def lowest(tokens: Mapping[str, str]) -> float | None:
    """The contrast of the faintest text on its grounds; None with colours of the terminal."""
    pairs = [(text, ground) for text in TEXTS_ON_GROUND for ground in GROUNDS]
    found = [
        contrast(tokens[text], tokens[ground])
        for text, ground in (*pairs, *TEXTS_ON_OWN)
        if is_hex(tokens[text]) and is_hex(tokens[ground])
    ]
    return min(found, default=None)


def contrast(one: str, other: str) -> float:
    """The WCAG contrast ratio of two #rrggbb colours, 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def mix(ground: str, colour: str, share: float) -> str:
    """`colour` at opacity `share` (0 to 1) over `ground`, all as #rrggbb."""
    parts = zip(_channels(ground), _channels(colour), strict=True)
    return "#" + "".join(f"{round(low + (high - low) * share):02x}" for low, high in parts)


def readable(text: str, *grounds: str) -> str:
    """`text` moved towards black or white until it can be read on every ground, all #rrggbb."""
    away = ENDS[0] if _luminance(grounds[0]) < 0.18 else ENDS[1]
    for step in range(21):
        moved = mix(text, away, step / 20)
        if all(contrast(moved, ground) >= READABLE for ground in grounds):
            return moved
    return away


def is_hex(colour: str) -> bool:
    """Whether a colour is written #rrggbb."""
    return len(colour) == 7 and colour[0] == "#" and _DIGITS.issuperset(colour[1:])


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


@lru_cache(maxsize=256)
def linear_channels(colour: str) -> tuple[float, float, float]:
    """A #rrggbb colour as linear light, 0 to 1 each."""
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return red, green, blue


def _luminance(colour: str) -> float:
    red, green, blue = linear_channels(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
