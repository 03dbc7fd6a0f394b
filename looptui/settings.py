"""Every setting of the person at the keyboard, once: how it is read, and what it means.

`config show`, the JSON Schema, the Settings screen and the documentation are made from this table.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from looptui.errors import ConfigError
from looptui.loopfile import values
from looptui.loopfile.problem import did_you_mean, listed

Value = str | int | tuple[str, ...]
Schema = dict[str, object]


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


def _hours(value: object) -> str:
    if not isinstance(value, str) or (value and not re.fullmatch(_HOURS, value)):
        raise ValueError(f'must be hours such as "22:00-07:00", not {values.said(value)}')
    return value


def _few(value: object) -> int:
    return values.count(value, 64)


_DOLLARS: Schema = {"type": "number", "exclusiveMinimum": 0, "maximum": values.MOST_USD}
_GLYPHS = ("unicode", "ascii")
_CHANNELS = ("bell", "osc", "desktop", "command")
_WHEN = ("unfocused", "always", "never")
_HOURS = r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d"

SETTINGS: tuple[Setting, ...] = (
    Setting("limits.fleet_cost_usd", values.micro_usd, 20_000_000,
            "Dollars that all runs that have not ended may spend together.", _DOLLARS, True, True),
    Setting("limits.day_cost_usd", values.micro_usd, 20_000_000,
            "Dollars that all runs together may spend on a day (UTC).", _DOLLARS, True, True),
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
    Setting("notify.quiet", _hours, "", "Hours without calls, such as 22:00-07:00.",
            {"type": "string", "pattern": f"^({_HOURS})?$"}),
    Setting("notify.command", _command, (), "Run for the channel command; JSON on its input.",
            {"type": ["string", "array"], "items": {"type": "string"}}),
    Setting("editor.command", _command, (), "Your editor; without it $VISUAL, then $EDITOR.",
            {"type": ["string", "array"], "items": {"type": "string"}}),
)  # fmt: skip
BY_KEY = {setting.key: setting for setting in SETTINGS}


def typed(setting: Setting, text: str) -> object:
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


def written(setting: Setting, value: Value) -> str:
    """A value as a file would say it."""
    if isinstance(value, tuple):
        return "[" + ", ".join(_quoted(word) for word in value) + "]"
    if setting.money and isinstance(value, int):
        return f"{Decimal(value) / 1_000_000:f}"
    return str(value) if isinstance(value, int) else _quoted(value)


def literal(key: str, text: str) -> str:
    """What a file would say for a value that a person typed; ConfigError if it makes no sense."""
    setting = BY_KEY.get(key)
    if setting is None:
        raise ConfigError(f"there is no setting {key!r}{did_you_mean(key, BY_KEY)}", _LIST)
    try:
        return written(setting, setting.read(typed(setting, text.strip())))
    except ValueError as error:
        raise ConfigError(f"{key} {error}", setting.about) from error


_LIST = "`looptui config show` lists them"


def _quoted(word: str) -> str:
    return json.dumps(word, ensure_ascii=False).replace("\x7f", "\\u007f")
