"""The user's `[keys]` table: checked as a whole, every problem named, then laid over ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches

from looptui.tui.keymap import KEYS, SCOPES, Key, Keymap, label

_ALIASES = {
    "esc": "escape", "return": "enter", "ret": "enter", "pgdn": "pagedown", "pgdown": "pagedown",
    "page-down": "pagedown", "pgup": "pageup", "page-up": "pageup", "del": "delete",
    "ins": "insert", "spacebar": "space", " ": "space", "bs": "backspace", "comma": ",",
    "question_mark": "?", "exclamation_mark": "!", "slash": "/", "colon": ":",
}  # fmt: skip
_MODIFIERS = {"ctrl": "ctrl", "c": "ctrl", "control": "ctrl", "shift": "shift", "s": "shift",
              "alt": "alt", "a": "alt", "m": "alt", "meta": "alt"}  # fmt: skip
_NAMED = {
    "escape", "enter", "tab", "space", "backspace", "delete", "insert", "home", "end", "pageup",
    "pagedown", "up", "down", "left", "right", *(f"f{n}" for n in range(1, 21)),
}  # fmt: skip
_SAME_BYTE = {"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+h": "backspace", "ctrl+[": "escape",
              "ctrl+j": "enter"}  # fmt: skip


def resolve(table: Mapping[str, object]) -> tuple[Keymap, list[str]]:
    """The keymap with the user's changes, and every problem of the table.

    A value is a key, a list of keys, or false to unbind. With any problem the shipped keymap
    is returned, so that no key means something unexpected.
    """
    problems: list[str] = []
    changes: dict[str, tuple[str, ...]] = {}
    ids = {key.id for key in KEYS}
    for id_, value in table.items():
        if id_ not in ids:
            problems.append(f"keys.{id_}: no such key id{_did_you_mean(id_, ids)}")
            continue
        keys, wrong = _parse(value)
        problems += [f"keys.{id_}: {problem}" for problem in wrong]
        changes[id_] = keys
    keymap = Keymap(tuple(replace(key, keys=changes.get(key.id, key.keys)) for key in KEYS))
    problems += clashes(keymap)
    if not keymap["app.quit"].keys and not keymap["app.back"].keys:
        problems.append("keys: app.quit and app.back are both unbound: nothing would quit")
    return (Keymap() if problems else keymap), problems


def clashes(keymap: Keymap) -> list[str]:
    """Keys that mean two things in one place, each named once with both ids."""
    found: dict[str, None] = {}
    for scope in SCOPES:
        owners: dict[str, Key] = {}
        for key in sorted(keymap.live(scope), key=lambda key: key.id):
            for name in key.keys:
                other = owners.setdefault(name, key)
                if other.id != key.id:
                    found[_clash(name, other, key)] = None
    return list(found)


def _clash(name: str, one: Key, other: Key) -> str:
    if "global" in (one.scope, other.scope) and one.scope != other.scope:
        ours, shadowed = (one, other) if other.scope == "global" else (other, one)
        return f"keys.{ours.id}: {label(name)} would shadow {shadowed.id}"
    return f"keys.{other.id}: {label(name)} is taken by {one.id}"


def _parse(value: object) -> tuple[tuple[str, ...], list[str]]:
    if value is False:
        return (), []
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return (), ["must be a key, a list of keys, or false"]
    if not names:
        return (), ["no key given; write false to unbind"]
    keys, problems = [], []
    for name in names:
        key = normalise(name)
        if key in _SAME_BYTE:
            problems.append(f"terminals send {label(key)} as {_SAME_BYTE[key]}; choose another key")
        elif not _known(key):
            problems.append(f"no such key {name!r}{_did_you_mean(key, _NAMED)}")
        keys.append(key)
    return tuple(dict.fromkeys(keys)), problems


def normalise(name: str) -> str:
    """A key as people write it, as Textual names it: `C-d`, `^d` and `ctrl-d` are `ctrl+d`."""
    if len(name) == 1:
        return _ALIASES.get(name, name)
    if name[0] == "^":
        return f"ctrl+{name[1:].lower()}"
    lower = name.lower()
    if lower in _ALIASES:
        return _ALIASES[lower]
    *modifiers, key = name.replace("-", "+").split("+") if len(name) > 2 else [name]
    if not modifiers or not all(modifier.lower() in _MODIFIERS for modifier in modifiers):
        return lower
    held = sorted({_MODIFIERS[modifier.lower()] for modifier in modifiers})
    if held == ["shift"] and len(key) == 1:
        return key.upper()
    key = _ALIASES.get(key.lower(), key.lower())
    return "+".join([*held, key])


def _known(key: str) -> bool:
    if len(key) == 1:
        return key.isprintable()
    *modifiers, last = key.split("+")
    if not all(modifier in ("ctrl", "shift", "alt") for modifier in modifiers):
        return False
    return last in _NAMED or (bool(modifiers) and len(last) == 1 and last.isprintable())


def _did_you_mean(word: str, known: set[str]) -> str:
    close = get_close_matches(word, sorted(known), 1)
    return f"; did you mean {close[0]!r}?" if close else ""
