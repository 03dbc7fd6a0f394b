"""Rooms for meetings, and which meetings pay best."""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from roster.interval import Interval


@dataclass(frozen=True)
class Meeting:
    """A wish for a room."""

    name: str
    when: Interval
    value: int = 1


def rooms_needed(meetings: Iterable[Meeting]) -> int:
    """The most meetings that go on at the same time."""
    changes: list[tuple[int, int]] = []
    for meeting in meetings:
        changes.append((meeting.when.start, 1))
        changes.append((meeting.when.end, -1))
    most = running = 0
    for _, change in sorted(changes):
        running += change
        most = max(most, running)
    return most


def assign(meetings: Iterable[Meeting]) -> dict[str, int]:
    """A room number from 1 for each meeting; a freed room with a low number comes first."""
    rooms: dict[str, int] = {}
    ending: list[tuple[int, int]] = []
    spare: list[int] = []
    opened = 0
    for meeting in sorted(meetings, key=lambda meeting: (meeting.when, meeting.name)):
        while ending and ending[0][0] <= meeting.when.start:
            heapq.heappush(spare, heapq.heappop(ending)[1])
        if spare:
            room = heapq.heappop(spare)
        else:
            opened += 1
            room = opened
        rooms[meeting.name] = room
        heapq.heappush(ending, (meeting.when.end, room))
    return rooms


def best_selection(meetings: Iterable[Meeting]) -> tuple[int, list[str]]:
    """The most valuable meetings that fit in one room: their value and names in order."""
    ordered = sorted(meetings, key=lambda meeting: meeting.when.end)
    ends = [meeting.when.end for meeting in ordered]
    best: list[int] = [0]
    for index, meeting in enumerate(ordered):
        before = bisect_right(ends, meeting.when.start, hi=index)
        best.append(max(best[index], best[before] + meeting.value))
    chosen: list[str] = []
    index = len(ordered)
    while index > 0:
        meeting = ordered[index - 1]
        if best[index] == best[index - 1]:
            index -= 1
            continue
        chosen.append(meeting.name)
        index = bisect_right(ends, meeting.when.start, hi=index - 1)
    return best[-1], chosen[::-1]


def clashes(meetings: Iterable[Meeting]) -> list[tuple[str, str]]:
    """Pairs of names that overlap, each pair once, in order of start."""
    found: list[tuple[str, str]] = []
    ordered = sorted(meetings, key=lambda meeting: meeting.when)
    for position, meeting in enumerate(ordered):
        for later in ordered[position + 1 :]:
            if later.when.start >= meeting.when.end:
                break
            found.append((meeting.name, later.name))
    return found
