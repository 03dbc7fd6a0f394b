"""Confinement by Landlock where namespaces are not allowed: rules, set by the warden.

Weaker than bubblewrap: names and attributes of hidden files can still be asked for, there is no
private /tmp or /dev/shm, sockets in the file system can be connected to where they can be seen,
and a pinned file is not protected in a writable directory.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from looptui.adapters.sandbox.scratch import environment, scratch
from looptui.adapters.sandbox.view import View, view
from looptui.errors import EnvironmentUnfit
from looptui.paths import held_out_dir, home
from looptui.ports import Confinement, Launch
from looptui.proc import WARDEN

_DEVICES = tuple(
    f"/dev/{name}" for name in ("null", "zero", "full", "random", "urandom", "tty", "ptmx", "pts")
)


class Landlock:
    """Runs children under the warden with Landlock rules; without network in one of their own."""

    name = "landlock"
    confines = True

    def __init__(self) -> None:
        if sys.platform != "linux":
            raise EnvironmentUnfit("Landlock is a part of Linux.", "")

    @contextmanager
    def launch(
        self, argv: Sequence[str], *, cwd: Path, env: Mapping[str, str], confinement: Confinement
    ) -> Iterator[Launch]:
        with scratch() as place:
            given = environment(env, place)
            seen = view(
                argv,
                cwd=cwd,
                env=given,
                confinement=confinement,
                scratch=place,
                state=(home(), held_out_dir()),
            )
            policy = json.dumps(_policy(seen, confinement.network), ensure_ascii=True)
            yield Launch((*WARDEN, "--policy", policy, "--", *argv), given, cwd, owns_tree=False)

    def lays(self, directory: Path) -> bool:
        return False


def _policy(seen: View, network: bool) -> dict[str, list[str] | bool]:
    dark = (*seen.hidden, *seen.masked, Path("/dev"))
    readable = [*_parts(Path("/"), dark)]
    for place in seen.shown:
        readable += _parts(place, [d for d in dark if d != place and d.is_relative_to(place)])
    return {
        "read": [str(path) for path in readable],
        "write": [*map(str, seen.writable), *_DEVICES],
        "network": network,
    }


def _parts(place: Path, dark: Iterable[Path]) -> Iterator[Path]:
    """The largest directories and files below `place` that have no dark place in them."""
    inside = [d for d in dark if d.is_relative_to(place)]
    if not inside:
        yield place
    elif place not in inside:  # else all of it is dark
        try:
            children = sorted(os.scandir(place), key=lambda entry: entry.name)
        except OSError:
            return
        for child in children:
            if not child.is_symlink():
                yield from _parts(Path(child.path), inside)
