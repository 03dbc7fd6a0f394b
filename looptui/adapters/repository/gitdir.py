"""Lays git directories by hand: no template, no hook, only the settings that are named."""

from __future__ import annotations

import os
import secrets
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


def lay(path: Path, layout: Layout) -> None:
    """Make or renew a git directory; objects, refs and indexes that are there stay."""
    for part in ("objects/info", "objects/pack", "refs", "info"):
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
    if not path.is_symlink() and path.is_file() and path.read_bytes() == content:
        return
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(6)}.tmp")
    temporary.touch(mode=0o600, exist_ok=False)
    temporary.write_bytes(content)
    temporary.replace(path)


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
