"""Intervals are half open."""

import pytest
from roster.interval import DAY, Interval, clock, merge, minutes, subtract


def spans(*pairs: tuple[int, int]) -> list[Interval]:
    return [Interval(start, end) for start, end in pairs]


@pytest.mark.parametrize(
    ("text", "minute"), [("00:00", 0), ("9:05", 545), (" 23:59 ", 1439), ("24:00", DAY)]
)
def test_minutes(text: str, minute: int) -> None:
    assert minutes(text) == minute


@pytest.mark.parametrize("text", ["", "9", "25:00", "12:60", "aa:bb", "12:5"])
def test_not_a_time(text: str) -> None:
    with pytest.raises(ValueError, match="not a time"):
        minutes(text)


@pytest.mark.parametrize(
    ("minute", "text"), [(0, "00:00"), (545, "09:05"), (DAY, "24:00"), (DAY + 61, "01:01")]
)
def test_clock(minute: int, text: str) -> None:
    assert clock(minute) == text


def test_parse() -> None:
    assert Interval.parse("09:00-10:30") == Interval(540, 630)
    assert Interval.parse("22:00 - 06:00") == Interval(1320, DAY + 360)
    assert str(Interval.parse("22:00-6:00")) == "22:00-06:00"


def test_cannot_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="before it starts"):
        Interval(10, 9)
    assert Interval(10, 10).length == 0


def test_contains() -> None:
    interval = Interval(10, 20)
    assert interval.contains(10)
    assert interval.contains(19)
    assert not interval.contains(20)


def test_overlaps() -> None:
    assert Interval(0, 10).overlaps(Interval(9, 20))
    assert not Interval(0, 10).overlaps(Interval(10, 20))
    assert not Interval(10, 20).overlaps(Interval(0, 10))
    assert Interval(0, 30).overlaps(Interval(10, 20))


def test_common() -> None:
    assert Interval(0, 10).common(Interval(5, 20)) == Interval(5, 10)
    assert Interval(0, 10).common(Interval(10, 20)) is None


def test_shift() -> None:
    assert Interval(5, 10).shift(-5) == Interval(0, 5)


def test_merge() -> None:
    assert merge(spans((5, 8), (0, 3), (2, 4), (8, 9))) == spans((0, 4), (5, 9))
    assert merge(spans((0, 10), (2, 3))) == spans((0, 10))
    assert merge([]) == []


def test_merge_with_slack() -> None:
    assert merge(spans((0, 3), (5, 8), (11, 12)), slack=2) == spans((0, 8), (11, 12))


def test_subtract() -> None:
    whole = Interval(10, 50)
    assert subtract(whole, spans((20, 30))) == spans((10, 20), (30, 50))
    assert subtract(whole, spans((0, 15), (45, 60))) == spans((15, 45))
    assert subtract(whole, spans((0, 10), (50, 60))) == [whole]
    assert subtract(whole, spans((0, 99))) == []
    assert subtract(whole, spans((15, 20), (18, 25))) == spans((10, 15), (25, 50))
