"""The screen answers keys while the disk does not."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest
from textual.widget import Widget

from looptui.tui.asking import Asker
from looptui.tui.controller import NextMemory, Reads
from looptui.wire.reading import Reading
from tests.tui.cockpit import home, make_project, playing

__all__ = ["home"]


async def test_a_key_is_answered_while_a_read_waits_for_the_disk(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck, asked = threading.Event(), threading.Event()
    read = Reading.next_memory

    def slow(self: Reading, run: str) -> NextMemory:
        asked.set()
        assert stuck.wait(60)
        return read(self, run)

    monkeypatch.setattr(Reading, "next_memory", slow)
    async with playing(make_project(home)) as player:
        await player.until(asked.is_set)
        await player.press("?")
        assert "Keys on Loop" in player.screen
        await player.press("escape", "1")
        assert player.scope == "fleet"
        stuck.set()
        await player.press("enter")
        await player.sees("Memory in the next prompt", "iteration 1 changed calc.py")


async def test_of_the_questions_that_wait_only_the_newest_is_asked(home: Path) -> None:
    async with playing(make_project(home), start=()) as player:
        asker, held = Asker(player.app.screen.query_one(Widget)), threading.Event()
        answers: list[str] = []

        def first(reads: Reads) -> str:
            assert held.wait(60)
            return "first"

        def question(number: int) -> None:
            asker.ask(lambda reads: f"number {number}", answers.append)

        asker.ask(first, answers.append)
        await asyncio.sleep(0)
        for number in range(9):
            question(number)
        held.set()
        await player.until(lambda: "number 8" in answers)
        assert answers == ["first", "number 8"]


async def test_nothing_is_read_after_the_end(home: Path) -> None:
    project = make_project(home)
    async with playing(project) as player:
        await player.until(lambda: bool(player.app.snapshot.needs))
        controller = player.app.controller
        await controller.close()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await controller.read(lambda reads: reads.version())


def test_of_a_long_transcript_the_end_is_read_and_the_rest_is_counted(home: Path) -> None:
    reading = Reading(make_project(home).repo)
    file = reading._transcript("run", 1)
    file.parent.mkdir(parents=True)
    file.write_text("".join(f"line {n}\n" for n in range(400_000)))
    text, offset = reading.transcript("run", 1, 0)
    assert text.startswith("[4 MB before this are left out]\nline ")
    whole = text
    while True:
        text, after = reading.transcript("run", 1, offset)
        if after == offset:
            break
        assert len(text) <= 64 * 1024
        whole, offset = whole + text, after
    assert whole.endswith("line 399999\n")
    numbers = [int(line.split()[1]) for line in whole.splitlines()[1:]]
    assert numbers == list(range(numbers[0], 400_000))
