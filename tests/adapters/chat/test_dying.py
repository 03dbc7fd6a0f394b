"""The plug is pulled in the middle of a call, and a provider that wants to be left alone."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from looptui.core import commands as cmd
from looptui.core import events as ev
from looptui.store.ledger import Money
from looptui.wire.desk import Desk
from tests.adapters.chat.playing import FINISH, MENDING, playing, prepare
from tests.model_server import ModelServer, Reply
from tests.model_server.reply import Call


async def test_a_call_whose_process_is_killed_is_charged_as_reserved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def script(call: Call) -> Reply:
        return {1: Reply(fault="hang"), 2: MENDING}.get(call.n, FINISH)

    with ModelServer(script) as server:
        loop = prepare(tmp_path, monkeypatch, server.url)
        words = [sys.executable, "-m", "looptui", "run", str(loop), "--headless", "--trust"]
        process = subprocess.Popen(
            words, cwd=tmp_path / "repo", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        assert await asyncio.to_thread(server.arrived, 1)
        process.send_signal(signal.SIGKILL)
        process.wait(30)
        desk = Desk.open(tmp_path / "repo")
        try:
            (row,) = desk.reader.runs()
            held = (await desk.load(row.id)).state.held
            (open_call,) = held.values()
            assert (await desk.store.money()).held == open_call.micro_usd
            state = await desk.drive(row.id)
            assert state.status == "waiting", (state.status, state.reason)
            settled = [
                json.loads(event.data)
                for event in await desk.store.read(row.id)
                if event.kind == ev.SpendSettled.kind
            ]
            assert settled[0]["call"] == open_call.call
            assert settled[0]["micro_usd"] == open_call.micro_usd
            assert settled[0]["outcome"] == "its session died"
            assert settled[0]["told"] is False
            assert len(server.ledger.calls) == 3 == len(settled)
            assert await desk.store.money() == Money(state.micro_usd, 0)
        finally:
            await desk.close()


async def test_a_bad_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rate limit, a key that is refused, a person who pauses, and then the money ends."""
    dear = replace(MENDING, tokens_out=4_000)
    script = [Reply(status=429, retry_after="2"), Reply(status=401), Reply(fault="hang"), dear]
    with ModelServer(script) as server:
        async with playing(tmp_path, monkeypatch, server, limits="cost_usd = 0.17\n") as play:
            desk, state = play.desk, await play.run()
            assert (state.status, "TEST_KEY" in state.reason) == ("paused", True)
            assert (state.parks, len(state.iterations), sum(state.samples)) == (1, 1, 0)
            (parked,) = await play.events(ev.RunParked)
            (back,) = await play.events(ev.RunUnparked)
            until = json.loads(parked.data)["until"]
            asked = (await play.events(ev.SpendReserved))[0]
            assert asked.at + 2.0 <= until <= parked.at + 2.0
            assert back.at >= until
            assert await desk.store.money() == Money(0, 0)

            await desk.carry_out(play.made, cmd.Resume())
            driving = asyncio.ensure_future(desk.drive(play.made))
            assert await asyncio.to_thread(server.arrived, 3)
            await desk.carry_out(play.made, cmd.Pause(now=True))
            state = await driving
            assert state.status == "paused"
            cut = json.loads((await play.events(ev.SpendSettled))[-1].data)
            assert cut["micro_usd"] == cut["reserved"] == state.micro_usd
            assert (cut["outcome"], cut["told"]) == ("interrupted", False)
            assert await desk.store.money() == Money(state.micro_usd, 0)

            await desk.carry_out(play.made, cmd.Resume())
            state = await desk.drive(play.made)
            assert (state.status, state.tripped) == ("tripped", "cost")
            assert state.iterations[0].maker == "ended"
            assert len(server.ledger.calls) == 4
            await desk.carry_out(play.made, cmd.SetLimit("cost", 1.0, "it has changed something"))
            state = await desk.drive(play.made)
            assert state.need("approval") is not None, (state.status, state.reason)
            assert len(server.ledger.calls) == 4
            outcomes = [json.loads(e.data)["outcome"] for e in await play.events(ev.SpendSettled)]
            assert outcomes == ["429", "401", "interrupted", "ok"]
