"""What a test scripts, and what the server notes of each request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Fault = Literal[
    "",
    "hang",  # the request is read and never answered
    "cut",  # the answer stops in the middle and the connection is closed
    "drop",  # the connection is closed without a byte
    "no-usage",  # all is well but nobody says what it cost
    "absurd-usage",  # usage that cannot be: negative, text, far too many
    "bad-tool",  # the arguments of the tool calls are no JSON
    "garbage",  # 200 with a body that is no JSON
]


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool call of the model."""

    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. A `status` other than 200 is an error with `text` as its words."""

    text: str = ""
    tools: tuple[Tool, ...] = ()
    tokens_in: int = 100
    """All tokens of the prompt, the cached ones among them."""
    tokens_out: int = 20
    cached: int = 0
    status: int = 200
    retry_after: str | None = None
    """The value of the header, seconds or an HTTP date."""
    fault: Fault = ""
    usage: Any = None
    """With `absurd-usage`: the number, or whatever stands in its place."""
    seconds: float = 0.0
    """Waits so long before the first byte, and between the parts of a stream."""


@dataclass(slots=True)
class Call:
    """One HTTP request, as the server's own ledger holds it."""

    n: int
    protocol: str
    path: str
    model: str
    stream: bool
    body: dict[str, Any]
    headers: dict[str, str]
    status: int = 0
    """0 while it is not answered."""
    tokens_in: int = 0
    """Billed: 0 for an error."""
    tokens_out: int = 0
    cached: int = 0
    whole: bool = False
    """The last byte was sent."""


@dataclass(slots=True)
class Ledger:
    """Every request in the order in which it came, and what was billed for it."""

    calls: list[Call] = field(default_factory=list)

    @property
    def tokens_in(self) -> int:
        return sum(call.tokens_in for call in self.calls)

    @property
    def tokens_out(self) -> int:
        return sum(call.tokens_out for call in self.calls)
