"""Which parts of a change are accepted, rejected or open, as numbers and as marks in a diff."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    return [place for place in range(len(diff.files)) if diff.file_key(place) in draft.viewed]


def to_fold(diff: Diff, draft: Draft) -> set[int]:
    """Files of which only the header is shown at first: viewed ones, and what tools make."""
    made = {place for place, file in enumerate(diff.files) if is_generated(file.path)}
    return made | set(viewed(diff, draft))


def hunk_marks(diff: Diff, draft: Draft, glyphs: Glyphs) -> Mapping[int, Spans]:
    """What stands at the right end of hunk headers: number and verdict."""
    found: dict[int, Spans] = {}
    for number, (part, key) in enumerate(zip(diff.parts, diff.keys, strict=True), 1):
        if part.hunk is not None:
            found[part.hunk] = _mark(number, draft.verdicts.get(key, ""), glyphs)
    return found


def file_marks(diff: Diff, draft: Draft, glyphs: Glyphs) -> Mapping[int, Spans]:
    """The same for headers of files: what has no hunk, and whether the file was viewed."""
    seen = set(viewed(diff, draft))
    found: dict[int, Spans] = {
        place: ((f"{glyphs.done} viewed", "breaker-ok"),) if place in seen else ()
        for place in range(len(diff.files))
    }
    for number, (part, key) in enumerate(zip(diff.parts, diff.keys, strict=True), 1):
        if part.hunk is None:
            mark = _mark(number, draft.verdicts.get(key, ""), glyphs)
            words: Spans = (("" if part.whole else "mode ", "muted"), *mark)
            found[part.file] = (*words, ("  ", ""), *found[part.file])
    return found


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
