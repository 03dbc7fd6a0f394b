"""Read a loop file: bytes to a `Loop`, or every problem at once."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from looptui.core.spec import Loop
from looptui.errors import ConfigError
from looptui.loopfile.document import LARGEST, Document
from looptui.loopfile.problem import LoopFileErrors, Problem
from looptui.loopfile.rules import Facts, strings, table, word

_MOST_SIBLINGS = 500


@dataclass(frozen=True, slots=True)
class Loaded:
    """A loop and the exact bytes that it was read from."""

    loop: Loop
    text: bytes
    digest: str
    """SHA-256 of `text`, in hex: what a person trusts."""
    path: Path
    warnings: tuple[Problem, ...] = ()


def load(path: Path, root: Path | None = None) -> Loaded:
    """The loop in the file at `path`.

    `root` is the repository's; without it the one around the file is taken, if any. Raises
    ConfigError when the file cannot be read, LoopFileErrors with everything wrong in it.
    """
    raw = _bytes(path)
    here = root or _root_of(path)
    document = Document(str(path), raw)
    own = _below(path, here)
    return _loaded(document, raw, path, Facts(document.data, here, own, _after(document, path)))


def loads(text: str | bytes, name: str = "loop.toml", root: Path | None = None) -> Loaded:
    """The loop in `text`; `name` stands in messages. Looks at no other loop file.

    With the `root` of a repository, programs and directories are looked for in it.
    """
    raw = text.encode() if isinstance(text, str) else text
    document = Document(name, raw)
    return _loaded(document, raw, Path(name), Facts(document.data, root))


def _loaded(document: Document, raw: bytes, path: Path, facts: Facts) -> Loaded:
    from pydantic import ValidationError

    from looptui.loopfile import build, later, reword, semantic
    from looptui.loopfile.model import LoopTable

    found = semantic.problems(document, facts)
    try:
        parsed = LoopTable.model_validate(document.data)
    except ValidationError as error:
        raise LoopFileErrors([*reword.problems(document, error, LoopTable), *found]) from None
    if any(one.severity == "error" for one in found):
        raise LoopFileErrors(found)
    loop = build.loop(parsed, later.asked_for(document.data))
    return Loaded(loop, raw, hashlib.sha256(raw).hexdigest(), path, tuple(found))


def _bytes(path: Path) -> bytes:
    if not path.is_file():
        what = "is not a file" if path.exists() else "does not exist"
        raise ConfigError(f"{path} {what}", "see the loops of this repository: looptui status")
    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from error


def _root_of(path: Path) -> Path | None:
    parents = path.resolve().parents
    return next((one for one in parents if (one / ".git").exists()), None)


def _below(path: Path, root: Path | None) -> str | None:
    real = path.resolve()
    if root is None or not real.is_relative_to(root.resolve()):
        return None
    return real.relative_to(root.resolve()).as_posix()


def _after(document: Document, path: Path) -> dict[str, tuple[str, ...]]:
    """What the other loops of the directory wait for; read only where this one waits at all."""
    if not table(document.data.get("triggers")).get("after"):
        return {}
    others = (one for one in sorted(path.parent.glob("*.toml")) if one.name != path.name)
    found: dict[str, tuple[str, ...]] = {}
    for other in islice(others, _MOST_SIBLINGS):
        try:
            data = tomllib.loads(other.read_text("utf-8"))
        except (OSError, ValueError, RecursionError):
            continue
        after = strings(table(data.get("triggers")).get("after"))
        found[word(data.get("name"))] = tuple(name for _, name in after)
    return found
