"""Half-open intervals of minutes: the start belongs to them, the end does not."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

HOUR = 60
DAY = 24 * HOUR
CLOCK = re.compile(r"^(\d{1,2}):(\d{2})$")


@dataclass(frozen=True, order=True)
class Interval:
    """Minutes from `start` up to, not including, `end`."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError("an interval cannot end before it starts")

    @classmethod
    def parse(cls, text: str) -> Interval:
        """Read "09:00-10:30"; an end at or before the start is on the next day."""
        first, _, second = text.partition("-")
        start, end = minutes(first), minutes(second)
        if end <= start:
            end += DAY
        return cls(start, end)

    @property
    def length(self) -> int:
        return self.end - self.start

    def contains(self, minute: int) -> bool:
        return self.start <= minute < self.end

    def overlaps(self, other: Interval) -> bool:
        """Whether they share a minute; touching ends do not count."""
        return self.start < other.end and other.start < self.end

    def common(self, other: Interval) -> Interval | None:
        """The shared part, or None."""
        start = max(self.start, other.start)
        end = min(self.end, other.end)
        return Interval(start, end) if start < end else None

    def shift(self, by: int) -> Interval:
        return Interval(self.start + by, self.end + by)

    def __str__(self) -> str:
        return f"{clock(self.start)}-{clock(self.end)}"


def minutes(text: str) -> int:
    """Minutes since midnight of "9:05"."""
    match = CLOCK.match(text.strip())
    if match is None:
        raise ValueError(f"not a time: {text!r}")
    hour, minute = int(match[1]), int(match[2])
    if hour > 24 or minute >= HOUR:
        raise ValueError(f"not a time: {text!r}")
    return hour * HOUR + minute


def clock(minute: int) -> str:
    """The time of day like "09:05"; midnight at the end of a day is "24:00"."""
    if minute == DAY:
        return "24:00"
    hour, rest = divmod(minute % DAY, HOUR)
    return f"{hour:02d}:{rest:02d}"


def merge(intervals: Iterable[Interval], slack: int = 0) -> list[Interval]:
    """Join what overlaps, touches, or has gaps of at most `slack` minutes; in order."""
    joined: list[Interval] = []
    for interval in sorted(intervals):
        if joined and interval.start <= joined[-1].end + slack:
            last = joined.pop()
            interval = Interval(last.start, max(last.end, interval.end))
        joined.append(interval)
    return joined


def subtract(whole: Interval, taken: Iterable[Interval]) -> list[Interval]:
    """The parts of `whole` that nothing takes."""
    free: list[Interval] = []
    position = whole.start
    for busy in merge(taken):
        if busy.end <= whole.start:
            continue
        if busy.start >= whole.end:
            break
        if busy.start > position:
            free.append(Interval(position, busy.start))
        position = busy.end
    if position < whole.end:
        free.append(Interval(position, whole.end))
    return free
