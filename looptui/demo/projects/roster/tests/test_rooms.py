"""Meetings fit into rooms."""

import pytest
from roster.interval import Interval
from roster.rooms import Meeting, assign, best_selection, clashes, rooms_needed


def meeting(name: str, text: str, value: int = 1) -> Meeting:
    return Meeting(name, Interval.parse(text), value)


DAY = [
    meeting("standup", "09:00-09:30"),
    meeting("design", "09:15-11:00"),
    meeting("budget", "09:30-10:30"),
    meeting("lunch", "11:00-12:00"),
    meeting("retro", "10:15-11:30"),
]


def test_rooms_needed() -> None:
    assert rooms_needed(DAY) == 3
    assert rooms_needed(DAY[:3]) == 2
    assert rooms_needed([]) == 0


def test_back_to_back_needs_one_room() -> None:
    day = [meeting("a", "09:00-10:00"), meeting("b", "10:00-11:00")]
    assert rooms_needed(day) == 1
    assert assign(day) == {"a": 1, "b": 1}


def test_assign() -> None:
    assert assign(DAY) == {"standup": 1, "design": 2, "budget": 1, "retro": 3, "lunch": 1}


def test_assign_never_puts_two_in_a_room() -> None:
    rooms = assign(DAY)
    for one, other in clashes(DAY):
        assert rooms[one] != rooms[other]


def test_best_selection_prefers_value() -> None:
    wishes = [
        meeting("short", "09:00-10:00", 3),
        meeting("long", "09:30-12:00", 7),
        meeting("late", "10:00-11:00", 2),
        meeting("end", "12:00-13:00", 1),
    ]
    assert best_selection(wishes) == (8, ["long", "end"])


def test_best_selection_takes_what_touches() -> None:
    wishes = [meeting("a", "09:00-10:00", 2), meeting("b", "10:00-11:00", 2)]
    assert best_selection(wishes) == (4, ["a", "b"])
    assert best_selection([]) == (0, [])


@pytest.mark.parametrize(
    ("second", "pairs"),
    [("09:30-10:30", [("a", "b")]), ("10:00-11:00", []), ("08:00-09:30", [("b", "a")])],
)
def test_clashes(second: str, pairs: list[tuple[str, str]]) -> None:
    assert clashes([meeting("a", "09:00-10:00"), meeting("b", second)]) == pairs


def test_clashes_over_a_whole_day() -> None:
    assert clashes(DAY) == [
        ("standup", "design"),
        ("design", "budget"),
        ("design", "retro"),
        ("budget", "retro"),
        ("retro", "lunch"),
    ]
