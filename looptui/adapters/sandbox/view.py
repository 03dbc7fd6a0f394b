"""What a confined child sees of the file system, worked out before any sandbox is started."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from looptui.adapters.sandbox.doubles import doubles
from looptui.adapters.sandbox.places import credentials, exists, hidden, links, real, within
from looptui.adapters.sandbox.tools import needed
from looptui.ports import Confinement


@dataclass(frozen=True, slots=True)
class View:
    """Real paths that exist. Where one lies in another, the inner one decides."""

    hidden: tuple[Path, ...]
    """Directories that look empty."""
    masked: tuple[Path, ...]
    """Credentials that would be visible otherwise: nothing may be seen of them."""
    shown: tuple[Path, ...]
    """Files and directories to be read although in a hidden place."""
    links: tuple[tuple[Path, str], ...]
    """Links in hidden places by which what is shown is named: where, and what it says."""
    writable: tuple[Path, ...]
    pinned: tuple[Path, ...]
    doubles: tuple[tuple[Path, Path], ...] = ()
    """What is seen, and changed, at another place as well: what, and where."""


def view(
    argv: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    confinement: Confinement,
    scratch: Path,
    state: Iterable[Path],
) -> View:
    """The view for one command. `scratch` is its private directory; `state` is hidden as well."""
    dark = hidden(state)
    secrets = credentials()
    writable = tuple(sorted({real(path) for path in (*confinement.writable, scratch)}))
    shown: set[Path] = set()
    passed: dict[Path, str] = {}
    names = needed(
        argv, cwd=cwd, env=env, dark=dark, writable=writable, network=confinement.network
    )
    for name in {*confinement.readable, cwd, *confinement.writable, *names}:
        path = real(name)
        if within(path, secrets) or path in dark or not exists(path):
            continue
        if path != name and within(name, dark):
            passed.update(links(name))
        if within(path, dark) and not within(path, writable):
            shown.add(path)
    for path in map(real, confinement.readable):
        if path in dark:
            shown.add(path)
    outermost = _outermost(shown, dark)
    visible = (*outermost, *writable)
    return View(
        hidden=tuple(place for place in dark if place not in shown),
        masked=tuple(s for s in secrets if within(s, visible) or not within(s, dark)),
        shown=outermost,
        links=tuple(
            (where, to)
            for where, to in sorted(passed.items())
            if within(where, dark) and not within(where, visible)
        ),
        writable=writable,
        pinned=tuple(_pinned(confinement.pinned)),
        doubles=tuple(doubles(real(cwd), confinement.stands_for, dark, visible)),
    )


def _pinned(paths: Iterable[Path]) -> Iterator[Path]:
    """Those that are there and no links: binding a link would show where it leads."""
    for path in paths:
        place = real(path.parent) / path.name
        if exists(place) and not place.is_symlink():
            yield place


def _outermost(paths: Iterable[Path], dark: Sequence[Path]) -> tuple[Path, ...]:
    """Without paths that another one shows already, unless a hidden place lies between."""
    kept: list[Path] = []
    for path in sorted(paths):
        above = next((place for place in reversed(kept) if path.is_relative_to(place)), None)
        if above is None or any(
            path.is_relative_to(place) and place.is_relative_to(above) and place != above
            for place in dark
        ):
            kept.append(path)
    return tuple(kept)
