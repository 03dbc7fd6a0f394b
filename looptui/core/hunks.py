"""Which hunks of a change: numbers from 1 through the whole of it, as `1,3-5`.

What has no hunk is counted like one: a change of mode, a file without lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

MOST = 200_000
NONE = "none"
_ONE = re.compile(r"([0-9]{1,6})(?:-([0-9]{1,6}))?")


def numbers(text: str) -> tuple[int, ...]:
    """The numbers that `1,3-5` names, in order; ValueError says what is wrong."""
    if text == NONE:
        return ()
    found: set[int] = set()
    for word in text.replace(" ", "").split(","):
        match = _ONE.fullmatch(word)
        if match is None:
            raise ValueError(f"{word!r} is no number of a hunk; write them as 1,3-5")
        first, last = int(match[1]), int(match[2] or match[1])
        if not 1 <= first <= last <= MOST:
            raise ValueError(f"{word!r} names no hunks: they are counted from 1")
        found.update(range(first, last + 1))
    return tuple(sorted(found))


def spelled(chosen: Iterable[int]) -> str:
    """The shortest text that names these numbers; `none` where there are none."""
    runs: list[list[int]] = []
    for number in sorted(set(chosen)):
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(f"{a}" if a == b else f"{a}-{b}" for a, b in runs) or NONE
