"""What models cost and hold, from the table that litellm brings; litellm itself is not imported."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from looptui.core.money import MILLION, Price, Rates
from looptui.modelbook import Model
from looptui.purse import Payer

TABLE = "model_prices_and_context_window_backup.json"
LOCAL = ("ollama", "ollama_chat", "lm_studio", "llamafile", "hosted_vllm", "vllm", "xinference")
"""Providers that run on a machine of the person's own, so that nobody is paid for a call."""
_FREE = Price(Rates(0, 0, 0, 0))
_LONG = (200_000, 272_000, 128_000)
"""Sizes of a prompt above which some providers have other prices."""
MOST_OUTPUT = 16_384
_CONTEXT = 32_768


@dataclass(frozen=True, slots=True)
class Listed:
    """What is known of a model. Without a price the token limit alone governs."""

    price: Price | None
    payer: Payer
    context: int
    """Tokens of the prompt."""
    output: int
    """Tokens that one call may generate; always sent to the provider."""
    source: str
    """Where the price comes from."""


def listed(name: str, model: Model) -> Listed:
    """What the person's own file says of a model, else the table."""
    row = _row(name)
    free = model.pays == "local" or (model.pays is None and name.partition("/")[0] in LOCAL)
    price, source = (_FREE, "a machine of your own") if free else (_price(row), _dated())
    local = free or (model.loopback and not row)
    if model.rates is not None:
        price, source = Price(model.rates), "your own settings"
    return Listed(
        price,
        model.pays or ("local" if local else "key"),
        model.context_tokens or _count(row, "max_input_tokens", _CONTEXT),
        model.max_output_tokens or min(_count(row, "max_output_tokens", 4_096), MOST_OUTPUT),
        source if price is not None else "no price is known",
    )


def _row(name: str) -> Mapping[str, Any]:
    table = _table()
    bare = name.partition("/")[2] or name
    found: Mapping[str, Any] = table.get(name) or table.get(bare) or {}
    return found


def _price(row: Mapping[str, Any]) -> Price | None:
    """None where no price is listed; 0 for both ways is what a table says of what it knows not."""
    rates = _rates(row, "")
    if rates is None or not (rates.input or rates.output):
        return None
    for size in _LONG:
        long = _rates(row, f"_above_{size // 1000}k_tokens", rates)
        if long is not None and long != rates:
            return Price(rates, size, long)
    return Price(rates)


def _rates(row: Mapping[str, Any], ending: str, usual: Rates | None = None) -> Rates | None:
    fresh, out = (_micro(row.get(f"{way}_cost_per_token{ending}")) for way in ("input", "output"))
    if fresh is None and out is None:
        return None
    fresh = fresh if fresh is not None else usual.input if usual else 0
    out = out if out is not None else usual.output if usual else 0
    read = _micro(row.get(f"cache_read_input_token_cost{ending}"))
    wrote = _micro(row.get(f"cache_creation_input_token_cost{ending}"))
    rates = Rates(fresh, out, fresh, fresh)
    return replace(
        rates,
        cache_read=fresh if read is None else read,
        cache_write=fresh if wrote is None else wrote,
    )


def _micro(usd: object) -> int | None:
    """Micro-dollars for a million tokens from dollars for one."""
    if isinstance(usd, bool) or not isinstance(usd, int | float | str):
        return None
    exact = Decimal(str(usd)) * MILLION * MILLION
    return int(exact.to_integral_value(ROUND_HALF_UP)) if exact >= 0 else None


def _count(row: Mapping[str, Any], key: str, otherwise: int) -> int:
    value = row.get(key)
    return value if isinstance(value, int) and value > 0 else otherwise


def _dated() -> str:
    return f"the table of litellm {version('litellm')}"


@cache
def _table() -> Mapping[str, Any]:
    found = find_spec("litellm")
    place = Path(found.origin).with_name(TABLE) if found and found.origin else None
    if place is None or not place.is_file():
        return {}
    table: Mapping[str, Any] = json.loads(place.read_bytes())
    return table
