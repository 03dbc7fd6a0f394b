"""Talking to agents: requests and answers, interruption, silence, and those that do not ask."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from looptui.adapters.agents import dialogue
from looptui.core.permission import Answer, Request
from looptui.core.spec import MakerSpec
from looptui.plugins import load
from looptui.ports import MakerReport, MakerTask, Usage
from tests.adapters.children import maker_task, sandbox
from tests.hostile import survivors

FAKES = Path(__file__).with_name("fakes")
AGENTS = {
    "claude-code": (sys.executable, str(FAKES / "claude.py")),
    "codex": (sys.executable, str(FAKES / "rpc.py"), "codex"),
    "acp": (sys.executable, str(FAKES / "rpc.py"), "acp"),
}
agents = pytest.mark.parametrize("agent", AGENTS)


def task(place: Path, agent: str, does: str) -> MakerTask:
    argv = (sys.executable, "-I", *AGENTS[agent][1:])
    return maker_task(place, MakerSpec(agent, argv=argv), prompt=f"Say hello. does-{does}")


async def make(work: MakerTask) -> MakerReport:
    maker = load("looptui.maker", work.loop.maker.agent)()
    return await maker.make(work, sandbox(), lambda data: None)


@agents
async def test_what_is_allowed_is_done_and_counted_once(tmp_path: Path, agent: str) -> None:
    asked: list[Request] = []

    async def allow(request: Request) -> Answer:
        asked.append(request)
        return Answer("once")

    work = replace(task(tmp_path, agent, "edit"), ask=allow)
    report = await make(work)
    said = work.transcript.read_text()
    assert (report.outcome, report.breaches) == ("ended", ()), (report, said)
    assert [(one.kind, one.subject) for one in asked] == [("edit", "hello.txt")]
    assert (work.worktree / "hello.txt").read_text() == "hello\n"
    assert (report.usage.tokens_in, report.usage.tokens_out) == (240, 14)
    assert report.usage.whole
    assert "hello.txt" in said
    assert "jsonrpc" not in said
    assert "control_request" not in said


@agents
async def test_what_is_refused_is_not_done_and_the_agent_is_told(
    tmp_path: Path, agent: str
) -> None:
    async def refuse(request: Request) -> Answer:
        return Answer("deny", "leave that file")

    work = replace(task(tmp_path, agent, "edit"), ask=refuse)
    report = await make(work)
    assert report.outcome == "ended"
    assert not (work.worktree / "hello.txt").exists()
    assert "leave that file" in work.transcript.read_text()


@agents
async def test_with_nobody_to_ask_nothing_is_allowed(tmp_path: Path, agent: str) -> None:
    work = task(tmp_path, agent, "edit")
    await make(work)
    assert not (work.worktree / "hello.txt").exists()


@agents
async def test_an_edit_without_a_request_is_a_breach(tmp_path: Path, agent: str) -> None:
    work = task(tmp_path, agent, "sneak")
    report = await make(work)
    assert report.breaches == ("hello.txt",)


@agents
async def test_an_interrupted_agent_tells_what_it_used_and_is_gone(
    tmp_path: Path, agent: str
) -> None:
    told: list[Usage] = []
    work = replace(task(tmp_path, agent, "hang"), on_usage=told.append)
    running = asyncio.ensure_future(make(work))
    while "thinking" not in work.transcript.read_text():
        await asyncio.sleep(0.02)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert told, "the protocol is asked before the process is ended"
    assert (told[-1].tokens_in, told[-1].tokens_out) == (240, 14)


async def test_an_agent_that_is_deaf_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialogue, "GOODBYE", 0.1)
    monkeypatch.setattr(dialogue, "LAST_WORD", 0.1)
    work = replace(task(tmp_path, "claude-code", "deaf"), idle_seconds=1.0)
    report = await make(work)
    assert (report.outcome, report.usage.tokens_in) == ("idle", 120)
    assert not report.usage.whole
    assert survivors(str(FAKES / "claude.py")) == []


async def test_time_in_which_a_person_is_asked_does_not_count(tmp_path: Path) -> None:
    async def late(request: Request) -> Answer:
        await asyncio.sleep(1.5)
        return Answer("once")

    work = replace(task(tmp_path, "claude-code", "edit"), ask=late, seconds=1.2, idle_seconds=1.0)
    report = await make(work)
    assert report.outcome == "ended", report
    assert (work.worktree / "hello.txt").exists()


async def test_an_agent_that_ends_without_a_word_did_not_end_well(tmp_path: Path) -> None:
    report = await make(task(tmp_path, "claude-code", "quit"))
    assert report.outcome == "failed"
    assert report.reason


async def test_a_program_that_is_not_there_is_missing(tmp_path: Path) -> None:
    work = maker_task(tmp_path, MakerSpec("codex", argv=("no-such-agent",)))
    assert (await make(work)).outcome == "missing"
    maker = load("looptui.maker", "codex")()
    assert "was not found" in (maker.check(work.loop.maker) or "")
    assert "argv" in (load("looptui.maker", "acp")().check(MakerSpec("acp")) or "")
