"""Opening the screen on a repository."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from looptui.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from looptui.tui.glyphs import Glyphs
    from looptui.tui.keymap import Keymap
    from looptui.tui.skeleton import Skeleton

KEYS_FILE = "keys.toml"
THEMES_FOLDER = "themes"


@dataclass(slots=True)
class Look:
    """How the person at the keyboard wants the screen, and what is wrong with what they wrote."""

    theme: str = "midnight"
    ascii: bool = False
    keys: dict[str, object] = field(default_factory=dict)
    themes: Path | None = None
    warnings: list[str] = field(default_factory=list)


def open_screen(
    directory: Path,
    specs: Sequence[str] = (),
    *,
    trust: bool = False,
    unsandboxed: bool = False,
    lasting: bool = True,
) -> int:
    """Run the app until it is quit; loop files that are named start at once.

    `lasting` says that one can go on later with what is left; it is then told how.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "The screen needs a terminal", "Without one: `looptui run SPEC --headless`, `status`."
        )
    from looptui import paths
    from looptui.tui.skeleton import Skeleton
    from looptui.tui.terminal import settle_size

    settle_size()
    root = paths.repo_root(directory)
    files = [_loop_file(directory, spec) for spec in specs]
    look = wanted(paths.config_dir())
    with Skeleton(_palette(look)) as skeleton:
        return _run(
            root, files, skeleton, look, trust=trust, unsandboxed=unsandboxed, lasting=lasting
        )


def _run(
    root: Path,
    files: Sequence[Path],
    skeleton: Skeleton,
    look: Look,
    *,
    trust: bool,
    unsandboxed: bool,
    lasting: bool,
) -> int:
    from looptui.tui.app import LooptuiApp
    from looptui.tui.driver import driver_over
    from looptui.wire.controller import DeskController

    logging.getLogger().addHandler(logging.NullHandler())  # nothing is ever written to the screen
    keymap = _keymap(look)
    app = LooptuiApp(
        DeskController(root, unsandboxed=unsandboxed),
        start=files,
        trust=trust,
        theme=look.theme,
        themes_folder=look.themes,
        glyphs=_glyphs(look),
        keymap=keymap,
        warnings=look.warnings,
        driver_class=driver_over(skeleton),
        lasting=lasting,
    )
    app.run()
    return app.return_code or 0


def wanted(folder: Path) -> Look:
    """The settings of the screen; read only where there are any, since that costs time."""
    look = Look()
    in_environment = any(name.startswith("LOOPTUI_UI") for name in os.environ)
    if in_environment or (folder / "config.toml").is_file():
        _read_settings(look)
    if (folder / KEYS_FILE).is_file():
        _read_keys(look, folder / KEYS_FILE)
    if (folder / THEMES_FOLDER).is_dir():
        look.themes = folder / THEMES_FOLDER
    return look


def _read_settings(look: Look) -> None:
    from looptui import config

    try:
        settings = config.load()
    except ConfigError as error:
        look.warnings.append(error.message)
        return
    look.theme, look.ascii = settings.theme, settings.glyphs == "ascii"


def _read_keys(look: Look, file: Path) -> None:
    import tomllib

    try:
        data = tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        look.warnings.append(f"{file} cannot be read: {error}; the shipped keys hold")
        return
    look.keys = _flat(data.get("keys", data))


def _flat(table: object, before: str = "") -> dict[str, object]:
    """`[review] approve = "y"` as `review.approve`."""
    if not isinstance(table, dict):
        return {before.removesuffix("."): table}
    found: dict[str, object] = {}
    for name, value in table.items():
        found |= _flat(value, f"{before}{name}.")
    return found


def _keymap(look: Look) -> Keymap | None:
    if not look.keys:
        return None
    from looptui.tui.user_keys import resolve

    keymap, problems = resolve(look.keys)
    look.warnings += problems
    return keymap


def _glyphs(look: Look) -> Glyphs:
    from looptui.tui.glyphs import glyphs_for

    return glyphs_for(sys.stdout.encoding, "ascii" if look.ascii else "auto")


def _loop_file(directory: Path, spec: str) -> Path:
    from looptui.cli.running import find_loop_file

    return find_loop_file(directory, spec)


def _palette(look: Look) -> Path:
    """The palette of the first paint; its ground is that of the app."""
    import looptui

    package = Path(looptui.__file__).parent
    installed = package / "themes"
    shipped = installed if installed.is_dir() else package.parent / "themes"
    own = look.themes / f"{look.theme}.toml" if look.themes else None
    return own if own is not None and own.is_file() else shipped / f"{look.theme}.toml"
