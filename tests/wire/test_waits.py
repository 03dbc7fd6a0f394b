"""A wait for a person that ran out trips, whoever comes first: an answer, a list, or a screen."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from looptui.core import commands as cmd
from looptui.engine.answering import answer
from looptui.errors import RefusedError, StoreError
from looptui.projections import waiting
from looptui.projections.values import RunView
from looptui.wire import views
from looptui.wire.controller import DeskController
from looptui.wire.desk import Desk
from looptui.wire.ids import person
from looptui.wire.tidying import tidy
from looptui.wire.waits import Waits
from tests.wire.waiting import ASKED, asks, desk_at, story

RUN, NEED = ASKED
TRIP = ("breaker.tripped", "engine")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOOPTUI_HOME", str(tmp_path / "home"))


def state(desk: Desk, run: str = RUN) -> str:
    return views.run(desk.reader, run).state


async def test_an_answer_in_time_lets_the_run_go_on(tmp_path: Path) -> None:
    async with desk_at(tmp_path) as (desk, clock):
        await asks(desk, 60.0)
        clock.at += 59.0
        await desk.carry_out(RUN, cmd.Answer(NEED, "continue"))
        assert await story(desk) == [("need.closed", person())]
        assert state(desk) == "active"


async def test_an_answer_that_comes_too_late_trips_first_and_is_kept(tmp_path: Path) -> None:
    async with desk_at(tmp_path) as (desk, clock):
        await asks(desk, 60.0)
        clock.at += 60.0
        await desk.carry_out(RUN, cmd.Answer(NEED, "continue", "use the other parser"))
        kept = ["need.closed", "run.nudged", "breaker.reset", "run.resumed"]
        assert await story(desk) == [TRIP, *((kind, person()) for kind in kept)]
        assert state(desk) == "active"


async def test_an_answer_that_comes_too_late_needs_a_reason_to_go_on(tmp_path: Path) -> None:
    async with desk_at(tmp_path) as (desk, clock):
        await asks(desk, 60.0)
        clock.at += 60.0
        with pytest.raises(RefusedError, match=r"nobody answered within 1 min.*-m WHY"):
            await desk.carry_out(RUN, cmd.Answer(NEED, "continue"))
        assert await story(desk) == [TRIP]
        await desk.carry_out(RUN, cmd.Answer(NEED, "stop"))
        assert state(desk) == "stopped"


async def test_a_late_resume_is_refused_with_the_way_on_and_the_trip_is_recorded(
    tmp_path: Path,
) -> None:
    async with desk_at(tmp_path) as (desk, clock):
        await asks(desk, 60.0)
        clock.at += 61.0
        with pytest.raises(RefusedError, match=r"nobody answered within 1 min.*--reset --reason"):
            await desk.carry_out(RUN, cmd.Resume())
        assert await story(desk) == [TRIP]


async def test_an_answer_counts_from_when_it_was_given_not_when_it_was_taken(
    tmp_path: Path,
) -> None:
    async with desk_at(tmp_path) as (desk, clock):
        await asks(desk, 60.0)
        given = cmd.Answer(NEED, "continue")
        await desk.store.send(RUN, given.kind, cmd.encode(given), person(), clock.at + 59.0)
        clock.at += 3600.0
        (asked,) = await desk.store.pending(RUN)
        assert await answer(desk.store, await desk.load(RUN), asked) is None
        assert await story(desk) == [("need.closed", person())]


async def test_tidying_trips_what_is_overdue_and_drives_nothing(tmp_path: Path) -> None:
    async with desk_at(tmp_path) as (desk, clock):
        await asks(desk, 60.0)
        await asks(desk, 600.0, run="r2")
        clock.at += 60.0
        await tidy(desk)
        await tidy(desk)
        assert await story(desk) == [TRIP]
        assert (state(desk), state(desk, "r2")) == ("tripped", "waiting")


async def test_a_run_that_is_driven_is_left_to_its_driver(tmp_path: Path) -> None:
    async with desk_at(tmp_path) as (desk, clock):
        await asks(desk, 60.0)
        clock.at += 61.0
        lease = desk.store.leases.acquire(RUN)
        await tidy(desk)
        assert state(desk) == "waiting"
        lease.release()
        await tidy(desk)
        assert state(desk) == "tripped"


async def test_a_list_shows_how_long_a_run_has_waited(tmp_path: Path) -> None:
    async with desk_at(tmp_path) as (desk, clock):
        await asks(desk, 60.0)
        view = views.run(desk.reader, RUN)
        gauge = waiting.as_of(view, clock.at + 45.0).breakers["escalation"]
        assert (gauge.value, gauge.ratio, gauge.state) == (45.0, 0.75, "ok")
        over = waiting.as_of(view, clock.at + 90.0).breakers["escalation"]
        assert (over.value, over.ratio, over.state) == (90.0, 1.5, "tripped")
        back = waiting.as_of(view, clock.at - 90.0).breakers["escalation"]
        assert back.value == 0.0
        assert waiting.due(view) == clock.at + 60.0


# --- while a screen is open ------------------------------------------------------------------


async def view_of(desk: Desk, human_wait: float, run: str) -> RunView:
    await asks(desk, human_wait, run=run)
    return views.run(desk.reader, run)


async def test_it_wakes_for_the_nearest_wait_and_judges_each_once(tmp_path: Path) -> None:
    async with desk_at(tmp_path) as (desk, clock):
        late, soon = await view_of(desk, 3600.0, "late"), await view_of(desk, 0.05, "soon")
        judged: asyncio.Queue[str] = asyncio.Queue()
        started = asyncio.get_running_loop().time()
        waits = Waits(judged.put, lambda: clock.at + asyncio.get_running_loop().time() - started)
        task = asyncio.ensure_future(waits.run())
        waits.see([late])
        waits.see([late, soon])
        assert await asyncio.wait_for(judged.get(), 5.0) == "soon"
        waits.see([soon])
        waits.see([soon, late])
        later = await view_of(desk, 0.05, "later")
        waits.see([late, soon, later])
        assert await asyncio.wait_for(judged.get(), 5.0) == "later"
        task.cancel()
        await asyncio.wait({task})
        assert judged.empty()


async def test_a_wait_that_cannot_be_judged_does_not_end_the_others(tmp_path: Path) -> None:
    async with desk_at(tmp_path) as (desk, clock):
        found = [await view_of(desk, 1.0, "a"), await view_of(desk, 1.0, "b")]
        judged: asyncio.Queue[str] = asyncio.Queue()

        async def settle(run: str) -> None:
            await judged.put(run)
            raise StoreError("the disk is full")

        waits = Waits(settle, lambda: clock.at + 2.0)
        waits.see(found)
        task = asyncio.ensure_future(waits.run())
        assert [await asyncio.wait_for(judged.get(), 5.0) for _ in found] == ["a", "b"]
        task.cancel()
        await asyncio.wait({task})


async def test_an_open_screen_trips_a_run_that_nobody_drives(tmp_path: Path) -> None:
    async with desk_at(tmp_path) as (desk, clock):
        clock.at = desk.repository.root.stat().st_mtime
        await asks(desk, 0.01)
        controller = DeskController(desk.repository.root)

        async def state() -> str:
            return (await controller.read(lambda reads: reads.runs()))[0].state

        assert await state() == "waiting"
        controller.begin()
        async with asyncio.timeout(10.0):
            while await state() == "waiting":
                await asyncio.sleep(0.01)
        assert await story(desk) == [TRIP]
        await controller.close()
