"""Through the terminal, and so also over ssh: the bell, and the message that a terminal shows."""

from __future__ import annotations

from collections.abc import Mapping

from looptui.ports import Surroundings
from looptui.text import safe

_SHOWS_777 = ("WezTerm", "ghostty", "foot", "rxvt")


class Bell:
    """BEL: a sound, or a mark on the tab or the tmux window."""

    name = "bell"

    def __init__(self, surroundings: Surroundings) -> None:
        self._write = surroundings.write

    async def notify(self, title: str, body: str) -> str:
        self._write("\x07")
        return ""


class Osc:
    """OSC 777 where the terminal is known to show it, else OSC 9; one of them, never both."""

    name = "osc"

    def __init__(self, surroundings: Surroundings) -> None:
        self._write, self._env = surroundings.write, surroundings.env

    async def notify(self, title: str, body: str) -> str:
        if self._env.get("TERM_PROGRAM") == "Apple_Terminal":
            return "this terminal shows no messages; use desktop instead"
        sequence = message(title, body, self._env)
        if self._env.get("TMUX"):
            sequence = "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"
        self._write(sequence)
        return ""


def message(title: str, body: str, env: Mapping[str, str]) -> str:
    """The sequence for one message; text in it cannot end it."""
    title, body = _plain(title), _plain(body)
    if env.get("TERM_PROGRAM", "") in _SHOWS_777 or env.get("TERM", "").startswith(_SHOWS_777):
        return f"\x1b]777;notify;{title.replace(';', ',')};{body}\x1b\\"
    return f"\x1b]9;{title}: {body}\x1b\\"


def _plain(text: str) -> str:
    return safe(text).replace("\n", " ").replace("\t", " ")
