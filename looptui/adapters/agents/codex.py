"""Codex by its app server: JSON-RPC, an approval for each change and each command.

Its usage is cumulative over a thread; a thread begins with the call, so that this is the call.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from looptui import __version__
from looptui.adapters.agents.asking import Asking
from looptui.adapters.agents.line import Line
from looptui.adapters.agents.rpc import Rpc
from looptui.adapters.agents.story import Event, Story
from looptui.adapters.agents.streams import codex
from looptui.adapters.agents.streams.fields import table, tables, word
from looptui.adapters.agents.usage import Tokens, count
from looptui.making import MakerTask

_KEYS = ("CODEX_API_KEY", "OPENAI_API_KEY")


class CodexDialogue:
    """One thread with one turn."""

    def __init__(
        self, task: MakerTask, story: Story, line: Line, asking: Asking, *, confined: bool
    ) -> None:
        self._task, self._story, self._asking = task, story, asking
        self._sandbox = "danger-full-access" if confined else "workspace-write"
        self._rpc = Rpc(line, self._requested, self._notified)
        self._done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._items: dict[str, Event] = {}
        self._asked: set[str] = set()
        self._turn = ("", "")

    def hear(self, event: Event) -> None:
        self._rpc.hear(event)

    async def hold(self) -> None:
        try:
            await self._begin()
            await self._done
        finally:
            self._rpc.stop()

    async def interrupt(self) -> None:
        thread, turn = self._turn
        if turn:
            await self._rpc.call("turn/interrupt", {"threadId": thread, "turnId": turn})
            await asyncio.shield(self._done)

    async def _begin(self) -> None:
        about = {"name": "looptui", "title": "looptui", "version": __version__}
        await self._rpc.call("initialize", {"clientInfo": about})
        self._rpc.notify("initialized", {})
        key = next((self._task.env[name] for name in _KEYS if self._task.env.get(name)), "")
        if key:
            await self._rpc.call("account/login/start", {"type": "apiKey", "apiKey": key})
        asked: dict[str, Any] = {
            "cwd": str(self._task.worktree),
            "approvalPolicy": "untrusted",
            "sandbox": self._sandbox,
            "ephemeral": True,
        }
        if self._task.loop.maker.model:
            asked["model"] = self._task.loop.maker.model
        begun = await self._rpc.call("thread/start", asked)
        thread = word(table(begun.get("thread")).get("id"))
        self._story.session = thread
        self._story.meter.model(begun.get("model"))
        text = [{"type": "text", "text": self._task.prompt}]
        turn = await self._rpc.call("turn/start", {"threadId": thread, "input": text})
        self._turn = (thread, word(table(turn.get("turn")).get("id")))

    async def _requested(self, method: str, params: Event) -> Mapping[str, Any] | None:
        id_ = word(params.get("itemId"))
        self._asked.add(id_)
        match method:
            case "item/fileChange/requestApproval":
                changes = tables(self._items.get(id_, {}).get("changes"))
                paths = [word(change.get("path")) for change in changes]
                requests = [self._asking.edit(path, "change") for path in paths]
            case "item/commandExecution/requestApproval":
                requests = [self._asking.command(params.get("command"), "command")]
            case _:
                return None
        answer = await self._asking.decide(*requests)
        return {"decision": "decline" if answer.word == "deny" else "accept"}

    def _notified(self, method: str, params: Event) -> None:
        match method:
            case "item/started":
                item = table(params.get("item"))
                self._items[word(item.get("id"))] = item
                codex.started(item, self._story)
            case "item/completed":
                self._completed(table(params.get("item")))
            case "thread/tokenUsage/updated":
                self._used(table(table(params.get("tokenUsage")).get("total")))
            case "error":
                said = word(table(params.get("error")).get("message")) or "an error"
                self._story.note(said)
            case "turn/completed":
                self._ended(table(params.get("turn")))

    def _completed(self, item: Event) -> None:
        codex.completed(item, self._story)
        changed = item.get("type") == "fileChange" and item.get("status") == "completed"
        if changed and word(item.get("id")) not in self._asked:
            for change in tables(item.get("changes")):
                self._story.breach(self._asking.located(word(change.get("path"))))

    def _used(self, total: Event) -> None:
        read, out = count(total.get("inputTokens")), count(total.get("outputTokens"))
        cached, into = count(total.get("cachedInputTokens")), total.get("cacheWriteInputTokens")
        self._story.meter.total(Tokens(read, out, cached, count(into)))
        self._story.used()

    def _ended(self, turn: Event) -> None:
        if turn.get("status") == "failed":
            self._story.fail(table(turn.get("error")).get("message"))
        self._story.end()
        self._story.used()
        if not self._done.done():
            self._done.set_result(None)
