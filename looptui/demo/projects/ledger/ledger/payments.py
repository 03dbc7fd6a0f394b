"""Payments against invoices, and who owes for how long."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from ledger.invoice import Invoice
from ledger.money import Money, total

BUCKETS = (30, 60, 90)
FEE_FREE_DAYS = 14


@dataclass(frozen=True)
class Payment:
    """Money that came in; `invoice` is None when the reference was unreadable."""

    received: date
    amount: Money
    invoice: str | None = None


def paid_on(invoice: Invoice, payments: Iterable[Payment]) -> Money:
    """All money that came in for one invoice."""
    return total(payment.amount for payment in payments if payment.invoice == invoice.number)


def allocate(amount: Money, open_amounts: Mapping[str, Money]) -> dict[str, Money]:
    """Spread money over open invoices in their order; the last share may be partial."""
    left = amount
    shares: dict[str, Money] = {}
    for number, owed in open_amounts.items():
        if left.cents <= 0:
            break
        share = owed if owed < left else left
        shares[number] = share
        left = left - share
    return shares


def bucket(days_late: int) -> str:
    """The column of an ageing report: "current", "1-30", "31-60", "61-90" or "over 90"."""
    if days_late <= 0:
        return "current"
    lower = 1
    for upper in BUCKETS:
        if days_late <= upper:
            return f"{lower}-{upper}"
        lower = upper + 1
    return f"over {BUCKETS[-1]}"


def ageing(invoices: Iterable[Invoice], payments: list[Payment], today: date) -> dict[str, Money]:
    """Open amounts by how late they are; settled invoices do not show."""
    report: dict[str, Money] = {}
    for invoice in invoices:
        owed = invoice.gross() - paid_on(invoice, payments)
        if owed.cents <= 0:
            continue
        column = bucket((today - invoice.due).days)
        report[column] = report.get(column, Money(0)) + owed
    return report


def late_fee(owed: Money, days_late: int, percent_per_month: int = 1) -> Money:
    """One fee for each month begun after the free days; none for small change."""
    if days_late <= FEE_FREE_DAYS or owed.cents < 500:
        return Money(0)
    months = (days_late - FEE_FREE_DAYS + 29) // 30
    return owed.percent(percent_per_month * months)


def unmatched(payments: Iterable[Payment], known: Iterable[str]) -> list[Payment]:
    """Payments that belong to no known invoice, oldest first."""
    numbers = set(known)
    lost = [payment for payment in payments if payment.invoice not in numbers]
    return sorted(lost, key=lambda payment: payment.received)
