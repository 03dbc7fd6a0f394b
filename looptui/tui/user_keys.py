"""The user's keys: every problem of the table is named, and only what is wrong is skipped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

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
_WAYS_OUT = ("app.quit", "app.back")

Changes = dict[str, tuple[str, ...]]
Place = tuple[str, ...]
"""Where a value stands in a TOML file: its tables and its key."""


class KeyProblem(NamedTuple):
    """What is wrong with the entry of one key id; that entry is skipped."""

    id: str
    text: str

    def __str__(self) -> str:
        return f"keys.{self.id}: {self.text}; skipped"


class Clash(NamedTuple):
    """One key that means two things in one place."""

    name: str
    one: Key
    other: Key

    def words(self, id_: str) -> str:
        """What is wrong, from the side of one of the two."""
        mine, theirs = (self.one, self.other) if self.one.id == id_ else (self.other, self.one)
        if theirs.scope == "global" != mine.scope:
            return f"{label(self.name)} would shadow {theirs.id}"
        return f"{label(self.name)} is taken by {theirs.id}"


def read(file: Path) -> tuple[Keymap, list[str]]:
    """The keymap of a keys file, and every problem with its line.

    The ids stand at the top level or in a table `[keys]`, whole or as a table and a verb.
    """
    import tomllib

    try:
        data = tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        return Keymap(), [f"{file} cannot be read: {error}; the shipped keys hold"]
    places = dict(_flat(data))
    keymap, problems = resolve({id_: value for id_, (_, value) in places.items()})
    return keymap, _located(file, problems, {id_: place for id_, (place, _) in places.items()})


def _flat(table: Mapping[str, object]) -> Iterator[tuple[str, tuple[Place, object]]]:
    """`[review] approve = "y"` as `review.approve`, with its place."""
    own = table.get("keys")
    top, before = (own, ("keys",)) if isinstance(own, dict) else (table, ())
    for name, value in top.items():
        if isinstance(value, dict):
            for verb, each in value.items():
                yield f"{name}.{verb}", ((*before, name, verb), each)
        else:
            yield name, ((*before, name), value)


def _located(file: Path, problems: list[KeyProblem], places: Mapping[str, Place]) -> list[str]:
    if not problems:
        return []
    from looptui.loopfile.locate import Places

    lines = Places(file.read_text("utf-8"))
    return [
        f"{file.name}:{lines.line(places.get(problem.id, ()))}: {problem}" for problem in problems
    ]


def resolve(table: Mapping[str, object]) -> tuple[Keymap, list[KeyProblem]]:
    """The keymap with the user's changes, and every problem of the table.

    A value is a key, a list of keys, or false to unbind. What is wrong by itself, or clashes with
    another key, is skipped; the rest holds.
    """
    problems: list[KeyProblem] = []
    changes: Changes = {}
    ids = {key.id for key in KEYS}
    for id_, value in table.items():
        if id_ not in ids:
            problems.append(KeyProblem(id_, f"no such key id{_did_you_mean(id_, ids)}"))
            continue
        keys, wrong = _parse(value)
        problems += [KeyProblem(id_, problem) for problem in wrong]
        if not wrong:
            changes[id_] = keys
    problems += _without_clashes(changes)
    return _changed(changes), problems


def _without_clashes(changes: Changes) -> list[KeyProblem]:
    """Take back, one after the other, what clashes; of two changes it is the later one."""
    problems = []
    while found := clashes(_changed(changes)):
        order = list(changes)
        guilty = [id_ for id_ in (found[0].one.id, found[0].other.id) if id_ in changes]
        id_ = max(guilty, key=order.index)
        del changes[id_]
        problems.append(KeyProblem(id_, found[0].words(id_)))
    if all(changes.get(id_) == () for id_ in _WAYS_OUT):
        for id_ in _WAYS_OUT:
            del changes[id_]
            problems.append(KeyProblem(id_, "with both ways out unbound nothing would quit"))
    return problems


def _changed(changes: Changes) -> Keymap:
    return Keymap(tuple(replace(key, keys=changes.get(key.id, key.keys)) for key in KEYS))


def clashes(keymap: Keymap) -> list[Clash]:
    """Keys that mean two things in one place, each pair once."""
    found: dict[tuple[str, str, str], Clash] = {}
    for scope in SCOPES:
        owners: dict[str, Key] = {}
        for key in sorted(keymap.live(scope), key=lambda key: key.id):
            for name in key.keys:
                other = owners.setdefault(name, key)
                if other.id != key.id:
                    found.setdefault((name, other.id, key.id), Clash(name, other, key))
    return list(found.values())


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
    if name[:1] == "^":
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
