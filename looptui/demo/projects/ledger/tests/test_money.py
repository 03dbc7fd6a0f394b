"""Money stays exact."""

from decimal import Decimal

import pytest
from ledger.money import CurrencyMismatch, Money, group_digits, to_cents, total


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("12", 1200),
        (" 1,234.50 ", 123450),
        ("-3", -300),
        ("(12.00)", -1200),
        ("0.005", 1),
        ("1,000,000", 100_000_000),
    ],
)
def test_parse(text: str, cents: int) -> None:
    assert Money.parse(text) == Money(cents)


def test_parse_refuses_nothing() -> None:
    with pytest.raises(ValueError, match="amount is needed"):
        Money.parse("  ")


def test_add_and_subtract() -> None:
    assert Money(250) + Money(199) == Money(449)
    assert Money(250) - Money(199) == Money(51)
    assert -Money(250) == Money(-250)


def test_currencies_do_not_mix() -> None:
    with pytest.raises(CurrencyMismatch):
        Money(1, "EUR") + Money(1, "USD")


def test_order() -> None:
    assert Money(1) < Money(2)
    assert not Money(2) < Money(2)


@pytest.mark.parametrize(("factor", "cents"), [("0.5", 51), ("3", 303), ("1.005", 102)])
def test_times_rounds_half_up(factor: str, cents: int) -> None:
    assert Money(101).times(Decimal(factor)) == Money(cents)


def test_percent() -> None:
    assert Money(1999).percent(19) == Money(380)


def test_split_gives_spare_cents_to_the_first() -> None:
    assert Money(100).split([1, 1, 1]) == [Money(34), Money(33), Money(33)]


def test_split_follows_weights() -> None:
    assert Money(1000).split([3, 1]) == [Money(750), Money(250)]
    assert total(Money(1001).split([2, 5, 7])) == Money(1001)


def test_split_refuses_no_weight() -> None:
    with pytest.raises(ValueError, match="more than zero"):
        Money(100).split([0, 0])


@pytest.mark.parametrize(
    ("cents", "text"),
    [(123450, "1,234.50 EUR"), (5, "0.05 EUR"), (-99, "(0.99 EUR)"), (0, "0.00 EUR")],
)
def test_format(cents: int, text: str) -> None:
    assert Money(cents).format() == text


@pytest.mark.parametrize(
    ("digits", "grouped"),
    [("1", "1"), ("123", "123"), ("1234", "1,234"), ("1234567", "1,234,567")],
)
def test_group_digits(digits: str, grouped: str) -> None:
    assert group_digits(digits) == grouped


def test_group_digits_with_other_separator() -> None:
    assert group_digits("12345", ".") == "12.345"


@pytest.mark.parametrize(("cents", "units"), [(199, 1), (-199, -1), (200, 2), (99, 0)])
def test_whole(cents: int, units: int) -> None:
    assert Money(cents).whole() == units


def test_to_cents() -> None:
    assert to_cents(Decimal("10.125")) == 1013


def test_total_of_nothing() -> None:
    assert total([], "USD") == Money(0, "USD")
