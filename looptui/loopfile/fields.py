"""Field types of the loop file: how each value is read, and how its JSON Schema reads."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, PlainValidator, WithJsonSchema

from looptui.loopfile import values

_DURATION_SCHEMA = {
    "anyOf": [
        {"type": "string", "pattern": r"^\d+(\.\d+)? ?(ms|s|m|h|d)$"},
        {"type": "number", "exclusiveMinimum": 0},
    ]
}
_COMMAND_SCHEMA = {
    "anyOf": [
        {"type": "array", "items": {"type": "string"}, "minItems": 1},
        {"type": "string", "minLength": 1},
    ]
}


class Table(BaseModel):
    """A table of the file: unknown keys and values of another type are errors."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _read(reader: Callable[[object], object], **schema: object) -> tuple[Any, Any]:
    return PlainValidator(reader), WithJsonSchema(dict(schema))


def split(line: str) -> list[str]:
    """The words of a command line, quotes honoured, no shell; ValueError where a quote is open."""
    try:
        return shlex.split(line)
    except ValueError:
        raise ValueError("an unclosed quote in the command") from None


def words(value: object) -> list[str]:
    """A command as its words, from a list or from one line of text."""
    if isinstance(value, str):
        found = split(value)
    elif isinstance(value, list) and all(isinstance(word, str) for word in value):
        found = value
    else:
        raise ValueError('must be a command: ["program", "argument"] or "program argument"')
    if not found or not found[0].strip():
        raise ValueError("must name a program")
    if any("\0" in word for word in found):
        raise ValueError("must not hold control characters")
    return found


def _argv(value: object) -> list[str]:
    if isinstance(value, str):
        raise ValueError('must be a list of words; a line of text goes into run = "..."')
    return words(value)


def _run(value: object) -> list[str]:
    if isinstance(value, list):
        raise ValueError("must be one line of text; a list of words goes into argv = [...]")
    return words(value)


_ID = "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
_VARIABLE = "^[A-Za-z_][A-Za-z0-9_]*$"
_ARRAY = {"type": "array", "items": {"type": "string"}, "minItems": 1}

Text = Annotated[str, *_read(values.text, type="string", minLength=1)]
Line = Annotated[str, *_read(values.one_line, type="string", minLength=1, maxLength=200)]
Name = Annotated[
    str, *_read(values.name, type="string", pattern="^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")
]
Id = Annotated[str, *_read(values.identifier, type="string", pattern=_ID)]
Glob = Annotated[str, *_read(values.glob, type="string", minLength=1)]
FilePath = Annotated[str, *_read(values.relative, type="string", minLength=1)]
Variable = Annotated[str, *_read(values.variable, type="string", pattern=_VARIABLE)]
Seconds = Annotated[float, *_read(values.seconds, **_DURATION_SCHEMA)]
Dollars = Annotated[
    int, *_read(values.micro_usd, type="number", exclusiveMinimum=0, maximum=values.MOST_USD)
]
Count = Annotated[int, *_read(values.count, type="integer", minimum=1)]
Natural = Annotated[int, *_read(values.natural, type="integer", minimum=0)]
Tokens = Annotated[int, *_read(values.tokens, type="integer", minimum=1)]
Share = Annotated[float, *_read(values.share, type="number", exclusiveMinimum=0, maximum=1)]
Tier = Annotated[int, *_read(lambda value: _tier(value), type="integer", enum=[1, 2, 3])]
Argv = Annotated[list[str], *_read(_argv, **_ARRAY)]
Run = Annotated[list[str], *_read(_run, type="string", minLength=1)]
Command = Annotated[list[str], *_read(words, **_COMMAND_SCHEMA)]


def _tier(value: object) -> int:
    tier = values.natural(value)
    if tier not in (1, 2, 3):
        raise ValueError("must be 1 (frontier), 2 (mid) or 3 (light)")
    return tier


def dollars(micro_usd: int) -> Decimal:
    """An amount of micro-dollars in dollars."""
    return Decimal(micro_usd) / 1_000_000
