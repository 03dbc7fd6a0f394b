"""Invoices: lines, volume discounts, and tax by rate."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from ledger.money import Money, total

STANDARD_RATE = Decimal("19")
REDUCED_RATE = Decimal("7")
TERM_DAYS = 30

# From this many pieces on, so many percent off the line.
VOLUME_DISCOUNTS = ((100, 10), (50, 5), (10, 2))


@dataclass(frozen=True)
class Line:
    """One position of an invoice."""

    text: str
    quantity: int
    price: Money
    rate: Decimal = STANDARD_RATE

    def discount_percent(self) -> int:
        """The best volume discount that the quantity earns."""
        for pieces, percent in VOLUME_DISCOUNTS:
            if self.quantity >= pieces:
                return percent
        return 0

    def net(self) -> Money:
        """The price of all pieces, discount taken off, without tax."""
        gross = self.price.times(self.quantity)
        return gross - gross.percent(self.discount_percent())


@dataclass
class Invoice:
    """What a customer owes for some lines."""

    number: str
    issued: date
    lines: list[Line] = field(default_factory=list)
    term_days: int = TERM_DAYS

    @property
    def due(self) -> date:
        """The last day on which paying is in time; never a weekend."""
        day = self.issued + timedelta(days=self.term_days)
        while day.weekday() >= 5:
            day += timedelta(days=1)
        return day

    def net(self) -> Money:
        return total(line.net() for line in self.lines)

    def tax_by_rate(self) -> dict[Decimal, Money]:
        """Tax for each rate, computed on the sum of its lines, lowest rate first."""
        bases: dict[Decimal, Money] = {}
        for line in self.lines:
            base = bases.get(line.rate, Money(0))
            bases[line.rate] = base + line.net()
        return {rate: bases[rate].percent(rate) for rate in sorted(bases)}

    def gross(self) -> Money:
        return self.net() + total(self.tax_by_rate().values())

    def is_overdue(self, today: date, paid: Money) -> bool:
        """Whether something is owed after the due day."""
        return today > self.due and paid < self.gross()


def next_number(last: str) -> str:
    """The number after "2024-0099": the part after the dash goes up and keeps its width."""
    year, _, counter = last.rpartition("-")
    following = str(int(counter) + 1).zfill(len(counter))
    return f"{year}-{following}"
