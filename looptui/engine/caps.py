"""Limits of the person at the keyboard, over all of their runs of this repository."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caps:
    """Micro-dollars."""

    day: int
    """Of a UTC day."""
    fleet: int
    """Of the runs that have not ended, together."""
