"""The ways in which a person wants to be called, made from their names."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from looptui import plugins
from looptui.ports import Surroundings

if TYPE_CHECKING:
    from looptui.ports import Notifier

_OURS = {
    "bell": "looptui.adapters.notifiers.terminal:Bell",
    "osc": "looptui.adapters.notifiers.terminal:Osc",
    "desktop": "looptui.adapters.notifiers.desktop:Desktop",
    "command": "looptui.adapters.notifiers.command:OwnCommand",
}
CHANNELS = tuple(_OURS)


def notifiers(
    channels: Iterable[str], command: tuple[str, ...], write: Callable[[str], None]
) -> tuple[Notifier, ...]:
    """A notifier a channel; `write` sends escape sequences to the terminal."""
    surroundings = Surroundings(write, dict(os.environ), command)
    return tuple(
        plugins.load("looptui.notifier", _OURS.get(name, name))(surroundings) for name in channels
    )
