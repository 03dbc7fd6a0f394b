"""Loop files to start from. Each is one as it stands; a few of its lines are yours to say."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib import resources

from looptui.errors import UsageError
from looptui.loopfile.document import Document
from looptui.loopfile.problem import Path, did_you_mean
from looptui.loopfile.rules import gate_kind, tables

DEFAULT = "fix-tests"
TEST_GATE = "tests"
"""The gate whose command `test_argv` replaces."""


@cache
def names() -> tuple[str, ...]:
    """The names of all templates, sorted."""
    found = (one.name for one in (resources.files("looptui.loopfile") / "templates").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml")))


def about(name: str) -> str:
    """What a template is for, in a line; UsageError for an unknown one."""
    return _source(name).split("\n", 1)[0].removeprefix("#").strip()


def takes_agent(name: str) -> bool:
    """Whether a template is for a command-line agent of yours, named by `agent_argv`."""
    return "agent-argv" in _source(name)


def render(
    name: str,
    *,
    owner: str,
    loop_name: str | None = None,
    goal: str | None = None,
    test_argv: Sequence[str] | None = None,
    agent_argv: Sequence[str] | None = None,
) -> str:
    """The text of a loop file from a template; None keeps what the template says.

    `test_argv` is the command of its gate `tests`, `agent_argv` that of its maker. Raises
    UsageError for an unknown template, or one that has no such gate or maker.
    """
    document = Document(name, _source(name).encode())
    lines = list(document.lines)
    edits: dict[Path, str] = {("owner",): quoted(owner)}
    if loop_name is not None:
        edits["name",] = quoted(loop_name)
    if goal is not None:
        edits["goal", "text"] = quoted(goal)
    if test_argv is not None:
        edits[(*_test_gate(document, name), "argv")] = _words(test_argv)
    if agent_argv is not None:
        edits[_agent(name)] = _words(agent_argv)
    for path, value in edits.items():
        lines[document.places.line(path) - 1] = f"{path[-1]} = {value}"
    return "\n".join(lines)


def quoted(text: str) -> str:
    """`text` as a TOML string on one line."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _words(argv: Sequence[str]) -> str:
    return "[" + ", ".join(quoted(word) for word in argv) + "]"


def _source(name: str) -> str:
    if name not in names():
        raise UsageError(
            f'there is no template "{name}"{did_you_mean(name, names())}',
            "templates: " + ", ".join(names()),
        )
    file = resources.files("looptui.loopfile") / "templates" / f"{name}.toml"
    return file.read_text("utf-8")


def _test_gate(document: Document, name: str) -> Path:
    for index, gate in tables(document.data.get("gates")):
        if gate.get("id") == TEST_GATE and gate_kind(gate) == "command":
            return ("gates", index)
    raise UsageError(f'the template "{name}" runs no tests', "leave the test command out")


def _agent(name: str) -> Path:
    if not takes_agent(name):
        raise UsageError(
            f'the template "{name}" has its own maker', "for your agent: --template agent"
        )
    return ("maker", "argv")
