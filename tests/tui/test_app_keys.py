"""Every key of the table has its action, and does it where the table says that it is live."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.screen import ModalScreen

from looptui.core import commands as cmd
from looptui.tui.app import LooptuiApp
from looptui.tui.dialogs.base import Dialog
from looptui.tui.dialogs.command import CommandDialog
from looptui.tui.dialogs.confirm import ConfirmDialog
from looptui.tui.dialogs.detach import DetachDialog
from looptui.tui.dialogs.help import HelpDialog
from looptui.tui.dialogs.jump import JumpDialog
from looptui.tui.dialogs.limits import LimitsDialog
from looptui.tui.dialogs.need import NeedDialog
from looptui.tui.dialogs.palette import PaletteDialog
from looptui.tui.dialogs.quit import QuitDialog
from looptui.tui.dialogs.record import RecordDialog
from looptui.tui.dialogs.send_back import SendBackDialog
from looptui.tui.dialogs.start import StartDialog
from looptui.tui.dialogs.submit import SubmitDialog
from looptui.tui.dialogs.text import TextDialog
from looptui.tui.keymap import KEYS, SCOPES, Key
from looptui.tui.screens.audit import AuditScreen
from looptui.tui.screens.fleet import FleetScreen
from looptui.tui.screens.loop import LoopScreen
from looptui.tui.screens.memory import MemoryScreen
from looptui.tui.screens.reconcile import ReconcileScreen
from looptui.tui.screens.review import ReviewScreen
from looptui.tui.screens.settings import SettingsScreen
from looptui.tui.screens.spend import SpendScreen
from looptui.tui.screens.wizard import WizardScreen
from looptui.tui.widgets.diff_view import DiffView
from looptui.tui.widgets.tail_view import TailView
from looptui.tui.widgets.virtual_view import VirtualView
from tests.tui.cockpit import Player, home, make_project, playing

__all__ = ["home"]

OWNERS: dict[str, type[object]] = {
    "always": LooptuiApp, "global": LooptuiApp, "list": VirtualView, "pick": VirtualView,
    "tail": TailView, "diff": DiffView, "fleet": FleetScreen, "loop": LoopScreen,
    "review": ReviewScreen, "dialog": Dialog, "confirm": ConfirmDialog, "text": TextDialog,
    "choice": StartDialog, "need": NeedDialog, "start": StartDialog, "wizard": WizardScreen,
    "limits": LimitsDialog, "submit": SubmitDialog, "send-back": SendBackDialog,
    "quit": QuitDialog, "detach": DetachDialog, "help": HelpDialog, "settings": SettingsScreen,
    "reconcile": ReconcileScreen,
    "audit": AuditScreen, "spend": SpendScreen,
    "palette": PaletteDialog, "command": CommandDialog, "jump": JumpDialog,
    "memory": MemoryScreen, "record": RecordDialog,
}  # fmt: skip


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.id)
def test_every_key_has_an_action_on_the_owner_of_its_scope(key: Key) -> None:
    name = key.action.removeprefix("app.").partition("(")[0]
    owner = LooptuiApp if key.action.startswith("app.") else OWNERS[key.scope]
    assert callable(getattr(owner, f"action_{name}"))


def test_every_scope_has_an_owner() -> None:
    assert set(OWNERS) == set(SCOPES)


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The actions that keys asked for, in order."""
    actions: list[str] = []
    run = LooptuiApp._dispatch_action

    async def note(self: LooptuiApp, namespace: Any, name: str, params: Any) -> bool:
        actions.append(name)
        return bool(await run(self, namespace, name, params))

    monkeypatch.setattr(LooptuiApp, "_dispatch_action", note)
    return actions


async def _home(player: Player) -> None:
    """Close dialogs, then go to the fleet."""
    while isinstance(player.app.screen, ModalScreen):
        await player.press("escape")
    await player.press("1")
    await player.until(lambda: player.scope == "fleet" and bool(player.app.screen.query("#runs")))
    player.app.screen.query_one("#runs").focus()
    await player.pilot.pause()


async def _loop(player: Player) -> None:
    await _home(player)
    await player.press("enter")


async def _diff(player: Player) -> None:
    await _review(player)
    player.app.screen.query_one("#candidate").focus()
    await player.pilot.pause()


async def _tail(player: Player) -> None:
    await _loop(player)
    player.app.screen.query_one("#transcript").focus()
    await player.pilot.pause()


async def _review(player: Player) -> None:
    await _home(player)
    await player.press("2")
    await player.sees("calc.py  +1 -1")


async def _dialog(player: Player, *keys: str) -> None:
    await _home(player)
    await player.press(*keys)


async def _send_back(player: Player) -> None:
    await _review(player)
    await player.decide("X")


async def _submit(player: Player) -> None:
    await _review(player)
    await player.decide("enter")
    await player.sees("Decide about this change")


async def _wizard(player: Player) -> None:
    """Nothing has the focus: lists keep the page keys to themselves, and lines what is typed."""
    await _home(player)
    await player.press("ctrl+n")
    await player.sees("the file is right")
    player.app.screen.set_focus(None)
    await player.pilot.pause()


async def _spend(player: Player) -> None:
    await _home(player)
    await player.press("4")
    await player.sees("Spend by")


async def _memory(player: Player) -> None:
    await _home(player)
    await player.press("3")
    await player.sees("Memory of")


async def _record(player: Player) -> None:
    await _memory(player)
    await player.press("n")
    await player.sees("A new record")


async def _audit(player: Player) -> None:
    await _home(player)
    await player.press("5")
    await player.sees("run.created")


async def _settings(player: Player) -> None:
    await _home(player)
    await player.press("7")
    await player.sees("What it means")


OPENERS: dict[str, Callable[[Player], Awaitable[None]]] = {
    "global": _loop, "list": _home, "pick": _home, "fleet": _home, "loop": _loop, "tail": _tail,
    "review": _review, "diff": _diff, "send-back": _send_back,
    "submit": _submit,
    "dialog": lambda player: _dialog(player, "S"), "confirm": lambda player: _dialog(player, "S"),
    "text": lambda player: _dialog(player, "i"), "choice": lambda player: _dialog(player, "n"),
    "start": lambda player: _dialog(player, "n"), "wizard": _wizard,
    "limits": lambda player: _dialog(player, "b"), "help": lambda player: _dialog(player, "?"),
    "audit": _audit, "spend": _spend, "settings": _settings, "memory": _memory,
    "record": _record,
    "palette": lambda player: _dialog(player, "ctrl+p"),
    "command": lambda player: _dialog(player, ":"),
}  # fmt: skip
NO_ACTION = {("text", "enter"), ("send-back", "enter"), ("palette", "enter"), ("command", "enter")}
"""The line that is written in takes enter itself."""


@pytest.mark.parametrize("scope", OPENERS)
async def test_every_key_does_its_action(home: Path, done: list[str], scope: str) -> None:
    project = make_project(home)
    async with playing(project) as player:
        await player.until(lambda: bool(player.app.snapshot.needs))
        for key in (key for key in KEYS if key.scope == scope):
            for name in key.keys:
                if (scope, name) in NO_ACTION:
                    continue
                await OPENERS[scope](player)
                done.clear()
                await player.press(name)
                wanted = key.action.removeprefix("app.").partition("(")[0]
                assert wanted in done, f"{name} in {scope}: {done}"
        await _home(player)
        assert player.state == "waiting"


async def test_the_keys_that_always_work_also_work_in_a_dialog(home: Path) -> None:
    async with playing(make_project(home)) as player:
        await player.until(lambda: bool(player.app.snapshot.needs))
        await _dialog(player, "b")
        await player.press("ctrl+l", "ctrl+z", "ctrl+c")
        await player.sees("press ^c again to quit")
        await player.press("ctrl+c")
        await player.until(lambda: player.app.return_code == 130)


async def test_quit_leaves_at_once_when_nothing_is_at_work(home: Path) -> None:
    async with playing(make_project(home)) as player:
        await player.until(lambda: bool(player.app.snapshot.needs))
        await player.press("ctrl+q")
        await player.until(lambda: player.app.return_code == 0)


async def test_the_next_need_goes_round_and_is_what_the_key_says(home: Path) -> None:
    async with playing(make_project(home)) as player:
        await player.press("!")
        await player.sees("nothing needs you")
        await player.until(lambda: bool(player.app.snapshot.needs))
        await player.press("1", "!")
        assert player.scope == "review"
        need = player.app.snapshot.needs[0]
        await player.app.controller.send(need.run, cmd.Approve(need.tree or ""))
        await player.until(lambda: player.state == "landed")


async def test_help_is_searched_and_shows_the_keys_of_the_screen_below(home: Path) -> None:
    async with playing(make_project(home), size=(80, 24)) as player:
        await player.press("?")
        await player.sees("Keys on Loop - type to search")
        await player.write("nudge")
        await player.sees("message for the next iteration")
        assert "stop the run" not in player.screen
        await player.write("xyz")
        await player.sees("no key for")
        await player.press("escape")
        assert player.scope == "loop"
