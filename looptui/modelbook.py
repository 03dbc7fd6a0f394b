"""Models as the person at the keyboard sets them up: `[models.NAME]` in their own config file.

A table gives a model a name, a server of its own, the variable of its key, what it costs, and who
pays. A repository can say none of this: a key would go where somebody else wants it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from looptui import paths
from looptui.core.money import Rates
from looptui.loopfile import values
from looptui.loopfile.document import LARGEST, Document
from looptui.loopfile.problem import LoopFileErrors, Problem, did_you_mean
from looptui.purse import Payer

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Model:
    """What is set for one name; a name that is not in the file has all of it empty."""

    model: str = ""
    """As litellm names it, `provider/model`."""
    api_base: str = ""
    key_env: str = ""
    """The variable that holds the key; empty for the provider's usual one."""
    pays: Payer | None = None
    rates: Rates | None = None
    context_tokens: int | None = None
    max_output_tokens: int | None = None

    @property
    def loopback(self) -> bool:
        """Whether its server is on this machine."""
        return bool(self.api_base) and urlsplit(self.api_base).hostname in _LOOPBACK


@dataclass(frozen=True, slots=True)
class Book:
    models: Mapping[str, Model] = field(default_factory=dict)

    def find(self, name: str) -> Model:
        """What is set for the name a loop file uses; the name itself is the model by default."""
        known = self.models.get(name, Model())
        return known if known.model else _with(known, "model", name)


def read(env: Mapping[str, str] = os.environ, file: Path | None = None) -> Book:
    """The book of the person's config; LoopFileErrors names everything that is wrong in it."""
    place = file or paths.user_config(env)
    if not place.is_file():
        return Book()
    document = Document(str(place), place.read_bytes()[: LARGEST + 1])
    found: list[Problem] = []
    book = parse(document, found)
    if found:
        raise LoopFileErrors(found, "looptui config show")
    return book


def parse(document: Document, found: list[Problem]) -> Book:
    """The `[models]` of a file; what is wrong is added to `found`."""
    tables = document.data.get("models", {})
    if not isinstance(tables, dict):
        found.append(document.problem(("models",), 'must hold tables: [models."NAME"]'))
        return Book()
    return Book({name: _model(document, name, one, found) for name, one in tables.items()})


def _model(document: Document, name: str, table: object, found: list[Problem]) -> Model:
    path: tuple[str, ...] = ("models", name)
    if not isinstance(table, dict):
        found.append(document.problem(path, f'must be a table: [models."{name}"]'))
        return Model()
    read: dict[str, object] = {}
    for key, raw in table.items():
        try:
            reader = _READERS.get(key)
            if reader is None:
                raise ValueError(f"unknown key{did_you_mean(key, _READERS)}")
            read[key] = reader(raw)
        except ValueError as error:
            found.append(document.problem((*path, key), str(error)))
    prices = [key for key in _PRICES if key in read]
    if prices and not {"input", "output"} <= set(prices):
        found.append(document.problem((*path, prices[0]), "input and output go together"))
        return Model()
    return _built(read)


def _built(read: Mapping[str, object]) -> Model:
    model = Model()
    for key, value in read.items():
        if key not in _PRICES:
            model = _with(model, key, value)
    if "input" not in read:
        return model
    whole = {key: value for key, value in read.items() if isinstance(value, int)}
    fresh = whole["input"]
    read_at, wrote_at = whole.get("cache_read", fresh), whole.get("cache_write", fresh)
    return _with(model, "rates", Rates(fresh, whole["output"], read_at, wrote_at))


def _with(model: Model, key: str, value: object) -> Model:
    return replace(model, **{key: value})  # type: ignore[arg-type]


def _dollars(value: object) -> int:
    """Micro-dollars for a million tokens; 0 is a price here, for the person says it."""
    exact = values.number(value)
    if not 0 <= exact <= 10_000:
        raise ValueError(f"must be dollars for a million tokens, 0 to 10,000, not {value}")
    return int((exact * 1_000_000).to_integral_value())


def _url(value: object) -> str:
    if not isinstance(value, str) or urlsplit(value).scheme not in ("http", "https"):
        raise ValueError(f'must be an address such as "http://127.0.0.1:8080/v1", not {value!r}')
    return value


def _pays(value: object) -> str:
    if value not in ("key", "subscription", "local"):
        raise ValueError(f'must be "key", "subscription" or "local", not {values.said(value)}')
    return str(value)


_PRICES = ("input", "output", "cache_read", "cache_write")
_READERS: Mapping[str, Callable[[object], object]] = {
    "model": values.one_line,
    "api_base": _url,
    "key_env": values.variable,
    "pays": _pays,
    "context_tokens": values.tokens,
    "max_output_tokens": values.tokens,
    **dict.fromkeys(_PRICES, _dollars),
}


SCHEMA: dict[str, object] = {
    "model": {"type": "string", "description": "As litellm names it: provider/model."},
    "api_base": {"type": "string", "description": "The address of a server of your own."},
    "key_env": {"type": "string", "description": "The variable that holds the key."},
    "pays": {"enum": ["key", "subscription", "local"], "description": "Who pays."},
    "context_tokens": {"type": "integer", "minimum": 1, "description": "Of the longest prompt."},
    "max_output_tokens": {"type": "integer", "minimum": 1, "description": "Of one answer."},
    **{
        key: {"type": "number", "minimum": 0, "description": "Dollars for a million tokens."}
        for key in _PRICES
    },
}
"""The keys of a table, for editors."""
