"""Lays git directories by hand: no template, no hook, only the settings that are named."""

from __future__ import annotations

import os
import secrets
import stat
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

FIXED = {
    "core.hooksPath": os.devnull,
    "core.attributesFile": os.devnull,
    "core.fsmonitor": "false",
    "core.untrackedCache": "false",
    "core.splitIndex": "false",
    "core.quotePath": "false",
    "core.logAllRefUpdates": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "submodule.recurse": "false",
}


@dataclass(frozen=True, slots=True)
class Layout:
    """What a git directory of ours holds besides objects and refs."""

    head: str
    """The content of HEAD: a commit id, or `ref: …`."""
    stores: tuple[Path, ...]
    """Object directories that it borrows from."""
    sha256: bool = False
    settings: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    """Further files: `info/exclude`, `shallow`, …"""


_DIRECTORIES = ("objects/info", "objects/pack", "refs", "info")
_FILES = ("objects/info/alternates", "config", "HEAD")


def is_plain(path: Path, layout: Layout, also: Sequence[str] = ()) -> bool:
    """Whether there is nothing but the files and directories that `lay` makes, and `also`.

    What is in the files is not asked: `lay` renews that, by a new file in the place of the old.
    """
    directories = {path, path / "objects", *(path / name for name in _DIRECTORIES)}
    known = {*directories, *(path / name for name in (*_FILES, *layout.files, *also))}
    if not all(_is_open_directory(place) for place in directories):
        return False
    return known.issuperset(entry for place in directories for entry in place.iterdir())


def lay(path: Path, layout: Layout) -> None:
    """Make or renew a git directory; objects, refs and indexes that are there stay."""
    for part in _DIRECTORIES:
        (path / part).mkdir(mode=0o700, parents=True, exist_ok=True)
    settings = FIXED | _of_file_system(path) | dict(layout.settings)
    put(path / "objects/info/alternates", _alternates(layout.stores))
    for name, content in layout.files.items():
        put(path / name, content)
    put(path / "config", _config(settings, layout.sha256))
    put(path / "HEAD", layout.head.encode() + b"\n")


def object_stores(objects: Path) -> tuple[Path, ...]:
    """An object directory and all that it borrows from, nearest first, each once."""
    found: dict[Path, None] = {}
    waiting = [objects]
    while waiting:
        store = waiting.pop(0)
        store = Path(os.path.realpath(store))
        if store not in found and store.is_dir():
            found[store] = None
            waiting += _borrowed(store)
    return tuple(found)


def put(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; an unchanged file is left alone."""
    if _is_file_of(path, len(content)) and path.read_bytes() == content:
        return
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(6)}.tmp")
    temporary.touch(mode=0o600, exist_ok=False)
    temporary.write_bytes(content)
    temporary.replace(path)


def _is_file_of(path: Path, size: int) -> bool:
    try:
        found = os.lstat(path)
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and found.st_size == size


def _is_open_directory(path: Path) -> bool:
    """A directory, no link to one, in which its owner may do anything."""
    try:
        mode = os.lstat(path).st_mode
    except OSError:
        return False
    return stat.S_ISDIR(mode) and mode & stat.S_IRWXU == stat.S_IRWXU


def _borrowed(store: Path) -> Iterable[Path]:
    try:
        lines = (store / "info/alternates").read_bytes().split(b"\n")
    except FileNotFoundError:
        return []
    names = [_unquoted(line) for line in lines if line and not line.startswith(b"#")]
    return [store / os.fsdecode(name) for name in names]


def _alternates(stores: Sequence[Path]) -> bytes:
    return b"".join(_quoted(os.fsencode(store)) + b"\n" for store in stores)


_SPECIAL = {b"\n": b"\\n", b'"': b'\\"', b"\\": b"\\\\"}


def _quoted(name: bytes) -> bytes:
    if b"\n" not in name and not name.startswith((b'"', b"#")):
        return name
    parts = (name[i : i + 1] for i in range(len(name)))
    return b'"' + b"".join(_SPECIAL.get(part, part) for part in parts) + b'"'


def _unquoted(line: bytes) -> bytes:
    if not line.startswith(b'"'):
        return line
    plain = line[1:-1].decode("latin-1").encode("latin-1", "backslashreplace")
    return plain.decode("unicode_escape").encode("latin-1")


def _of_file_system(path: Path) -> dict[str, str]:
    settings = {"core.fileMode": "true", "core.symlinks": "true", "core.bare": "true"}
    settings["core.ignoreCase"] = "true" if (path / "OBJECTS").exists() else "false"
    if sys.platform == "darwin":
        settings["core.precomposeUnicode"] = "true"
    return settings


def _config(settings: Mapping[str, str], sha256: bool) -> bytes:
    lines = ["[core]", f"\trepositoryformatversion = {int(sha256)}"]
    if sha256:
        lines += ["[extensions]", "\tobjectFormat = sha256"]
    for key, value in settings.items():
        section, _, name = key.partition(".")
        escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        lines += [f"[{section}]", f'\t{name} = "{escaped}"']
    return os.fsencode("\n".join(lines) + "\n")
