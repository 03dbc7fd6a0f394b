"""Files of shared records, `.looptui/memory/*.toml`: read, and changed block by block."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from looptui.core import events as ev
from looptui.core.clashing import UNSAID
from looptui.core.memory import TYPES
from looptui.core.sharing import digest
from looptui.errors import ConfigError
from looptui.loopfile.sheet import listed, quoted

HEAD = """\
# Records of memory that this repository shares. `looptui memory import` takes them over,
# `looptui memory export` writes what was edited. Files stand with the id git has for their
# content; where that is other by now the record is stale. Review changes like code.
"""
LARGEST = 1 << 20
"""Bytes of a file that is read."""
_BLOCK = re.compile(r"(?m)^\[\[record\]\]")
_TEXTS = {"text": "text", "why": "why", "about": "subject", "kind": "type"}
_KEYS = ("id", *_TEXTS, "tags", "files", "pinned")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


def read(text: str, name: str) -> dict[str, ev.Content]:
    """The records of a file by their names in it. ConfigError names the file and the block."""
    try:
        blocks = tomllib.loads(text).get("record", [])
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{name} is no TOML: {error}", "Mend it; nothing was changed.") from None
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise ConfigError(f"{name}: each record begins with [[record]]", "Nothing was changed.")
    found: dict[str, ev.Content] = {}
    for number, block in enumerate(blocks, 1):
        problem = _problem(block) or (f"a second {block['id']!r}" if block["id"] in found else "")
        if problem:
            raise ConfigError(f"{name}, record {number}: {problem}", "Nothing was changed.")
        found[block["id"]] = _content(block)
    return found


def changed(text: str, name: str, changes: Mapping[str, ev.Content | None]) -> str:
    """The file with some records as they are now, None for none; the other blocks as they stood.

    ConfigError where it cannot be changed so that it then says exactly that.
    """
    wanted: dict[str, ev.Content] = {**read(text, name)}
    starts = [found.start() for found in _BLOCK.finditer(text)] + [len(text)]
    parts = [text[at:end] for at, end in pairwise(starts)]
    if len(parts) != len(wanted):
        hint = "Put [[record]] at the beginning of a line for each record, and nowhere else."
        raise ConfigError(f"{name} cannot be changed block by block", hint)
    blocks = dict(zip(wanted, parts, strict=True))
    for key, content in changes.items():
        if content is None:
            blocks.pop(key, None)
            wanted.pop(key, None)
        else:
            blocks[key] = "\n".join((_spelled(key, content), *_comments(blocks.get(key, ""))))
            wanted[key] = content
    head = text[: starts[0]] if text else HEAD
    written = "\n\n".join(part.strip("\n") for part in (head, *blocks.values())).strip("\n") + "\n"
    if _digests(read(written, name)) != _digests(wanted):
        raise ConfigError(f"{name} could not be written so that it reads the same", "Edit it.")
    return written


def _comments(block: str) -> list[str]:
    """What stands below a block and is about the next one."""
    lines = block.rstrip("\n").split("\n")
    at = len(lines)
    while at and (not lines[at - 1] or lines[at - 1].startswith("#")):
        at -= 1
    return lines[at:]


def _digests(records: Mapping[str, ev.Content]) -> dict[str, str]:
    return {key: digest(content) for key, content in records.items()}


def _spelled(key: str, content: ev.Content) -> str:
    lines = ["[[record]]", f"id = {quoted(key)}"]
    texts = {word: getattr(content, name) for word, name in _TEXTS.items()}
    lines += [
        f"{word} = {quoted(text)}" for word, text in texts.items() if text not in ("", UNSAID)
    ]
    if content.tags:
        lines.append(f"tags = {listed(content.tags)}")
    if content.files:
        blobs = content.blobs or ("",) * len(content.files)
        pairs = zip(content.files, blobs, strict=True)
        cited = ", ".join(f"{quoted(path)} = {quoted(blob)}" for path, blob in pairs)
        lines.append(f"files = {{ {cited} }}")
    if content.pinned:
        lines.append("pinned = true")
    return "\n".join(lines)


def _content(block: Mapping[str, Any]) -> ev.Content:
    files = block.get("files", {})
    cited = files if isinstance(files, dict) else dict.fromkeys(files, "")
    blobs = tuple(cited.values())
    return ev.Content(
        block.get("kind", "fact"),
        "repository",
        block.get("about", "").strip() or UNSAID,
        block["text"].strip(),
        block.get("why", "").strip(),
        tuple(block.get("tags", ())),
        tuple(cited),
        block.get("pinned", False),
        blobs=blobs if any(blobs) else (),
    )


def _problem(block: Mapping[str, Any]) -> str:
    """Why a block is no record; empty where it is one."""
    unknown = [key for key in block if key not in _KEYS]
    if unknown:
        return f"no key {unknown[0]!r}; there are {', '.join(_KEYS)}"
    texts = {key: block.get(key, "") for key in ("id", *_TEXTS)}
    wrong = [key for key, value in texts.items() if not isinstance(value, str)]
    if wrong:
        return f"{wrong[0]} must be a text"
    if not _NAME.fullmatch(texts["id"]):
        return "it needs an id of letters, digits, dots and dashes"
    if not texts["text"].strip():
        return "it needs a text"
    if block.get("kind", "fact") not in TYPES:
        return f"no kind {block['kind']!r}; there are {', '.join(TYPES)}"
    if not isinstance(block.get("pinned", False), bool):
        return "pinned must be true or false"
    return _problem_of_lists(block)


def _problem_of_lists(block: Mapping[str, Any]) -> str:
    files = block.get("files", {})
    paths = [*files, *files.values()] if isinstance(files, dict) else files
    if not isinstance(paths, list) or not all(isinstance(one, str) for one in paths):
        return "files must be paths, each with the id of its content or without"
    tags = block.get("tags", [])
    fine = isinstance(tags, list) and all(isinstance(one, str) for one in tags)
    return "" if fine else "tags must be a list of texts"
