"""The audit screen over the log of a real run: it stays live, filters, verifies, exports."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from looptui import paths
from looptui.tui.screens.audit import AuditScreen
from tests.tui.cockpit import Player, home, make_project, playing

__all__ = ["home"]

SIZES = [(80, 24), (120, 40)]


async def _waiting(player: Player) -> AuditScreen:
    """The audit screen over a run that waits for its approval."""
    await player.until(lambda: bool(player.app.snapshot.needs))
    await player.press("5")
    await player.sees("need.opened")
    screen = player.app.screen
    assert isinstance(screen, AuditScreen)
    return screen


@pytest.mark.parametrize("size", SIZES)
async def test_the_newest_event_is_first_and_opens_with_all_its_fields(
    home: Path, size: tuple[int, int]
) -> None:
    async with playing(make_project(home), size=size) as player:
        screen = await _waiting(player)
        assert screen.head.size > 10
        await player.press("/")
        await player.sees("Filter")
        await player.write("kind")
        await player.press("colon")
        await player.write("maker.fin")
        await player.press("enter")
        await player.until(lambda: screen.found is not None and screen.found.bottom == 1)
        assert screen.list.events.count() == 1
        await player.press("enter")
        await player.sees("maker.finished", "exit_code", screen.head.root[:12])
        await player.press("G")
        await player.sees("leaf", "not verified here yet")
        await player.press("escape", "escape")
        assert screen.filter == ""
        await player.sees("need.opened")


async def test_the_list_stays_live_and_where_the_reader_is(home: Path) -> None:
    async with playing(make_project(home)) as player:
        screen = await _waiting(player)
        assert screen.list.seq == screen.head.size
        await player.press("j", "j")
        kept, size = screen.list.seq, screen.head.size
        assert not screen.follow
        run = player.app.snapshot.runs[0].id
        from looptui.core import commands as cmd

        await player.app.controller.send(run, cmd.Nudge("look at the docs"))
        await player.until(lambda: screen.head.size > size)
        assert screen.list.seq == kept
        await player.press("F")
        assert screen.follow
        await player.until(lambda: screen.list.seq == screen.head.size)


@pytest.mark.parametrize("size", SIZES)
async def test_verifying_tells_that_all_is_well_or_names_the_first_changed_event(
    home: Path, size: tuple[int, int]
) -> None:
    project = make_project(home)
    async with playing(project, size=size) as player:
        screen = await _waiting(player)
        await player.press("V")
        await player.sees("verified: ")
        assert screen.verified is not None
        assert screen.verified.ok
        assert screen.verified.size == screen.head.size
        database = paths.state_db(paths.repo_state(project.repo))
        with sqlite3.connect(database) as connection:
            connection.execute("DROP TRIGGER events_keep_update")
            connection.execute("UPDATE events SET data = '{}' WHERE seq = 3")
        connection.close()
        await player.press("V")
        await player.sees("the log is broken at 3", "event 3 was changed")
        assert screen.list.seq == 3
        await player.press("ctrl+s")
        await player.sees("Export to")
        await player.press("escape")


async def test_an_export_is_the_whole_log_and_overwrites_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home)
    async with playing(make_project(home)) as player:
        screen = await _waiting(player)
        await player.press("ctrl+s")
        await player.sees("Export to")
        await player.press("enter")
        await player.decide("enter")
        file = home / "looptui-log.jsonl"
        await player.until(file.exists)
        lines = [json.loads(line) for line in file.read_text().splitlines()]
        assert [line["seq"] for line in lines] == list(range(1, screen.head.size + 1))
        before = file.read_bytes()
        await player.press("ctrl+s")
        await player.decide("enter")
        await player.sees("is there already")
        assert file.read_bytes() == before


async def test_a_facet_and_a_span_narrow_the_list_and_nonsense_changes_nothing(home: Path) -> None:
    async with playing(make_project(home)) as player:
        screen = await _waiting(player)
        await player.press("f")
        await player.sees("Show only", "gate.finished")
        await player.press("down", "enter")
        await player.until(lambda: screen.filter.startswith("kind:"))
        await player.press("T")
        assert "since:1h" in screen.filter
        await player.press("T", "T", "T")
        assert "since" not in screen.filter
        kept = screen.filter
        screen.set_filter("since:soon")
        await player.sees("is no span of time")
        assert screen.filter == kept
        screen.set_filter("no-such-word")
        await player.sees("No event fits")
