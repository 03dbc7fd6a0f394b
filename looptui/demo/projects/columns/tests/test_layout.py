"""Columns get their share."""

import pytest
from columns.layout import alignments, is_number, natural_widths, shrink, stretch, total_width


def test_natural_widths() -> None:
    assert natural_widths([["a", "bbb"], ["cccc"], ["d", "e", "日"]]) == [4, 3, 2]
    assert natural_widths([]) == []


def test_total_width() -> None:
    assert total_width([3, 4, 5]) == 16
    assert total_width([3, 4], gap=1) == 8
    assert total_width([]) == 0


def test_shrink_takes_from_the_widest() -> None:
    assert shrink([10, 4, 6], 20) == [6, 4, 6]
    assert shrink([10, 4, 6], 24) == [10, 4, 6]


def test_shrink_keeps_a_minimum() -> None:
    assert shrink([5, 5], 1) == [3, 3]


def test_stretch_shares_evenly() -> None:
    assert stretch([2, 3], 11) == [4, 5]
    assert stretch([2, 3, 4], 18) == [4, 5, 5]


def test_stretch_without_room() -> None:
    assert stretch([5, 5], 10) == [5, 5]
    assert stretch([], 10) == []


@pytest.mark.parametrize("text", ["1", "-1", " 1,200.50 ", "+3", "45%", "007"])
def test_numbers(text: str) -> None:
    assert is_number(text)


@pytest.mark.parametrize("text", ["", "one", "1.2.3", "3 kg", "-", "%"])
def test_not_numbers(text: str) -> None:
    assert not is_number(text)


def test_alignments() -> None:
    rows = [["a", "1", ""], ["b", "22", " "], ["c", ""], ["d", "3"]]
    assert alignments(rows, 3) == ["left", "right", "left"]


def test_one_word_makes_a_column_left() -> None:
    assert alignments([["1"], ["n/a"]], 1) == ["left"]
