"""A known agent as maker: called as its preset says, judged by what it leaves behind.

Exit codes of agents are not believed: what they print says how they ended, and whether the work
is good is for the gates.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from looptui.adapters import child
from looptui.adapters.agents import launch
from looptui.adapters.agents.acp import AcpDialogue
from looptui.adapters.agents.asking import Asking
from looptui.adapters.agents.claude import ClaudeDialogue
from looptui.adapters.agents.codex import CodexDialogue
from looptui.adapters.agents.dialogue import Dialogue, converse
from looptui.adapters.agents.line import Line
from looptui.adapters.agents.story import Event, Fatal, Lines, Story, Transcript, decoded
from looptui.adapters.agents.streams import PARSERS
from looptui.adapters.makers.call import MOST_OUTPUT, report
from looptui.core.spec import MakerSpec
from looptui.detecting.presets import Preset, presets
from looptui.making import Maker, MakerReport, MakerTask
from looptui.ports import OnOutput, Sandbox
from looptui.text import safe


class AgentMaker:
    """What all agents have in common, from their start to what is made of their words."""

    def __init__(self, preset: Preset) -> None:
        self.preset = preset
        self.name = preset.name

    def check(self, spec: MakerSpec) -> str | None:
        return missing(self.preset, spec)

    async def make(self, task: MakerTask, sandbox: Sandbox, on_output: OnOutput) -> MakerReport:
        if problem := launch.too_long(self.preset, task.prompt):
            return MakerReport("failed", None, 0.0, problem)
        transcript = Transcript(task.transcript, task.scrubber, on_output, MOST_OUTPUT)
        story = Story(transcript.write, task.on_usage, str(task.worktree))
        began = asyncio.get_running_loop().time()
        try:
            with launch.start(self.preset, task, confined=sandbox.confines) as start:
                made = await self._call(task, sandbox, start, story)
                self._read_events(start.home, story)
            made = concluded(self.preset, made, story)
        finally:
            transcript.close()
        return replace(made, seconds=asyncio.get_running_loop().time() - began)

    async def _call(
        self, task: MakerTask, sandbox: Sandbox, start: launch.Start, story: Story
    ) -> MakerReport:
        if self.preset.protocol == "stream":
            return await listen(self.preset, task, sandbox, start, story)
        begin = partial(_begin, self.preset, task, story, confined=sandbox.confines)
        return await converse(task, sandbox, start, story, begin)

    def _read_events(self, home: Path, story: Story) -> None:
        """What the agent wrote down instead of printing it, in lines or as a whole."""
        if not self.preset.events:
            return
        with suppress(OSError):
            content = (home / self.preset.events).read_bytes()[:MOST_OUTPUT]
            feed_all(content, lambda event: PARSERS[self.preset.parser](event, story))


def _begin(
    preset: Preset, task: MakerTask, story: Story, line: Line, asking: Asking, *, confined: bool
) -> Dialogue:
    """The dialogue of a preset's protocol."""
    match preset.protocol:
        case "claude":
            return ClaudeDialogue(task, story, line, asking)
        case "codex":
            return CodexDialogue(task, story, line, asking, confined=confined)
    return AcpDialogue(preset, task, story, line, asking)


async def listen(
    preset: Preset, task: MakerTask, sandbox: Sandbox, start: launch.Start, story: Story
) -> MakerReport:
    """A call of an agent that prints what it does and cannot be told anything meanwhile."""
    parse = PARSERS[preset.parser]
    lines = Lines(lambda event: parse(event, story), story.say)
    errors = Lines(lambda event: story.note(str(event)), story.note)
    try:
        ended = await child.run(
            sandbox,
            start.argv,
            cwd=task.worktree,
            env=start.env,
            confinement=start.confinement,
            seconds=task.seconds,
            idle_seconds=task.idle_seconds,
            stdin=start.stdin,
            flood_limit=MOST_OUTPUT,
            on_output=lines.feed,
            on_errors=errors.feed,
        )
        lines.flush()
        errors.flush()
    except Fatal as fatal:
        story.fail(str(fatal))
        return MakerReport("failed", None, 0.0)
    return report(task, ended)


def feed_all(content: bytes, take: Callable[[Event], None]) -> None:
    """Every object of a file that has one a line, or one in all."""
    whole = decoded(content)
    if whole is not None:
        take(whole)
        return
    for line in content.splitlines():
        if (event := decoded(line)) is not None:
            take(event)


def missing(preset: Preset, spec: MakerSpec) -> str | None:
    """Why an agent cannot be started here, or None."""
    program = spec.argv[0] if spec.argv else preset.program
    if not program:
        return f'agent = "{preset.name}" needs its command: argv in [maker]'
    here = "/" not in program or Path(program).is_absolute()
    if here and shutil.which(program) is None:
        return f"{program} was not found; install {preset.title} or correct [maker]"
    return None


def concluded(preset: Preset, made: MakerReport, story: Story) -> MakerReport:
    """The report with what the agent said of its end, and with what it used."""
    made = replace(made, usage=story.meter.usage(), breaches=tuple(story.breaches))
    if made.outcome not in ("ended", "failed"):
        return made
    if story.problem:
        return replace(made, outcome="failed", reason=safe(story.problem)[:500])
    if preset.usage != "none" and not made.usage.tokens_in:
        said = story.last or made.reason or "it said nothing"
        words = safe(said.splitlines()[-1])[:300]
        return replace(made, outcome="failed", reason=f"no call of its model succeeded: {words}")
    if story.ended:
        return replace(made, outcome="ended", reason="")
    if made.outcome == "ended" and preset.parser != "plain":
        return replace(made, outcome="failed", reason="it stopped without a word of its end")
    return made


def maker_of(name: str) -> Maker:
    """The maker of a preset; KeyError for a name that none has."""
    return AgentMaker(presets()[name])
