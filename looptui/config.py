"""Settings of the person at the keyboard, and the limits that a repository may tighten.

Order: flag, environment (`LOOPTUI_UI__THEME`), user file, default. The repository's file only
lowers limits; whatever else it says is reported and left out. The table of settings below is what
`config show`, the JSON Schema and the documentation are made from.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

from looptui import paths
from looptui.loopfile import values
from looptui.loopfile.document import LARGEST, Document
from looptui.loopfile.problem import LoopFileErrors, Problem, did_you_mean, listed, plain

Value = str | int | tuple[str, ...]
Schema = dict[str, object]

NOT_FOR_A_REPOSITORY = (
    "agents", "env", "hooks", "keys", "maker", "models", "network", "permissions", "providers",
    "sandbox", "trust",
)  # fmt: skip
"""Tables that a repository might try: named so that they are refused with a word."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: how it is read, what it is without one, and what it means."""

    key: str
    read: Callable[[object], Value]
    default: Value
    about: str
    schema: Schema
    limit: bool = False
    """The repository's file may lower it."""
    money: bool = False
    """Held in micro-dollars, written in dollars."""
    later: str = ""
    """Why it is read and shown, and does nothing yet; empty where it does."""

    @property
    def meaning(self) -> str:
        """What it means, and whether it does."""
        return f"{self.about} No effect yet: {self.later}." if self.later else self.about


def _choice(*words: str) -> Callable[[object], str]:
    def read(value: object) -> str:
        if value not in words:
            raise ValueError(f"must be {listed(words)}, not {values.said(value)}")
        return str(value)

    return read


def _choices(*words: str) -> Callable[[object], tuple[str, ...]]:
    one = _choice(*words)

    def read(value: object) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise ValueError(f"must be a list of {listed(words)}")
        return tuple(dict.fromkeys(one(item) for item in value))

    return read


def _command(value: object) -> tuple[str, ...]:
    try:
        words = shlex.split(value) if isinstance(value, str) else value
    except ValueError:
        raise ValueError("an unclosed quote in the command") from None
    if not isinstance(words, list) or not words or not all(isinstance(w, str) for w in words):
        raise ValueError('must be a command: "program argument" or ["program", "argument"]')
    return tuple(words)


def _few(value: object) -> int:
    return values.count(value, 64)


_DOLLARS: Schema = {"type": "number", "exclusiveMinimum": 0, "maximum": values.MOST_USD}
_GLYPHS = ("unicode", "ascii")
_CHANNELS = ("bell", "osc", "desktop")
_WHEN = ("unfocused", "always", "never")

_UNMETERED = "no maker of this version tells what it costs"

SETTINGS: tuple[Setting, ...] = (
    Setting("limits.fleet_cost_usd", values.micro_usd, 20_000_000,
            "Dollars that all runs at work may spend together.", _DOLLARS, True, True, _UNMETERED),
    Setting("limits.day_cost_usd", values.micro_usd, 20_000_000,
            "Dollars that all runs together may spend in a day.", _DOLLARS, True, True, _UNMETERED),
    Setting("limits.max_concurrent", _few, 4, "Runs that may work at the same time.",
            {"type": "integer", "minimum": 1, "maximum": 64}, True),
    Setting("ui.theme", values.name, "midnight", "The theme; looptui theme list shows them.",
            {"type": "string"}),
    Setting("ui.glyphs", _choice(*_GLYPHS), "unicode", "ascii for terminals with few glyphs.",
            {"enum": list(_GLYPHS)}),
    Setting("notify.channels", _choices(*_CHANNELS), ("bell", "osc"), "How you are called.",
            {"type": "array", "items": {"enum": list(_CHANNELS)}}),
    Setting("notify.when", _choice(*_WHEN), "unfocused", "When you are called.",
            {"enum": list(_WHEN)}),
    Setting("editor.command", _command, (), "Your editor; without it $VISUAL, then $EDITOR.",
            {"type": ["string", "array"], "items": {"type": "string"}},
            later="nothing opens an editor in this version"),
)  # fmt: skip
_BY_KEY = {setting.key: setting for setting in SETTINGS}


@dataclass(frozen=True, slots=True)
class Row:
    """A setting as it holds, and what made it so."""

    key: str
    value: str
    """As a file would say it."""
    layer: str
    """`flag`, `env`, `repo`, `user` or `default`."""
    where: str = ""
    """`FILE:LINE`, the variable, or nothing."""
    later: str = ""
    """Why it does nothing yet; empty where it does."""


@dataclass(frozen=True, slots=True)
class _Held:
    value: Value
    layer: str = "default"
    where: str = ""


@dataclass(frozen=True, slots=True)
class Config:
    """All settings, each with its origin. Money is in micro-dollars."""

    held: Mapping[str, _Held] = field(
        default_factory=lambda: {one.key: _Held(one.default) for one in SETTINGS}
    )
    warnings: tuple[Problem, ...] = ()

    @property
    def fleet_cost_micro_usd(self) -> int:
        return self._number("limits.fleet_cost_usd")

    @property
    def day_cost_micro_usd(self) -> int:
        return self._number("limits.day_cost_usd")

    @property
    def max_concurrent(self) -> int:
        return self._number("limits.max_concurrent")

    @property
    def theme(self) -> str:
        return str(self.held["ui.theme"].value)

    @property
    def glyphs(self) -> str:
        return str(self.held["ui.glyphs"].value)

    @property
    def notify_channels(self) -> tuple[str, ...]:
        return self._words("notify.channels")

    @property
    def notify_when(self) -> str:
        return str(self.held["notify.when"].value)

    @property
    def editor(self) -> tuple[str, ...]:
        """The command, empty where the environment decides."""
        return self._words("editor.command")

    def show(self) -> tuple[Row, ...]:
        """Every setting with the layer that decided and the place in it."""
        return tuple(
            Row(one.key, _written(one, held.value), held.layer, held.where, one.later)
            for one in SETTINGS
            for held in (self.held[one.key],)
        )

    def _number(self, key: str) -> int:
        value = self.held[key].value
        assert isinstance(value, int)
        return value

    def _words(self, key: str) -> tuple[str, ...]:
        value = self.held[key].value
        assert isinstance(value, tuple)
        return value


def load(
    root: Path | None = None,
    env: Mapping[str, str] = os.environ,
    flags: Mapping[str, str] | None = None,
    user_file: Path | None = None,
) -> Config:
    """The settings that hold in the repository at `root` (None: in none).

    `flags` are settings by key as text; `user_file` replaces the user's own file. Raises
    LoopFileErrors with everything wrong in all layers.
    """
    found: list[Problem] = []
    held = dict(Config().held)
    held |= _user_layer(user_file or paths.user_config(env), found)
    held |= _text_layer("env", _from_env(env, found), found)
    held |= _text_layer("flag", {key: (key, text) for key, text in (flags or {}).items()}, found)
    if root is not None:
        _tighten(held, paths.repo_config(root), found)
    if any(one.severity == "error" for one in found):
        raise LoopFileErrors(found, "looptui config show")
    found += _without_effect(held)
    return Config(held, tuple(found))


def _without_effect(held: Mapping[str, _Held]) -> Iterator[Problem]:
    """What somebody set, and does nothing yet."""
    for one in SETTINGS:
        where = held[one.key].where
        if one.later and where:
            file, _, line = where.rpartition(":")
            at = (file, int(line)) if line.isdigit() else (where, 0)
            message = f"has no effect yet: {one.later}"
            yield Problem(plain(at[0]), at[1], one.key, message, severity="warning")


def _user_layer(file: Path, found: list[Problem]) -> dict[str, _Held]:
    document = _document(file, found)
    if document is None:
        return {}
    return {
        key: held
        for key, raw in _pairs(document, found)
        if (held := _read(document, "user", key, raw, found)) is not None
    }


def _document(file: Path, found: list[Problem]) -> Document | None:
    """The file as TOML; None where there is none or it is broken."""
    if not file.is_file():
        return None
    try:
        with file.open("rb") as stream:
            return Document(str(file), stream.read(LARGEST + 1))
    except LoopFileErrors as broken:
        found += broken.problems
    except OSError as error:
        found.append(Problem(plain(str(file)), 0, "", f"cannot be read: {error.strerror}"))
    return None


def _pairs(document: Document, found: list[Problem]) -> Iterator[tuple[str, object]]:
    """The known settings of a file; what is unknown becomes a problem."""
    tables = sorted({key.split(".")[0] for key in _BY_KEY})
    for name, content in document.data.items():
        if name not in tables:
            found.append(document.problem((name,), "unknown key" + did_you_mean(name, tables)))
        elif not isinstance(content, dict):
            found.append(document.problem((name,), f"must be a table: [{name}]"))
        else:
            for key, raw in content.items():
                yield from _known(document, name, key, raw, found)


def _known(
    document: Document, name: str, key: str, raw: object, found: list[Problem]
) -> Iterator[tuple[str, object]]:
    full = f"{name}.{key}"
    if full in _BY_KEY:
        yield full, raw
        return
    beside = [one.split(".")[1] for one in _BY_KEY if one.startswith(f"{name}.")]
    found.append(document.problem((name, key), "unknown key" + did_you_mean(key, beside)))


def _read(
    document: Document, layer: str, key: str, raw: object, found: list[Problem]
) -> _Held | None:
    path = tuple(key.split("."))
    try:
        value = _BY_KEY[key].read(raw)
    except ValueError as error:
        found.append(document.problem(path, str(error)))
        return None
    return _Held(value, layer, f"{document.name}:{document.places.line(path)}")


def _from_env(env: Mapping[str, str], found: list[Problem]) -> dict[str, tuple[str, str]]:
    """Setting -> (variable, text), of variables such as `LOOPTUI_UI__THEME`."""
    by_name = {"LOOPTUI_" + key.replace(".", "__").upper(): key for key in _BY_KEY}
    for name in sorted(env):
        if name.startswith("LOOPTUI_") and "__" in name and name not in by_name:
            guess = did_you_mean(name, by_name)
            found.append(Problem(plain(name), 0, "", f"no such setting{guess}", severity="warning"))
    return {key: (name, env[name]) for name, key in by_name.items() if name in env}


def _text_layer(
    layer: str, texts: Mapping[str, tuple[str, str]], found: list[Problem]
) -> dict[str, _Held]:
    held = {}
    for key, (where, text) in texts.items():
        setting = _BY_KEY.get(key)
        try:
            if setting is None:
                raise ValueError("no such setting" + did_you_mean(key, _BY_KEY))
            held[key] = _Held(setting.read(_typed(setting, text)), layer, where)
        except ValueError as error:
            found.append(Problem(plain(where), 0, "", plain(str(error))))
    return held


def _typed(setting: Setting, text: str) -> object:
    """`text` as the TOML value it stands for."""
    kind = setting.schema.get("type")
    if kind == "array":
        return [part.strip() for part in text.split(",") if part.strip()]
    if kind not in ("integer", "number"):
        return text
    try:
        exact = Decimal(text.strip())
    except InvalidOperation:
        return text
    whole = kind == "integer" and exact.is_finite() and exact == exact.to_integral_value()
    return int(exact) if whole and abs(exact) < 10**12 else exact


def _tighten(held: dict[str, _Held], file: Path, found: list[Problem]) -> None:
    """Lower the limits to what the repository's file says; report what else it says."""
    document = _document(file, found)
    if document is None:
        return
    for name in NOT_FOR_A_REPOSITORY:
        if name in document.data:
            found.append(_left_out(document, (name,)))
            del document.data[name]
    for key, raw in _pairs(document, found):
        path = tuple(key.split("."))
        if not _BY_KEY[key].limit:
            found.append(_left_out(document, path))
            continue
        wanted = _read(document, "repo", key, raw, found)
        if wanted is not None:
            _lower(held, key, wanted, document, found)


def _lower(
    held: dict[str, _Held], key: str, wanted: _Held, document: Document, found: list[Problem]
) -> None:
    now = held[key].value
    if isinstance(now, int) and isinstance(wanted.value, int) and wanted.value > now:
        message = f"a repository may only lower it; {_written(_BY_KEY[key], now)} stays"
        found.append(document.problem(tuple(key.split(".")), message, severity="warning"))
    elif wanted.value != now:
        held[key] = wanted


def _left_out(document: Document, path: tuple[str, ...]) -> Problem:
    message = "a repository may only lower limits; left out"
    return document.problem(path, message, severity="warning")


def _written(setting: Setting, value: Value) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(f'"{word}"' for word in value) + "]"
    if setting.money and isinstance(value, int):
        return f"{Decimal(value) / 1_000_000:f}"
    return str(value) if isinstance(value, int) else f'"{value}"'
