"""An agent asks: the rules of the loop answer, else a person does while the agent waits."""

from __future__ import annotations

import asyncio

from looptui.core import events as ev
from looptui.core.permission import Answer, Request, judge
from looptui.engine.steps.context import Job

POLL = 0.1
"""Seconds between looks for an answer; the runner takes it from the inbox meanwhile."""
_LONGEST = 1000
"""Characters of a subject in the log."""


class Permissions:
    """Decides for one call of a maker; requests of one call may come at the same time."""

    def __init__(self, job: Job, iteration: int) -> None:
        self._job, self._iteration = job, iteration
        self._turn = asyncio.Lock()

    async def ask(self, request: Request) -> Answer:
        """Recorded either way; the answer of a person holds for this request or for the run."""
        async with self._turn:
            state = self._job.state
            verdict = judge(self._job.loop.permissions, state.permits, request)
            if verdict.word == "allow":
                answer = Answer("once", verdict.rule)
            elif verdict.word == "deny":
                answer = Answer("deny", verdict.rule)
            else:
                answer = await self._of_person(request, verdict.rule)
            await self._record(request, answer)
            return answer

    async def _of_person(self, request: Request, rule: str) -> Answer:
        recorder = self._job.recorder
        need = f"{recorder.state.id}.{recorder.state.next_need}"
        why = f", although: {rule}" if rule else ""
        text = f"{self._job.loop.maker.agent} asks for {request.scope[:_LONGEST]}{why}"
        await recorder.append(ev.NeedOpened(need, "permission", text, scope=request.scope))
        while need not in recorder.state.answers:
            await asyncio.sleep(POLL)
        word, said = recorder.state.answers[need]
        if word == "deny":
            return Answer("deny", said or "a person said no")
        return Answer("run" if word == "run" else "once", said or "a person said yes")

    async def _record(self, request: Request, answer: Answer) -> None:
        kind = ev.PermissionRefused if answer.word == "deny" else ev.PermissionGranted
        subject = request.subject[:_LONGEST]
        await self._job.recorder.append(
            kind(self._iteration, request.kind, subject, answer.reason[:_LONGEST])
        )
