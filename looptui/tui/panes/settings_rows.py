"""The rows of the Settings screen, by group: what holds, where it comes from, what it may be."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from looptui import config, paths
from looptui.loopfile.problem import LoopFileErrors
from looptui.settings import BY_KEY
from looptui.tui import themes
from looptui.tui.glyphs import Glyphs
from looptui.tui.keymap import KEYS, PLACES, Keymap, label
from looptui.tui.preferences import KEYS_FILE
from looptui.tui.spans import Spans
from looptui.tui.widgets.table_view import Column, TableRow

if TYPE_CHECKING:
    from looptui.config import Config, Row
    from looptui.tui.themes import Palette

COLUMNS = (
    Column("what", 22),
    Column("value", 14, grow=True),
    Column("from", 9, priority=1),
)
GROUPS = (
    ("theme", "Theme"), ("ui", "Screen"), ("notify", "Notifications"), ("limits", "Limits"),
    ("editor", "Editor"), ("keys", "Keys"), ("files", "Files"),
)  # fmt: skip
"""Groups in their order: (id, name). Those that are tables of the config file have their names."""
_SHIPPED = {key.id: key.keys for key in KEYS}


@dataclass(frozen=True, slots=True)
class Known:
    """What was read of the person's files."""

    config: Config
    palettes: Mapping[str, Palette]
    problems: tuple[str, ...]
    files: tuple[tuple[str, Path], ...]
    """(what, file): those that make up the settings, whether they are there or not."""


def read(root: Path) -> Known:
    """Read the settings in force in a repository; waits for the disk."""
    folder = paths.config_dir()
    problems: list[str] = []
    try:
        loaded = config.load(root)
        problems += [str(warning) for warning in loaded.warnings]
    except LoopFileErrors as error:
        loaded = config.Config()
        problems += [str(problem).split("\n")[0] for problem in error.problems]
    found = themes.find_palettes(themes.shipped_themes(), folder / "themes")
    problems += [problem.message for problem in found.problems]
    if (folder / KEYS_FILE).is_file():
        from looptui.tui.user_keys import read as read_keys

        problems += read_keys(folder / KEYS_FILE)[1]
    files = (
        ("settings", paths.user_config()),
        ("keys", folder / KEYS_FILE),
        ("themes", folder / "themes"),
        ("limits of the repository", paths.repo_config(root)),
        ("log", paths.log_file(paths.repo_state(root))),
    )
    short = tuple(problem.replace(f"{folder}{os.sep}", "") for problem in problems)
    return Known(loaded, found.palettes, short, files)


@dataclass(frozen=True, slots=True)
class Now:
    """What holds in the app at this moment."""

    theme: str
    kept_theme: str
    """The one in use before a preview."""
    themes: Sequence[str]
    keymap: Keymap
    glyphs: Glyphs


def rows(group: str, known: Known, now: Now) -> list[TableRow]:
    """The rows of a group."""
    made: dict[str, Callable[[Known, Now], list[TableRow]]] = {
        "theme": _themes, "keys": _keys, "files": _files,
    }  # fmt: skip
    if group in made:
        return made[group](known, now)
    return [_setting(row) for row in known.config.show() if row.key.startswith(f"{group}.")]


def _themes(known: Known, now: Now) -> list[TableRow]:
    ours = sorted(known.palettes)
    names = [*ours, *sorted(name for name in now.themes if name not in known.palettes)]
    return [_theme(name, known.palettes.get(name), now) for name in names]


def _theme(name: str, palette: Palette | None, now: Now) -> TableRow:
    used = name == now.kept_theme
    mark: Spans = ((f"{now.glyphs.done if used else ' '} {name}", "bold" if used else ""),)
    if palette is None:
        return TableRow(name, (mark, "", "Textual"))
    origin = palette.origin if palette.origin == "shipped" else "yours"
    return TableRow(name, (mark, palette.label, origin))


def _setting(row: Row) -> TableRow:
    own = row.layer != "default"
    value: Spans = ((row.value, "bold" if own else ""),)
    return TableRow(row.key, (row.key.partition(".")[2], value, row.layer))


def _keys(known: Known, now: Now) -> list[TableRow]:
    found = []
    for key in now.keymap.keys:
        names = " ".join(label(name, now.glyphs.enter) for name in key.keys) or "none"
        changed = key.keys != _SHIPPED[key.id]
        shown: Spans = ((names, "bold key" if changed else "key"),)
        what = f"{key.description} ({PLACES[key.scope].lower()})"
        found.append(TableRow(key.id, (shown, what, "yours" if changed else "default")))
    return found


def _files(known: Known, now: Now) -> list[TableRow]:
    return [
        TableRow(path, (what, str(path), "" if path.exists() else "not there"))
        for what, path in known.files
    ]


def about(group: str, key: object, known: Known, keymap: Keymap) -> list[Spans]:
    """What the row under the cursor means, what it may be, and what made it so."""
    enter = keymap.name("pick.choose")
    if group == "theme":
        palette = known.palettes.get(str(key))
        how = "{list.down} and {list.up} show a theme at once, {pick.choose} keeps it. "
        return [
            ((f"{key}", "bold"), (f"  {palette.origin if palette else 'of Textual'}", "muted")),
            ((keymap.told(how), ""),
             ("Your own: a TOML file in the folder themes; it shows as soon as it is saved.",
              "muted"))
        ]  # fmt: skip
    if group == "keys":
        return [
            ((f"{key}", "bold"), (f"  {enter} edits keys.toml: ", ""),
             (f'"{key}" = "f5", a list of keys, or false.', "muted"))
        ]  # fmt: skip
    if group == "files":
        return [((f"{key}", "bold"), (f"  {enter} edits it", "muted"))]
    return _about_setting(str(key), known, enter)


def _about_setting(key: str, known: Known, enter: str) -> list[Spans]:
    setting = BY_KEY.get(key)
    row = next((row for row in known.config.show() if row.key == key), None)
    if setting is None or row is None:
        return []
    choices = choices_of(key)
    takes = f"{enter} changes it. "
    if choices:
        takes = f"One of {', '.join(choices)}: {enter} takes the next. "
    origin = f"from {row.layer} {row.where}".rstrip()
    return [
        ((key, "bold"), (f"  {setting.meaning} {takes}", "")),
        ((f"{row.value}  {origin}", "muted"),),
    ]


def choices_of(key: str) -> tuple[str, ...]:
    """The values that a setting may have, if they are few; empty otherwise."""
    found = BY_KEY[key].schema.get("enum") if key in BY_KEY else None
    return tuple(str(one) for one in found) if isinstance(found, list) else ()
