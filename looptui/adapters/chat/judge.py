"""One question to a model that judges: no tools, one answer."""

from __future__ import annotations

import asyncio
import time

from looptui.adapters.chat.calling import Caller, Choice, Ended
from looptui.adapters.chat.line import Line
from looptui.checking import CheckReport, CheckTask


async def judged(task: CheckTask, choices: list[Choice], line: Line) -> CheckReport:
    """What the model answers within the deadline of the task."""
    began = time.monotonic()
    caller = Caller(
        choices,
        line=line,
        purse=task.purse,
        tell=lambda text: None,
        seconds=task.seconds,
        role="check",
    )
    messages = [
        {"role": "system", "content": task.who},
        {"role": "user", "content": task.prompt},
    ]
    try:
        async with asyncio.timeout(task.seconds):
            got = await caller.answer(messages)
    except TimeoutError:
        reason = f"it took longer than {task.seconds:g} s"
        return CheckReport("timeout", "", reason, caller.choice.name, time.monotonic() - began)
    seconds, model = time.monotonic() - began, caller.choice.name
    if isinstance(got, Ended):
        return _failed(got, model, seconds)
    refusal = got.get("refusal")
    if refusal or got.get("tool_calls"):
        words = f"it refused: {str(refusal)[:200]}" if refusal else "it called a tool"
        return CheckReport("failed", "", words, model, seconds)
    return CheckReport("answered", str(got.get("content") or ""), "", model, seconds)


def _failed(ended: Ended, model: str, seconds: float) -> CheckReport:
    return CheckReport(
        "failed",
        "",
        ended.reason,
        model,
        seconds,
        until=ended.until if ended.how == "parked" else None,
        stuck=ended.how == "hopeless",
        refused=ended.refused,
    )
