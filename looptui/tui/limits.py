"""Limits as people write them, one step further, and what a new one would do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from looptui.projections.figures import percent, reading

if TYPE_CHECKING:
    from looptui.projections.values import BreakerView

_CLOCKS = ("time", "escalation")
_WARN = 0.8
"""As shipped; a loop may warn earlier or later."""


def parse_limit(breaker: str, text: str) -> float:
    """A limit as people write it: `45m`, `$3`, `60%`, `2M`. ValueError with words for people."""
    plain = text.strip().replace(",", "").removeprefix("$")
    if breaker in _CLOCKS:
        from looptui.loopfile.values import seconds

        return seconds(plain if plain and not plain.replace(".", "").isdigit() else f"{plain}s")
    factor = {"%": 0.01, "k": 1e3, "K": 1e3, "M": 1e6}.get(plain[-1:], 1.0)
    number = plain.rstrip("%kKM") if factor != 1.0 else plain
    try:
        value = float(number) * factor
    except ValueError:
        raise ValueError(f"{text!r} is no number; for instance 12, 60%, $3 or 2M") from None
    if not 0 < value < 1e12:
        raise ValueError("a limit is a number above 0; none of them can be switched off")
    return value


def stepped(breaker: str, limit: float, up: bool) -> str:
    """A limit a quarter higher or lower, as people write it; counts go by one at least."""
    if breaker == "errors":
        return f"{round(100 * max(0.1, min(1.0, limit + (0.1 if up else -0.1))))}%"
    further = limit * (1.25 if up else 0.8)
    if breaker in _CLOCKS:
        minutes = max(1, round(further / 60))
        return f"{minutes}m" if minutes < 120 else f"{round(minutes / 60, 1):g}h"
    if breaker == "cost":
        return f"${max(0.01, further):.2f}"
    if breaker == "tokens":
        return f"{max(1, round(further / 1000))}k"
    return f"{max(1, round(max(limit + 1, further) if up else min(limit - 1, further)))}"


def effect(breaker: str, now: BreakerView, limit: float, *, tripped: bool) -> str:
    """What a new limit would do, in words."""
    share = now.value / limit if limit else 1.0
    if now.value >= limit and now.value > 0:
        return f"it would trip at once: it reads {reading(breaker, now.value)}"
    told = f"from {reading(breaker, now.limit)} to {reading(breaker, limit)}: {percent(share)} used"
    if tripped:
        return f"{told}, and the run goes on"
    return f"{told}, {'near its limit' if share >= _WARN else 'ok'}"
