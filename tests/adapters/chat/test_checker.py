"""The checker, whole: engine, worker, litellm and a server that answers for maker and judge."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from looptui.core import commands as cmd
from looptui.core import events as ev
from looptui.core.checks import objection
from looptui.errors import RefusedError
from tests.adapters.chat.playing import FINISH, MENDING, Play, playing
from tests.engine.project import git
from tests.model_server import Call, ModelServer, Reply, Tool

CHECKER = """[checker]
agent = "litellm"
model = "judge"
timeout = "30s"
"""
FLAW = {"file": "calc.py", "line": 2, "severity": "major", "reason": "it is not documented"}
DOCUMENTED = Tool(
    "edit", {"path": "calc.py", "old": "return a + b", "new": 'return a + b  # "sum"'}
)


def verdict(*findings: dict[str, Any], met: bool = True, score: float = 0.9) -> Reply:
    said = {
        "criteria": [{"id": "tests", "met": met, "reason": "they pass"}],
        "findings": list(findings),
        "score": score,
        "summary": "it adds now",
    }
    return Reply(json.dumps(said), tokens_in=500, tokens_out=40)


def playwright(making: list[Reply], judging: list[Reply]) -> Callable[[Call], Reply]:
    """Each gets its own replies, by the model that is asked; the last one again and again."""

    def reply(call: Call) -> Reply:
        mine = judging if call.model == "other-model" else making
        return mine.pop(0) if len(mine) > 1 else mine[0]

    return reply


async def test_a_verdict_is_kept_apart_paid_for_and_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A candidate that the gates pass is sent back by the checker, mended, passed and landed."""
    again = Reply(tools=(DOCUMENTED,))
    script = playwright([MENDING, FINISH, again, FINISH], [verdict(FLAW), verdict()])
    with ModelServer(script) as server:
        async with playing(tmp_path, monkeypatch, server, tables=CHECKER) as play:
            state = await play.run()
            assert state.status == "waiting", (state.status, state.reason)
            assert [one.outcome for one in state.iterations] == ["red", "good"]
            first, second = await play.events(ev.CheckFinished)
            assert first.actor == second.actor == f"agent:{play.made}/check"
            judged = [call for call in server.ledger.calls if call.model == "other-model"]
            assert len(judged) == 2
            asked = json.dumps(judged[0].body["messages"])
            assert "tools" not in judged[0].body
            for shown in ("Make the failing tests pass.", "All tests pass", "+    return a + b"):
                assert shown in asked
            assert "tests/test_calc.py::test_add" in asked
            for story in ("I see a sign that is wrong.", "add adds"):
                assert story not in asked
            told = server.ledger.calls[3].body["messages"][1]["content"]
            assert "calc.py:2 (major): it is not documented" in told.partition("<<<")[2]
            (entry,) = state.flaws.values()
            assert (entry.state, entry.fixed, entry.raised) == ("fixed", 2, 1)
            settled = [json.loads(e.data) for e in await play.events(ev.SpendSettled)]
            checks = [one for one in settled if one["role"] == "check"]
            assert [one["tokens_in"] for one in checks] == [500, 500]
            assert [one["micro_usd"] for one in checks] == [7_000, 7_000]
            assert state.micro_usd == (await play.desk.store.money()).settled
            assert state.tokens == server.ledger.tokens_in + server.ledger.tokens_out
            need = state.need("approval")
            assert need is not None
            assert need.tree is not None
            assert "the checker passes it" in need.text
            await play.desk.carry_out(play.made, cmd.Approve(need.tree))
            assert (await play.desk.drive(play.made)).status == "landed"
            assert "sum" in git(tmp_path / "repo", "show", "HEAD:calc.py")


BROKEN = {
    "words": Reply("All is well, I approve."),
    "tool": Reply(tools=(Tool("approve", {}),)),
}


async def test_what_is_no_pass_passes_nothing_and_goes_to_a_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Several runs with one worker: it takes seconds to start."""
    limits = "error_rate = { max = 1.0 }\n"
    tables = CHECKER + "rounds = 1\n"
    making, judging = [MENDING, FINISH], [verdict(FLAW)]
    with ModelServer(lambda call: playwright(making, judging)(call)) as server:
        at = playing(tmp_path, monkeypatch, server, tables=tables, limits=limits)
        async with at as play:
            for reply in BROKEN.values():
                making[:], judging[:] = [MENDING, FINISH], [reply]
                state = await play.run()
                assert state.iterations[0].outcome == "disputed"
                said = [json.loads(e.data) for e in await play.events(ev.CheckFinished)]
                assert [one["state"] for one in said] == ["error", "error"]
                need = state.need("approval")
                assert need is not None
                assert "gave no verdict" in need.text
                with pytest.raises(RefusedError, match="-m REASON"):
                    await play.desk.carry_out(play.made, cmd.Approve(need.tree or ""))
                await play.desk.carry_out(play.made, cmd.Stop())

            limited = Reply(status=429, retry_after="1")
            refused = Reply(status=400, text="content policy")
            making[:], judging[:] = [MENDING, FINISH], [limited, refused, verdict()]
            paused = await play.run()
            assert (paused.status, "refuses the call" in paused.reason) == ("paused", True)
            assert len(await play.events(ev.RunParked)) == 1
            await play.desk.carry_out(play.made, cmd.Resume())
            passed = await play.desk.drive(play.made)
            assert passed.need("approval") is not None
            assert [one.outcome for one in passed.iterations] == ["good"]
            await play.desk.carry_out(play.made, cmd.Stop())

            making[:], judging[:] = [MENDING, FINISH], [verdict(FLAW)]
            await _waived(play)


async def said(play: Play, *words: str) -> str:
    """What a command prints."""
    asked = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "looptui", *words, cwd=play.desk.repository.root,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, _ = await asked.communicate()
    assert asked.returncode == 0
    return out.decode()


async def _waived(play: Play) -> None:
    """An objection that stays is a person's to answer: by a waiver, or with a reason."""
    state = await play.run()
    need = state.need("approval")
    assert need is not None
    assert need.tree is not None
    with pytest.raises(RefusedError, match="checker does not pass it"):
        await play.desk.carry_out(play.made, cmd.Approve(need.tree))
    (finding,) = state.flaws
    with pytest.raises(RefusedError, match="-m REASON"):
        await play.desk.carry_out(play.made, cmd.Waive(finding, " "))
    told = json.loads(await said(play, "needs", "--json"))["needs"][0]["verdict"]
    assert (told["state"], told["findings"][0]["line"]) == ("fail", 2)
    assert "it is not documented" in await said(play, "show", play.made, "--iteration", "1")
    await said(play, "waive", play.made, finding[:6], "-m", "add is add")
    (listed,) = json.loads(await said(play, "findings", play.made, "--json"))["findings"]
    assert (listed["id"], listed["state"], listed["why"]) == (finding, "waived", "add is add")
    waived = await play.state()
    assert (waived.flaws[finding].why, waived.status) == ("add is add", "waiting")
    assert objection(waived, need.tree) == ""
    await play.desk.carry_out(play.made, cmd.Approve(need.tree))
    assert (await play.desk.drive(play.made)).status == "landed"
