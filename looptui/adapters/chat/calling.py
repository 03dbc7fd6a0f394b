"""One answer of a model: attempts, each with its own reservation, and who stands in for whom."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from looptui.adapters.chat import history
from looptui.adapters.chat.hearing import Heard
from looptui.adapters.chat.line import Line, WorkerGone
from looptui.adapters.chat.prices import Listed
from looptui.adapters.chat.providers import Problem, understood
from looptui.core.money import Tokens, cost, worst
from looptui.modelbook import Model
from looptui.purse import Bill, Held, Purse, Quote, Refused

ATTEMPTS = 3
"""Of one call, each with its own reservation."""
PAUSES = (1.0, 4.0)
"""Seconds before the second and the third attempt."""
_GRACE = 5.0
"""Seconds for litellm to end a call that is late; some of its providers keep no deadline."""


@dataclass(frozen=True, slots=True)
class Ended:
    """Why there is no answer, or why the work ended."""

    how: str
    """done, failed, broke (no money), parked, hopeless."""
    reason: str = ""
    until: float | None = None
    refused: Refused | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """A model that may be asked."""

    name: str
    """As the loop file says it."""
    model: Model
    listed: Listed
    key: str | None
    tier: int = 0
    """0: none."""


class Caller:
    """Asks the first of some models; the next one only while those before it cannot be reached."""

    def __init__(
        self,
        choices: Sequence[Choice],
        *,
        line: Line,
        purse: Purse,
        tell: Callable[[str], None],
        seconds: float,
        role: str = "make",
    ) -> None:
        self._choices = choices
        self._at = 0
        self._line = line
        self._purse = purse
        self._tell = tell
        self._seconds = seconds
        """The longest silence."""
        self._role = role

    @property
    def choice(self) -> Choice:
        """The model that is asked at present."""
        return self._choices[self._at]

    async def answer(
        self, messages: Sequence[history.Message], tools: Sequence[Mapping[str, Any]] = ()
    ) -> Mapping[str, Any] | Ended:
        """The next message of the model; an outage goes on to the model that stands in for it."""
        while True:
            got = await self._tried(messages, tools)
            if not isinstance(got, Problem):
                return got
            outage = got.again or got.until is not None
            if not outage or self._at + 1 == len(self._choices):
                how = "parked" if got.until is not None else "failed"
                return Ended("hopeless" if got.hopeless else how, got.words, got.until)
            self._at += 1
            self._tell(f"\n! {self.choice.name} stands in\n")

    async def _tried(
        self, messages: Sequence[history.Message], tools: Sequence[Mapping[str, Any]]
    ) -> Mapping[str, Any] | Ended | Problem:
        """What one model says, in at most three attempts."""
        listed, name = self.choice.listed, self.choice.name
        room = listed.context - listed.output
        kept = history.fitting(messages, max(room, 1_024))
        if kept is None:
            return Ended("failed", f"the conversation outgrew the {room:,} tokens of {name}")
        problem = None
        for attempt in range(ATTEMPTS):
            if attempt:
                await asyncio.sleep(PAUSES[attempt - 1])
            got = await self._attempt(kept, tools)
            if not isinstance(got, Problem):
                return got
            problem = got
            self._tell(f"\n! {problem.words}\n")
            if not problem.again:
                break
        assert problem is not None
        return problem

    async def _attempt(
        self, messages: list[history.Message], tools: Sequence[Mapping[str, Any]]
    ) -> Mapping[str, Any] | Problem | Ended:
        held = await self._purse.reserve(self._quote(messages, tools))
        if isinstance(held, Refused):
            return Ended("broke", held.reason, refused=held)
        began, bill = time.monotonic(), Bill("interrupted", told=False)
        try:
            said = await self._ask(messages, tools)
            bill, got = self._judge(said)
        except WorkerGone as gone:
            bill, got = Bill("worker ended", told=False), _broken(str(gone))
        except TimeoutError:
            bill = Bill("timeout", told=False)
            got = _broken(f"{self.choice.name} was silent for {self._seconds:g} s")
        finally:
            await self._settle(held, bill, time.monotonic() - began)
        return got

    async def _settle(self, held: Held, bill: Bill, seconds: float) -> None:
        free = None if self.choice.listed.price is None else bill.micro_usd
        known = Bill(
            bill.outcome, bill.tokens_in, bill.tokens_out, bill.cached, free, bill.told, seconds
        )
        await self._purse.settle(held, known)

    async def _ask(
        self, messages: list[history.Message], tools: Sequence[Mapping[str, Any]]
    ) -> Mapping[str, Any]:
        model, key = self.choice.model, self.choice.key
        wanted: dict[str, Any] = {
            "model": model.model,
            "messages": messages,
            "max_tokens": self.choice.listed.output,
            "timeout": self._seconds,
        }
        if tools:
            wanted["tools"] = list(tools)
        if model.api_base:
            wanted["api_base"] = model.api_base
            wanted["api_key"] = key or "none"
        elif key:
            wanted["api_key"] = key
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(self._seconds + _GRACE) as alarm:

            def hear(text: str) -> None:
                if not alarm.expired():
                    alarm.reschedule(loop.time() + self._seconds + _GRACE)
                if text:
                    self._tell(text)

            return await self._line.ask(wanted, hear)

    def _quote(self, messages: list[history.Message], tools: Sequence[Mapping[str, Any]]) -> Quote:
        listed = self.choice.listed
        tokens_in, tokens_out = history.size(messages, tools), listed.output
        price = listed.price
        micro = None if price is None else worst(price, tokens_in, tokens_out)
        name, tier = self.choice.model.model, self.choice.tier
        return Quote("litellm", name, tokens_in, tokens_out, micro, self._role, listed.payer, tier)

    def _judge(self, said: Mapping[str, Any]) -> tuple[Bill, Mapping[str, Any] | Problem]:
        """What an answer of the worker costs, and what it is."""
        if said["type"] == "error":
            problem = understood(said, self.choice.name, self.choice.model)
            return Bill(problem.outcome, micro_usd=0, told=not problem.paid), problem
        message: Mapping[str, Any] = said["message"]
        used = said.get("usage")
        empty = not message.get("tool_calls") and not message.get("content")
        outcome = "empty" if empty else "ok"
        bill = Bill(f"{outcome}, no usage", told=False)
        if used:
            bill = self._bill(outcome, Heard(**used))
        if empty:
            return bill, _broken(f"{self.choice.name} answered nothing")
        return bill, message

    def _bill(self, outcome: str, used: Heard) -> Bill:
        tokens = Tokens(used.input, used.output, used.cache_read, used.cache_write)
        price = self.choice.listed.price
        micro = None if price is None else cost(price, tokens)
        return Bill(outcome, used.input, used.output, used.cache_read, micro)


def _broken(words: str) -> Problem:
    return Problem("broken", words, True, True)
