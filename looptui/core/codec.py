"""Frozen dataclasses to canonical JSON and back, guided by their annotations.

Canonical: sorted keys, no spaces, UTF-8, no NaN; the same value always gives the same bytes, so
that a digest of them means something. Fields at their default are left out: a new field with a
default reads old text, and an older program ignores fields that it does not know.
"""

from __future__ import annotations

import json
import re
import types
from collections.abc import Callable, Hashable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
_SURROGATE = re.compile("[\ud800-\udfff]")
"""Stands for a byte of a file name that is not UTF-8 (PEP 383); UTF-8 cannot hold it."""


def dumps(value: object) -> str:
    """Canonical JSON of plain data; what UTF-8 cannot hold is escaped."""
    text = json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def encode(value: object) -> Any:
    """Plain data of a frozen dataclass, tuple or mapping; raises TypeError for anything else."""
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if is_dataclass(value) and not isinstance(value, type):
        return {
            f.name: encode(v) for f in fields(value) if (v := getattr(value, f.name)) != _default(f)
        }
    if isinstance(value, tuple | list):
        return [encode(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): encode(item) for key, item in value.items()}
    raise TypeError(f"cannot encode {type(value).__name__}")


def decode(kind: type[T], data: Mapping[str, Any]) -> T:
    """A dataclass of `kind` from plain data; raises KeyError for a required field that lacks."""
    hints = _hints(kind)  # type: ignore[arg-type]
    given: dict[str, Any] = {}
    for f in fields(kind):  # type: ignore[arg-type]
        if f.name in data:
            given[f.name] = _convert(hints[f.name], data[f.name])
        elif _default(f) is MISSING:
            raise KeyError(f.name)
    return kind(**given)


def reworded(value: T, word: Callable[[str], str]) -> T:
    """A dataclass with each of its texts passed through `word`; itself where none changes."""
    plain = encode(value)
    changed = _each_text(plain, word)
    return value if changed == plain else decode(type(value), changed)


def _each_text(value: Any, word: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return word(value)
    if isinstance(value, Mapping):
        return {name: _each_text(item, word) for name, item in value.items()}
    return [_each_text(item, word) for item in value] if isinstance(value, list) else value


def _default(f: Field[Any]) -> object:
    if f.default is not MISSING:
        return f.default
    return f.default_factory() if f.default_factory is not MISSING else MISSING


@cache
def _hints(kind: Hashable) -> dict[str, Any]:
    return get_type_hints(kind)


def _convert(hint: Any, value: Any) -> Any:
    origin = get_origin(hint)
    if value is None or hint is Any or origin is Literal:
        return value
    if origin in (Union, types.UnionType):
        return _convert(next(a for a in get_args(hint) if a is not type(None)), value)
    if origin is tuple:
        return _convert_tuple(get_args(hint), value)
    if origin is not None and issubclass(origin, Mapping):
        item = get_args(hint)[1]
        return {key: _convert(item, v) for key, v in value.items()}
    if is_dataclass(hint) and isinstance(hint, type):
        return decode(hint, value)
    return float(value) if hint is float else value


def _convert_tuple(args: tuple[Any, ...], value: list[Any]) -> tuple[Any, ...]:
    if len(args) == 2 and args[1] is Ellipsis:
        return tuple(_convert(args[0], item) for item in value)
    return tuple(_convert(arg, item) for arg, item in zip(args, value, strict=True))
