"""Records as a TOML file for an editor, and what a person changed in it. No Textual here."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from looptui.core import commands as cmd
from looptui.core.codec import decode
from looptui.core.memory import STATES, TYPES
from looptui.errors import UsageError

if TYPE_CHECKING:
    from looptui.core.memory import Memory

_TEXTS = {"text": "text", "why": "why", "about": "subject", "kind": "type", "scope": "scope"}
_LISTS = ("tags", "files")
_KEYS = ("id", *_TEXTS, *_LISTS, "pinned", "state")
_HEAD = f"""\
# Records of memory. Change them, or add a block without an id for a new one; save and close.
# A block that is taken out changes nothing: state = "forgotten" forgets a record.
# Kinds: {", ".join(TYPES)}. States: {", ".join(STATES)}.
# Scopes: repository, loop:NAME, run:ID.
"""


def spelled(records: Sequence[Memory], note: str = "") -> str:
    """The file; `note` is a line more above it."""
    head = f"{_HEAD}# {note}\n" if note else _HEAD
    return head + "".join(_block(record) for record in records)


def _block(record: Memory) -> str:
    lines = ["", "[[record]]", f"id = {_text(record.id)}"]
    lines += [f"{key} = {_text(getattr(record, name))}" for key, name in _TEXTS.items()]
    lines += [f"{key} = {json.dumps(getattr(record, key), ensure_ascii=False)}" for key in _LISTS]
    lines += [f"pinned = {str(record.pinned).lower()}", f"state = {_text(record.state)}"]
    return "\n".join(lines) + "\n"


def _text(text: str) -> str:
    """A basic string of TOML, over several lines where the text has several."""
    lines = [json.dumps(line, ensure_ascii=False)[1:-1] for line in text.split("\n")]
    return f'"{lines[0]}"' if len(lines) == 1 else '"""\n' + "\n".join(lines) + '"""'


def changes(text: str, records: Mapping[str, Memory]) -> list[cmd.Command]:
    """The commands that bring the records to what the file says.

    UsageError where it cannot be read, or names what is not there; nothing is changed then.
    """
    try:
        blocks = tomllib.loads(text).get("record", [])
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"this is no TOML: {error}", "Nothing was changed.") from None
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise UsageError("each record begins with [[record]]", "Nothing was changed.")
    found = [_change(block, records, number) for number, block in enumerate(blocks, 1)]
    return [command for command in found if command is not None]


def _change(
    block: dict[str, Any], records: Mapping[str, Memory], number: int
) -> cmd.Command | None:
    _check(block, number)
    given = {_TEXTS.get(key, key): value for key, value in block.items() if key != "id"}
    if "id" not in block:
        return decode(cmd.Remember, {"type": "fact", "text": "", **given})
    record = records.get(block["id"])
    if record is None:
        raise UsageError(f"block {number}: no record {block['id']!r} is in this list", _WITHOUT)
    new = {name: value for name, value in given.items() if value != _now(record, name)}
    return decode(cmd.Revise, {"id": record.id, "seen": record.text, **new}) if new else None


def _now(record: Memory, name: str) -> object:
    value = getattr(record, name)
    return list(value) if name in _LISTS else value


_WITHOUT = "A new record has no id. Nothing was changed."


def _check(block: dict[str, Any], number: int) -> None:
    for key, value in block.items():
        if key not in _KEYS:
            hint = f"There are: {', '.join(_KEYS)}. Nothing was changed."
            raise UsageError(f"block {number}: no key {key!r}", hint)
        if key in _LISTS:
            fits = isinstance(value, list) and all(isinstance(one, str) for one in value)
        else:
            fits = isinstance(value, bool if key == "pinned" else str)
        if not fits:
            wanted = "a list of texts" if key in _LISTS else "a text"
            wanted = "true or false" if key == "pinned" else wanted
            raise UsageError(f"block {number}: {key} must be {wanted}", "Nothing was changed.")
