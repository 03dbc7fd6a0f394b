"""The settings: what holds, what made it so, and changing one without losing a comment."""

from __future__ import annotations

import os
import subprocess
from dataclasses import asdict
from pathlib import Path

import click

from looptui.cli.output import say, show, show_json
from looptui.cli.sources import root_of
from looptui.errors import UsageError

_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
_WORDS = {"show": 0, "get": 1, "path": 0, "edit": 0, "set": 2, "unset": 1}
"""What can be done, and how many words it takes."""


@click.command()
@click.argument("what", type=click.Choice(list(_WORDS)), default="show")
@click.argument("words", nargs=-1, metavar="[KEY] [VALUE]")
@click.option("--origin", is_flag=True, help="Say where each value comes from.")
@_json
@click.pass_context
def config(
    ctx: click.Context, /, what: str, words: tuple[str, ...], origin: bool, as_json: bool
) -> int:
    """Show the settings in force, or the files they are read from; change or edit yours.

    \b
    Example:
      looptui config show --origin
      looptui config get ui.theme
      looptui config set ui.theme daylight
      looptui config unset ui.theme
      looptui config edit
      looptui config path

    A change leaves every other line of your file as it is, comments among them.
    """
    if len(words) != _WORDS[what]:
        wanted = {0: "no more words", 1: "KEY", 2: "KEY VALUE"}[_WORDS[what]]
        raise UsageError(f"config {what} takes {wanted}", "`looptui config --help`")
    root = root_of(ctx.obj)
    if what == "path":
        _path(root, as_json=as_json)
    elif what in ("show", "get"):
        _show(root, words[0] if words else None, origin=origin, as_json=as_json)
    elif what == "edit":
        return _edit()
    else:
        _change(root, words[0], words[1] if what == "set" else None)
    return 0


def _show(root: Path | None, key: str | None, *, origin: bool, as_json: bool) -> None:
    """All settings, or the bare value of one."""
    from looptui import config as settings
    from looptui.cli.personal import complaints
    from looptui.settings import literal

    loaded = settings.load(root)
    warnings = [str(warning) for warning in loaded.warnings]
    for warning in (*warnings, *(one for one in complaints() if one not in warnings)):
        say(warning)
    rows = [row for row in loaded.show() if key in (None, row.key)]
    if key is not None and not rows:
        literal(key, "")
    if as_json:
        show_json("config", settings=[asdict(row) for row in rows])
        return
    if key is not None and not origin:
        show(rows[0].value)
        return
    width = max(len(f"{row.key} = {row.value}") for row in rows)
    for row in rows:
        notes = [f"{row.layer} {row.where}".rstrip()] if origin else []
        notes += [f"no effect yet: {row.later}"] if row.later else []
        line = f"{row.key} = {row.value}"
        show(f"{line:{width}}  # {'; '.join(notes)}" if notes else line)


def _path(root: Path | None, *, as_json: bool) -> None:
    from looptui import paths

    files = [("user", paths.user_config())]
    if root is not None:
        files.append(("repo", paths.repo_config(root)))
    if as_json:
        rows = [{"layer": layer, "path": str(p), "exists": p.is_file()} for layer, p in files]
        show_json("config-path", files=rows)
        return
    for layer, path in files:
        show(f"{layer} {path}{'' if path.is_file() else ' (not there)'}")


def _change(root: Path | None, key: str, text: str | None) -> None:
    """Set a setting in the person's file, or take it out, and say if something else is stronger."""
    from looptui import config as settings
    from looptui import config_file, paths
    from looptui.settings import BY_KEY, literal

    if key not in BY_KEY:
        literal(key, "")
    config_file.change(paths.user_config(), key, None if text is None else literal(key, text))
    row = next(row for row in settings.load(root).show() if row.key == key)
    stronger = f", from {row.where or row.layer}" if row.layer in ("env", "repo") else ""
    say(f"{key} = {row.value}{stronger}")


def _edit() -> int:
    """Open the person's file in their editor; the editor's exit code."""
    from looptui import config as settings
    from looptui import config_file, paths

    file = paths.user_config()
    config_file.begin(file)
    code = opened_in_editor(file)
    settings.load()
    return code


def opened_in_editor(file: Path) -> int:
    """Have the person edit a file; their editor's exit code. EnvironmentUnfit where none is."""
    from looptui import config as settings
    from looptui.errors import ConfigError
    from looptui.tui.editing import editor

    try:
        wanted = settings.load().editor
    except ConfigError:
        wanted = ()
    return subprocess.run([*editor(wanted, os.environ), str(file)], check=False).returncode
