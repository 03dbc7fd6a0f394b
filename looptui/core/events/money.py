"""Money: what a call may cost is reserved before it, and settled after it."""

from __future__ import annotations

from dataclasses import dataclass

from looptui.core.events.fact import Event


@dataclass(frozen=True, slots=True)
class SpendReserved(Event):
    """The worst case of one attempt of a call; it counts in full until it is settled."""

    kind = "spend.reserved"
    call: str
    iteration: int
    role: str
    """make, check, plan, summarise, classify or title."""
    agent: str
    model: str
    tokens: int
    """In and out."""
    micro_usd: int | None = None
    """None: no price is known, and the token limit alone governs."""
    payer: str = "key"
    """key, subscription or local."""
    tier: int = 0
    """0: none."""


@dataclass(frozen=True, slots=True)
class SpendSettled(Event):
    """What the call came to; it stands for itself, so that lists need no other event."""

    kind = "spend.settled"
    call: str
    iteration: int
    role: str
    agent: str
    model: str
    outcome: str
    """`ok`, or what went wrong in a word or two."""
    tokens_in: int = 0
    tokens_out: int = 0
    cached: int = 0
    """Of `tokens_in`, those that were read from a cache."""
    micro_usd: int | None = None
    told: bool = True
    """False: nobody said what it used, so it is charged as it was reserved."""
    seconds: float = 0.0
    payer: str = "key"
    tier: int = 0
    reserved: int | None = None
    """Micro-dollars that were held for it."""
