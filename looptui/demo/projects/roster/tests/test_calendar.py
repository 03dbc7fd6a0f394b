"""People are free when nothing else is on."""

import pytest
from roster.calendar import Person, common_free, first_slot, least_loaded
from roster.interval import Interval


def person(name: str, *busy: str) -> Person:
    return Person(name, busy=[Interval.parse(text) for text in busy])


def times(intervals: list[Interval]) -> list[str]:
    return [str(interval) for interval in intervals]


def test_free() -> None:
    ada = person("Ada", "10:00-11:00", "16:00-18:00")
    assert times(ada.free()) == ["09:00-10:00", "11:00-16:00"]


def test_is_free_only_in_working_hours() -> None:
    ada = person("Ada", "10:00-11:00")
    assert ada.is_free(Interval.parse("09:00-10:00"))
    assert ada.is_free(Interval.parse("16:00-17:00"))
    assert not ada.is_free(Interval.parse("08:00-09:30"))
    assert not ada.is_free(Interval.parse("16:30-17:30"))
    assert not ada.is_free(Interval.parse("10:30-11:30"))


def test_book_keeps_order() -> None:
    ada = person("Ada", "12:00-13:00")
    ada.book(Interval.parse("09:00-09:30"))
    assert times(ada.busy) == ["09:00-09:30", "12:00-13:00"]


def test_book_refuses_a_clash() -> None:
    ada = person("Ada", "12:00-13:00")
    with pytest.raises(ValueError, match="Ada is not free at 12:30-12:45"):
        ada.book(Interval.parse("12:30-12:45"))


def test_people_do_not_share_a_list() -> None:
    Person("Ada").book(Interval.parse("10:00-11:00"))
    assert Person("Bob").busy == []


def test_load() -> None:
    assert person("Ada").load() == 0.0
    assert person("Ada", "09:00-11:00", "10:00-13:00").load() == 0.5
    assert person("Ada", "08:00-11:00").load() == 0.25
    assert Person("Ada", Interval(0, 0)).load() == 0.0


def test_common_free() -> None:
    ada = person("Ada", "09:00-10:00", "12:00-13:00")
    bob = person("Bob", "11:00-12:30")
    cleo = person("Cleo", "15:00-17:00")
    assert times(common_free([ada, bob, cleo])) == ["10:00-11:00", "13:00-15:00"]
    assert common_free([]) == []


def test_first_slot() -> None:
    ada = person("Ada", "09:00-10:05", "10:40-12:00")
    bob = person("Bob", "12:00-12:20")
    assert str(first_slot([ada], 25)) == "10:15-10:40"
    assert str(first_slot([ada, bob], 30)) == "12:30-13:00"
    assert str(first_slot([bob], 60, after=600)) == "10:00-11:00"


def test_no_slot() -> None:
    assert first_slot([person("Ada", "09:00-16:30")], 45) is None


def test_least_loaded() -> None:
    ada = person("Ada", "09:00-10:00")
    bob = person("Bob", "09:00-12:00")
    cleo = person("Cleo", "13:00-14:00")
    wanted = Interval.parse("14:00-15:00")
    assert least_loaded([bob, cleo, ada], wanted) is ada
    assert least_loaded([bob], Interval.parse("11:00-12:00")) is None
