"""Answers from a file, for demonstrations and tests; labelled as such everywhere."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from looptui.adapters import child
from looptui.adapters.makers.call import FREE, call, own_command, report, seeing_us
from looptui.core.spec import MakerSpec
from looptui.ports import MakerReport, MakerTask, OnOutput, Sandbox


class ScriptedMaker:
    """Does in each iteration what its script says for it."""

    name = "scripted"

    def check(self, spec: MakerSpec) -> str | None:
        if spec.script is None:
            return "the scripted maker has no script; set script in [maker]"
        if not Path(spec.script).is_absolute():
            return f"the script of the scripted maker is not an absolute path: {spec.script}"
        if not Path(spec.script).is_file():
            return f"the script of the scripted maker is not there: {spec.script}"
        return None

    async def make(self, task: MakerTask, sandbox: Sandbox, on_output: OnOutput) -> MakerReport:
        problem = self.check(task.loop.maker)
        if problem is not None:
            return MakerReport("missing", None, 0.0, problem)
        script = Path(task.loop.maker.script or "")
        ended = await call(
            task,
            sandbox,
            on_output,
            own_command("looptui.demo.scripted", str(script), str(task.iteration)),
            confinement=child.seeing(seeing_us(task.confinement), script),
            stdin=task.prompt.encode(),
        )
        return replace(report(task, ended), usage=FREE)
