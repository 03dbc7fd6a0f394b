"""The built-in repair of Python faults as maker; it needs no model."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from looptui.adapters import child
from looptui.adapters.gates.pytest_report import runs_pytest
from looptui.adapters.gates.report import read_fresh
from looptui.adapters.makers.call import FREE, call, own_command, report, seeing_us
from looptui.adapters.sandbox.scratch import scratch
from looptui.core.spec import GateSpec, MakerSpec
from looptui.ports import MakerReport, MakerTask, OnOutput, Sandbox
from looptui.text import safe

_SPARE = 10.0
"""Seconds of the deadline that are for the start and the end of the search."""


class RepairMaker:
    """Tries small changes to the code under the failing tests and keeps the best."""

    name = "repair"

    def check(self, spec: MakerSpec) -> str | None:
        return "batch must be at least 1 in [maker]" if spec.batch < 1 else None

    async def make(self, task: MakerTask, sandbox: Sandbox, on_output: OnOutput) -> MakerReport:
        gate = next((gate for gate in task.gates if runs_pytest(gate)), None)
        if gate is None:
            reason = "the repair maker needs a gate that runs pytest, and there is none"
            return MakerReport("gave-up", None, 0.0, reason)
        with scratch() as place:
            answer = place / "answer.json"
            confinement = seeing_us(task.confinement)
            ended = await call(
                task,
                sandbox,
                on_output,
                own_command("looptui.repair"),
                confinement=replace(
                    confinement, writable=(*confinement.writable, place), network=False
                ),
                stdin=json.dumps(_job(task, gate, answer)).encode(),
            )
            made = replace(report(task, ended), usage=FREE)
            return _with_answer(made, read_fresh(answer)) if made.outcome == "ended" else made


def _job(task: MakerTask, gate: GateSpec, answer: Path) -> dict[str, object]:
    permissions = task.loop.permissions
    return {
        # The engine tries variants in copies of the worktree, each its own working directory.
        "test_argv": child.filled(
            gate.argv, {"worktree": ".", "report": str(answer.with_name("report.xml"))}
        ),
        "failing": list(task.failing),
        "batch": task.loop.maker.batch,
        "tried": {place: list(digests) for place, digests in task.notes.items()},
        "seconds": max(task.seconds - _SPARE, task.seconds * 0.8),
        "write": list(permissions.write),
        "deny": list(permissions.deny),
        "answer_path": str(answer),
    }


@dataclass(frozen=True, slots=True)
class _Answer:
    gave_up: bool
    reason: str
    tried: Mapping[str, tuple[str, ...]]

    @classmethod
    def parse(cls, content: bytes) -> _Answer:
        """Raises ValueError: code under test ran beside what wrote the answer."""
        seen = json.loads(content)
        if not isinstance(seen, dict):
            raise ValueError("the answer is no object")
        tried = seen.get("tried")
        reason = seen.get("reason")
        if not isinstance(tried, dict) or not isinstance(reason, str):
            raise ValueError("the answer lacks tried or reason")
        notes = {safe(str(place)): _digests(seen_there) for place, seen_there in tried.items()}
        return cls(seen.get("outcome") == "gave-up", safe(reason)[:500], notes)


def _digests(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError("digests are a list")
    return tuple(safe(str(one))[:64] for one in value)


def _with_answer(made: MakerReport, content: bytes | None) -> MakerReport:
    if content is None:
        return replace(made, outcome="failed", reason="the repair ended without an answer")
    try:
        answer = _Answer.parse(content)
    except ValueError as problem:
        return replace(made, outcome="failed", reason=f"the repair's answer: {safe(str(problem))}")
    told = replace(made, reason=answer.reason, notes=answer.tried)
    return replace(told, outcome="gave-up") if answer.gave_up else told
