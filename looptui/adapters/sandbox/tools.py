"""What a command line needs to see in order to start: programs, interpreters, libraries, files.

Programs often live below home (version managers, virtual environments, npm, pipx, uv), which is
hidden. What belongs to a program there is shown: its directory on PATH, where links in it lead,
the library directories beside it, and files that the command line or known variables name.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from looptui.adapters.sandbox.places import exists, homes, links, real, within

_PROGRAM_DIRECTORIES = {"bin", "sbin", "shims", "libexec"}
_BESIDE_PROGRAMS = (
    "bin", "sbin", "shims", "libexec", "lib", "lib32", "lib64", "share", "include", "conf",
    "jmods", "release", "versions", "version", "installs", "install", "plugins", "tools",
    "toolchains", "node_modules", "pyvenv.cfg",
)  # fmt: skip
_NAMED_BY_VARIABLES = (
    "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO",
    "NODE_EXTRA_CA_CERTS", "VIRTUAL_ENV", "CONDA_PREFIX", "JAVA_HOME", "GOROOT", "RUSTUP_HOME",
    "PYENV_ROOT", "NVM_DIR", "VOLTA_HOME",
)  # fmt: skip
_RESOLVER = ("/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf")


def needed(
    argv: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    dark: Sequence[Path],
    writable: Sequence[Path],
    network: bool,
) -> Iterator[Path]:
    """Names of what the command needs, `dark` (hidden) or not, existing or not.

    What lies in `writable` (real paths) may have been planted by a child, so a link or a first
    line there opens nothing but a genuine Python and virtual environments.
    """
    named = [*_named_files(argv), *_named_by_variables(env)]
    named += map(Path, _RESOLVER if network else ())
    directories = [Path(place) for place in _search_path(env)]
    program = program_of(argv[0], cwd, env)
    if program is not None:
        named.append(program)
        planted = _planted(program, writable)
        directories += [program.parent] if planted else _programs_beside(program)
        directories += _interpreters(program, genuine=planted)
    yield from (name for name in named if not _planted(name, writable))
    yield from _installations(directories, tuple(f"{place}/" for place in dark), writable)


def _installations(
    directories: list[Path], prefixes: tuple[str, ...], writable: Sequence[Path]
) -> Iterator[Path]:
    """Directories of programs with what belongs to them, and those to which their links lead."""
    seen: set[Path] = set()
    while directories:
        directory = directories.pop()
        if directory in seen:
            continue
        seen.add(directory)
        directories += _base_pythons(directory)
        if _planted(directory, writable):
            continue
        yield directory
        yield from _beside(directory)
        for target in _linked(str(directory), _changed(directory), prefixes):
            yield target
            directories += _programs_beside(target)


def _planted(path: Path, writable: Sequence[Path]) -> bool:
    """The name passes through a writable directory."""
    target = real(path)
    passed = (path, target, *links(path)) if target != path else (path,)
    return any(within(place, writable) for place in passed)


def program_of(word: str, cwd: Path, env: Mapping[str, str]) -> Path | None:
    """The file that the first word of a command line names; None where there is none."""
    named = str(cwd / word) if "/" in word else word
    found = shutil.which(named, path=os.pathsep.join(_search_path(env)))
    return Path(found) if found else None


def _search_path(env: Mapping[str, str]) -> list[str]:
    path = env.get("PATH", os.environ.get("PATH", os.defpath))
    return [place for place in path.split(os.pathsep) if place.startswith("/")]


def _named_by_variables(env: Mapping[str, str]) -> Iterator[Path]:
    values = (env.get(name, "") for name in _NAMED_BY_VARIABLES)
    return (Path(value) for value in values if value.startswith("/"))


def _named_files(argv: Sequence[str]) -> Iterator[Path]:
    """Absolute files in the words, also after `--option=`."""
    for word in argv:
        for text in (word, word.partition("=")[2]):
            if text.startswith("/") and os.access(text, os.F_OK) and Path(text).is_file():
                yield Path(text)


def _programs_beside(program: Path) -> list[Path]:
    """The program's directory if it is one for programs, by its name and in reality."""
    places = {program.parent, real(program).parent}
    return [place for place in places if place.name in _PROGRAM_DIRECTORIES]


def _interpreters(program: Path, *, genuine: bool) -> list[Path]:
    """Where the interpreter in a script's first line is; if `genuine`, only a Python's."""
    try:
        with program.open("rb") as file:
            first = file.readline(512)
    except OSError:
        return []
    words = first[2:].split() if first.startswith(b"#!/") else []
    places = _programs_beside(Path(os.fsdecode(words[0]))) if words else []
    return [place for place in places if not genuine or exists(place.parent / "pyvenv.cfg")]


def _beside(directory: Path) -> Iterator[Path]:
    """The parts of an installation around a directory of programs."""
    place = real(directory)
    if place.name not in _PROGRAM_DIRECTORIES or place.parent in homes():
        return
    yield from _parts(str(place.parent), _changed(place.parent))


@lru_cache(maxsize=256)
def _parts(installation: str, _changed: int) -> tuple[Path, ...]:
    """What is there of the parts of an installation."""
    place = Path(installation)
    return tuple(
        place / name
        for name in _BESIDE_PROGRAMS
        # In ~/.local, share is not a program's data but everybody's, keyrings among them.
        if exists(place / name) and not (name == "share" and place.name == ".local")
    )


def _base_pythons(directory: Path) -> Iterator[Path]:
    """Where the interpreter of a virtual environment really is; nothing if it is not a Python."""
    try:
        lines = (directory.parent / "pyvenv.cfg").read_text("utf-8", "replace").splitlines()
    except OSError:
        return
    for line in lines:
        name, _, value = line.partition("=")
        if name.strip() != "home" or not value.strip().startswith("/"):
            continue
        home = Path(value.strip())
        place = real(home)
        python = any((place.parent / "lib").glob("python3*/os.py"))
        if python and place.name == "bin":
            yield from (home, place)


def _changed(directory: Path) -> int:
    try:
        return directory.stat().st_mtime_ns
    except OSError:
        return 0


@lru_cache(maxsize=256)
def _linked(directory: str, _changed: int, prefixes: tuple[str, ...]) -> tuple[Path, ...]:
    """Where the links in a directory lead, if that begins with one of the prefixes."""
    try:
        with os.scandir(directory) as entries:
            targets = {os.path.realpath(entry.path) for entry in entries if entry.is_symlink()}
    except OSError:
        return ()
    return tuple(Path(target) for target in sorted(targets) if target.startswith(prefixes))
