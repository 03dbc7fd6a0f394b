"""The built-in agent: any model that litellm knows makes with tools of ours, or judges."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import BinaryIO

from looptui.adapters.chat import prices, providers
from looptui.adapters.chat.agent import Agent
from looptui.adapters.chat.calling import Caller, Choice, Ended
from looptui.adapters.chat.judge import judged
from looptui.adapters.chat.line import Line
from looptui.adapters.chat.tools import Toolbox
from looptui.adapters.makers.call import FREE
from looptui.checking import CheckReport, CheckTask
from looptui.core.spec import MakerSpec
from looptui.errors import LooptuiError
from looptui.making import MakerReport, MakerTask
from looptui.modelbook import Model, read
from looptui.ports import OnOutput, Sandbox
from looptui.proc import Scrubber

STOLEN = ("1.82.7", "1.82.8")
"""Releases of litellm that steal credentials; never used, whoever installed them."""


class LitellmMaker:
    """Implements `looptui.making.Maker` and `looptui.checking.Checker`.

    One worker serves all runs of this process.
    """

    name = "litellm"

    def __init__(self) -> None:
        self._line: Line | None = None

    def check(self, spec: MakerSpec) -> str | None:
        if not spec.model:
            return 'the litellm agent has no model; set model = "provider/name" in [maker]'
        if find_spec("litellm") is None:
            return 'litellm is not installed; pip install "litellm[mcp]>=1.102,<2"'
        from importlib.metadata import version

        if version("litellm") in STOLEN:
            return f"litellm {version('litellm')} steals credentials; install another release"
        try:
            return providers.missing_key(spec.model, self._model(spec), os.environ)
        except LooptuiError as wrong:
            return f"{wrong.message} {wrong.hint}"

    async def make(self, task: MakerTask, sandbox: Sandbox, on_output: OnOutput) -> MakerReport:
        spec, began = task.loop.maker, time.monotonic()
        problem = self.check(spec)
        if problem is not None or task.purse is None:
            return MakerReport("missing", None, 0.0, problem or "nobody counts the money")
        choices = await self._choices((spec.model,), 0)
        toolbox = Toolbox(task, sandbox)
        with task.transcript.open("ab") as file:
            tell = _teller(file, on_output, task.scrubber)
            caller = Caller(
                choices,
                line=self._opened(),
                purse=task.purse,
                tell=tell,
                seconds=min(task.idle_seconds, task.seconds),
            )
            agent = Agent(task, caller, toolbox, tell)
            try:
                async with asyncio.timeout(task.seconds):
                    ended = await agent.work()
            except TimeoutError:
                reason = f"it took longer than {task.seconds:g} s"
                return MakerReport("timeout", None, time.monotonic() - began, reason, FREE)
        return _report(ended, toolbox, time.monotonic() - began)

    async def judge(self, task: CheckTask) -> CheckReport:
        problem = self.check(MakerSpec(self.name, model=task.model))
        if problem is not None:
            return CheckReport("missing", "", problem, task.model, stuck=True)
        choices = await self._choices((task.model, *task.fallback), task.tier)
        return await judged(task, choices, self._opened())

    async def close(self) -> None:
        """End the worker."""
        if self._line is not None:
            await self._line.close()

    def _model(self, spec: MakerSpec) -> Model:
        return read().find(spec.model)

    async def _choices(self, names: Sequence[str], tier: int) -> list[Choice]:
        """The models by these names, in this order, with what is known of them."""
        book = await asyncio.to_thread(read)
        found = []
        for name in names:
            model = book.find(name)
            listed = await asyncio.to_thread(prices.listed, model.model, model)
            key = os.environ.get(providers.key_variable(model.model, model))
            found.append(Choice(name, model, listed, key, tier))
        return found

    def _opened(self) -> Line:
        if self._line is None:
            self._line = Line(providers.worker_env(os.environ))
        return self._line


def _report(ended: Ended, toolbox: Toolbox, seconds: float) -> MakerReport:
    """What it cost stands in the log call by call, and is not said a second time.

    Work that is done already is judged, though no money is left to go on.
    """
    if ended.how == "done" or (ended.how == "broke" and toolbox.changed):
        return MakerReport("ended", None, seconds, ended.reason, FREE, refused=ended.refused)
    return MakerReport(
        "failed",
        None,
        seconds,
        ended.reason,
        FREE,
        until=ended.until if ended.how == "parked" else None,
        stuck=ended.how == "hopeless",
        refused=ended.refused,
    )


def _teller(
    file: BinaryIO, on_output: OnOutput, scrubber: Scrubber | None
) -> Callable[[str], None]:
    """Writes to the transcript and to the screen, without secrets."""

    def tell(text: str) -> None:
        data = text.encode("utf-8", "replace")
        if scrubber is not None:
            data = scrubber.feed(data)
        if data:
            file.write(data)
            file.flush()
            on_output(data)

    return tell
