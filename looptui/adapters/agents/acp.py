"""Any agent that speaks the Agent Client Protocol, version 1.

We offer it neither files nor terminals: agents then read and write by themselves, in the sandbox,
instead of through us. Of the answers that it offers to a permission request we take the one of the
kind `allow_once`: several agents list `allow_always` first, and stop asking when it is picked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from looptui import __version__
from looptui.adapters.agents.asking import Asking, host
from looptui.adapters.agents.line import Line
from looptui.adapters.agents.rpc import Rpc
from looptui.adapters.agents.story import Event, Fatal, Story
from looptui.adapters.agents.streams.fields import table, tables, word
from looptui.adapters.agents.usage import Tokens, count, dollars
from looptui.core.permission import Request
from looptui.detecting.presets import Preset
from looptui.making import MakerTask

_VERSION = 1
_ENDS = ("end_turn", "cancelled")
_CHANGES = ("edit", "delete", "move")


class AcpDialogue:
    """One session with one prompt."""

    def __init__(
        self, preset: Preset, task: MakerTask, story: Story, line: Line, asking: Asking
    ) -> None:
        self._preset, self._task, self._story, self._asking = preset, task, story, asking
        self._rpc = Rpc(line, self._requested, self._notified)
        self._calls: dict[str, dict[str, Any]] = {}
        self._asked: set[str] = set()
        self._session = ""
        self._over = asyncio.Event()

    def hear(self, event: Event) -> None:
        self._rpc.hear(event)

    async def hold(self) -> None:
        try:
            await self._begin()
            text = [{"type": "text", "text": self._task.prompt}]
            answer = await self._rpc.call(
                "session/prompt", {"sessionId": self._session, "prompt": text}
            )
            self._ended(answer)
        finally:
            self._over.set()
            self._rpc.stop()

    async def interrupt(self) -> None:
        if self._session:
            self._rpc.notify("session/cancel", {"sessionId": self._session})
            await self._over.wait()

    async def _begin(self) -> None:
        files = {"readTextFile": False, "writeTextFile": False}
        told = await self._rpc.call(
            "initialize",
            {
                "protocolVersion": _VERSION,
                "clientCapabilities": {"fs": files, "terminal": False},
                "clientInfo": {"name": "looptui", "title": "looptui", "version": __version__},
            },
        )
        about = table(told.get("agentInfo"))
        self._story.note(f"{word(about.get('name')) or 'agent'} {word(about.get('version'))}")
        offered = {word(one.get("id")) for one in tables(told.get("authMethods"))}
        if self._preset.login in offered:
            await self._rpc.call("authenticate", {"methodId": self._preset.login})
        session = {"cwd": str(self._task.worktree), "mcpServers": []}
        begun = await self._rpc.call("session/new", session)
        self._session = self._story.session = word(begun.get("sessionId"))
        await self._choose_model(begun)

    async def _choose_model(self, begun: Event) -> None:
        """Where no word of the command line does: of the models that the session offers."""
        wanted = self._task.loop.maker.model
        models = tables(table(begun.get("models")).get("availableModels"))
        if not wanted or self._preset.model or not models:
            return
        if wanted not in {word(one.get("modelId")) for one in models}:
            raise Fatal(f"it has no model {wanted!r}")
        await self._rpc.call("session/set_model", {"sessionId": self._session, "modelId": wanted})
        self._story.meter.model(wanted)

    # --- permission ----------------------------------------------------------------------------

    async def _requested(self, method: str, params: Event) -> Mapping[str, Any] | None:
        if method != "session/request_permission":
            return None
        about = table(params.get("toolCall"))
        id_ = word(about.get("toolCallId"))
        self._asked.add(id_)
        call = self._calls.setdefault(id_, {})
        call.update({key: value for key, value in about.items() if value is not None})
        answer = await self._asking.decide(*self._requests(call))
        kind = "reject_once" if answer.word == "deny" else "allow_once"
        options = tables(params.get("options"))
        chosen = next((word(one.get("optionId")) for one in options if one.get("kind") == kind), "")
        if not chosen:
            return {"outcome": {"outcome": "cancelled"}}
        return {"outcome": {"outcome": "selected", "optionId": chosen}}

    def _requests(self, call: Event) -> list[Request]:
        """What a tool call would do: a change of each path, a command, or something else."""
        kind, title = word(call.get("kind")), word(call.get("title"))
        given = table(call.get("rawInput"))
        if kind in _CHANGES:
            return [self._asking.edit(path, kind) for path in _paths(call) or [""]]
        if kind == "execute":
            return [self._asking.command(given.get("command") or title.strip("`"), kind)]
        if kind in ("read", "search"):
            paths = _paths(call) or ["."]
            return [Request("read", self._asking.located(path), kind) for path in paths]
        if kind == "fetch":
            return [Request("network", host(given.get("url")) or title or "the network", kind)]
        return [Request("tool", title or kind or "a tool", kind)]

    # --- what it tells -------------------------------------------------------------------------

    def _notified(self, method: str, params: Event) -> None:
        if method != "session/update":
            return
        update = table(params.get("update"))
        match update.get("sessionUpdate"):
            case "agent_message_chunk":
                self._story.stream(table(update.get("content")).get("text"))
                self._metered(table(update.get("_meta")))
            case "tool_call" | "tool_call_update":
                self._tool(update)
            case "usage_update":
                cost = table(update.get("cost"))
                if cost.get("currency") in ("USD", None):
                    self._story.meter.cost(dollars(cost.get("amount")))
                    self._story.used()

    def _tool(self, update: Event) -> None:
        id_ = word(update.get("toolCallId"))
        call = self._calls.setdefault(id_, {})
        call.update({key: value for key, value in update.items() if value is not None})
        if call.get("status") in ("completed", "failed") and not call.get("told"):
            call["told"] = True
            failed = call.get("status") == "failed"
            self._story.tool(call.get("kind") or "tool", call.get("title"))
            texts = [table(one.get("content")).get("text") for one in tables(update.get("content"))]
            self._story.outcome("\n".join(t for t in texts if isinstance(t, str)), failed=failed)
            if not failed and call.get("kind") in _CHANGES and id_ not in self._asked:
                for path in _paths(call):
                    self._story.breach(self._asking.located(path))

    def _metered(self, meta: Event) -> None:
        """Usage that comes with the words: each message its own."""
        usage = table(meta.get("usage"))
        if usage:
            self._story.meter.add(self._tokens(usage))
            self._story.used()

    def _ended(self, answer: Event) -> None:
        stop = word(answer.get("stopReason"))
        quota = table(table(table(answer.get("_meta")).get("quota")).get("token_count"))
        usage = table(answer.get("usage")) or quota
        if usage:
            self._story.meter.total(self._tokens(usage))
        if stop not in _ENDS:
            self._story.fail(f"it stopped: {stop or 'nobody knows why'}")
        self._story.end(whole=self._preset.usage not in ("none", "last-step"))
        self._story.used()

    def _tokens(self, usage: Event) -> Tokens:
        """By the two spellings that are in use."""

        def of(*names: str) -> int:
            return next((count(usage[name]) for name in names if name in usage), 0)

        cached = of("cachedReadTokens", "cached_read_tokens")
        into = of("cachedWriteTokens", "cached_write_tokens")
        beside = cached + into if self._preset.cached == "beside" else 0
        out = of("outputTokens", "output_tokens") + of("thoughtTokens", "thought_tokens")
        return Tokens(of("inputTokens", "input_tokens") + beside, out, cached, into)


def _paths(call: Event) -> list[str]:
    """The files that a tool call is about."""
    found = [word(one.get("path")) for one in tables(call.get("locations"))]
    found += [
        word(one.get("path")) for one in tables(call.get("content")) if one.get("type") == "diff"
    ]
    given = table(call.get("rawInput"))
    found += [word(given.get(key)) for key in ("file_path", "filePath", "path", "filepath")]
    return list(dict.fromkeys(path for path in found if path))
