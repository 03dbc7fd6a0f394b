"""Calls through the desktop and through a command of the person's own, with real processes."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from looptui.adapters.notifiers.command import OwnCommand
from looptui.adapters.notifiers.desktop import Desktop
from looptui.errors import PluginError
from looptui.ports import Notifier, Surroundings
from looptui.wire.notifying import CHANNELS, notifiers

KEEPS = "import sys; open(sys.argv[1], 'w').write(' '.join(sys.argv[2:]) + sys.stdin.read())"


def surroundings(env: dict[str, str] | None = None, *command: str) -> Surroundings:
    return Surroundings(lambda sequence: None, env or dict(os.environ), command)


async def test_an_own_command_is_told_on_its_standard_input(tmp_path: Path) -> None:
    heard = tmp_path / "heard"
    way = OwnCommand(surroundings(None, sys.executable, "-c", KEEPS, str(heard)))
    assert await way.notify("looptui needs you", "fix: approval") == ""
    assert json.loads(heard.read_text())["body"] == "fix: approval"


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ((), "notify.command is not set"),
        (("no-such-program-here",), "no-such-program-here"),
        ((sys.executable, "-c", "print('no pager'); raise SystemExit(3)"), "no pager"),
        ((sys.executable, "-c", "raise SystemExit(3)"), "exit code 3"),
    ],
)
async def test_what_fails_says_why(command: tuple[str, ...], why: str) -> None:
    assert why in await OwnCommand(surroundings(None, *command)).notify("t", "b")


async def test_the_desktop_takes_texts_as_words_and_never_as_options(tmp_path: Path) -> None:
    heard, program = tmp_path / "heard", tmp_path / "notify-send"
    program.write_text(
        f"#!{sys.executable}\nimport sys\nsys.argv[1:1] = [{str(heard)!r}]\n{KEEPS}\n"
    )
    program.chmod(0o755)
    env = {"PATH": str(tmp_path)}
    assert await Desktop(surroundings(env)).notify("looptui needs you", "--help") == ""
    assert heard.read_text() == "-a looptui -- looptui needs you --help"
    assert "notify-send" in await Desktop(surroundings({"PATH": "/nowhere"})).notify("t", "b")


def test_channels_have_their_names_and_a_strange_one_is_refused() -> None:
    made: tuple[Notifier, ...] = notifiers(CHANNELS, (), lambda sequence: None)
    assert tuple(way.name for way in made) == CHANNELS
    with pytest.raises(PluginError, match="there is no notifier 'pager'"):
        notifiers(("pager",), (), lambda sequence: None)
