"""Claude Code by its control protocol: stream-json both ways, permission requests among it."""

from __future__ import annotations

import asyncio
from typing import Any

from looptui.adapters.agents.asking import Asking
from looptui.adapters.agents.line import Line
from looptui.adapters.agents.story import Event, Story
from looptui.adapters.agents.streams import claude
from looptui.adapters.agents.streams.fields import table, tables, word
from looptui.making import MakerTask

_WRITES = frozenset(("Write", "Edit", "MultiEdit", "NotebookEdit"))


class ClaudeDialogue:
    """One prompt, the requests that come while it is worked on, and the result."""

    def __init__(self, task: MakerTask, story: Story, line: Line, asking: Asking) -> None:
        self._task, self._story, self._line, self._asking = task, story, line, asking
        self._done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._answering: dict[str, asyncio.Future[None]] = {}
        self._asked: set[str] = set()
        self._writes: dict[str, str] = {}

    async def hold(self) -> None:
        content = [{"type": "text", "text": self._task.prompt}]
        self._line.send({"type": "user", "message": {"role": "user", "content": content}})
        try:
            await self._done
        finally:
            for one in self._answering.values():
                one.cancel()

    async def interrupt(self) -> None:
        request = {"subtype": "interrupt"}
        self._line.send({"type": "control_request", "request_id": "interrupt", "request": request})
        await asyncio.shield(self._done)

    def hear(self, event: Event) -> None:
        match event.get("type"):
            case "control_request":
                self._requested(word(event.get("request_id")), table(event.get("request")))
            case "control_cancel_request":
                one = self._answering.pop(word(event.get("request_id")), None)
                if one is not None:
                    one.cancel()
            case _:
                self._watch(event)
                claude.read(event, self._story)
                if event.get("type") == "result" and not self._done.done():
                    self._done.set_result(None)

    def _requested(self, id_: str, request: Event) -> None:
        if request.get("subtype") != "can_use_tool":
            error = f"looptui does not know {request.get('subtype')}"
            self._respond({"subtype": "error", "request_id": id_, "error": error})
            return
        self._asked.add(word(request.get("tool_use_id")))
        self._answering[id_] = asyncio.ensure_future(self._answer(id_, request))

    async def _answer(self, id_: str, request: Event) -> None:
        given = table(request.get("input"))
        answer = await self._asking.decide(self._asking.tool(word(request.get("tool_name")), given))
        allow: dict[str, Any] = {"behavior": "allow", "updatedInput": dict(given)}
        if answer.word == "deny":
            allow = {"behavior": "deny", "message": f"Refused: {answer.reason}"}
        self._respond({"subtype": "success", "request_id": id_, "response": allow})
        self._answering.pop(id_, None)

    def _respond(self, response: dict[str, Any]) -> None:
        self._line.send({"type": "control_response", "response": response})

    def _watch(self, event: Event) -> None:
        """A file that was written although nobody was asked: some versions did that."""
        for block in tables(table(event.get("message")).get("content")):
            if block.get("type") == "tool_use" and block.get("name") in _WRITES:
                path = table(block.get("input")).get("file_path")
                self._writes[word(block.get("id"))] = self._asking.located(str(path))
            elif block.get("type") == "tool_result" and block.get("is_error") is not True:
                id_ = word(block.get("tool_use_id"))
                path = self._writes.pop(id_, "")
                if path and id_ not in self._asked:
                    self._story.breach(path)
