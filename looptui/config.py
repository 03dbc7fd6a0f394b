"""Settings of the person at the keyboard, and the limits that a repository may tighten.

Order: flag, environment (`LOOPTUI_UI__THEME`), user file, default. The repository's file only
lowers limits; whatever else it says is reported and left out. The settings themselves are in
`settings.py`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from looptui import modelbook, paths
from looptui.loopfile.document import LARGEST, Document
from looptui.loopfile.problem import LoopFileErrors, Problem, did_you_mean, plain
from looptui.settings import BY_KEY, SETTINGS, Value, typed, written

NOT_FOR_A_REPOSITORY = (
    "agents", "env", "hooks", "keys", "maker", "models", "network", "permissions", "providers",
    "sandbox", "trust",
)  # fmt: skip
"""Tables that a repository might try: named so that they are refused with a word."""


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
    def notify_quiet(self) -> str:
        """`22:00-07:00`, in local time; empty for never."""
        return str(self.held["notify.quiet"].value)

    @property
    def notify_command(self) -> tuple[str, ...]:
        return self._words("notify.command")

    @property
    def editor(self) -> tuple[str, ...]:
        """The command, empty where the environment decides."""
        return self._words("editor.command")

    def show(self) -> tuple[Row, ...]:
        """Every setting with the layer that decided and the place in it."""
        return tuple(
            Row(one.key, written(one, held.value), held.layer, held.where, one.later)
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
    tables = sorted({key.split(".")[0] for key in BY_KEY})
    for name, content in document.data.items():
        if name == "models":
            modelbook.parse(document, found)
        elif name == "keys":
            found.append(document.problem((name,), "keys are in keys.toml, beside this file"))
        elif name not in tables:
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
    if full in BY_KEY:
        yield full, raw
        return
    beside = [one.split(".")[1] for one in BY_KEY if one.startswith(f"{name}.")]
    found.append(document.problem((name, key), "unknown key" + did_you_mean(key, beside)))


def _read(
    document: Document, layer: str, key: str, raw: object, found: list[Problem]
) -> _Held | None:
    path = tuple(key.split("."))
    try:
        value = BY_KEY[key].read(raw)
    except ValueError as error:
        found.append(document.problem(path, str(error)))
        return None
    return _Held(value, layer, f"{document.name}:{document.places.line(path)}")


def _from_env(env: Mapping[str, str], found: list[Problem]) -> dict[str, tuple[str, str]]:
    """Setting -> (variable, text), of variables such as `LOOPTUI_UI__THEME`."""
    by_name = {"LOOPTUI_" + key.replace(".", "__").upper(): key for key in BY_KEY}
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
        setting = BY_KEY.get(key)
        try:
            if setting is None:
                raise ValueError("no such setting" + did_you_mean(key, BY_KEY))
            held[key] = _Held(setting.read(typed(setting, text)), layer, where)
        except ValueError as error:
            found.append(Problem(plain(where), 0, "", plain(str(error))))
    return held


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
        if not BY_KEY[key].limit:
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
        message = f"a repository may only lower it; {written(BY_KEY[key], now)} stays"
        found.append(document.problem(tuple(key.split(".")), message, severity="warning"))
    elif wanted.value != now:
        held[key] = wanted


def _left_out(document: Document, path: tuple[str, ...]) -> Problem:
    message = "a repository may only lower limits; left out"
    return document.problem(path, message, severity="warning")
