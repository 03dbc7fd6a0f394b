"""Changing one setting in a TOML file that a person wrote: every other line stays as it is."""

from __future__ import annotations

import os
import re
import tempfile
import tomllib
from pathlib import Path

from looptui.errors import ConfigError

_HEADER = re.compile(r"\s*\[\s*([A-Za-z0-9_-]+)\s*\]\s*(?:#.*)?")
_ANY_HEADER = re.compile(r"\s*\[")


class CannotChange(ValueError):
    """The file says it in a way that is not safe to change by program."""


def with_value(text: str, table: str, key: str, literal: str | None) -> str:
    """The text with `key` of `[table]` set to a TOML literal, or without it (None).

    Comments and order stay. CannotChange where the result would say anything else than the text
    with that one change: an inline table, a value over several lines.
    """
    before = _parsed(text)
    lines = re.split(r"(?<=\n)", text)
    span = _span(lines, table)
    if span is None:
        changed = text if literal is None else _with_table(text, table, f"{key} = {literal}\n")
    else:
        changed = "".join(_in_table(lines, span, key, literal))
    if _parsed(changed) != _wanted(before, table, key, literal):
        raise CannotChange(f"{table}.{key} is written in a way that only an editor should change")
    return changed


def _parsed(text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CannotChange(f"the file is not TOML: {error}") from error


def _wanted(
    before: dict[str, object], table: str, key: str, literal: str | None
) -> dict[str, object]:
    content = before.get(table, {})
    if not isinstance(content, dict):
        raise CannotChange(f"{table} is not a table")
    rest = {name: value for name, value in content.items() if name != key}
    if literal is not None:
        rest[key] = tomllib.loads(f"value = {literal}")["value"]
    return {**before, table: rest} if rest or table in before else before


def _span(lines: list[str], table: str) -> tuple[int, int] | None:
    """The lines below the header of a table, up to the next one."""
    for start, line in enumerate(lines):
        found = _HEADER.fullmatch(line.rstrip("\r\n"))
        if found and found[1] == table:
            below = range(start + 1, len(lines))
            end = next((at for at in below if _ANY_HEADER.match(lines[at])), len(lines))
            return start + 1, end
    return None


def _in_table(lines: list[str], span: tuple[int, int], key: str, literal: str | None) -> list[str]:
    start, end = span
    line = re.compile(
        rf"(?P<head>\s*{re.escape(key)}\s*=\s*)"
        r"(?:\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'|[^#\n\r\"']*?)"
        r"(?P<tail>\s*(?:#[^\n\r]*)?[\r\n]*)"
    )
    for at in range(start, end):
        found = line.fullmatch(lines[at])
        if found:
            new = [] if literal is None else [f"{found['head']}{literal}{found['tail']}"]
            return [*lines[:at], *new, *lines[at + 1 :]]
    if literal is None:
        return lines
    while end > start and not lines[end - 1].strip():
        end -= 1
    above = lines[:end]
    if above and not above[-1].endswith("\n"):
        above[-1] += "\n"
    return [*above, f"{key} = {literal}\n", *lines[end:]]


def _with_table(text: str, table: str, line: str) -> str:
    gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
    return f"{text}{gap}[{table}]\n{line}"


def change(file: Path, key: str, literal: str | None) -> None:
    """Set `table.key` in a file to a TOML literal, or take it out (None); a new file if needed.

    ConfigError where that is not safe or not possible; the file is then as it was.
    """
    table, _, name = key.partition(".")
    target = Path(os.path.realpath(file))
    try:
        text = target.read_text("utf-8") if target.exists() else ""
        new = with_value(text, table, name, literal)
        if new != text:
            _replace(target, new)
    except (OSError, ValueError) as error:
        raise ConfigError(f"{file} stays as it is: {error}", "Change it in your editor.") from error


def _replace(target: Path, text: str) -> None:
    """In one step, so that nobody reads half a file; its mode stays."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, fresh = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with open(handle, "w", encoding="utf-8") as stream:  # noqa: PTH123 - an open handle
            stream.write(text)
        Path(fresh).chmod(target.stat().st_mode & 0o777 if target.exists() else 0o600)
        Path(fresh).replace(target)
    except OSError:
        Path(fresh).unlink(missing_ok=True)
        raise


def begin(file: Path) -> None:
    """Where a file of the person's own is not there yet: one with everything as a comment."""
    if file.exists():
        return
    text = _keys_template() if file.name == "keys.toml" else _settings_template()
    try:
        _replace(file, text)
    except OSError as error:
        raise ConfigError(f"{file} cannot be written: {error.strerror}") from error


def _settings_template() -> str:
    from looptui.settings import SETTINGS, written

    lines, table = ["# Settings of looptui. `looptui config show --origin` says what holds."], ""
    for one in SETTINGS:
        name, _, key = one.key.partition(".")
        if name != table:
            lines += ["", f"[{name}]"]
            table = name
        lines += [f"# {one.meaning}", f"# {key} = {written(one, one.default)}"]
    return "\n".join(lines) + "\n"


def _keys_template() -> str:
    return (
        "# Keys of looptui: an id and a key, a list of keys, or false. `looptui keys` lists them.\n"
        "# What is wrong is named at start and skipped.\n\n"
        "[keys]\n"
        '# "fleet.pause" = "f5"\n'
        '# "app.palette" = ["ctrl+p", "f2"]\n'
        '# "fleet.discard" = false\n'
    )
