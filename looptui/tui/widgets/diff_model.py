"""A parsed diff as widgets use it, and which words of a changed line are new."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from looptui.projections.patch import Diff, DiffFile, DiffHunk, Numbers, Part
from looptui.projections.patch_reading import parse_diff

__all__ = ["Diff", "DiffFile", "DiffHunk", "Numbers", "Part", "changed_parts", "parse_diff"]

_WORDS = re.compile(r"\w+|\s+|.")
_LONGEST_COMPARED = 600
_LEAST_ALIKE = 0.4


@lru_cache(maxsize=2048)
def changed_parts(old: str, new: str) -> tuple[tuple[tuple[int, int], ...], ...]:
    """The ranges of characters that differ in the old and in the new line, by words.

    Both are empty if the lines have little in common or are too long to compare.
    """
    from difflib import SequenceMatcher

    if max(len(old), len(new)) > _LONGEST_COMPARED:
        return (), ()
    old_words, new_words = _WORDS.findall(old), _WORDS.findall(new)
    matcher = SequenceMatcher(None, old_words, new_words, autojunk=False)
    if matcher.quick_ratio() < _LEAST_ALIKE or matcher.ratio() < _LEAST_ALIKE:
        return (), ()
    blocks = [block for block in matcher.get_opcodes() if block[0] != "equal"]
    return (
        _ranges(old_words, [(start, end) for _, start, end, _, _ in blocks]),
        _ranges(new_words, [(start, end) for _, _, _, start, end in blocks]),
    )


def _ranges(words: Sequence[str], spans: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    places = [0]
    for word in words:
        places.append(places[-1] + len(word))
    return tuple((places[start], places[end]) for start, end in spans if end > start)
