"""The loop of the agent: ask the model, do what it asks for, until it says that it is done."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from looptui.adapters.chat import history
from looptui.adapters.chat.hearing import Heard
from looptui.adapters.chat.line import Line, WorkerGone
from looptui.adapters.chat.prices import Listed
from looptui.adapters.chat.providers import Problem, understood
from looptui.adapters.chat.tools import TOOLS, Toolbox
from looptui.core.money import Tokens, cost, worst
from looptui.making import MakerTask
from looptui.modelbook import Model
from looptui.purse import Bill, Held, Purse, Quote, Refused

ATTEMPTS = 3
"""Of one call, each with its own reservation."""
PAUSES = (1.0, 4.0)
"""Seconds before the second and the third attempt."""
MOST_TURNS = 60
_GRACE = 5.0
"""Seconds for litellm to end a call that is late; some of its providers keep no deadline."""

WHO = """\
You change a repository until the checks of the task pass. You work alone: nobody answers questions.
Use the tools: read and search before you change something; make small, exact changes; run the \
tests if a command for them is known. Paths are relative to the repository. When the work is done, \
or you cannot go on, call finish. Machines then check what you changed, not what you say."""


@dataclass(frozen=True, slots=True)
class Ended:
    """Why the loop ended."""

    how: str
    """done, failed, broke (no money), parked, hopeless."""
    reason: str = ""
    until: float | None = None
    refused: Refused | None = None


class Agent:
    """One iteration's conversation."""

    def __init__(
        self,
        task: MakerTask,
        name: str,
        model: Model,
        listed: Listed,
        *,
        line: Line,
        purse: Purse,
        toolbox: Toolbox,
        key: str | None,
        tell: Callable[[str], None],
    ) -> None:
        self._task = task
        self._name = name
        self._model = model
        self._listed = listed
        self._line = line
        self._purse = purse
        self._tools = toolbox
        self._key = key
        self._tell = tell
        self._messages: list[history.Message] = [
            {"role": "system", "content": WHO},
            {"role": "user", "content": task.prompt},
        ]

    async def work(self) -> Ended:
        """Until the model is done, or cannot go on; what it changed is in the worktree."""
        silent = 0
        for _ in range(MOST_TURNS):
            answer = await self._answer()
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

    # --- one answer ---------------------------------------------------------------------------

    async def _answer(self) -> Mapping[str, Any] | Ended:
        """The next message of the model, in at most three attempts."""
        room = self._listed.context - self._listed.output
        messages = history.fitting(self._messages, max(room, 1_024))
        if messages is None:
            return Ended("failed", f"the conversation outgrew the {room:,} tokens of {self._name}")
        problem = None
        for attempt in range(ATTEMPTS):
            if attempt:
                await asyncio.sleep(PAUSES[attempt - 1])
            got = await self._attempt(messages)
            if not isinstance(got, Problem):
                return got
            problem = got
            self._tell(f"\n! {problem.words}\n")
            if not problem.again:
                break
        assert problem is not None
        how = "parked" if problem.until is not None else "failed"
        return Ended("hopeless" if problem.hopeless else how, problem.words, problem.until)

    async def _attempt(
        self, messages: list[history.Message]
    ) -> Mapping[str, Any] | Problem | Ended:
        held = await self._purse.reserve(self._quote(messages))
        if isinstance(held, Refused):
            return Ended("broke", held.reason, refused=held)
        began, bill = time.monotonic(), Bill("interrupted", told=False)
        try:
            said = await self._ask(messages)
            bill, got = self._judge(said)
        except WorkerGone as gone:
            bill, got = Bill("worker ended", told=False), _broken(str(gone))
        except TimeoutError:
            bill = Bill("timeout", told=False)
            got = _broken(f"{self._name} was silent for {self._seconds:g} s")
        finally:
            await self._settle(held, bill, time.monotonic() - began)
        return got

    async def _settle(self, held: Held, bill: Bill, seconds: float) -> None:
        free = None if self._listed.price is None else bill.micro_usd
        known = Bill(
            bill.outcome, bill.tokens_in, bill.tokens_out, bill.cached, free, bill.told, seconds
        )
        await self._purse.settle(held, known)

    @property
    def _seconds(self) -> float:
        """The longest silence."""
        return min(self._task.idle_seconds, self._task.seconds)

    async def _ask(self, messages: list[history.Message]) -> Mapping[str, Any]:
        wanted = {
            "model": self._model.model,
            "messages": messages,
            "tools": list(TOOLS),
            "max_tokens": self._listed.output,
            "timeout": self._seconds,
        }
        if self._model.api_base:
            wanted["api_base"] = self._model.api_base
            wanted["api_key"] = self._key or "none"
        elif self._key:
            wanted["api_key"] = self._key
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(self._seconds + _GRACE) as alarm:

            def hear(text: str) -> None:
                if not alarm.expired():
                    alarm.reschedule(loop.time() + self._seconds + _GRACE)
                if text:
                    self._tell(text)

            return await self._line.ask(wanted, hear)

    def _quote(self, messages: list[history.Message]) -> Quote:
        tokens_in, tokens_out = history.size(messages, TOOLS), self._listed.output
        price = self._listed.price
        micro = None if price is None else worst(price, tokens_in, tokens_out)
        return Quote(
            "litellm", self._model.model, tokens_in, tokens_out, micro, payer=self._listed.payer
        )

    def _judge(self, said: Mapping[str, Any]) -> tuple[Bill, Mapping[str, Any] | Problem]:
        """What an answer of the worker costs, and what it is."""
        if said["type"] == "error":
            problem = understood(said, self._name, self._model)
            return Bill(problem.outcome, micro_usd=0, told=not problem.paid), problem
        message: Mapping[str, Any] = said["message"]
        used = said.get("usage")
        empty = not message.get("tool_calls") and not message.get("content")
        outcome = "empty" if empty else "ok"
        bill = Bill(f"{outcome}, no usage", told=False)
        if used:
            bill = self._bill(outcome, Heard(**used))
        if empty:
            return bill, _broken(f"{self._name} answered nothing")
        return bill, message

    def _bill(self, outcome: str, used: Heard) -> Bill:
        tokens = Tokens(used.input, used.output, used.cache_read, used.cache_write)
        price = self._listed.price
        micro = None if price is None else cost(price, tokens)
        return Bill(outcome, used.input, used.output, used.cache_read, micro)


def _broken(words: str) -> Problem:
    return Problem("broken", words, True, True)
