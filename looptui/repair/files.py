"""Which files of the tree may be edited."""

from __future__ import annotations

from collections.abc import Sequence

from looptui.core.protect import ALWAYS_DENIED, DEFAULT_GLOBS, matches

NEVER = (*ALWAYS_DENIED, *DEFAULT_GLOBS)
"""Tests and whatever else decides what passing means, whatever the job says."""


def editable(path: str, write: Sequence[str], deny: Sequence[str]) -> bool:
    """Whether a Python file, by its path from the root, may be edited."""
    forbidden = matches(path, (*deny, *NEVER))
    return path.endswith(".py") and forbidden is None and matches(path, write) is not None
