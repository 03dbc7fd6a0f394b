"""The values that people write: durations, money, shares, counts, globs. Plain functions.

Each takes what TOML holds and returns what the core wants, or raises ValueError with words for
people. A limit is never unlimited by accident: zero, negative, `inf`, `nan` and numbers beyond
any use are refused.
"""

from __future__ import annotations

import re
from decimal import Decimal

YEAR = 366 * 86400.0
MOST_USD = 100_000
MOST_TOKENS = 10**12
_DURATION = re.compile(r"(\d{1,9}(?:\.\d{1,9})?) ?(ms|s|m|h|d)", re.ASCII)
_UNIT = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}", re.ASCII)


def number(value: object) -> Decimal:
    """A finite number; raises ValueError for text, true, nan and inf."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError(f"must be a number, not {said(value)}")
    exact = Decimal(str(value)) if isinstance(value, float) else Decimal(value)
    if not exact.is_finite():
        raise ValueError("must be a finite number")
    return exact


def count(value: object, most: int = 1_000_000) -> int:
    """A whole number from 1 to `most`."""
    whole = natural(value, most)
    if whole < 1:
        raise ValueError(f"must be at least 1, not {value}")
    return whole


def natural(value: object, most: int = 1_000_000) -> int:
    """A whole number from 0 to `most`."""
    if isinstance(value, bool) or not isinstance(value, int):
        if isinstance(value, Decimal | float):
            raise ValueError(f"must be a whole number, not {value}")
        raise ValueError(f"must be a whole number, not {said(value)}")
    if value < 0:
        raise ValueError(f"must not be negative, not {short(value)}")
    if value > most:
        raise ValueError(f"must be at most {most:,}")
    return value


def tokens(value: object) -> int:
    return count(value, MOST_TOKENS)


def seconds(value: object) -> float:
    """Seconds of "30m", "1.5h", "45s", "200ms", "2d" or a number of seconds; up to a year."""
    if isinstance(value, str):
        found = _DURATION.fullmatch(value.strip())
        if found is None:
            raise ValueError(
                f'must be a duration such as "30m", "1.5h" or "45s", not {said(value)}'
            )
        length = float(found[1]) * _UNIT[found[2]]
    elif isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError(f'must be a duration such as "30m", not {said(value)}')
    else:
        exact = number(value)
        length = float(exact) if abs(exact) <= Decimal(10) ** 12 else YEAR * 2
    if length <= 0:
        raise ValueError("must be longer than nothing")
    if length > YEAR:
        raise ValueError("must be at most a year")
    return length


def micro_usd(value: object) -> int:
    """Whole micro-dollars of an amount in dollars, exactly."""
    exact = number(value)
    if exact <= 0:
        raise ValueError(f"must be more than 0, not {short(value)}")
    if exact > MOST_USD:
        raise ValueError(f"must be at most {MOST_USD:,} dollars")
    micro = exact * 1_000_000
    if micro != micro.to_integral_value():
        raise ValueError("must not be finer than 0.000001 dollars")
    return int(micro)


def share(value: object) -> float:
    """A number above 0, up to 1."""
    exact = number(value)
    if not 0 < exact <= 1:
        raise ValueError(f"must be above 0 and at most 1, not {short(value)}")
    return float(exact)


def text(value: object) -> str:
    """Text with something in it."""
    if not isinstance(value, str):
        raise ValueError(f"must be text in quotes, not {said(value)}")
    if not value.strip():
        raise ValueError("must not be empty")
    if any(ord(char) < 32 and char not in "\n\t\r" for char in value) or "\x7f" in value:
        raise ValueError("must not hold control characters")
    return value


def one_line(value: object) -> str:
    """Text of one line, at most 200 characters."""
    line = text(value)
    if "\n" in line or "\r" in line:
        raise ValueError("must be one line")
    if len(line) > 200:
        raise ValueError("must be at most 200 characters")
    return line


def name(value: object) -> str:
    """A name that is a directory, a branch and a word on the command line at once."""
    line = text(value)
    if not _NAME.fullmatch(line):
        raise ValueError(f"must be small letters, digits and hyphens, 63 at most, not {said(line)}")
    return line


def identifier(value: object) -> str:
    line = text(value)
    if not _ID.fullmatch(line):
        raise ValueError(f"must be letters, digits, dots and hyphens, 64 at most, not {said(line)}")
    return line


def variable(value: object) -> str:
    """The name of an environment variable; never its value, and never one that steers git."""
    line = text(value)
    if "=" in line:
        raise ValueError("must be a name only; the value comes from looptui's own environment")
    if not _VARIABLE.fullmatch(line):
        raise ValueError(f"must be the name of an environment variable, not {said(line)}")
    if line.startswith("GIT_"):
        raise ValueError("must not be a GIT_ variable: no child gets any of them")
    return line


def glob(value: object) -> str:
    """A glob relative to the repository's root."""
    line = one_line(value)
    if line.startswith(("/", "~")):
        raise ValueError("must be relative to the repository's root")
    if "\\" in line:
        raise ValueError("must use / between directories")
    if ".." in line.split("/"):
        raise ValueError('must not hold ".."')
    return line


def relative(value: object) -> str:
    """A path inside the repository."""
    line = glob(value)
    if any(char in line for char in "*?["):
        raise ValueError("must be a path, not a pattern")
    return line


def said(value: object) -> str:
    """How a wrong value is named to the person who wrote it."""
    match value:
        case str():
            return f'"{short(value)}"'
        case bool():
            return "true" if value else "false"
        case int() | float() | Decimal():
            return f"the number {short(value)}"
        case list():
            return "a list"
        case dict():
            return "a table"
        case _:
            return "a date or time"


def short(value: object) -> str:
    if isinstance(value, int) and abs(value) > 10**20:
        return "a huge number"
    full = str(value)
    return full if len(full) <= 60 else full[:57] + "..."
