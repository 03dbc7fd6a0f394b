"""Keeping our own git directory small. The user's repository is never touched."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from looptui.adapters.repository.runner import run
from looptui.adapters.repository.shadow import Shadow

_GRACE = "2.weeks.ago"
"""What nothing refers to is let go after that, as git itself does."""
_SCRAP = 86400.0
"""Seconds after which an unfinished file is nobody's."""
_GENTLE = ("pack.threads=1",)
"""Runs may be at work beside it."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What our git directory holds besides what it borrows."""

    loose: int
    """Objects that are a file each."""
    packed: int
    size: int
    """Bytes on disk of both."""


def stored(shadow: Shadow) -> Stored:
    lines = run(shadow.place(), "count-objects", "-v").text().splitlines()
    counts = {key: int(value) for key, _, value in (line.partition(": ") for line in lines)
              if value.isdigit()}  # fmt: skip
    size = (counts["size"] + counts["size-pack"]) * 1024
    return Stored(counts["count"], counts["in-pack"], size)


def repack(shadow: Shadow, *, forget: bool) -> None:
    """Put all objects into packs; `forget` lets old ones go to which no ref leads.

    Candidates of a run have no ref of their own, so `forget` is for when every run has ended.
    Safe beside processes that read and write: nothing goes before it is in a pack.
    """
    place = replace(shadow.place("upkeep"), settings=_GENTLE)
    until = _GRACE if forget else "never"
    run(place, "repack", "-a", "-d", "-l", "-q", "--cruft", f"--cruft-expiration={until}")
    for scrap in _scraps(shadow.git_dir / "objects"):
        scrap.unlink(missing_ok=True)


def _scraps(objects: Path) -> Iterator[Path]:
    """What killed processes left half written."""
    for pattern in ("*/tmp_*", "tmp_*", "pack/.tmp-*"):
        for path in objects.glob(pattern):
            if path.is_file() and time.time() - os.lstat(path).st_mtime > _SCRAP:
                yield path
