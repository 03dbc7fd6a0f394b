"""Figures as people read them: money, tokens, bytes, spans of time, moments, shares.

The one way to print each of them, on the screen and on the command line.
"""

from __future__ import annotations

import time

MINUTE, HOUR, DAY = 60, 3600, 86400


def money(usd: float, *, known: bool = True) -> str:
    """`$0.71`; `n/a` where no price is known, which is never nothing."""
    return f"${usd:,.2f}" if known else "n/a"


def tokens(count: float) -> str:
    """`561`, `1.2k`, `12k`, `2.0M`."""
    if count < 1000:
        return f"{count:.0f}"
    if count < 9950:
        return f"{count / 1000:.1f}k"
    if count < 999_500:
        return f"{count / 1000:.0f}k"
    return f"{count / 1e6:.1f}M"


def size(count: float) -> str:
    """Bytes: `12 B`, `340 kB`, `1.4 GB`."""
    for unit in ("B", "kB", "MB"):
        if count < 999.5:
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"


def span(seconds: float) -> str:
    """`40s`, `25m`, `2h05`, `3d`."""
    whole = max(0, int(seconds))
    if whole < MINUTE:
        return f"{whole}s"
    if whole < HOUR:
        return f"{whole // MINUTE}m"
    if whole < DAY:
        minutes = whole % HOUR // MINUTE
        return f"{whole // HOUR}h{minutes:02}" if minutes else f"{whole // HOUR}h"
    return f"{whole // DAY}d"


def took(seconds: float) -> str:
    """How long a step took: `0.4s`, `12.3s`, then as a span."""
    return f"{max(0.0, seconds):.1f}s" if seconds < MINUTE - 0.05 else span(seconds)


def watch(seconds: float) -> str:
    """A running time to the second: `0:07`, `12:31`, `1:02:03`."""
    whole = max(0, int(seconds))
    hours, minutes = whole // HOUR, whole % HOUR // MINUTE
    if hours:
        return f"{hours}:{minutes:02}:{whole % MINUTE:02}"
    return f"{minutes}:{whole % MINUTE:02}"


def clock(at: float) -> str:
    """The local time of day of a moment."""
    return time.strftime("%H:%M:%S", time.localtime(at))


def moment(at: float, now: float) -> str:
    """When something was: the time of day, with the date unless it was within a day."""
    pattern = "%H:%M" if abs(now - at) < DAY / 2 else "%d %b %H:%M"
    return time.strftime(pattern, time.localtime(at))


def percent(share: float) -> str:
    return f"{share * 100:.0f}%"


def reading(breaker: str, value: float) -> str:
    """The value or the limit of a breaker in its unit."""
    match breaker:
        case "cost":
            return money(value)
        case "tokens":
            return tokens(value)
        case "time" | "escalation":
            return span(value)
        case "errors":
            return percent(value)
    return f"{value:.0f}"


def plural(count: int, noun: str) -> str:
    """`1 file`, `3 files`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def short(oid: str | None) -> str:
    """An object id as long as it needs to be to be told from others."""
    return (oid or "")[:9]
