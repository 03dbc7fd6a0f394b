"""The shape of a fold, and what several of them need."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from looptui.core import events as ev
from looptui.core.state import RunState

Fold = Callable[[RunState, Any, ev.Record], RunState]
Folds = Mapping[type[ev.Event], Fold]


def update(s: RunState, **changes: Any) -> RunState:
    """The state with its newest iteration changed."""
    if not s.iterations:
        return s
    return replace(s, iterations=(*s.iterations[:-1], replace(s.iterations[-1], **changes)))


def sample(s: RunState, *, error: bool) -> tuple[bool, ...]:
    rule = s.loop.limits.error_rate
    return (*s.samples, error)[-max(rule.window, rule.in_a_row) :]
