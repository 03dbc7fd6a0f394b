"""Why pytest could not begin, in its own words: its error lines without the noise around them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

_MOST = 500
"""Characters of a reason."""
_LINES = 3
_USAGE = re.compile(r"(?:.*: error:|ERROR:) (?!usage:)(.+)")
_INTERNAL = re.compile(r"INTERNALERROR> (\S.*)")
_RAISED = re.compile(r"(?!.*Warning\b)[A-Za-z_][\w.]*(?:Error|Exception|Failed|Exit)\b.*")
_WARNED = re.compile(r".*Warning: ")
_WARNS = re.compile(r"\s*warnings\.warn\(")


def reason(output: str, root: str) -> str:
    """One line or a few, of what pytest printed; names of files from `root`."""
    lines = output.replace(f"{root}/", "").replace(root, ".").splitlines()
    for find in _FINDERS:
        if found := find(lines):
            return "; ".join(found)[:_MOST]
    return "no output"


def _examined(lines: Sequence[str]) -> list[str]:
    """What pytest marks with `E`, and of which file."""
    marked = [line[1:].strip() for line in lines if line.startswith(("E   ", "E     "))]
    if not marked:
        return []
    loading = [line.rstrip(".:") for line in lines if line.startswith("ImportError while")]
    return [": ".join((*loading[:1], marked[0])), *marked[1:_LINES]]


def _usage(lines: Sequence[str]) -> list[str]:
    return [found[1].strip() for line in lines if (found := _USAGE.fullmatch(line))][:_LINES]


def _internal(lines: Sequence[str]) -> list[str]:
    said = [found[1] for line in lines if (found := _INTERNAL.fullmatch(line))]
    return said[-1:]


def _raised(lines: Sequence[str]) -> list[str]:
    return [line for line in lines if _RAISED.fullmatch(line)][-1:]


def _rest(lines: Sequence[str]) -> list[str]:
    """The last lines that are no part of a warning."""
    kept: list[str] = []
    warning = False
    for line in lines:
        warning = bool(_WARNED.match(line)) or (warning and bool(line.strip()))
        if line.strip() and not warning and not _WARNS.match(line):
            kept.append(line.strip())
    return kept[-_LINES:]


_FINDERS: tuple[Callable[[Sequence[str]], list[str]], ...] = (
    _examined,
    _usage,
    _internal,
    _raised,
    _rest,
)
"""From the surest sign to the least."""
