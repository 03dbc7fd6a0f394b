"""The states and phases of a run: words that everybody may know without the machine."""

from __future__ import annotations

from typing import Literal

Status = Literal[
    "queued",
    "active",
    "waiting",
    "parked",
    "paused",
    "tripped",
    "landed",
    "completed",
    "stopped",
    "rejected",
    "failed",
]
Phase = Literal["preparing", "making", "verifying", "checking", "landing", "monitoring"]

TERMINAL: frozenset[str] = frozenset({"landed", "completed", "stopped", "rejected", "failed"})
