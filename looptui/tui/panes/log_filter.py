"""The filter of the audit list as a person writes it: `kind:gate actor:ada since:2h 'no such'`."""

from __future__ import annotations

import shlex
from dataclasses import replace

from looptui.projections.figures import DAY, HOUR, MINUTE, span
from looptui.tui.logbook import Sought

HELP = "words, or kind:gate run:fix actor:ada since:2h; empty parts are any"
SPANS = (0.0, float(HOUR), float(DAY), float(7 * DAY))
"""Seconds back from now, in the order in which a key goes through them; 0 is all."""

_UNITS = {"m": MINUTE, "h": HOUR, "d": DAY}


def parse(text: str, now: float) -> Sought:
    """The filter that a text means at a moment; ValueError says what is wrong with it."""
    sought = Sought()
    for word in _split(text):
        name, colon, value = word.partition(":")
        if colon and name == "since":
            sought = replace(sought, since=now - _seconds(value))
        elif colon and name in ("kind", "run", "loop", "actor"):
            sought = _with(sought, name, tuple(filter(None, value.split(","))))
        else:
            sought = replace(sought, words=(*sought.words, word))
    return sought


def _with(sought: Sought, name: str, values: tuple[str, ...]) -> Sought:
    match name:
        case "kind":
            return replace(sought, kinds=(*sought.kinds, *values))
        case "actor":
            return replace(sought, actors=(*sought.actors, *values))
    return replace(sought, runs=(*sought.runs, *values))


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError as error:
        raise ValueError(f"{text}: a quotation mark is open") from error


def _seconds(value: str) -> float:
    number, unit = value[:-1], value[-1:]
    if unit not in _UNITS or not number.isdecimal():
        raise ValueError(f"since:{value} is no span of time; write since:30m, since:2h or since:7d")
    return float(int(number) * _UNITS[unit])


def with_part(text: str, name: str, value: str) -> str:
    """The filter with one part put in place of what it said of it; an empty value drops it."""
    kept = [word for word in _split(text) if word.partition(":")[0] != name or ":" not in word]
    return shlex.join([*kept, *([f"{name}:{value}"] if value else [])])


def with_span(text: str, seconds: float) -> str:
    """The filter with another `since`; 0 is from the first event on."""
    return with_part(text, "since", span(seconds) if seconds else "")
