"""When people are free, alone and together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from roster.interval import HOUR, Interval, merge, subtract

WORKDAY = Interval(9 * HOUR, 17 * HOUR)


@dataclass
class Person:
    """Somebody with working hours and things to do."""

    name: str
    hours: Interval = WORKDAY
    busy: list[Interval] = field(default_factory=list)

    def free(self) -> list[Interval]:
        return subtract(self.hours, self.busy)

    def is_free(self, wanted: Interval) -> bool:
        """Whether the whole of `wanted` lies in free working hours."""
        inside = self.hours.start <= wanted.start and wanted.end <= self.hours.end
        return inside and not any(wanted.overlaps(interval) for interval in self.busy)

    def book(self, wanted: Interval) -> None:
        """Add to what is busy; refused when it does not fit."""
        if not self.is_free(wanted):
            raise ValueError(f"{self.name} is not free at {wanted}")
        self.busy.append(wanted)
        self.busy.sort()

    def load(self) -> float:
        """The share of the working hours that is taken, from 0 to 1."""
        if self.hours.length == 0:
            return 0.0
        taken = [self.hours.common(interval) for interval in merge(self.busy)]
        return sum(part.length for part in taken if part) / self.hours.length


def common_free(people: Sequence[Person]) -> list[Interval]:
    """When all of them are free; nothing for nobody."""
    if not people:
        return []
    result = people[0].free()
    for person in people[1:]:
        pairs = [(mine, yours) for mine in result for yours in person.free()]
        shared = [mine.common(yours) for mine, yours in pairs]
        result = [part for part in shared if part is not None]
    return result


def first_slot(
    people: Sequence[Person], length: int, step: int = 15, after: int = 0
) -> Interval | None:
    """The earliest time of `length` minutes that suits all, starting on a multiple of `step`."""
    for gap in common_free(people):
        start = max(gap.start, after)
        start += -start % step
        if start + length <= gap.end:
            return Interval(start, start + length)
    return None


def least_loaded(people: Sequence[Person], wanted: Interval) -> Person | None:
    """Who is free and has the least to do; by name where that is equal."""
    able = [person for person in people if person.is_free(wanted)]
    return min(able, key=lambda person: (person.load(), person.name), default=None)
