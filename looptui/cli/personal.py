"""What is the person's own on the screen: keys, themes, calls; each named, tested and shown."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from looptui.cli.groups import Group
from looptui.cli.output import say, show, show_json, table
from looptui.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from looptui.tui.keymap import Keymap
    from looptui.tui.themes import Palette

_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


def complaints() -> list[str]:
    """What is wrong with the person's own settings, keys and themes: each is skipped."""
    from looptui import paths
    from looptui.tui import themes
    from looptui.tui.preferences import wanted

    found = wanted(paths.config_dir())
    problems = themes.find_palettes(found.themes).problems if found.themes else []
    return [*found.warnings, *(problem.message for problem in problems)]


# --- keys ------------------------------------------------------------------------------------


@click.command()
@click.option("--md", is_flag=True, help="Print the table of the README.")
@click.option("--check", is_flag=True, help="Only say what is wrong; exit 2 if anything is.")
@_json
def keys(md: bool, check: bool, as_json: bool) -> int:
    """Print the keys in force, yours among them, and what is wrong with yours.

    \b
    Example:
      looptui keys
      looptui keys --check
      looptui keys --md

    Yours are in keys.toml beside config.toml: an id and a key, a list of keys, or false.
    """
    from looptui.tui.keymap import KEYS, Keymap, markdown

    if md:
        click.echo(markdown(Keymap()), nl=False)
        return 0
    keymap, problems = _own_keys()
    if as_json:
        rows = [{**asdict(key), "shipped": key in KEYS} for key in keymap.keys]
        show_json("keys", keys=rows, problems=problems)
    elif not check:
        _print_keys(keymap)
    for problem in problems:
        say(problem)
    return 2 if check and problems else 0


def _own_keys() -> tuple[Keymap, list[str]]:
    from looptui import paths
    from looptui.tui.keymap import Keymap
    from looptui.tui.preferences import KEYS_FILE

    file = paths.config_dir() / KEYS_FILE
    if not file.is_file():
        return Keymap(), []
    from looptui.tui.user_keys import read

    return read(file)


def _print_keys(keymap: Keymap) -> None:
    from looptui.tui.keymap import KEYS, PLACES, SCOPES, label

    shipped = {key.id: key.keys for key in KEYS}
    rows = [
        (
            PLACES[key.scope],
            " ".join(map(label, key.keys)) or "none",
            key.description,
            key.id + ("  (yours)" if key.keys != shipped[key.id] else ""),
        )
        for scope in SCOPES
        for key in keymap.keys
        if key.scope == scope
    ]
    table(rows, ("where", "keys", "what", "id"))


# --- themes ----------------------------------------------------------------------------------


@click.group(cls=Group)
def theme() -> None:
    """List, show and check themes, yours among them.

    \b
    Example:
      looptui theme list
      looptui theme check my-theme.toml

    Yours are TOML files in the folder themes beside config.toml; the screen shows them as saved.
    """


@theme.command("list")
@_json
def list_(as_json: bool) -> int:
    """List the themes, and where each is from.

    \b
    Example:
      looptui theme list
    """
    palettes, problems = _palettes()
    if as_json:
        rows = [
            {"name": one.name, "label": one.label, "dark": one.dark, "origin": one.origin}
            for one in palettes.values()
        ]
        show_json("themes", themes=rows, problems=problems)
    else:
        rows_ = [
            (one.name, one.label, "dark" if one.dark else "light", one.origin)
            for _, one in sorted(palettes.items())
        ]
        table(rows_, ("name", "label", "kind", "from"))
    for problem in problems:
        say(problem)
    return 0


@theme.command("show")
@click.argument("name")
@_json
def show_theme(name: str, as_json: bool) -> int:
    """Show every colour of a theme, by its role.

    \b
    Example:
      looptui theme show midnight
    """
    colours = _colours(chosen(name))
    if as_json:
        show_json("theme", name=name, colors=colours)
        return 0
    width = max(map(len, colours))
    for role, colour in colours.items():
        show(f"{role:{width}}  {colour}")
    return 0


@theme.command()
def path() -> None:
    """Print the folder of your own themes, and make it.

    \b
    Example:
      looptui theme path
      cp my-theme.toml "$(looptui theme path)"
    """
    from looptui import paths
    from looptui.tui.preferences import THEMES_FOLDER

    folder = paths.config_dir() / THEMES_FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    show(str(folder))


@theme.command("check")
@click.argument("themes", nargs=-1, metavar="[THEME|FILE]...")
@_json
def check_theme(themes: tuple[str, ...], as_json: bool) -> int:
    """Check themes, or all there are: can every text be read, can states be told apart.

    \b
    Example:
      looptui theme check my-theme.toml
      looptui theme check midnight --json

    Contrast is that of WCAG 2.2 and has to be 4.5 at least; the colours of ok, warn and trip have
    to be 20 apart (Delta E 1976) for usual, protan, deutan and tritan sight. Exit 2 if not.
    """
    checked = [_check(name) for name in themes] if themes else _check_all()
    if as_json:
        show_json("theme-check", themes=[one._asdict() for one in checked])
    else:
        for one in checked:
            _print(one)
    return 2 if any(one.problems for one in checked) else 0


class _Checked(NamedTuple):
    theme: str
    problems: list[str]
    contrast: float | None = None
    """The lowest; None where the terminal has the colours."""
    apart: dict[str, float | None] | None = None
    """By kind of sight, the distance of the two nearest states."""


def _check_all() -> list[_Checked]:
    palettes, problems = _palettes()
    found = [_measured(palette) for _, palette in sorted(palettes.items())]
    return [*found, *(_Checked("", [problem]) for problem in problems)]


def _check(name: str) -> _Checked:
    try:
        return _measured(chosen(name))
    except ConfigError as error:
        return _Checked(name, [error.message])


def _measured(palette: Palette) -> _Checked:
    from looptui.tui import contrast, sight

    colours = _colours(palette)
    problems = [*map(str, contrast.shortfalls(colours)), *map(str, sight.blurs(colours))]
    apart = {kind: sight.least(colours, kind) for kind in sight.SIGHTS}
    return _Checked(palette.name, problems, contrast.lowest(colours), apart)


def _print(one: _Checked) -> None:
    for problem in one.problems:
        show(f"{one.theme}: {problem}" if one.theme else problem)
    if one.problems:
        return
    if one.contrast is None or one.apart is None:
        say(f"{one.theme}: ok, the terminal has its colours")
        return
    apart = ", ".join(f"{kind} {far:.0f}" for kind, far in one.apart.items() if far is not None)
    say(f"{one.theme}: ok, lowest contrast {one.contrast:.1f}, states apart: {apart}")


def _palettes() -> tuple[dict[str, Palette], list[str]]:
    from looptui import paths
    from looptui.tui import themes
    from looptui.tui.preferences import THEMES_FOLDER

    found = themes.find_palettes(themes.shipped_themes(), paths.config_dir() / THEMES_FOLDER)
    return found.palettes, [problem.message for problem in found.problems]


def chosen(name: str) -> Palette:
    """A theme by its name, or by its file."""
    from looptui.loopfile.problem import did_you_mean
    from looptui.tui import themes

    if name.endswith(".toml"):
        return themes.read_palette(Path(name))
    palettes, _ = _palettes()
    if name not in palettes:
        raise UsageError(
            f"there is no theme {name!r}{did_you_mean(name, palettes)}", "`looptui theme list`"
        )
    return palettes[name]


def _colours(palette: Palette) -> dict[str, str]:
    from looptui.tui import themes

    return {**palette.colours, **themes.derive(palette.colours, palette.tokens)}


# --- calls -----------------------------------------------------------------------------------


@click.group(cls=Group)
def notify() -> None:
    """Try the ways in which you are called when a run needs you.

    \b
    Example:
      looptui notify test
    """


@notify.command("test")
@click.argument("channels", nargs=-1, metavar="[CHANNEL]...")
def test_channels(channels: tuple[str, ...]) -> int:
    """Try the channels of your settings, or those named: bell, osc, desktop, command.

    \b
    Example:
      looptui notify test
      looptui notify test desktop

    A terminal shows its own only where it knows them. Exit 6 if a channel cannot work.
    """
    import asyncio

    from looptui import config
    from looptui.wire.notifying import notifiers

    settings = config.load()
    ways = notifiers(channels or settings.notify_channels, settings.notify_command, _to_terminal)
    failed = False
    for way in ways:
        why = asyncio.run(way.notify("looptui needs you", "this is a test"))
        failed = failed or bool(why)
        show(f"{way.name}: {why or 'sent'}")
    return 6 if failed else 0


def _to_terminal(sequence: str) -> None:
    """Only to a terminal: a file or a pipe gets no escape sequences."""
    if sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        click.echo(sequence, err=True, nl=False, color=True)
