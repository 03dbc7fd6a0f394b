"""Which parts of a change are accepted, rejected or open, as numbers and as marks in a diff."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from looptui.projections.caution import is_generated

if TYPE_CHECKING:
    from looptui.tui.glyphs import Glyphs
    from looptui.tui.remarks import Draft
    from looptui.tui.spans import Spans
    from looptui.tui.widgets.diff_model import Diff
    from looptui.tui.widgets.diff_rows import Spot

_LOOKS = {"accepted": ("done", "breaker-ok"), "rejected": ("tripped", "breaker-trip")}


class Sorted(NamedTuple):
    """The parts of a change by what a reviewer said of them, numbered from 1."""

    accepted: Sequence[int]
    rejected: Sequence[int]
    open: Sequence[int]

    @property
    def kept(self) -> Sequence[int]:
        """What stays when the rejected ones are taken out."""
        return sorted((*self.accepted, *self.open))


def sort_parts(diff: Diff, draft: Draft) -> Sorted:
    """Every part of a diff under one of three heads."""
    heads: dict[str, list[int]] = {"accepted": [], "rejected": [], "": []}
    for number, key in enumerate(diff.keys, 1):
        heads[draft.verdicts.get(key, "")].append(number)
    return Sorted(heads["accepted"], heads["rejected"], heads[""])


def parts_at(diff: Diff, spot: Spot) -> list[int]:
    """The parts that a row stands for: a hunk; on the header of a file all of it."""
    if spot.kind == "blank":
        return []
    if spot.hunk is not None or spot.kind == "note":
        return [diff.part_of(spot.file_index, spot.hunk)]
    whole = diff.part_of(spot.file_index, None)
    found = [number for number, part in enumerate(diff.parts, 1) if part.file == spot.file_index]
    return found or [whole]


def next_open(diff: Diff, draft: Draft, after: int) -> int | None:
    """The next part that is open behind a number, or from the start; None if all are decided."""
    waiting = sort_parts(diff, draft).open
    return next((number for number in waiting if number > after), waiting[0] if waiting else None)


def viewed(diff: Diff, draft: Draft) -> list[int]:
    """The numbers of files that were looked at, from 0."""
    return [place for place, key in enumerate(diff.file_keys) if key in draft.viewed]


def to_fold(diff: Diff, draft: Draft) -> set[int]:
    """Files of which only the header is shown at first: viewed ones, and what tools make."""
    made = {place for place, file in enumerate(diff.files) if is_generated(file.path)}
    return made | set(viewed(diff, draft))


class HunkMarks:
    """What stands at the right end of hunk headers: number and verdict, for those in sight."""

    def __init__(self, diff: Diff, draft: Draft, glyphs: Glyphs) -> None:
        self._diff = diff
        self._draft = draft
        self._glyphs = glyphs

    def get(self, hunk: int) -> Spans:
        """The mark of a hunk; empty where the file is taken as a whole."""
        number = self._diff.part_of(self._diff.hunks[hunk].file, hunk)
        if self._diff.parts[number - 1].hunk is None:
            return ()
        key = self._diff.keys[number - 1]
        return _mark(number, self._draft.verdicts.get(key, ""), self._glyphs)


class FileMarks:
    """The same for headers of files: what has no hunk, and whether the file was viewed."""

    def __init__(self, diff: Diff, draft: Draft, glyphs: Glyphs) -> None:
        self._diff = diff
        self._draft = draft
        self._glyphs = glyphs

    def get(self, place: int) -> Spans:
        """The mark of a file; empty where there is nothing to say."""
        diff, draft = self._diff, self._draft
        seen = diff.file_keys[place] in draft.viewed
        words: Spans = ((f"{self._glyphs.done} viewed", "breaker-ok"),) if seen else ()
        if diff.files[place].joined:
            return words
        number = diff.part_of(place, None)
        part = diff.parts[number - 1]
        if part.hunk is not None:
            return words
        mark = _mark(number, draft.verdicts.get(diff.keys[number - 1], ""), self._glyphs)
        return (
            ("" if part.whole else "mode ", "muted"),
            *mark,
            ("  " if words else "", ""),
            *words,
        )


def counted(parts: Sorted, glyphs: Glyphs) -> Spans:
    """`✓ 2 accepted  ✗ 1 rejected  ○ 2 open`, without what is none."""
    heads = (
        (glyphs.done, len(parts.accepted), "accepted", "breaker-ok"),
        (glyphs.tripped, len(parts.rejected), "rejected", "breaker-trip"),
        (glyphs.queued, len(parts.open), "open", "muted"),
    )
    return tuple(
        (f" {glyph} {count} {word}", style) for glyph, count, word, style in heads if count
    )


def _mark(number: int, verdict: str, glyphs: Glyphs) -> Spans:
    if verdict in _LOOKS:
        name, style = _LOOKS[verdict]
        return ((f"{number} ", "muted"), (f"{getattr(glyphs, name)} {verdict}", style))
    return ((f"{number} {glyphs.queued} open", "muted"),)
