"""The hunks of a change on the command line: counted, quoted, and what to look at twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from looptui.cli.output import line
from looptui.core.hunks import numbers
from looptui.errors import UsageError
from looptui.projections.caution import cautions
from looptui.projections.feedback import named
from looptui.projections.figures import plural
from looptui.projections.patch import Diff
from looptui.projections.patch_reading import parse_diff
from looptui.text import safe_bytes

if TYPE_CHECKING:
    from looptui.projections.values import IterationView, RunView
    from looptui.wire.diffs import Candidate


def listed(
    text: bytes, candidate: Candidate, made: IterationView | None, view: RunView
) -> Iterator[str]:
    """A line for each hunk of a change, then a line for each thing to look at twice."""
    diff = parse_diff(safe_bytes(text))
    yield f"tree {candidate.tree}, {plural(len(diff.parts), 'hunk')}"
    for number, part in enumerate(diff.parts, 1):
        yield f"{number:>5}  {line(diff.files[part.file].path)}  {line(named(diff, number))}"
    flagged = {path for need in view.needs for path in need.flagged}
    findings = made.findings if made else ()
    for caution in cautions(diff, tuple(flagged | set(made.protected if made else ())), findings):
        mark = "!" if caution.grave else "?"
        where = f"{line(caution.place)}: " if caution.path else ""
        yield f"{mark} {where}{line(caution.text)}"


def quoted(text: bytes, wanted: str) -> Iterator[str]:
    """The hunks that a person named, each below its number and path."""
    diff = parse_diff(safe_bytes(text))
    try:
        chosen = numbers(wanted)
    except ValueError as wrong:
        raise UsageError(str(wrong), "`looptui diff RUN --hunks` counts them.") from wrong
    for number in chosen:
        if number > len(diff.parts):
            hint = "`looptui diff RUN --hunks` lists them."
            raise UsageError(f"There is no hunk {number}, only {len(diff.parts)}", hint)
        yield from _quoted(diff, number)


def _quoted(diff: Diff, number: int) -> Iterator[str]:
    part = diff.parts[number - 1]
    yield f"== hunk {number} of {len(diff.parts)}: {line(diff.files[part.file].path)}"
    yield line(named(diff, number))
    if part.hunk is not None:
        yield from diff.body(part.hunk).split("\n")
