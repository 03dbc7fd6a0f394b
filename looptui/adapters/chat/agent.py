"""The loop of the agent: ask the model, do what it asks for, until it says that it is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from looptui.adapters.chat import history
from looptui.adapters.chat.calling import Caller, Ended
from looptui.adapters.chat.tools import TOOLS, Toolbox
from looptui.making import MakerTask

MOST_TURNS = 60

WHO = """\
You change a repository until the checks of the task pass. You work alone: nobody answers questions.
Use the tools: read and search before you change something; make small, exact changes; run the \
tests if a command for them is known. Paths are relative to the repository. When the work is done, \
or you cannot go on, call finish. Machines then check what you changed, not what you say."""


class Agent:
    """One iteration's conversation."""

    def __init__(
        self, task: MakerTask, caller: Caller, toolbox: Toolbox, tell: Callable[[str], None]
    ) -> None:
        self._caller = caller
        self._tools = toolbox
        self._tell = tell
        self._messages: list[history.Message] = [
            {"role": "system", "content": WHO},
            {"role": "user", "content": task.prompt},
        ]

    async def work(self) -> Ended:
        """Until the model is done, or cannot go on; what it changed is in the worktree."""
        silent = 0
        for _ in range(MOST_TURNS):
            answer = await self._caller.answer(self._messages, TOOLS)
            if isinstance(answer, Ended):
                return answer
            self._messages.append(history.said(answer))
            calls = answer.get("tool_calls") or []
            for call in calls:
                await self._use(call)
            if self._tools.finished is not None:
                return Ended("done", self._tools.finished)
            silent = 0 if calls else silent + 1
            if silent > 1:
                return Ended("done", "it stopped without finish")
            if silent:
                words = "Go on with the tools, or call finish when the work is done."
                self._messages.append({"role": "user", "content": words})
        return Ended("done", f"it took {MOST_TURNS} turns and did not finish")

    async def _use(self, call: Mapping[str, Any]) -> None:
        function = call["function"]
        name, arguments = str(function.get("name")), str(function.get("arguments") or "")
        self._tell(f"\n> {name} {arguments[:400]}\n")
        answer = await self._tools.use(name, arguments)
        self._tell(f"{answer[:2000]}\n")
        self._messages.append({"role": "tool", "tool_call_id": call["id"], "content": answer})
