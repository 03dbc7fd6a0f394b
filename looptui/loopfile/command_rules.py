"""Sense of commands: which keys go together, placeholders, programs, shell habits."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from looptui.detecting.presets import presets
from looptui.loopfile.later import GATES, LATER_PLACEHOLDERS, MAKERS
from looptui.loopfile.problem import Path, did_you_mean, listed
from looptui.loopfile.rules import Facts, Finding, Rule, gate_kind, items, table, tables, word

PLACEHOLDERS = {
    "maker": ("prompt_file", "worktree"),
    "gates": ("held_out", "report", "worktree"),
    "workspace": (),
}
"""What each table's commands may hold in braces."""

_BRACED = re.compile(r"(?<!\$)\{([a-z_]+)\}")
_OPERATOR = re.compile(r"[|&;<>()]+|\d?>>?(?:&\d)?")
_EXPANSION = re.compile(r"\$[A-Za-z_({]|`")
_SHELLS = frozenset(("sh", "bash", "dash", "zsh", "fish", "ksh", "pwsh"))
_MAKER_KEYS = {
    "model": "agent",
    "args": "agent",
    "argv": "command",
    "run": "command",
    "prompt_by": "command",
    "script": "scripted",
    "batch": "repair",
}
_GATE_KEYS = {
    "command": frozenset(
        ("argv", "run", "timeout", "retries", "report", "report_path", "env", "baseline",
         "known_failures", "held_out", "peeks")
    ),
    "diff": frozenset(("max_files", "max_lines", "deny_paths")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """A command of the file."""

    path: Path
    words: tuple[str, ...]
    line: str | None
    """As written, where it is one line of text."""


def commands(data: Mapping[str, object]) -> Iterator[Found]:
    """Every command of the file that has the right shape."""
    yield from _of_table(("maker",), table(data.get("maker")))
    for index, gate in tables(data.get("gates")):
        yield from _of_table(("gates", index), gate)
    for index, command in items(table(data.get("workspace")).get("setup")):
        yield from _command(("workspace", "setup", index), command)


def _of_table(path: Path, owner: Mapping[str, object]) -> Iterator[Found]:
    for key in ("argv", "run"):
        yield from _command((*path, key), owner.get(key))


def _command(path: Path, value: object) -> Iterator[Found]:
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        yield Found(path, tuple(value), None)
    elif isinstance(value, str):
        try:
            split = tuple(shlex.split(value))
        except ValueError:
            return
        if split:
            yield Found(path, split, value)


def two_commands(facts: Facts) -> Iterator[Finding]:
    owners = [(("maker",), table(facts.data.get("maker")))]
    for path, owner in owners:
        if "argv" in owner and "run" in owner:
            yield (*path, "run"), "argv says the command already; keep one of them"
    for index, gate in tables(facts.data.get("gates")):
        if "argv" in gate and "run" in gate:
            yield ("gates", index, "run"), "argv says the command already; keep one of them"


def no_command(facts: Facts) -> Iterator[Finding]:
    maker = table(facts.data.get("maker"))
    if maker.get("agent") == "command" and not {"argv", "run"} & maker.keys():
        yield ("maker",), 'needs its command: argv = ["program", "argument"]'
    for index, gate in tables(facts.data.get("gates")):
        if gate_kind(gate) == "command" and not {"argv", "run"} & gate.keys():
            yield ("gates", index), 'needs its command: argv = ["program", "argument"]'


def no_script(facts: Facts) -> Iterator[Finding]:
    maker = table(facts.data.get("maker"))
    if maker.get("agent") == "scripted" and "script" not in maker:
        yield ("maker",), 'needs its answers: script = "answers.toml"'


def key_of_other_maker(facts: Facts) -> Iterator[Finding]:
    maker = table(facts.data.get("maker"))
    agent = word(maker.get("agent"))
    for key, owner in _MAKER_KEYS.items():
        of_agent = agent in presets() and owner != "agent" and key != "argv"
        if agent == "litellm" and key == "model":
            continue
        if key in maker and (of_agent or (agent in MAKERS and agent != owner)):
            yield ("maker", key), f'the "{agent}" maker has no use for it'


def key_of_other_gate(facts: Facts) -> Iterator[Finding]:
    special = frozenset().union(*_GATE_KEYS.values())
    for index, gate in tables(facts.data.get("gates")):
        kind = gate_kind(gate)
        for key in sorted(special & gate.keys()):
            if kind in GATES and key not in _GATE_KEYS[kind]:
                yield ("gates", index, key), f'a gate of kind "{kind}" has no use for it'


def unknown_maker(facts: Facts) -> Iterator[Finding]:
    """Neither ours nor installed; a dotted path is loaded when it is needed."""
    agent = word(table(facts.data.get("maker")).get("agent"))
    ours = (*MAKERS, *presets())
    if not agent or agent in ours or ":" in agent:
        return
    from looptui.plugins import names

    installed = names("looptui.maker")
    if agent not in installed:
        guess = did_you_mean(agent, (*ours, *installed))
        message = f'no maker "{agent}" comes with looptui or is installed{guess}'
        yield ("maker", "agent"), message


def unknown_placeholder(facts: Facts) -> Iterator[Finding]:
    for command in commands(facts.data):
        known = PLACEHOLDERS[str(command.path[0])]
        later = LATER_PLACEHOLDERS if command.path[0] == "gates" else ()
        for braced in dict.fromkeys(_BRACED.findall(" ".join(command.words))):
            if braced not in known and braced not in later:
                yield command.path, _unknown(braced, known)


def _unknown(braced: str, known: tuple[str, ...]) -> str:
    if not known:
        return f"{{{braced}}}: no placeholders here"
    names = listed([f"{{{name}}}" for name in known], "and")
    return f"{{{braced}}} is not a placeholder; there are {names}"


def no_report(facts: Facts) -> Iterator[Finding]:
    for index, gate in tables(facts.data.get("gates")):
        told = "report_path" in gate or "{report}" in str(gate.get("argv", gate.get("run")))
        if gate.get("report") == "junit" and not told:
            yield ("gates", index, "report"), "say where: {report} in argv, or report_path"
        if "report_path" in gate and gate.get("report") != "junit":
            yield ("gates", index, "report_path"), 'has no effect without report = "junit"'


def shell_habit(facts: Facts) -> Iterator[Finding]:
    for command in commands(facts.data):
        habit = None if command.words[0] in _SHELLS else _shell_word(command)
        if habit:
            yield command.path, f"{habit} is passed on as it stands: no shell reads the command"


def _shell_word(command: Found) -> str | None:
    parts = list(command.words)
    if command.line is not None:
        lexer = shlex.shlex(command.line, posix=True, punctuation_chars=True)
        lexer.whitespace_split = True
        lexer.commenters = ""
        parts = list(lexer)
    for part in parts:
        if _OPERATOR.fullmatch(part) or _EXPANSION.search(part):
            return part
    return None


def not_on_path(facts: Facts) -> Iterator[Finding]:
    for command in commands(facts.data):
        program = command.words[0]
        if _BRACED.search(program) or _there(program, facts):
            continue
        if re.match(r"[A-Za-z_][A-Za-z0-9_]*=", program):
            yield command.path, f'"{program}" is no program; write: env {program} ...'
        else:
            yield command.path, f'no program "{program}" here'


def _there(program: str, facts: Facts) -> bool:
    if "/" not in program or program.startswith("/"):
        return shutil.which(program) is not None
    return facts.root is None or (facts.root / program).exists()


RULES = (
    Rule("S020", "error", "a command stands twice", two_commands),
    Rule("S021", "error", "a command is missing", no_command),
    Rule("S022", "error", "the scripted maker has no script", no_script),
    Rule("S023", "error", "a key that this maker does not use", key_of_other_maker),
    Rule("S024", "error", "a key that this kind of gate does not use", key_of_other_gate),
    Rule("S025", "error", "a maker that is not installed", unknown_maker),
    Rule("S026", "error", "an unknown placeholder", unknown_placeholder),
    Rule("S027", "error", "a report from nowhere", no_report),
    Rule("S028", "warning", "shell syntax without a shell", shell_habit),
    Rule("S029", "warning", "a program that is not on this machine", not_on_path),
)
