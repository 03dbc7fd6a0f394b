"""What a person or a look at the repository says of a new loop, put into a template."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from looptui.loopfile import templates
from looptui.loopfile.sheet import Part, Sheet, listed, quoted

_OF_A_COMMAND = ("argv", "prompt_by", "env")


@dataclass(frozen=True, slots=True)
class MakerAnswer:
    """Who makes the changes."""

    agent: str
    argv: tuple[str, ...] = ()
    prompt_by: Literal["stdin", "file", "argument"] = "stdin"
    env: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GateAnswer:
    """A command that judges, and the criterion that is met through it."""

    id: str
    argv: tuple[str, ...]
    text: str
    order: int = 1


@dataclass(frozen=True, slots=True)
class Answers:
    """None and empty leave what the template says."""

    template: str
    owner: str
    name: str = ""
    goal: str = ""
    maker: MakerAnswer | None = None
    gates: tuple[GateAnswer, ...] | None = None
    """All gates that are commands; others of the template go, diff gates stay."""
    size: bool = True
    """Whether a diff gate of the template stays."""
    limits: tuple[tuple[str, str], ...] = ()
    """Keys of `[breakers]` and their values, as they are to be written; an empty one goes."""
    share: tuple[str, ...] = ()
    setup: tuple[tuple[str, ...], ...] = ()
    write: tuple[str, ...] = ()


def compose(answers: Answers) -> str:
    """The loop file; it may be wrong where the answers are, and `loopfile.loads` says where."""
    sheet = Sheet(templates.source(answers.template))
    top = sheet.part("")
    top.set("owner", quoted(answers.owner))
    if answers.name:
        top.set("name", quoted(answers.name))
    if answers.goal:
        sheet.part("goal").set("text", quoted(answers.goal))
    if answers.maker is not None:
        _put_maker(sheet, answers.maker)
    if answers.gates is not None:
        _put_gates(sheet, answers.gates)
    if not answers.size:
        for part in _diffs(sheet):
            sheet.drop(part)
    for key, value in answers.limits:
        breakers = sheet.part("breakers")
        breakers.set(key, value) if value else breakers.unset(key)
    _put_workspace(sheet, answers)
    if answers.write:
        sheet.part("permissions").set("write", listed(answers.write))
    return str(sheet)


def _put_maker(sheet: Sheet, maker: MakerAnswer) -> None:
    """Keep the lines of the template where they are about the same kind of maker."""
    part = sheet.part("maker")
    if part.get("agent") != quoted(maker.agent):
        part.lines = ["[maker]"]
        breakers = sheet.part("breakers")
        breakers.lines = [one for one in breakers.lines if not one.startswith("stall = ")]
    part.set("agent", quoted(maker.agent))
    if maker.agent != "command":
        part.lines = [one for one in part.lines if not one.startswith(_OF_A_COMMAND)]
        if maker.env:
            part.set("env", listed(maker.env), "variables it may see, where they are set")
        return
    part.set("argv", listed(maker.argv))
    if maker.prompt_by != "stdin":
        part.set("prompt_by", quoted(maker.prompt_by))
    if maker.env:
        part.set("env", listed(maker.env), "variables it may see, where they are set")
    for key, usual in (("timeout", '"20m"'), ("idle_timeout", '"5m"')):
        if part.get(key) is None:
            part.set(key, usual)


def _put_gates(sheet: Sheet, gates: tuple[GateAnswer, ...]) -> None:
    wanted = {quoted(gate.id) for gate in gates}
    for part in sheet.all("gates"):
        if part.get("id") not in wanted and part not in _diffs(sheet):
            sheet.drop(part)
    for part in sheet.all("criteria"):
        if part.get("gate") not in wanted:
            sheet.drop(part)
    for gate in gates:
        _put_gate(sheet, gate)


def _put_gate(sheet: Sheet, gate: GateAnswer) -> None:
    part = sheet.named("gates", "id", quoted(gate.id))
    if part is None:
        diffs = _diffs(sheet)
        part = sheet.add("gates", many=True, before=diffs[0] if diffs else None)
        part.set("id", quoted(gate.id))
    part.set("argv", listed(gate.argv))
    if gate.order != 1 or part.get("order") is not None:
        part.set("order", str(gate.order))
    if sheet.named("criteria", "gate", quoted(gate.id)) is None:
        criterion = sheet.add("criteria", many=True)
        criterion.set("id", quoted(gate.id))
        criterion.set("text", quoted(gate.text))
        criterion.set("gate", quoted(gate.id))


def _put_workspace(sheet: Sheet, answers: Answers) -> None:
    if answers.share:
        why = "copied from your checkout: an export holds only what git knows"
        sheet.part("workspace").set("share", listed(answers.share), why)
    if answers.setup:
        commands = ", ".join(listed(argv) for argv in answers.setup)
        why = "once a run, with network"
        sheet.part("workspace").set("setup", f"[{commands}]", why)


def _diffs(sheet: Sheet) -> list[Part]:
    return [part for part in sheet.all("gates") if part.get("kind") == '"diff"']
