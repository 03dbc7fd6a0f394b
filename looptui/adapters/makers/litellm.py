"""The built-in agent as maker: any model that litellm knows, worked by tools of ours."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import BinaryIO

from looptui.adapters.chat import prices, providers
from looptui.adapters.chat.agent import Agent, Ended
from looptui.adapters.chat.line import Line
from looptui.adapters.chat.tools import Toolbox
from looptui.adapters.makers.call import FREE
from looptui.core.spec import MakerSpec
from looptui.errors import LooptuiError
from looptui.making import MakerReport, MakerTask
from looptui.modelbook import Model, read
from looptui.ports import OnOutput, Sandbox
from looptui.proc import Scrubber

STOLEN = ("1.82.7", "1.82.8")
"""Releases of litellm that steal credentials; never used, whoever installed them."""


class LitellmMaker:
    """Implements `looptui.making.Maker`; one worker serves all runs of this process."""

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
        model = self._model(spec)
        listed = await asyncio.to_thread(prices.listed, model.model, model)
        toolbox = Toolbox(task, sandbox)
        with task.transcript.open("ab") as file:
            agent = Agent(
                task,
                spec.model,
                model,
                listed,
                line=self._opened(),
                purse=task.purse,
                toolbox=toolbox,
                key=os.environ.get(providers.key_variable(model.model, model)),
                tell=_teller(file, on_output, task.scrubber),
            )
            try:
                async with asyncio.timeout(task.seconds):
                    ended = await agent.work()
            except TimeoutError:
                reason = f"it took longer than {task.seconds:g} s"
                return MakerReport("timeout", None, time.monotonic() - began, reason, FREE)
        return _report(ended, toolbox, time.monotonic() - began)

    async def close(self) -> None:
        """End the worker."""
        if self._line is not None:
            await self._line.close()

    def _model(self, spec: MakerSpec) -> Model:
        return read().find(spec.model)

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
