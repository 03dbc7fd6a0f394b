"""Exact amounts of one currency, kept as whole cents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

CENTS_PER_UNIT = 100
GROUP = 3


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies cannot be combined."""


@dataclass(frozen=True)
class Money:
    """An amount; `cents` may be negative."""

    cents: int
    currency: str = "EUR"

    @classmethod
    def parse(cls, text: str, currency: str = "EUR") -> Money:
        """Read "1,234.50", "-3" or "(12.00)", where parentheses mean a negative amount."""
        cleaned = text.strip().replace(",", "")
        negative = cleaned.startswith("(") and cleaned.endswith(")")
        if negative:
            cleaned = cleaned[1:-1]
        if not cleaned:
            raise ValueError("an amount is needed")
        cents = to_cents(Decimal(cleaned))
        return cls(-cents if negative else cents, currency)

    def __add__(self, other: Money) -> Money:
        self._check(other)
        return Money(self.cents + other.cents, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._check(other)
        return Money(self.cents - other.cents, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.cents, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._check(other)
        return self.cents < other.cents

    def times(self, factor: Decimal | int) -> Money:
        """The amount times a factor, half cents rounded away from zero."""
        exact = Decimal(self.cents) * Decimal(factor) / CENTS_PER_UNIT
        return Money(to_cents(exact), self.currency)

    def percent(self, rate: Decimal | int) -> Money:
        """So many percent of the amount."""
        return self.times(Decimal(rate) / 100)

    def split(self, weights: Sequence[int]) -> list[Money]:
        """Shares in proportion to the weights; spare cents go to the first shares."""
        total = sum(weights)
        if total <= 0:
            raise ValueError("weights must add up to more than zero")
        shares = [self.cents * weight // total for weight in weights]
        spare = self.cents - sum(shares)
        for position in range(spare):
            shares[position] += 1
        return [Money(share, self.currency) for share in shares]

    def whole(self) -> int:
        """Units with the cents cut off, towards zero."""
        units = Decimal(self.cents) / CENTS_PER_UNIT
        return int(units.quantize(Decimal(1), rounding=ROUND_DOWN))

    def format(self) -> str:
        """Like "1,234.50 EUR"; negative amounts stand in parentheses."""
        units, cents = divmod(abs(self.cents), CENTS_PER_UNIT)
        text = f"{group_digits(str(units))}.{cents:02d} {self.currency}"
        return f"({text})" if self.cents < 0 else text

    def _check(self, other: Money) -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency}")


def to_cents(amount: Decimal) -> int:
    """Whole cents of an amount in units."""
    cents = amount * CENTS_PER_UNIT
    return int(cents.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def group_digits(digits: str, separator: str = ",") -> str:
    """Digits in groups of three, counted from the right."""
    groups: list[str] = []
    while len(digits) > GROUP:
        groups.insert(0, digits[-GROUP:])
        digits = digits[:-GROUP]
    groups.insert(0, digits)
    return separator.join(groups)


def total(amounts: Iterable[Money], currency: str = "EUR") -> Money:
    """The sum; zero for nothing."""
    result = Money(0, currency)
    for amount in amounts:
        result = result + amount
    return result
