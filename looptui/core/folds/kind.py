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


def update_at(s: RunState, n: int, **changes: Any) -> RunState:
    """The state with iteration `n` changed, which need not be the newest any more."""
    if not 0 < n <= len(s.iterations):
        return s
    one = replace(s.iterations[n - 1], **changes)
    return replace(s, iterations=(*s.iterations[: n - 1], one, *s.iterations[n:]))


def sampled(s: RunState, *, error: bool) -> RunState:
    """The state after one more step that could be done or not; a good one closes half-open."""
    rule = s.loop.limits.error_rate
    half_open = {k: v for k, v in s.half_open.items() if error or k != "errors"}
    newest = (*s.samples, error)[-max(rule.window, rule.in_a_row) :]
    return replace(s, samples=newest, half_open=half_open)
