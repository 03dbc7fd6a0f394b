"""The door to money: who calls a model asks before each attempt, and says after it what it cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

Payer = Literal["key", "subscription", "local"]


@dataclass(frozen=True, slots=True)
class Quote:
    """The worst case of one attempt of a call."""

    agent: str
    model: str
    tokens_in: int
    """No tokeniser makes more of the prompt."""
    tokens_out: int
    """The most that the provider was told to generate."""
    micro_usd: int | None
    """None: no price is known. Then the token limit alone governs, and lists say so."""
    role: str = "make"
    payer: Payer = "key"
    tier: int = 0


@dataclass(frozen=True, slots=True)
class Bill:
    """What an attempt came to."""

    outcome: str
    """`ok`, or what went wrong in a word or two."""
    tokens_in: int = 0
    tokens_out: int = 0
    cached: int = 0
    micro_usd: int | None = None
    """None: no price is known."""
    told: bool = True
    """False: nobody said what it used. It is charged as it was reserved, whatever stands here."""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Held:
    """Money and tokens that are held for one attempt; to be settled, whatever comes of it."""

    call: str
    quote: Quote


@dataclass(frozen=True, slots=True)
class Refused:
    """A limit does not allow the attempt, and nothing is under way that could make room."""

    breaker: Literal["cost", "tokens", "iteration"]
    """`iteration`: only the iteration has to end, and may be judged."""
    value: float
    """Dollars or tokens that are spent."""
    limit: float
    reason: str


class Purse(Protocol):
    """The money of one iteration; it counts against every limit of the run and of the person."""

    async def reserve(self, quote: Quote) -> Held | Refused:
        """Hold the worst case of an attempt; waits while other calls may still make room."""
        ...

    async def left(self) -> int:
        """Micro-dollars that every limit still leaves; for agents that bill themselves."""
        ...

    async def settle(self, held: Held, bill: Bill) -> None:
        """Charge what it cost. Cancelled, it is charged all the same."""
        ...
