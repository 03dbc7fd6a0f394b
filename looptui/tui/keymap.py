"""Every key, once: bindings, key bar, help, README and the user's `[keys]` derive from its table.

The table itself is `key_table.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from looptui.tui.key_table import GROUPS, OF_WIDGETS, PLACES, SCOPES, TABLE

if TYPE_CHECKING:
    from textual.binding import Binding
    from textual.dom import DOMNode

__all__ = [
    "GROUPS", "KEYS", "OF_WIDGETS", "PLACES", "SCOPES", "Key", "Keymap", "bind", "label",
    "markdown", "with_parents",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Key:
    """One thing that keys do."""

    id: str
    "What the `[keys]` table calls it: the scope and a verb; `app` and `go` for global keys."
    keys: tuple[str, ...]
    "Any of them works and the first is shown; empty is unbound."
    action: str
    "The Textual action, looked up on the node that owns the scope."
    description: str
    "The line in help."
    group: str
    "The heading in help, one of GROUPS."
    scope: str
    hint: str = ""
    "The word or two in the key bar."
    priority: int = 0
    "The place in the key bar, 1 first; what does not fit is dropped from the end."

    @property
    def hidden(self) -> bool:
        """Whether the key bar leaves it out; help lists every key that is bound."""
        return not self.hint


def _keys() -> Iterator[Key]:
    for scope, rows in TABLE.items():
        after = {"global": 100, "always": 200, "pick": 0}.get(scope, 1)
        for place, (verb, keys, action, group, description, hint) in enumerate(rows, after):
            id_ = verb if "." in verb else f"{scope}.{verb}"
            yield Key(id_, tuple(keys.split()), action, description, group, scope, hint, place)


KEYS: tuple[Key, ...] = tuple(_keys())
"""The keys as shipped."""


def with_parents(scope: str) -> tuple[str, ...]:
    """A scope and every scope whose keys are live beside its own, nearest first."""
    found = [scope]
    for parent in SCOPES[scope]:
        found += [name for name in with_parents(parent) if name not in found]
    return tuple(found)


class Keymap:
    """Keys as they are in force: the shipped ones, or those with the user's changes."""

    def __init__(self, keys: tuple[Key, ...] = KEYS) -> None:
        self.keys = keys
        self._by_id = {key.id: key for key in keys}

    def __getitem__(self, id_: str) -> Key:
        return self._by_id[id_]

    def first(self, id_: str) -> str:
        """The first key of an action, as Textual calls it; empty where it has none."""
        return "".join(self[id_].keys[:1])

    def told(self, words: str) -> str:
        """A sentence of ours with each `{id}` as the key in force, as people read it.

        An action that was left without a key is named by its words in the palette.
        """
        return _ID.sub(lambda found: self.name(found[1]), words)

    def name(self, id_: str) -> str:
        """What people call the first key of an action; its words where it has none."""
        return label(self.first(id_)) or f"'{self[id_].description}'"

    def live(self, scope: str) -> list[Key]:
        """The bound keys that work in a scope, its own first."""
        scopes = with_parents(scope)
        bound = [key for key in self.keys if key.keys and key.scope in scopes]
        return sorted(bound, key=lambda key: scopes.index(key.scope))

    def bar(self, scope: str) -> list[Key]:
        """The keys for the key bar of a scope, the most important first."""
        return sorted(
            (key for key in self.live(scope) if not key.hidden), key=lambda key: key.priority
        )

    def help(self, scope: str) -> dict[str, list[Key]]:
        """The keys of a scope for help, by heading."""
        keys = self.live(scope)
        groups = {group: [key for key in keys if key.group == group] for group in GROUPS}
        return {group: members for group, members in groups.items() if members}

    def bindings(self, scope: str) -> list[Binding]:
        """The Textual bindings of a scope alone, without those of its parents."""
        from textual.binding import Binding

        return [
            Binding("comma" if name == "," else name, key.action, key.description, show=False)
            for key in self.keys
            if key.scope == scope
            for name in key.keys
        ]


def bind(node: DOMNode, keymap: Keymap, *scopes: str) -> None:
    """Give a node the keys of some scopes in place of its own bindings.

    Textual's `set_keymap` neither unbinds nor swaps two keys, so the map is made anew.
    """
    from textual.binding import BindingsMap

    node._bindings = BindingsMap([key for scope in scopes for key in keymap.bindings(scope)])


_ID = re.compile(r"\{([a-z-]+\.[a-z-]+)\}")
_LABELS = {"escape": "esc", "pagedown": "pgdn", "pageup": "pgup", "shift+tab": "S-tab"}


def label(key: str, enter: str = "enter") -> str:
    """A key as people read it: `^d`, `pgdn`, `esc`; `enter` is the glyph for enter."""
    if key.startswith("ctrl+"):
        return "^" + key[5:]
    return enter if key == "enter" else _LABELS.get(key, key)


def markdown(keymap: Keymap) -> str:
    """The key table of the README: a row a key, by the places where they are live."""
    lines = ["| where | keys | what | id |", "|---|---|---|---|"]
    for scope in SCOPES:
        where = PLACES[scope]
        for key in keymap.keys:
            if key.scope == scope and key.keys:
                lines.append(f"| {where} | {_names(key)} | {key.description} | `{key.id}` |")
                where = ""
    return "\n".join(lines) + "\n"


def _names(key: Key) -> str:
    return " ".join(f"`{label(name)}`" for name in key.keys).replace("|", "\\|")
