"""How far apart colours are for people who see fewer of them: Machado's model and CIE76.

Matrices: Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB. Distances: Delta E of
1976 in CIELAB, white point D65.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from math import dist
from typing import NamedTuple

from looptui.tui.contrast import is_hex, linear_channels

APART = 20.0
"""The least distance between two states that mean different things."""
STATES = ("breaker-ok", "breaker-warn", "breaker-trip")
_Triple = tuple[float, float, float]
_Matrix = tuple[_Triple, _Triple, _Triple]
SIGHTS: dict[str, _Matrix] = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
_XYZ: _Matrix = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
_WHITE = (0.95047, 1.0, 1.08883)


class Blur(NamedTuple):
    """Two states that somebody cannot tell apart by colour."""

    one: str
    other: str
    sight: str
    distance: float

    def __str__(self) -> str:
        return (
            f"{self.one} and {self.other} are {self.distance:.0f} apart for {self.sight} sight, "
            f"need {APART:.0f}"
        )


def blurs(tokens: Mapping[str, str]) -> list[Blur]:
    """Every pair of states below 20; colours of the terminal are left out."""
    found = []
    for sight in SIGHTS:
        for one, other in combinations(STATES, 2):
            if is_hex(tokens[one]) and is_hex(tokens[other]):
                far = distance(tokens[one], tokens[other], sight)
                if far < APART:
                    found.append(Blur(one, other, sight, far))
    return found


def least(tokens: Mapping[str, str], sight: str) -> float | None:
    """The distance of the two nearest states; None with colours of the terminal."""
    colours = [tokens[state] for state in STATES]
    if not all(map(is_hex, colours)):
        return None
    return min(distance(one, other, sight) for one, other in combinations(colours, 2))


def distance(one: str, other: str, sight: str = "usual") -> float:
    """Delta E between two #rrggbb colours as a kind of sight sees them; 100 is black to white."""
    return dist(_lab(one, sight), _lab(other, sight))


def _lab(colour: str, sight: str) -> _Triple:
    seen = _times(SIGHTS[sight], linear_channels(colour))
    clipped = tuple(min(1.0, max(0.0, channel)) for channel in seen)
    x, y, z = _times(_XYZ, (clipped[0], clipped[1], clipped[2]))
    fx, fy, fz = _root(x / _WHITE[0]), _root(y / _WHITE[1]), _root(z / _WHITE[2])
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def _root(value: float) -> float:
    return value ** (1 / 3) if value > 216 / 24389 else (24389 / 27 * value + 16) / 116


def _times(matrix: _Matrix, vector: _Triple) -> _Triple:
    x, y, z = (sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)
    return x, y, z
