"""The built-in agent, whole: engine, sandbox, worker, litellm and a server on loopback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from looptui.core import commands as cmd
from looptui.core import events as ev
from looptui.core.money import Price, Rates, Tokens, cost
from tests.adapters.chat.playing import FINISH, MENDING, READ, playing
from tests.engine.project import git
from tests.model_server import ModelServer, Reply

PRICE = Price(Rates(3_000_000, 15_000_000, 300_000, 3_000_000))


async def test_a_fault_is_mended_and_landed_and_the_books_agree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ModelServer([READ, MENDING, FINISH]) as server:
        async with playing(tmp_path, monkeypatch, server) as play:
            state = await play.run()
            assert state.status == "waiting", (state.status, state.reason)
            settled = [json.loads(e.data) for e in await play.events(ev.SpendSettled)]
            reserved = [json.loads(e.data) for e in await play.events(ev.SpendReserved)]
            calls = server.ledger.calls
            assert [one["tokens_in"] for one in settled] == [call.tokens_in for call in calls]
            assert [one["tokens_out"] for one in settled] == [call.tokens_out for call in calls]
            paid = [cost(PRICE, Tokens(c.tokens_in, c.tokens_out, c.cached)) for c in calls]
            assert [one["micro_usd"] for one in settled] == paid
            assert all(r["micro_usd"] >= p for r, p in zip(reserved, paid, strict=True))
            assert state.micro_usd == sum(paid) == (await play.desk.store.money()).settled
            assert state.tokens == server.ledger.tokens_in + server.ledger.tokens_out
            assert state.iterations[0].tokens == state.tokens
            assert calls[0].headers["authorization"] == "Bearer sk-of-the-test-000000"
            assert calls[0].body["max_tokens"] > 0
            tool = calls[2].body["messages"][-1]
            assert (tool["role"], tool["content"]) == ("tool", "calc.py has 2 lines now")
            transcript = play.desk.outside.transcript(play.made, 1).read_text()
            assert "I see a sign that is wrong." in transcript
            assert "a - b" in transcript
            need = state.need("approval")
            assert need is not None
            assert need.tree is not None
            await play.desk.carry_out(play.made, cmd.Approve(need.tree))
            ended = await play.desk.drive(play.made)
            assert ended.status == "landed"
            assert git(tmp_path / "repo", "show", "HEAD:calc.py").endswith("return a + b")


async def test_faults_of_servers_are_told_charged_and_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three of them in one run, before an answer that mends the fault."""
    monkeypatch.setattr("looptui.adapters.chat.calling.PAUSES", (0.0, 0.0))
    script = [
        Reply(status=500, text="boom"),
        Reply("so far so", fault="cut", tokens_in=700, tokens_out=9),
        Reply("x", fault="no-usage"),
        MENDING,
        Reply(tools=FINISH.tools, fault="bad-tool"),
        FINISH,
    ]
    with ModelServer(script) as server:
        async with playing(tmp_path, monkeypatch, server) as play:
            state = await play.run()
            assert state.status == "waiting", (state.status, state.reason)
            settled = [json.loads(e.data) for e in await play.events(ev.SpendSettled)]
            assert len(settled) == len(server.ledger.calls) == len(script)
            outcomes = [one["outcome"] for one in settled]
            assert outcomes == ["500", "cut off", "ok, no usage", "ok", "ok", "ok"]
            assert [one.get("micro_usd", 0) == one["reserved"] for one in settled] == [
                False, True, True, False, False, False,
            ]  # fmt: skip
            assert settled[0].get("micro_usd") == 0
            assert "no JSON" in server.ledger.calls[5].body["messages"][-1]["content"]


async def test_a_limit_that_allows_no_call_trips_before_anything_is_spent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = "cost_usd = 0.001\n"
    with ModelServer([READ]) as server:
        async with playing(tmp_path, monkeypatch, server, limits=limits) as play:
            state = await play.run()
            assert (state.status, state.tripped) == ("tripped", "cost")
            assert "this run" in state.reason
            assert server.ledger.calls == []
