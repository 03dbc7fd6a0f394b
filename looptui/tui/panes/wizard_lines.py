"""The words of the wizard: what was found, who could make it, and the file with what is wrong."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING

from looptui.tui.glyphs import Glyphs
from looptui.tui.spans import Spans
from looptui.tui.widgets.table_view import TableRow

if TYPE_CHECKING:
    from looptui.detecting.proposing import GateChoice, MakerChoice
    from looptui.detecting.values import Survey
    from looptui.loopfile.problem import Problem

_LIMITS = (
    ("iterations", "Rounds", "of prompt, make, verify and decide"),
    ("cost_usd", "Dollars", "all calls together, as far as a price is known"),
    ("tokens", "Tokens", "in and out; they hold where no price is known"),
    ("time", "Time", "of work, such as 45m or 2h; waiting for you does not count"),
)
LIMITS = {key: (title, about) for key, title, about in _LIMITS}
"""What a limit is called, and what it counts."""


def found_lines(survey: Survey) -> Sequence[Spans]:
    """What the repository looks like, and what could not be read."""
    languages = ", ".join(one.name for one in survey.languages) or "no language that we know"
    tests, lint = survey.best("test"), survey.best("lint")
    said = [f"tests {tests.place}" if tests else "no tests found"]
    said += [f"linter {lint.place}"] if lint else []
    said += [f"{len(survey.packages)} packages"] if survey.packages else []
    agents = ", ".join(one.title for one in survey.agents) or "none on PATH"
    lines: list[Spans] = [
        (("Found  ", "muted"), (f"{languages}; {'; '.join(said)}", "")),
        (("Agents ", "muted"), (agents, "")),
    ]
    if survey.unread:
        first = survey.unread[0]
        more = f" and {len(survey.unread) - 1} more" if len(survey.unread) > 1 else ""
        what = f"could not be read: {first.path}{more}: {first.reason}"
        lines.append(((what, "breaker-warn"),))
    return lines


def maker_row(choice: MakerChoice, glyphs: Glyphs) -> TableRow:
    maker = choice.maker
    command = shlex.join(maker.argv or choice.called) or "comes with looptui"
    mark = (glyphs.done, "state-done") if choice.ready else (glyphs.warn, "breaker-warn")
    return TableRow(choice.title, ((mark,), choice.title, command))


def maker_lines(choice: MakerChoice) -> Sequence[Spans]:
    """What a maker can do and needs."""
    how = {"stdin": "on stdin", "file": "as a file", "argument": "as the last word"}
    if choice.maker.agent != "command":
        return (((choice.about, "" if choice.ready else "breaker-warn"),),)
    prompt = f"It gets its prompt {how[choice.maker.prompt_by]}."
    return (((choice.about, "" if choice.ready else "breaker-warn"),), ((prompt, "muted"),))


def gate_row(choice: GateChoice) -> TableRow:
    mark: Spans = (("[x]", "bold"),) if choice.on else (("[ ]", "muted"),)
    return TableRow(
        choice.gate.id, (mark, choice.gate.id, shlex.join(choice.gate.argv), choice.place)
    )


def size_row(on: bool, size: str) -> TableRow:
    mark: Spans = (("[x]", "bold"),) if on else (("[ ]", "muted"),)
    return TableRow(size, (mark, size, "a change that is too large to review fails", ""))


def gate_lines(choice: GateChoice | None) -> Sequence[Spans]:
    """Where a gate comes from, how sure that is, and what it needs."""
    if choice is None:
        return ((("Counted by looptui itself, from the diff.", "muted"),),)
    finding = choice.finding
    if finding is None:
        why = choice.about or "from the template: nothing like it was found here"
        return (((why, "muted"),),)
    sure = "a suggestion, read it first" if finding.suggestion else finding.confidence
    words = f"{finding.place}, {sure}" + (f": {finding.why}" if finding.why else "")
    lines: list[Spans] = [((words, ""),)]
    if not finding.here:
        lines.append(((f"{finding.argv[0]} is not on this machine", "breaker-warn"),))
    if finding.share:
        shared = ", ".join(finding.share)
        lines.append(((f"gates get a copy of {shared} of your checkout", "muted"),))
    if finding.setup:
        first = shlex.join(finding.setup[0])
        lines.append(((f"once a run, with network: {first}", "muted"),))
    return lines


def file_lines(text: str, problems: Sequence[Problem]) -> Sequence[Spans]:
    """The file, with what is wrong below the line that it is about."""
    said: dict[int, list[Problem]] = {}
    for one in problems:
        said.setdefault(one.line, []).append(one)
    lines: list[Spans] = []
    for number, line in enumerate(text.rstrip("\n").split("\n"), 1):
        lines.append(_toml(line))
        for one in said.get(number, ()):
            style = "bold breaker-trip" if one.severity == "error" else "breaker-warn"
            key = f"{one.key}: " if one.key else ""
            lines.append(((f"  ^ {key}{one.message}", style),))
    return lines


def _toml(line: str) -> Spans:
    """A line with its parts told apart; text between quotes stays as it is."""
    plain = line.lstrip()
    if plain.startswith("#"):
        return ((line, "muted"),)
    if plain.startswith("["):
        return ((line, "bold"),)
    at = line.rfind("  # ")
    if at > 0 and line[:at].count('"') % 2 == 0:
        return ((line[:at], ""), (line[at:], "muted"))
    return ((line, ""),)


def advice(
    survey: Survey, choice: MakerChoice, command: str, gates: Sequence[GateChoice]
) -> list[str]:
    """What has to be done before a run can start, however right the file is."""
    from looptui.detecting.proposing import ANY_TESTS

    found = []
    for one in gates:
        if one.on and one.finding is None and not one.about:
            guessed = shlex.join(one.gate.argv)
            known = "stands for your command" if one.gate.argv == ANY_TESTS else "is a guess"
            found.append(f"Nothing here says how gate {one.gate.id} is run: {guessed} {known}.")
        elif one.on and one.finding is not None and not one.finding.here:
            found.append(f"{one.gate.argv[0]} of gate {one.gate.id} is not on this machine.")
    if survey.git.state == "unborn":
        found.append("There is no commit yet, and a run starts from one: git commit first.")
    if "your-agent" in command.split():
        found.append("Put the command line of your agent in place of your-agent.")
    elif not choice.ready and choice.maker.agent == "command":
        found.append(choice.about)
    return found
