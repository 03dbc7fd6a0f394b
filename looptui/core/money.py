"""Money in whole micro-dollars: what a call costs, and what it may cost at worst."""

from __future__ import annotations

from dataclasses import dataclass

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Rates:
    """Micro-dollars for a million tokens, so 3,000,000 for $3."""

    input: int
    output: int
    cache_read: int
    cache_write: int


@dataclass(frozen=True, slots=True)
class Price:
    """What a model costs. Prompts of `long_from` tokens and more have rates of their own."""

    rates: Rates
    long_from: int | None = None
    long: Rates | None = None

    def at(self, tokens_in: int) -> Rates:
        """The rates for a prompt of so many tokens."""
        if self.long is not None and self.long_from is not None and tokens_in > self.long_from:
            return self.long
        return self.rates


@dataclass(frozen=True, slots=True)
class Tokens:
    """What one call used, as the provider counts it."""

    input: int = 0
    """All of the prompt, what was read from or written to a cache among it."""
    output: int = 0
    """All that was generated, unseen reasoning among it."""
    cache_read: int = 0
    cache_write: int = 0

    @property
    def total(self) -> int:
        return self.input + self.output


def cost(price: Price, used: Tokens) -> int:
    """Micro-dollars of a call, rounded up."""
    rates = price.at(used.input)
    fresh = max(0, used.input - used.cache_read - used.cache_write)
    parts = (
        fresh * rates.input,
        used.cache_read * rates.cache_read,
        used.cache_write * rates.cache_write,
        used.output * rates.output,
    )
    return -(-sum(parts) // MILLION)


def worst(price: Price, tokens_in: int, tokens_out: int) -> int:
    """Micro-dollars that a call with at most so many tokens can cost, whatever the cache does."""
    found = [price.rates] if price.long is None else [price.rates, price.at(tokens_in)]
    dearest = max(max(one.input, one.cache_read, one.cache_write) for one in found)
    out = max(one.output for one in found)
    return -(-(tokens_in * dearest + tokens_out * out) // MILLION)


def most_tokens(text: str) -> int:
    """More tokens than any tokeniser makes of a text.

    Two letters or blanks are one at worst, any other byte of its UTF-8 is one by itself.
    """
    plain = sum(text.count(char) for char in _LETTERS)
    return (plain + 1) // 2 + len(text.encode("utf-8", "replace")) - plain


_LETTERS = "etaoinsrhldcumfpgwybvkxjqz ETAOINSRHLDCUMFPGWYBVKXJQZ\n"
