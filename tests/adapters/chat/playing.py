"""Runs of the built-in agent against a model server that a test scripts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from looptui import loopfile
from looptui.core import events as ev
from looptui.core.state import RunState
from looptui.store.events import StoredEvent
from looptui.wire.desk import Desk
from tests.engine.project import make_project
from tests.model_server import ModelServer, Reply, Tool

MENDING = Reply(
    "I see a sign that is wrong.",
    (Tool("edit", {"path": "calc.py", "old": "a - b", "new": "a + b"}),),
    tokens_in=1_200,
    tokens_out=60,
    cached=200,
)
FINISH = Reply(tools=(Tool("finish", {"summary": "add adds"}),), tokens_in=1_400, tokens_out=25)
READ = Reply(tools=(Tool("read", {"path": "calc.py"}),), tokens_in=900, tokens_out=30)
MAKER = """[maker]
agent = "litellm"
model = "test"
idle_timeout = "30s"
"""
CONFIG = """[models.test]
model = "openai/test-model"
api_base = "{url}"
key_env = "TEST_KEY"
pays = "key"
input = 3
output = 15
cache_read = 0.3

[models.judge]
model = "openai/other-model"
api_base = "{url}"
key_env = "TEST_KEY"
pays = "key"
input = 10
output = 50
"""


@dataclass
class Play:
    """A repository with a fault, and its desk."""

    desk: Desk
    loop_file: Path

    async def run(self) -> RunState:
        """A new run, driven to its first rest."""
        self.made = (await self.desk.make_run(loopfile.load(self.loop_file), trust=True)).run
        return await self.desk.drive(self.made)

    async def events(self, kind: type[ev.Event]) -> list[StoredEvent]:
        return [e for e in await self.desk.store.read(self.made) if e.kind == kind.kind]

    async def state(self) -> RunState:
        return (await self.desk.load(self.made)).state


def prepare(
    place: Path,
    monkeypatch: pytest.MonkeyPatch,
    url: str,
    *,
    limits: str = "",
    tables: str = "",
    maker: str = MAKER,
) -> Path:
    """A repository, its loop file, and the config of a person; the loop file."""
    make_project(place)
    home = place / "home"
    (home / "config").mkdir(parents=True)
    monkeypatch.setenv("LOOPTUI_HOME", str(home))
    monkeypatch.setenv("LOOPTUI_CONFIG", str(home / "config.toml"))
    monkeypatch.setenv("TEST_KEY", "sk-of-the-test-000000")
    (home / "config.toml").write_text(CONFIG.format(url=url))
    loop = place / "fix.toml"
    text = loop.read_text()
    head, _, rest = text.partition("[maker]")
    loop.write_text(f"{head}{maker}\n{tables}\n[[gates]]{rest.partition('[[gates]]')[2]}{limits}")
    return loop


@asynccontextmanager
async def playing(
    place: Path,
    monkeypatch: pytest.MonkeyPatch,
    server: ModelServer | str,
    *,
    limits: str = "",
    tables: str = "",
    maker: str = MAKER,
) -> AsyncIterator[Play]:
    url = server if isinstance(server, str) else server.url
    loop = prepare(place, monkeypatch, url, limits=limits, tables=tables, maker=maker)
    desk = Desk.open(place / "repo")
    try:
        yield Play(desk, loop)
    finally:
        await desk.close()
