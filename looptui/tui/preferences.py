"""What the person at the keyboard wants of the screen, and what is wrong with what they wrote.

Nothing is read where nothing was written, since that costs time before the first frame.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from looptui.errors import ConfigError
from looptui.tui.keymap import Keymap

KEYS_FILE = "keys.toml"
THEMES_FOLDER = "themes"
SETTINGS_FILE = "config.toml"
_TABLES = ("LOOPTUI_UI__", "LOOPTUI_NOTIFY__", "LOOPTUI_CONFIG")


class Calling(NamedTuple):
    """How and when a person is called; the defaults are those of the settings."""

    channels: tuple[str, ...] = ("bell", "osc")
    when: str = "unfocused"
    quiet: str = ""
    """`22:00-07:00`, in local time; empty for never."""
    command: tuple[str, ...] = ()


@dataclass(slots=True)
class Preferences:
    """As read; `warnings` say what was skipped."""

    theme: str = "midnight"
    ascii: bool = False
    calling: Calling = field(default_factory=Calling)
    sound: bool = True
    """Whether the settings could be read; if not, these three are the defaults."""
    keymap: Keymap | None = None
    """None: the shipped keys."""
    themes: Path | None = None
    """The folder of the person's own themes, if there is one."""
    sixteen: bool = False
    """Whether the terminal has sixteen colours at most; that is not in any file."""
    warnings: list[str] = field(default_factory=list)


def wanted(folder: Path, env: Mapping[str, str] = os.environ) -> Preferences:
    """The preferences in a config directory, and in the environment."""
    found = Preferences()
    if any(name.startswith(_TABLES) for name in env) or (folder / SETTINGS_FILE).is_file():
        _read_settings(found)
    if (folder / KEYS_FILE).is_file():
        from looptui.tui.user_keys import read

        found.keymap, problems = read(folder / KEYS_FILE)
        found.warnings += problems
    if (folder / THEMES_FOLDER).is_dir():
        found.themes = folder / THEMES_FOLDER
    return found


def _read_settings(found: Preferences) -> None:
    from looptui import config

    try:
        settings = config.load()
    except ConfigError as error:
        found.warnings.append(error.message)
        found.sound = False
        return
    found.warnings += [str(warning) for warning in settings.warnings]
    found.theme, found.ascii = settings.theme, settings.glyphs == "ascii"
    found.calling = Calling(
        settings.notify_channels,
        settings.notify_when,
        settings.notify_quiet,
        settings.notify_command,
    )
