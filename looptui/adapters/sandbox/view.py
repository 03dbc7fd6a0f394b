"""What a confined child sees of the file system, worked out before any sandbox is started."""

from __future__ import annotations

import os
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
    pinned: tuple[tuple[Path, Path], ...]
    """What cannot be changed although it lies in a place that can, and where: doubles included."""
    doubles: tuple[tuple[Path, Path], ...] = ()
    """What is seen, and changed, at another place as well: what, and where."""
    laid: tuple[tuple[Path, Path], ...] = ()
    """Of what a throw-away copy is seen, and where."""


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
    laid = tuple((real(what), real(place)) for what, place in confinement.laid)
    names = needed(
        (_source(argv[0], cwd, laid), *argv[1:]),
        cwd=cwd,
        env=env,
        dark=dark,
        writable=(*writable, *(what for what, _ in laid)),
        network=confinement.network,
    )
    asked = {*confinement.readable, cwd, *confinement.writable, *names}
    asked = {name for name in asked if _may_be_seen(real(name), secrets, dark)}
    shown = {path for path in map(real, asked) if within(path, dark) and not within(path, writable)}
    shown |= {path for path in map(real, confinement.readable) if path in dark}
    outermost = _outermost(shown, dark)
    visible = (*outermost, *writable)
    again = tuple(doubles(real(cwd), confinement.stands_for, dark, visible))
    pinned = [(place, place) for place in _pinned(confinement.pinned)]
    return View(
        hidden=tuple(place for place in dark if place not in shown),
        masked=tuple(s for s in secrets if within(s, visible) or not within(s, dark)),
        shown=outermost,
        links=tuple(_links(asked, dark, visible)),
        writable=writable,
        pinned=(*pinned, *_doubled(pinned, again)),
        doubles=again,
        laid=(*laid, *_doubled(laid, again)),
    )


def _may_be_seen(path: Path, secrets: Sequence[Path], dark: Sequence[Path]) -> bool:
    return not within(path, secrets) and path not in dark and exists(path)


def _links(
    names: Iterable[Path], dark: Sequence[Path], visible: Sequence[Path]
) -> Iterator[tuple[Path, str]]:
    """The links in hidden places through which names lead to what is shown."""
    passed: dict[Path, str] = {}
    for name in names:
        if real(name) != name and within(name, dark):
            passed.update(links(name))
    for where, to in sorted(passed.items()):
        if within(where, dark) and not within(where, visible):
            yield where, to


def _source(word: str, cwd: Path, laid: Iterable[tuple[Path, Path]]) -> str:
    """Where a program really is whose directory will only be there inside."""
    named = Path(os.path.normpath(cwd / word)) if "/" in word else None
    for what, place in laid:
        if named is not None and named.is_relative_to(place):
            return str(what / named.relative_to(place))
    return word


def _doubled(
    laid: Iterable[tuple[Path, Path]], doubled: Iterable[tuple[Path, Path]]
) -> Iterator[tuple[Path, Path]]:
    """What lies in a directory that is seen at another place lies there as well."""
    again = list(doubled)
    for what, place in laid:
        for shown, where in again:
            if place.is_relative_to(shown):
                yield what, where / place.relative_to(shown)


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
