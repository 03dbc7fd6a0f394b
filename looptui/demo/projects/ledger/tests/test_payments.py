"""Payments find their invoices."""

from datetime import date

import pytest
from ledger.invoice import Invoice, Line
from ledger.money import Money
from ledger.payments import Payment, ageing, allocate, bucket, late_fee, paid_on, unmatched

DAY = date(2024, 6, 3)


def bill(number: str, issued: date) -> Invoice:
    return Invoice(number, issued, [Line("work", 1, Money(10000))])


def test_paid_on_counts_its_own_payments() -> None:
    payments = [
        Payment(DAY, Money(500), "1"),
        Payment(DAY, Money(700), "2"),
        Payment(DAY, Money(100), "1"),
        Payment(DAY, Money(900)),
    ]
    assert paid_on(bill("1", DAY), payments) == Money(600)


def test_allocate_in_order() -> None:
    owed = {"1": Money(300), "2": Money(500), "3": Money(100)}
    assert allocate(Money(650), owed) == {"1": Money(300), "2": Money(350)}


def test_allocate_stops_when_all_is_spent() -> None:
    owed = {"1": Money(300), "2": Money(500)}
    assert allocate(Money(300), owed) == {"1": Money(300)}


def test_allocate_more_than_owed() -> None:
    assert allocate(Money(999), {"1": Money(300)}) == {"1": Money(300)}


@pytest.mark.parametrize(
    ("days", "column"),
    [
        (-3, "current"),
        (0, "current"),
        (1, "1-30"),
        (30, "1-30"),
        (31, "31-60"),
        (90, "61-90"),
        (91, "over 90"),
    ],
)
def test_bucket(days: int, column: str) -> None:
    assert bucket(days) == column


def test_ageing() -> None:
    bills = [
        bill("4", date(2024, 1, 1)),
        bill("1", date(2024, 5, 20)),
        bill("2", date(2024, 3, 20)),
        bill("3", date(2024, 3, 25)),
    ]
    payments = [Payment(DAY, Money(1900), "2"), Payment(DAY, Money(11900), "4")]
    assert ageing(bills, payments, DAY) == {"current": Money(11900), "31-60": Money(21900)}


@pytest.mark.parametrize(
    ("days", "cents"), [(0, 0), (14, 0), (15, 100), (44, 100), (45, 200), (75, 300)]
)
def test_late_fee(days: int, cents: int) -> None:
    assert late_fee(Money(10000), days) == Money(cents)


def test_late_fee_spares_small_change() -> None:
    assert late_fee(Money(499), 60) == Money(0)
    assert late_fee(Money(500), 20, percent_per_month=2) == Money(10)


def test_unmatched_oldest_first() -> None:
    late = Payment(date(2024, 6, 9), Money(2))
    early = Payment(date(2024, 6, 1), Money(3), "9")
    later = Payment(date(2024, 6, 20), Money(1), "8")
    known = Payment(DAY, Money(4), "1")
    assert unmatched([late, known, later, early], ["1", "2"]) == [early, late, later]
