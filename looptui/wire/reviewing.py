"""What a reviewer reads, and what comes of some hunks of it: for screen and command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from looptui.core.hunks import numbers
from looptui.text import safe_bytes
from looptui.wire import diffs

if TYPE_CHECKING:
    from looptui.engine.scrubbing import Scrub
    from looptui.ports import Repository
    from looptui.projections.patch import Diff
    from looptui.store.reader import Reader
    from looptui.wire.diffs import Candidate

LARGEST_FILE = 4 << 20
"""Bytes of a file around whose hunks unchanged lines are shown."""


async def diff_text(
    repository: Repository, reader: Reader, scrub: Scrub, candidate: Candidate
) -> str:
    """The diff of a candidate, safe to show and without secrets; GitFailed where it is gone."""
    if candidate.diff is not None:
        return safe_bytes(reader.blob(candidate.diff))
    return safe_bytes(scrub.patch(await diffs.computed(repository, candidate)))


async def diff_of(
    repository: Repository, reader: Reader, scrub: Scrub, candidate: Candidate
) -> Diff:
    """The same, read."""
    from looptui.projections.patch_reading import parse_diff

    return parse_diff(await diff_text(repository, reader, scrub, candidate))


async def picked(repository: Repository, candidate: Candidate, hunks: str) -> str:
    """The tree with only these hunks of a candidate, as `1,3-5`; UsageError or RepoError."""
    beneath = await repository.tree_of(candidate.onto)
    return await repository.pick(beneath, candidate.tree, numbers(hunks))


async def content(repository: Repository, scrub: Scrub, tree: str, path: str) -> str:
    """A file as it is in a candidate, safe to show; empty where there is no text to show."""
    data = await repository.read(tree, path)
    if data is None or len(data) > LARGEST_FILE or b"\0" in data[:8000]:
        return ""
    return safe_bytes(scrub.patch(data))
