"""Parts of the built-in agent: usage off the wire, edits, tools, prices, what errors mean."""

from __future__ import annotations

import email.utils
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from looptui.adapters.chat import history, prices, providers
from looptui.adapters.chat.edits import EditError, patched, replaced
from looptui.adapters.chat.hearing import Heard, heard
from looptui.adapters.chat.tools import Toolbox
from looptui.adapters.sandbox.none import Unconfined
from looptui.core.money import Rates
from looptui.core.spec import Permissions
from looptui.loopfile.document import Document
from looptui.loopfile.problem import Problem
from looptui.making import MakerTask
from looptui.modelbook import Book, Model, parse
from looptui.ports import Confinement
from tests.core.runs import a_loop
from tests.model_server import Reply, Tool, wire_formats
from tests.model_server.reply import Call

SSE = "text/event-stream"


def streamed(protocol: str, reply: Reply) -> bytes:
    call = Call(1, protocol, "", "m", True, {"stream_options": {"include_usage": True}}, {})
    events = {
        "chat": wire_formats.chat_events,
        "messages": wire_formats.messages_events,
        "responses": wire_formats.responses_events,
        "gemini": wire_formats.gemini_events,
    }[protocol]
    said = (data if isinstance(data, str) else json.dumps(data) for _, data in events(reply, call))
    return "".join(f"data: {one}\n\n" for one in said).encode()


@pytest.mark.parametrize("protocol", ["chat", "messages", "responses", "gemini"])
def test_usage_is_read_in_every_protocol_and_never_made_up(protocol: str) -> None:
    reply = Reply("hello", (Tool("read", {"path": "a"}),), tokens_in=90, tokens_out=7, cached=40)
    assert heard(SSE, streamed(protocol, reply)) == Heard(90, 7, 40)
    assert heard(SSE, streamed(protocol, Reply("hello", fault="no-usage"))) is None
    for absurd in (-5, "many", 1.5, 10**30, None, True):
        nonsense = Reply("hello", fault="absurd-usage", usage=absurd)
        assert heard(SSE, streamed(protocol, nonsense)) is None, absurd
    assert heard(SSE, streamed(protocol, reply)[:40]) is None


def test_usage_of_ollama_and_of_what_nobody_can_read() -> None:
    body = b'{"message":{}}\n{"done":true,"prompt_eval_count":31,"eval_count":8}\n'
    assert heard("application/x-ndjson", body) == Heard(31, 8)
    assert heard("application/vnd.amazon.eventstream", b"\0\1") is False
    assert heard("application/json", b"<html>") is None


def test_a_replacement_is_exact_and_unique() -> None:
    assert replaced("a - b\n", "a - b", "a + b") == "a + b\n"
    assert replaced("x x", "x", "y", everywhere=True) == "y y"
    for text, old, words in (
        ("x x", "x", "2 times"),
        ("x", "z", "not in the file"),
        ("x", "", "empty"),
    ):
        with pytest.raises(EditError, match=words):
            replaced(text, old, "y")


def test_a_patch_finds_its_place_without_right_numbers() -> None:
    text = "one\ntwo\nthree\nfour\n"
    patch = "--- a\n+++ b\n@@ -90,3 +90,3 @@\n one\n-two\n+2\n three\n@@ @@\n-four\n+4\n+5\n"
    assert patched(text, patch) == "one\n2\nthree\n4\n5\n"
    assert patched("", "@@ @@\n+new\n") == "new\n"
    for bad in ("no hunk", "@@ -1 +1 @@\n-nine\n+9\n"):
        with pytest.raises(EditError):
            patched(text, bad)


def box(worktree: Path, permissions: Permissions = Permissions()) -> Toolbox:  # noqa: B008
    env = {"PATH": os.environ["PATH"]}
    task = MakerTask(
        a_loop(permissions=permissions), "r1", 1, worktree, "", worktree / "t",
        Confinement((worktree,)), env, 60.0, 60.0,
    )  # fmt: skip
    return Toolbox(task, Unconfined())


async def use(tools: Toolbox, name: str, **given: Any) -> str:
    return await tools.use(name, json.dumps(given))


async def test_no_path_leads_out_of_the_worktree(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s3cret")
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "link").symlink_to(tmp_path)
    (tree / ".git").write_text("gitdir: elsewhere")
    os.mkfifo(tree / "pipe")
    tools = box(tree, Permissions(write=("src/**",), deny=("src/no.py",)))
    for path in ("../secret", "link/secret", str(tmp_path / "secret"), "", "a\0b"):
        answer = await use(tools, "read", path=path)
        assert answer.startswith("error:"), path
        assert "s3cret" not in answer
        assert (await use(tools, "write", path=path, content="x")).startswith("error:")
    assert "no regular file" in await use(tools, "read", path="pipe")
    assert "not yours" in await use(tools, "write", path=".git", content="x")
    assert "deny" in await use(tools, "write", path="src/no.py", content="x")
    assert "only src/**" in await use(tools, "write", path="other.py", content="x")
    assert "s3cret" not in await use(tools, "search", text="s3cret")
    assert not tools.changed
    assert (tmp_path / "secret").read_text() == "s3cret"


async def test_tools_answer_mistakes_with_words_and_work_otherwise(tmp_path: Path) -> None:
    tools = box(tmp_path)
    assert "2 lines" in await use(tools, "write", path="src/a.py", content="one\ntwo\n")
    assert await use(tools, "read", path="src/a.py", from_line=2) == "two"
    assert await use(tools, "read", path=".") == "src/"
    assert await use(tools, "search", text="tw") == "src/a.py:2: two"
    assert "now" in await use(tools, "patch", path="src/a.py", patch="@@\n-two\n+2\n")
    assert (tmp_path / "src/a.py").read_text() == "one\n2\n"
    told = await use(tools, "run", command="echo hi; exit 3")
    assert told.startswith("exit 3")
    assert "hi" in told
    for name, arguments in (("read", "{"), ("read", "[]"), ("read", "{}"), ("fly", "{}")):
        assert (await tools.use(name, arguments)).startswith("error:")
    twice = '{"path": "src/a.py"}{"path": "src/a.py"}'
    assert await tools.use("read", twice) == "one\n2"
    assert await use(tools, "finish", summary="done it") == "done"
    assert tools.finished == "done it"


def test_the_conversation_stays_within_its_bound() -> None:
    big = [{"role": "system", "content": "s"}, {"role": "user", "content": "u"}]
    big += [{"role": "tool", "tool_call_id": str(n), "content": "x" * 4_000} for n in range(12)]
    fits = history.fitting(big, 12_000)
    assert fits is not None
    assert history.size(fits, ()) <= 12_000
    assert fits[2]["content"] == history.GONE
    assert fits[-1]["content"] == "x" * 4_000
    assert history.fitting(big, 1_000) is None


def test_prices_come_from_the_table_and_zero_is_no_price() -> None:
    known = prices.listed("openai/gpt-4o", Model("openai/gpt-4o"))
    assert known.price is not None
    assert known.price.rates.input == 2_500_000
    assert (known.payer, known.output <= prices.MOST_OUTPUT) == ("key", True)
    assert prices.listed("openai/no-such-model", Model("openai/no-such-model")).price is None
    free = [name for name, row in prices._table().items() if row.get("input_cost_per_token") == 0]
    assert any(prices.listed(name, Model(name)).price is None for name in free if "/" not in name)
    home = Model("openai/own", api_base="http://127.0.0.1:1/v1")
    assert (prices.listed("openai/own", home).price, home.loopback) == (None, True)
    assert prices.listed("openai/own", home).payer == "local"
    ollama = prices.listed("ollama/llama3", Model("ollama/llama3"))
    assert ollama.price is not None
    assert ollama.payer == "local"
    own = Model("openai/gpt-4o", rates=Rates(1, 2, 3, 4))
    assert prices.listed("openai/gpt-4o", own).price.rates == Rates(1, 2, 3, 4)  # type: ignore[union-attr]


def test_models_of_a_person_are_read_strictly() -> None:
    def book(text: str) -> tuple[Book, list[Problem]]:
        found: list[Problem] = []
        return parse(Document("config.toml", text.encode()), found), found

    good, none = book('[models.own]\napi_base = "http://localhost:1/v1"\ninput = 0.5\noutput = 2\n')
    assert none == []
    assert good.find("own") == Model(
        "own", "http://localhost:1/v1", rates=Rates(500_000, 2_000_000, 500_000, 500_000)
    )
    assert good.find("openai/gpt-5") == Model("openai/gpt-5")
    for line in (
        "input = 1",
        "input = -1\noutput = 1",
        'pays = "me"',
        "x = 1",
        'api_base = "ftp:"',
    ):
        assert book(f"[models.own]\n{line}\n")[1], line
    assert book("models = 3\n")[1]


@pytest.mark.parametrize(
    ("said", "outcome", "paid", "again", "hopeless"),
    [
        ({"status": 401}, "401", False, False, True),
        ({"status": 500}, "500", False, True, False),
        ({"status": 529}, "529", False, True, False),
        ({"status": 400}, "400", False, False, True),
        ({"status": None, "connected": False, "requests": 2}, "refused", False, True, False),
        ({"status": None, "requests": 0}, "not sent", False, False, True),
        ({"status": None, "requests": 1}, "cut off", True, True, False),
        ({"status": 200, "requests": 1}, "cut off", True, True, False),
    ],
)
def test_errors_say_what_follows(
    said: dict[str, Any], outcome: str, paid: bool, again: bool, hopeless: bool
) -> None:
    problem = providers.understood(said, "anthropic/claude-x", Model("anthropic/claude-x"))
    assert (problem.outcome, problem.paid) == (outcome, paid)
    assert (problem.again, problem.hopeless) == (again, hopeless)
    assert ("ANTHROPIC_API_KEY" in problem.words) == (outcome == "401")


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        ("2", 1, 3), ("-5", 0, 2), ("1e9", 50, 70), ("999999999", 86_000, 86_401),
        (None, 50, 70), ("soon", 50, 70),
    ],
)  # fmt: skip
def test_a_wait_is_what_the_provider_names_within_reason(
    header: str | None, least: float, most: float
) -> None:
    said = {"status": 429, "retry_after": header}
    until = providers.understood(said, "openai/m", Model("openai/m")).until
    assert until is not None
    assert least <= until - time.time() <= most


def test_a_wait_may_be_a_date() -> None:
    date = email.utils.formatdate(time.time() + 600, usegmt=True)
    said = {"status": 429, "retry_after": date}
    until = providers.understood(said, "openai/m", Model("openai/m")).until
    assert until is not None
    assert 590 <= until - time.time() <= 601


def test_keys_are_named_and_only_what_providers_need_is_passed_on() -> None:
    assert providers.missing_key("claude-x", Model("claude-x"), {}) is not None
    assert "GEMINI_API_KEY" in (providers.missing_key("gemini/x", Model("gemini/x"), {}) or "")
    own = Model("openai/m", api_base="http://127.0.0.1:1/v1")
    assert providers.missing_key("openai/m", own, {}) is None
    passed = providers.worker_env(
        {"OPENAI_API_KEY": "k", "SECRET": "s", "PATH": "p", "no_proxy": "*"}
    )
    assert passed == {"OPENAI_API_KEY": "k", "PATH": "p", "no_proxy": "*"}
