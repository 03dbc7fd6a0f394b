"""Themes: TOML palettes become Textual themes with every token of ours defined.

A theme names eleven colours and may name tokens; what it leaves out is derived here, so that any
theme works, also Textual's own. A theme that cannot be used is named and skipped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import looptui
from looptui.errors import ConfigError
from looptui.tui.contrast import is_hex, mix, readable

if TYPE_CHECKING:
    from textual.app import App
    from textual.theme import Theme

Returned = TypeVar("Returned")

DEFAULT = "midnight"
STYLESHEET = "looptui.tcss"
LOOP = "loop.tcss"
DIALOGS = "dialogs.tcss"
SETTINGS = "settings.tcss"
LEDGERS = "ledgers.tcss"
MEMORY = "memory.tcss"
COLOURS = (
    "primary", "secondary", "accent", "success", "warning", "error", "foreground", "background",
    "surface", "panel",
)  # fmt: skip
_FIELDS = {"name": str, "label": str, "dark": bool, "ansi": bool, "pair": str}


class Palette(NamedTuple):
    """One theme file: its names, its colours, and the tokens it sets itself."""

    name: str
    label: str
    dark: bool
    ansi: bool
    pair: str
    colours: Mapping[str, str]
    tokens: Mapping[str, str]
    file: Path | None = None

    @property
    def origin(self) -> str:
        """`shipped`, or the file of the person's own."""
        if self.file is None or self.file.parent == shipped_themes():
            return "shipped"
        return str(self.file)


class Found(NamedTuple):
    """The palettes that can be used, by name, and what is wrong with the others."""

    palettes: dict[str, Palette]
    problems: list[ConfigError]


def shipped_themes() -> Path:
    """Where our themes and the stylesheet are: in the installed package, else in the checkout."""
    package = Path(looptui.__file__).parent
    installed = package / "themes"
    return installed if installed.is_dir() else package.parent / "themes"


def find_palettes(*folders: Path) -> Found:
    """The palettes of some folders; a later folder wins over an earlier one."""
    found = Found({}, [])
    for file in (file for folder in folders for file in sorted(folder.glob("*.toml"))):
        try:
            palette = read_palette(file)
        except ConfigError as error:
            found.problems.append(error)
        else:
            found.palettes[palette.name] = palette
    return found


def read_palette(file: Path) -> Palette:
    """One theme file; ConfigError lists everything that is wrong with it."""
    try:
        text = file.read_text(encoding="utf-8")
        data = simple_toml(text)
        if data is None:
            import tomllib

            data = tomllib.loads(text)
    except (OSError, ValueError) as error:
        raise ConfigError(f"theme {file.name} cannot be read: {error}", _HINT) from error
    problems = list(_problems(data))
    if problems:
        raise ConfigError(f"theme {file.name}: " + "; ".join(problems), _HINT)
    colours, tokens = data["colors"], data.get("tokens", {})
    name = data["name"]
    return Palette(
        name=name,
        label=data.get("label", name),
        dark=data.get("dark", True),
        ansi=data.get("ansi", False),
        pair=data.get("pair", ""),
        colours=colours,
        tokens=tokens,
        file=file,
    )


def simple_toml(text: str) -> dict[str, Any] | None:
    """What TOML says that holds but tables of plain strings and booleans; None for any other.

    Our themes are of that kind, and to load a parser for them takes longer than to read them all.
    """
    data: dict[str, Any] = {}
    table = data
    for line in filter(None, map(str.strip, text.splitlines())):
        name, _, value = line.partition(" = ")
        inner = value[1:-1]
        if line[0] == "[" and line[-1] == "]" and _is_plain(line[1:-1]) and line[1:-1] not in data:
            table = data[line[1:-1]] = {}
        elif not _is_plain(name) or name in table:
            return None
        elif value in ("true", "false"):
            table[name] = value == "true"
        elif value == f'"{inner}"' and inner.isprintable() and not {'"', "\\"} & set(inner):
            table[name] = inner
        else:
            return None
    return data


def _is_plain(key: str) -> bool:
    return key.isascii() and key.replace("-", "").replace("_", "").isalnum()


_HINT = "It is skipped; the shipped themes show what a theme holds."


def _problems(data: Mapping[str, object]) -> Iterator[str]:
    for key, value in data.items():
        if key in ("colors", "tokens"):
            continue
        kind = _FIELDS.get(key)
        if kind is None:
            yield f"unknown key {key!r}"
        elif not isinstance(value, kind):
            yield f"{key} must be a {'true or false' if kind is bool else 'string'}"
    if "name" not in data:
        yield "name is missing"
    ansi = data.get("ansi") is True
    colours = data.get("colors")
    if not isinstance(colours, dict):
        yield "table [colors] is missing"
        return
    yield from (f"colors.{name} is missing" for name in COLOURS if name not in colours)
    yield from (f"unknown key colors.{name}" for name in colours if name not in COLOURS)
    tokens = data.get("tokens", {})
    if not isinstance(tokens, dict):
        yield "[tokens] must be a table"
        return
    known = {*_own_tokens(), *_TEXTUAL_TOKENS}
    yield from (f"unknown key tokens.{name}" for name in tokens if name not in known)
    for name, value in {**colours, **tokens}.items():
        if not _is_colour(value, ansi=ansi):
            wanted = "an ansi_ colour" if ansi else "written #rrggbb"
            yield f"{name} = {value!r} must be {wanted}"


@cache
def _own_tokens() -> frozenset[str]:
    return frozenset(derive(_EXAMPLE))


def _is_colour(value: object, *, ansi: bool) -> bool:
    if not isinstance(value, str):
        return False
    return value in _ANSI if ansi else is_hex(value)


_BASE_ANSI = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
_ANSI = {
    "ansi_default",
    *(f"ansi_{name}" for name in _BASE_ANSI),
    *(f"ansi_bright_{name}" for name in _BASE_ANSI),
}
_TEXTUAL_TOKENS = (
    "ansi-background", "ansi-foreground", "border", "border-blurred", "block-cursor-foreground",
    "block-cursor-background", "scrollbar", "scrollbar-hover", "scrollbar-active",
    "scrollbar-background",
)  # fmt: skip


def derive(colours: Mapping[str, str], tokens: Mapping[str, str] | None = None) -> dict[str, str]:
    """Every token of ours for some colours; `tokens` are kept and what depends on them follows.

    Mixing needs #rrggbb: with colours of the terminal the plain colour stands in.
    """
    given = dict(tokens or {})
    base = {name: colours[name] for name in COLOURS}
    derived = _status_tokens(base, given)
    derived |= _diff_tokens(base, derived)
    derived |= _syntax_tokens(base, derived)
    derived |= _frame_tokens(base)
    return derived | given


def _status_tokens(base: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    faint = _faint(base, 0.62)
    ok = given.get("breaker-ok", base["success"])
    warn = given.get("breaker-warn", base["warning"])
    trip = given.get("breaker-trip", base["error"])
    off = given.get("breaker-off", faint)
    return {
        "breaker-ok": ok, "breaker-warn": warn, "breaker-trip": trip, "breaker-off": off,
        "breaker-track": _over(base, "foreground", 0.25), "breaker-na": off,
        "breaker-half": base["accent"], "muted": off,
        "state-need": trip, "state-review": warn, "state-run": base["primary"],
        "state-gate": base["secondary"], "state-paused": off, "state-queued": off,
        "state-done": ok, "state-stopped": off,
        "tier-1": base["accent"], "tier-2": base["primary"], "tier-3": off,
        "risk-low": ok, "risk-medium": warn, "risk-high": trip,
        "chain-ok": ok, "chain-broken": trip,
        "memory-pinned": base["accent"], "memory-stale": off, "memory-clash": trip,
    }  # fmt: skip


def _diff_tokens(base: Mapping[str, str], status: Mapping[str, str]) -> dict[str, str]:
    tokens = {
        "diff-hunk": base["secondary"], "diff-comment": base["accent"],
        "diff-file": base["foreground"], "diff-stale": status["muted"],
        "diff-moved": status["muted"], "diff-blank": status["breaker-trip"],
    }  # fmt: skip
    for name, colour in (("add", status["breaker-ok"]), ("del", status["breaker-trip"])):
        ground, word = _tint(base, colour, 0.12), _tint(base, colour, 0.3)
        text = readable(colour, ground, word) if is_hex(ground) and is_hex(colour) else colour
        tokens |= {f"diff-{name}": text, f"diff-{name}-bg": ground, f"diff-{name}-word": word}
    return tokens


def _syntax_tokens(base: Mapping[str, str], derived: Mapping[str, str]) -> dict[str, str]:
    """Colours of a language, readable on every ground that a line of a diff may have."""
    grounds = [base["background"], *(derived[f"diff-{part}"] for part in _DIFF_GROUNDS)]
    wanted = {
        "keyword": base["primary"], "string": base["accent"], "number": base["secondary"],
        "builtin": base["secondary"], "name": base["foreground"], "comment": derived["muted"],
    }  # fmt: skip
    hexes = all(map(is_hex, (*grounds, *wanted.values())))
    return {
        f"syntax-{name}": readable(colour, *grounds) if hexes else colour
        for name, colour in wanted.items()
    }


_DIFF_GROUNDS = ("add-bg", "del-bg", "add-word", "del-word")


def _frame_tokens(base: Mapping[str, str]) -> dict[str, str]:
    hexes = is_hex(base["background"]) and is_hex(base["primary"])
    inverse = base["background"] if hexes else "ansi_black"
    light = base["foreground"] if hexes else "ansi_white"
    blur = _over(base, "foreground", 0.22) if hexes else "ansi_bright_black"
    return {
        "title": base["primary"], "key": base["accent"], "bar": base["panel"],
        "tab-fg": inverse, "tab-bg": light,
        "cursor-fg": readable(inverse, base["primary"]) if hexes else inverse,
        "cursor-bg": base["primary"] if hexes else light,
        "cursor-blur-fg": readable(base["foreground"], blur) if hexes else light,
        "cursor-blur-bg": blur,
        "cursor-line": _over(base, "foreground", 0.14) if hexes else "ansi_default",
        "rule": _over(base, "foreground", 0.4),
    }  # fmt: skip


def _over(base: Mapping[str, str], name: str, share: float) -> str:
    """A colour of the theme at some opacity over its background."""
    if is_hex(base["background"]) and is_hex(base[name]):
        return mix(base["background"], base[name], share)
    return "ansi_bright_black"


def _tint(base: Mapping[str, str], colour: str, share: float) -> str:
    if is_hex(base["background"]) and is_hex(colour):
        return mix(base["background"], colour, share)
    return "ansi_default"


def _faint(base: Mapping[str, str], share: float) -> str:
    faint = _over(base, "foreground", share)
    grounds = [base[name] for name in ("background", "surface", "panel")]
    return readable(faint, *grounds) if is_hex(faint) and all(map(is_hex, grounds)) else faint


def register(app: App[Returned], found: Found) -> None:
    """Make the palettes selectable in an app by their names."""
    for palette in found.palettes.values():
        app.register_theme(to_theme(palette))


def to_theme(palette: Palette) -> Theme:
    """A palette as a Textual theme, tokens included."""
    from textual.theme import Theme

    colours = palette.colours
    return Theme(
        name=palette.name,
        dark=palette.dark,
        ansi=palette.ansi,
        variables=derive(colours, palette.tokens),
        primary=colours["primary"],
        secondary=colours["secondary"],
        accent=colours["accent"],
        success=colours["success"],
        warning=colours["warning"],
        error=colours["error"],
        foreground=colours["foreground"],
        background=colours["background"],
        surface=colours["surface"],
        panel=colours["panel"],
    )


def token_defaults(app: App[Returned]) -> dict[str, str]:
    """Every token of ours for the app's theme, for `App.get_theme_variable_defaults`.

    A variable of the stylesheet that a theme lacks would end the app; ours lack none.
    """
    theme = app.current_theme
    if _own_tokens() <= theme.variables.keys():
        return {}
    generated = theme.to_color_system().generate()
    colours = {name: _plain(getattr(theme, name) or generated[name]) for name in COLOURS}
    return derive(colours, {})


def _plain(colour: str) -> str:
    """A Textual colour as #rrggbb where it has one, else its ANSI name."""
    from textual.color import Color

    if colour.startswith(("ansi_", "transparent")):
        return "ansi_default" if colour == "transparent" else colour
    parsed = Color.parse(colour)
    return parsed.hex6.lower() if parsed.ansi is None else colour


_EXAMPLE = dict.fromkeys(COLOURS, "ansi_default")
