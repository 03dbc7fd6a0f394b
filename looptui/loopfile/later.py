"""What a loop file may say although this version has no engine for it: refused by name at run time.

A value that asks for nothing (the default written out) is no reason to refuse.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from looptui.core.spec import Loop
from looptui.detecting.presets import WORDS, capabilities, presets
from looptui.loopfile.checker_rules import CHECKERS
from looptui.loopfile.problem import Path, written

MAKERS = ("command", "litellm", "repair", "scripted")
"""The makers that come with looptui."""
GATES = ("command", "diff")
_ALWAYS_PASSED = frozenset(("PATH", "HOME", "LANG", "LC_ALL", "TERM", "TZ", "TMPDIR"))


@dataclass(frozen=True, slots=True)
class Later:
    """A place of the file, the values that ask for nothing, and what to say of others."""

    place: str
    """Keys with dots; `*` stands for every item of a list."""
    word: str
    """What is missing, in words."""
    harmless: Callable[[object], bool] = lambda value: False
    instead: str = ""
    by_value: bool = False
    """Only some values are refused, so that the JSON Schema does not warn of the key."""


@dataclass(frozen=True, slots=True)
class Need:
    """A place of the file that asks for something that not every maker can do."""

    place: str
    capability: str
    asked: Callable[[Loop], bool]
    why: str


_NEEDS: tuple[Need, ...] = (
    Need("permissions.commands", "approvals", lambda loop: bool(loop.permissions.commands),
         "it does not ask before it runs a command"),
    Need("permissions.on_denied", "approvals", lambda loop: loop.permissions.on_denied == "ask",
         "it does not ask before it acts"),
)  # fmt: skip


LATER_PLACEHOLDERS = ("changed", "changed_py")
"""Words in braces that a gate's command will know."""


def _whole(command: object) -> bool:
    return not any(f"{{{word}}}" in str(command) for word in LATER_PLACEHOLDERS)


def _is(*accepted: object) -> Callable[[object], bool]:
    return lambda value: value in accepted


LATER: tuple[Later, ...] = (
    Later("goal.decompose", "splitting a goal", _is(False)),
    Later("goal.max_subgoals", "splitting a goal"),
    Later("workspace.repo", "a loop for another repository", _is("."), "run looptui there"),
    Later("workspace.isolation", "isolation other than a worktree", _is("worktree")),
    Later("maker.tier", "choosing models by tier"),
    Later("maker.prompt", "a prompt template", instead="say it in goal.text"),
    Later("checker.tier", "choosing models by tier", instead="name its model"),
    Later("gates.*.kind", "this kind of gate", _is(*GATES),
          'take kind = "command" with a program that checks it', by_value=True),
    Later("gates.*.argv", "a command over the changed files", _whole, by_value=True),
    Later("gates.*.run", "a command over the changed files", _whole, by_value=True),
    Later("gates.*.retries", "running a gate again", _is(0)),
    Later("breakers.on_trip", "another way to trip", _is("pause")),
    Later("breakers.human_wait.remind_after", "a second notification"),
    Later("breakers.human_wait.then", "waiting without end", _is("stop")),
    Later("breakers.stall.no_score_gain", "this stall rule", instead="take stall.fresh_after"),
    Later("breakers.stall.repeat_diff", "this stall rule", instead="take stall.no_progress"),
    Later("permissions.read", "hiding files from the maker", _is(["**"])),
    Later("permissions.network", "a network rule by host", _is("maker", "none"),
          'take "maker" or "none"', by_value=True),
    Later("permissions.allow_hosts", "a network rule by host", _is([])),
    Later("permissions.env", "variables for all agents",
          lambda names: isinstance(names, list) and _ALWAYS_PASSED.issuperset(names),
          "name them in maker.env", by_value=True),
    Later("approval.mode", "approval of this kind", _is("each-change", "auto"), by_value=True),
    Later("approval.auto_if", "approval by rule"),
    Later("approval.second_person", "a second approver", _is(False)),
    Later("approval.remember", "remembered permissions", _is("once")),
    Later("memory.scope", "memory shared with other loops", _is([], ["loop"])),
    Later("memory.summarise_every", "summaries"),
    Later("memory.prune", "pruning rules"),
    Later("memory.write", "a rule for new records", _is("auto")),
    Later("routing", "choosing models by tier"),
    Later("stages", "stages", _is([]), "take [landing] for how a change lands"),
    Later("triggers.manual", "a loop that no person may start", _is(True)),
    Later("triggers.schedule", "schedules", instead="let cron call: looptui run"),
    Later("triggers.tz", "schedules"),
    Later("triggers.watch", "starting on changed files"),
    Later("triggers.after", "starting after another loop", _is([])),
    Later("triggers.max_concurrent", "several runs of one loop at a time", _is(1)),
    Later("triggers.if_running", "a queue of runs", _is("skip")),
    Later("notify", "notifications set by a loop", _is({}),
          "set [notify] in your own config"),
    Later("telemetry.otlp_env", "telemetry"),
    Later("telemetry.content", "telemetry", _is(False)),
)  # fmt: skip


def asked_for(data: dict[str, object]) -> tuple[str, ...]:
    """The places of a file that ask for what this version does not have."""
    return tuple(
        written(path)
        for rule in LATER
        for path, value in _at(data, tuple(rule.place.split(".")))
        if not rule.harmless(value)
    )


def unsupported(loop: Loop, makers: tuple[str, ...] = MAKERS) -> tuple[str, ...]:
    """Why a loop cannot run in this version: a sentence for each reason, none when it can.

    `makers` are the names of the makers that are installed; others may be dotted paths.
    """
    reasons = [_sentence(place) for place in loop.later]
    known = (*makers, *presets())
    installed = loop.maker.agent in known or ":" in loop.maker.agent
    if not installed:
        reasons.append(f'maker.agent: no maker "{loop.maker.agent}" is installed')
    judge = loop.checker
    if judge is not None and judge.agent not in CHECKERS and ":" not in judge.agent:
        reasons.append(f'checker.agent: "{judge.agent}" cannot judge; take "litellm"')
    return (*reasons, *lacking(loop))


def lacking(loop: Loop) -> tuple[str, ...]:
    """What a loop needs and its maker lacks, by the word of the table that `doctor` shows."""
    can = capabilities(loop.maker.agent)
    if can is None:
        return ()
    needs = [need for need in _NEEDS if need.asked(loop) and not getattr(can, need.capability)]
    return tuple(
        f"{need.place}: {loop.maker.agent} lacks {WORDS[need.capability]}: {need.why}"
        for need in needs
    )


def _sentence(place: str) -> str:
    general = re.sub(r"\[\d+\]", ".*", place)
    rule = next((one for one in LATER if one.place == general), None)
    if rule is None:
        return f"{place}: not in this version of looptui"
    instead = f"; {rule.instead}" if rule.instead else ""
    return f"{place}: not in this version of looptui: {rule.word}{instead}"


def _at(value: object, place: tuple[str, ...], path: Path = ()) -> Iterator[tuple[Path, object]]:
    if not place:
        yield path, value
    elif place[0] == "*":
        for index, item in enumerate(value if isinstance(value, list) else ()):
            yield from _at(item, place[1:], (*path, index))
    elif isinstance(value, dict) and place[0] in value:
        yield from _at(value[place[0]], place[1:], (*path, place[0]))
