"""A private directory for each child: an empty home and a place for temporary files.

It lies among the system's temporary files under a random name that says who owns it, so that what
a killed looptui left there is found and removed by the next one.
"""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from looptui.proctable import orphaned, owned
from looptui.removing import remove

_PREFIX = "looptui"


@contextmanager
def scratch() -> Iterator[Path]:
    """A directory with an empty `home` and `tmp`, gone at the end with all that is in it."""
    _remove_stale()
    place = Path(tempfile.mkdtemp(prefix=owned(_PREFIX))).resolve()
    try:
        (place / "home").mkdir(0o700)
        (place / "tmp").mkdir(0o700)
        yield place
    finally:
        with suppress(OSError):
            remove(place)


def environment(env: Mapping[str, str], place: Path) -> dict[str, str]:
    """`env` with TMPDIR and HOME in the scratch directory; PATH, LANG and a named HOME stay."""
    defaults = {
        "HOME": str(place / "home"),
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": os.environ.get("LANG", "C.UTF-8"),
    }
    return {**defaults, **env, "TMPDIR": str(place / "tmp")}


@cache
def _remove_stale() -> None:
    """Once a process: remove what owners left that are no more."""
    for place in Path(tempfile.gettempdir()).glob(f"{_PREFIX}-*-*-*"):
        with suppress(OSError):
            about = place.lstat()
            ours = stat.S_ISDIR(about.st_mode) and about.st_uid == os.geteuid()
            if ours and orphaned(place.name):
                remove(place)
