"""Files that an installation writes into the sources of a Python project and that git ignores.

The code imports them, and an export of a commit does not have them. Sources: the documentation of
hatch-vcs, setuptools-scm, versioningit and pdm-backend for where each says which file it writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from looptui.detecting.reading import Tree, below, table

_SETTINGS = (
    (("tool", "hatch", "build", "hooks", "vcs"), ("version-file",)),
    (("tool", "setuptools_scm"), ("version_file", "write_to")),
    (("tool", "versioningit", "write"), ("file",)),
    (("tool", "pdm", "version"), ("write_to",)),
)
_IN_SETUP = re.compile(r"""(?:version_file|write_to)["']?\s*[=:]\s*["']([\w./-]+)["']""")


def generated(tree: Tree, at: str = "") -> tuple[str, ...]:
    """Those that are there, of the project in a directory."""
    named = dict.fromkeys(below(at, name) for name in _named(tree, at))
    places = [place for name in named for place in (name, _below_src(at, name))]
    return tuple(place for place in places if tree.has(place) and not tree.is_dir(place))


def _named(tree: Tree, at: str) -> Iterator[str]:
    data = tree.toml(below(at, "pyproject.toml"))
    for keys, names in _SETTINGS:
        values = (table(data, *keys).get(name) for name in names)
        yield from (value for value in values if isinstance(value, str) and _is_inside(value))
    found = _IN_SETUP.findall(tree.text(below(at, "setup.py")) or "")
    yield from (name for name in found if _is_inside(name))


def _is_inside(name: str) -> bool:
    return bool(name) and not name.startswith("/") and ".." not in name.split("/")


def _below_src(at: str, name: str) -> str:
    """pdm-backend names the file from where packages lie."""
    return below(at, "src/" + (name.removeprefix(f"{at}/") if at else name))
