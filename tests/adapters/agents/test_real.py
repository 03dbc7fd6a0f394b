"""Every agent for real, against a model server on loopback: `pytest -m agents`.

They are installed on demand below `LOOPTUI_AGENTS` (default `~/.cache/looptui-agents`): about 3 GB,
from npm and PyPI. What they used is held against the books of the server, to the token.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from looptui.core.permission import Answer, Request
from looptui.core.spec import MakerSpec
from looptui.detecting.presets import presets
from looptui.plugins import load
from looptui.ports import MakerReport, MakerTask, Usage
from tests.adapters.agents.real import AGENTS, CACHE, FILE, TEXT, installed, writing
from tests.adapters.children import ENV, lay_out, maker_task, sandbox
from tests.model_server import Call, ModelServer, Reply

pytestmark = [pytest.mark.agents, pytest.mark.timeout(300)]
ALL = sorted(AGENTS)
ASKING = [name for name in ALL if presets()[name].can.approvals]
PARTLY = {name for name in ALL if presets()[name].usage in ("none", "last-step")}


def task(place: Path, name: str, server: ModelServer) -> MakerTask:
    agent = AGENTS[name]
    program = installed(agent)
    if program is None:
        pytest.skip(f"{agent.package} cannot be installed here")
    spec = MakerSpec(name, argv=(str(program),), args=agent.args(server), model=agent.model)
    made = maker_task(place, spec, prompt="Write hello.txt as the model says.")
    subprocess.run(["git", "init", "-q", str(made.worktree)], check=True)
    env = {**ENV, **agent.env(server)}
    if name == "pi":
        env["PI_CODING_AGENT_DIR"] = str(_pi(place, server))
    seen = replace(made.confinement, readable=(*made.confinement.readable, CACHE), network=True)
    writable = (*seen.writable, place / "pi") if name == "pi" else seen.writable
    return replace(made, env=env, confinement=replace(seen, writable=writable))


def _pi(place: Path, server: ModelServer) -> Path:
    provider = {"baseUrl": server.url, "api": "openai-completions", "apiKey": "sk-test",
                "models": [{"id": "m"}]}  # fmt: skip
    (place / "pi").mkdir()
    (place / "pi/models.json").write_text(json.dumps({"providers": {"loop": provider}}))
    return place / "pi"


async def made(work: MakerTask) -> MakerReport:
    maker = load("looptui.maker", work.loop.maker.agent)()
    return await maker.make(work, sandbox(), lambda data: None)


@pytest.mark.parametrize("name", ALL)
async def test_an_edit_and_the_books(tmp_path: Path, name: str) -> None:
    asked: list[Request] = []
    told: list[Usage] = []

    async def allow(request: Request) -> Answer:
        asked.append(request)
        return Answer("once")

    script: Callable[[Call], Reply] = writing(tmp_path / "worktree")
    with ModelServer(script) as server:
        work = replace(task(tmp_path, name, server), ask=allow, on_usage=told.append)
        report = await made(work)
        said = work.transcript.read_text()
        books = server.ledger
    assert (work.worktree / FILE).exists(), (report, said)
    assert (work.worktree / FILE).read_text() == TEXT
    assert report.outcome == "ended", (report, said)
    assert bool(asked) is (name in ASKING), (asked, said)
    assert not said.lstrip().startswith("{"), said
    billed = (books.tokens_in, books.tokens_out)
    used = (report.usage.tokens_in, report.usage.tokens_out)
    print(f"\n{name}: {len(books.calls)} calls, server {billed}, looptui {used}, {report.usage}")
    assert report.usage.whole is (name not in PARTLY)
    assert used == billed or (name in PARTLY and used < billed), said


@pytest.mark.parametrize("name", ALL)
async def test_a_key_that_is_refused_is_no_good_end(tmp_path: Path, name: str) -> None:
    with ModelServer([Reply("invalid api key", status=401)]) as server:
        work = replace(task(tmp_path, name, server), seconds=45.0, idle_seconds=20.0)
        report = await made(work)
    print(f"\n{name}: {report}")
    assert report.outcome != "ended", work.transcript.read_text()
    assert report.reason


_HOOK = {"hooks": [{"type": "command", "command": "touch PLANTED"}], "matcher": "*"}
_SERVER = {"x": {"command": "touch", "args": ["PLANTED"]}}
_SCRIPT = 'import fs from "fs"; fs.writeFileSync("PLANTED", ""); export default () => ({})'
PLANTED: dict[str, dict[str, str]] = {
    "claude": {
        ".claude/settings.json": json.dumps(
            {"hooks": {"SessionStart": [_HOOK], "PreToolUse": [_HOOK]}}
        ),
        ".mcp.json": json.dumps({"mcpServers": _SERVER}),
    },
    "gemini": {
        ".gemini/settings.json": json.dumps(
            {"hooks": {"SessionStart": [_HOOK], "BeforeTool": [_HOOK]}, "mcpServers": _SERVER}
        )
    },
    "opencode": {
        ".opencode/plugin/x.js": _SCRIPT,
        "opencode.json": json.dumps(
            {"mcp": {"x": {"type": "local", "command": ["touch", "PLANTED"]}}}
        ),
    },
    "pi": {".pi/extensions/x.ts": _SCRIPT},
    "aider": {".aider.conf.yml": "test-cmd: touch PLANTED\nauto-test: true\n"},
    "codex": {".codex/config.toml": '[mcp_servers.x]\ncommand = "touch"\nargs = ["PLANTED"]\n'},
    "qwen": {".qwen/settings.json": json.dumps({"mcpServers": _SERVER})},
}


@pytest.mark.parametrize("name", [one for one in ALL if one.split("-")[0] in PLANTED])
async def test_what_a_repository_plants_is_not_run(tmp_path: Path, name: str) -> None:
    async def allow(request: Request) -> Answer:
        return Answer("once")

    with ModelServer(writing(tmp_path / "worktree")) as server:
        work = replace(task(tmp_path, name, server), ask=allow)
        planted = PLANTED[name.split("-")[0]]
        lay_out(work.worktree, planted)
        await made(work)
    top = {one.name for one in work.worktree.iterdir()}
    assert top == {FILE, ".git", *(Path(path).parts[0] for path in planted)}
    for path, text in planted.items():
        assert (work.worktree / path).read_text() == text


@pytest.mark.parametrize("name", ASKING)
async def test_what_is_refused_is_not_done(tmp_path: Path, name: str) -> None:
    asked: list[Request] = []

    async def refuse(request: Request) -> Answer:
        asked.append(request)
        return Answer("deny", "a person said no")

    with ModelServer(writing(tmp_path / "worktree")) as server:
        work = replace(task(tmp_path, name, server), ask=refuse)
        report = await made(work)
    print(f"\n{name}: {asked} {report}")
    assert asked
    assert not (work.worktree / FILE).exists(), work.transcript.read_text()
