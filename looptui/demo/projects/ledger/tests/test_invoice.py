"""Invoices add up."""

from datetime import date
from decimal import Decimal

import pytest
from ledger.invoice import REDUCED_RATE, STANDARD_RATE, Invoice, Line, next_number
from ledger.money import Money

MONDAY = date(2024, 4, 1)


def invoice() -> Invoice:
    return Invoice(
        "2024-0007",
        MONDAY,
        [
            Line("desk", 2, Money(19900)),
            Line("book", 12, Money(1500), REDUCED_RATE),
            Line("lamp", 1, Money(4550)),
        ],
    )


@pytest.mark.parametrize(
    ("quantity", "percent"), [(1, 0), (9, 0), (10, 2), (49, 2), (50, 5), (99, 5), (100, 10)]
)
def test_volume_discount(quantity: int, percent: int) -> None:
    assert Line("pen", quantity, Money(100)).discount_percent() == percent


def test_line_net() -> None:
    assert Line("pen", 3, Money(250)).net() == Money(750)
    assert Line("pen", 50, Money(250)).net() == Money(11875)


def test_net() -> None:
    assert invoice().net() == Money(39800 + 17640 + 4550)


def test_tax_by_rate() -> None:
    taxes = invoice().tax_by_rate()
    assert taxes == {Decimal(7): Money(1235), Decimal(19): Money(8427)}
    assert list(taxes) == [REDUCED_RATE, STANDARD_RATE]


def test_gross() -> None:
    assert invoice().gross() == Money(61990 + 9662)


def test_empty_invoice_owes_nothing() -> None:
    assert Invoice("2024-0008", MONDAY).gross() == Money(0)


def test_due_in_thirty_days() -> None:
    assert Invoice("1-1", MONDAY).due == date(2024, 5, 1)


def test_due_is_never_a_weekend() -> None:
    assert Invoice("1-1", MONDAY, term_days=4).due == date(2024, 4, 5)
    assert Invoice("1-1", MONDAY, term_days=5).due == date(2024, 4, 8)
    assert Invoice("1-1", MONDAY, term_days=6).due == date(2024, 4, 8)


def test_overdue_only_after_the_due_day() -> None:
    bill = invoice()
    assert not bill.is_overdue(bill.due, Money(0))
    assert bill.is_overdue(date(2024, 5, 2), Money(0))


def test_paid_is_never_overdue() -> None:
    bill = invoice()
    assert not bill.is_overdue(date(2025, 1, 1), bill.gross())
    assert bill.is_overdue(date(2025, 1, 1), bill.gross() - Money(1))


@pytest.mark.parametrize(
    ("last", "following"),
    [("2024-0007", "2024-0008"), ("2024-0099", "2024-0100"), ("A-B-9", "A-B-10")],
)
def test_next_number(last: str, following: str) -> None:
    assert next_number(last) == following
