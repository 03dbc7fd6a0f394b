"""The working directory in the place of the checkout for which an environment was made.

An editable install, and the first line of each script of a virtual environment, name a directory
of the host. It is hidden, or, worse, holds other files than those at hand.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from looptui.adapters.sandbox.places import exists, real, within


def doubles(
    cwd: Path, places: Iterable[Path], dark: Sequence[Path], visible: Sequence[Path]
) -> Iterator[tuple[Path, Path]]:
    """What of `cwd` shows where. Real paths; `dark` is hidden and `visible` is shown or writable.

    A place in which something else is to be seen as well (an environment, git's objects) gets the
    entries of `cwd` one by one, without those that would cover it.
    """
    for place in {real(place): None for place in places}:
        hidden = within(place, dark)
        if within(cwd, (place,)) or within(place, (cwd,)) or not (hidden or place.is_dir()):
            continue
        inside = [path for path in visible if within(path, (place,))]
        if hidden and not inside:
            yield cwd, place
        else:
            yield from _entries(cwd, place, inside, hidden=hidden)


def _entries(
    cwd: Path, place: Path, inside: Sequence[Path], *, hidden: bool
) -> Iterator[tuple[Path, Path]]:
    with os.scandir(cwd) as entries:
        found = sorted((entry.name, entry.is_dir()) for entry in entries if not entry.is_symlink())
    for name, is_directory in found:
        target = place / name
        covers = any(within(path, (target,)) or within(target, (path,)) for path in inside)
        if name != ".git" and not covers and (hidden or _is_like(target, is_directory)):
            yield cwd / name, target


def _is_like(path: Path, is_directory: bool) -> bool:
    """It can be mounted over: nothing can be made in a place that is not hidden."""
    return exists(path) and path.is_dir() == is_directory and not path.is_symlink()
