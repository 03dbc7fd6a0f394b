"""Same failure, same string: what failed and how, without what differs from run to run."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping

_LAST_LINES = 20
_LONGEST = 2000

_NUMBER = r"\d+(?:\.\d+)?"
_PASSING: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), instead)
    for pattern, instead in (
        (r"\x1b\[[0-9;?]*[A-Za-z]|␛\[[0-9;?]*[A-Za-z]", ""),  # colours, raw and made safe
        (r"(?:/private)?/(?:tmp|var/tmp|var/folders|dev/shm)/[^\s'\":,;)\]>]*", "<tmp>"),
        (r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?", "<time>"),
        (r"\b\d\d:\d\d:\d\d(?:[.,]\d+)?\b", "<time>"),
        (r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b", "<id>"),
        (r"\b0x[0-9a-fA-F]+\b", "<address>"),
        (r"\b(?=[a-f]*\d)[0-9a-f]{12,}\b", "<id>"),
        (rf"\b{_NUMBER} ?(?:ns|us|µs|ms|s|sec|secs|seconds?|minutes?)\b", "<duration>"),
        (r"(\.\w+):\d+(?::\d+)?", r"\1"),  # file.py:12:3
        (r"(\.\w+)\(\d+(?:,\d+)?\)", r"\1"),  # file.ts(12,3)
        (r"\b([Ll]ines?|[Cc]olumn|pid|PID)([ =:]+)\d+", r"\1"),
        (r"\s+", " "),
    )
)


def normal(text: str, roots: tuple[str, ...] = ()) -> str:
    """The text in one line without line numbers, addresses, times, and temporary paths.

    `roots` are directories that differ from run to run, such as the export; they are cut off.
    """
    for root in roots:
        text = text.replace(f"{root}/", "").replace(root, ".")
    text = text[:_LONGEST]
    for pattern, instead in _PASSING:
        text = pattern.sub(instead, text)
    return text.strip()


def of_tests(failures: Mapping[str, str], roots: tuple[str, ...] = ()) -> str:
    """Signature of failing tests: id -> what it said. Their order does not matter."""
    return _digest(f"{test} {normal(said, roots)}" for test, said in sorted(failures.items()))


def of_output(exit_code: int | None, output: str, roots: tuple[str, ...] = ()) -> str:
    """Signature of a command that only has an exit code and last words."""
    lines = [line for line in output.splitlines() if line.strip()][-_LAST_LINES:]
    return _digest([f"exit {exit_code}", *(normal(line, roots) for line in lines)])


def _digest(parts: Iterable[str]) -> str:
    total = hashlib.sha256()
    for part in parts:
        total.update(part.encode("utf-8", "surrogateescape") + b"\0")
    return total.hexdigest()[:16]
