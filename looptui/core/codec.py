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
from functools import cache, partial
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
Reading = Callable[[Any], Any]
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
    given: dict[str, Any] = {}
    for name, reading, required in _fields(kind):  # type: ignore[arg-type]
        if name in data:
            given[name] = _read(reading, data[name])
        elif required:
            raise KeyError(name)
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
def _fields(kind: Hashable) -> tuple[tuple[str, Reading | None, bool], ...]:
    """Of each field of a dataclass its name, how it is read, and whether it is required."""
    hints = get_type_hints(kind)
    return tuple(
        (f.name, _reading(hints[f.name]), _default(f) is MISSING)
        for f in fields(kind)  # type: ignore[arg-type]
    )


def _read(reading: Reading | None, value: Any) -> Any:
    return value if reading is None or value is None else reading(value)


def _reading(hint: Any) -> Reading | None:
    """How plain data becomes a value of a type; None where it is one already."""
    origin, args = get_origin(hint), get_args(hint)
    if hint is float:
        return float
    if origin in (Union, types.UnionType):
        return _reading(next(arg for arg in args if arg is not type(None)))
    if origin is tuple:
        return _tuple_reading(args)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        item = _reading(args[1])
        return lambda value: {key: _read(item, v) for key, v in value.items()}
    if is_dataclass(hint) and isinstance(hint, type):
        return partial(decode, hint)
    return None


def _tuple_reading(args: tuple[Any, ...]) -> Reading:
    readings = [_reading(arg) for arg in args if arg is not Ellipsis]
    if len(readings) < len(args):
        (every,) = readings
        return tuple if every is None else lambda value: tuple(_read(every, v) for v in value)
    return lambda value: tuple(_read(r, v) for r, v in zip(readings, value, strict=True))
