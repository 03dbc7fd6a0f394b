"""Adds up what an agent says it used: agents count per message, per call, or ever on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from looptui.making import Usage

_MOST = 10**12
"""Above this a figure is no count of tokens."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Of one message or of many. `read` holds the cached ones too."""

    read: int = 0
    written: int = 0
    cached: int = 0
    cache_write: int = 0

    def __add__(self, other: Tokens) -> Tokens:
        return Tokens(
            self.read + other.read,
            self.written + other.written,
            self.cached + other.cached,
            self.cache_write + other.cache_write,
        )


def count(value: object) -> int:
    """A number of tokens as somebody else wrote it; 0 for what is none."""
    whole = isinstance(value, int | float) and not isinstance(value, bool) and value == value
    return int(value) if whole and 0 <= value <= _MOST else 0  # type: ignore[operator, call-overload]


def dollars(value: object) -> int | None:
    """Micro-dollars of a cost as an agent says it; None for none and for 0, which is no price."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    micro = round(value * 1_000_000) if number and 0 < value < 1e6 else 0  # type: ignore[operator]
    return micro or None


def split(usage: Mapping[str, object]) -> Tokens:
    """The figures of Anthropic's messages: what came from a cache stands beside `input_tokens`."""
    cached = count(usage.get("cache_read_input_tokens"))
    into = count(usage.get("cache_creation_input_tokens"))
    fresh, out = count(usage.get("input_tokens")), count(usage.get("output_tokens"))
    return Tokens(fresh + cached + into, out, cached, into)


class Meter:
    """What one call used so far."""

    def __init__(self) -> None:
        self._messages: dict[str, Tokens] = {}
        self._models: dict[str, None] = {}
        self._total: Tokens | None = None
        self._said: int | None = None
        self._of_messages = 0
        self._whole = False

    def message(self, key: str, tokens: Tokens, micro_usd: int | None = None) -> None:
        """One message; told again under the same key it replaces what was told before."""
        self._messages[key] = tokens
        self._of_messages += micro_usd or 0

    def add(self, tokens: Tokens, micro_usd: int | None = None) -> None:
        """One more message."""
        self.message(f"#{len(self._messages)}", tokens, micro_usd)

    def total(self, tokens: Tokens) -> None:
        """All of the call, as the agent counts it: stands above the sum of its messages."""
        self._total = tokens

    def cost(self, micro_usd: int | None) -> None:
        """All of the call in micro-dollars."""
        self._said = micro_usd if micro_usd is not None else self._said

    def model(self, name: object) -> None:
        if isinstance(name, str) and name and not name.startswith("<"):
            self._models[name[:200]] = None

    def finish(self) -> None:
        """The agent told all there is."""
        self._whole = True

    def usage(self) -> Usage:
        tokens = sum(self._messages.values(), Tokens())
        if self._total is not None:
            tokens = self._total
        said = self._said if self._said is not None else self._of_messages or None
        return Usage(
            tokens.read,
            tokens.written,
            said,
            tokens.cached,
            tokens.cache_write,
            next(iter(self._models)) if len(self._models) == 1 else "",
            said,
            self._whole,
        )


def known(usage: Usage) -> Usage:
    """As the report says it: where an agent told nothing at all, nothing is known."""
    return usage if usage.tokens_in or usage.tokens_out else replace(usage, whole=False)
