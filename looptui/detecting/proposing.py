"""From what was found to a loop: which template, maker and gates are right in most cases."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass, replace

from looptui.detecting.presets import presets
from looptui.detecting.values import Agent, Finding, Purpose, Survey
from looptui.loopfile import templates
from looptui.loopfile.answers import Answers, GateAnswer, MakerAnswer
from looptui.loopfile.sheet import Part, Sheet, quoted

PLACEHOLDER = ("your-agent",)
ANY_TESTS = ("your-tests",)
"""Stands where no tests were found that we know: `check --gates` asks for the command."""
_PURPOSES: dict[str, Purpose] = {
    "tests": "test", "lint": "lint", "format": "format", "types": "types", "docs": "docs",
    "lock": "lock", "coverage": "test", "repeat": "test",
}  # fmt: skip
"""Ids of gates in templates, and what their commands are found as."""
_TEXTS: dict[Purpose, str] = {
    "test": "All tests pass", "lint": "The linter finds nothing",
    "format": "The formatter would change nothing", "types": "The types are right",
    "coverage": "Coverage is high enough", "docs": "The documentation builds without a warning",
    "lock": "The lock file fits what the project declares",
}  # fmt: skip
_IDS: dict[Purpose, str] = {"test": "tests"}
_ORDERS: dict[Purpose, int] = {"test": 2, "coverage": 2}
_SWEEPS = "ci-sweeper"
_TIMES = 10
_LOCKS = {"uv.lock", "poetry.lock", "package-lock.json", "npm-shrinkwrap.json", "Cargo.lock"}


@dataclass(frozen=True, slots=True)
class MakerChoice:
    """A maker that a loop could have here."""

    title: str
    maker: MakerAnswer
    about: str
    """What it can do and what it needs, honestly."""
    ready: bool = True
    """Whether it could start as it is."""
    called: tuple[str, ...] = ()
    """The command line of a known agent, which the loop file does not hold."""


@dataclass(frozen=True, slots=True)
class GateChoice:
    """A gate that a loop could have here."""

    gate: GateAnswer
    on: bool
    """Whether it is taken unless a person says otherwise."""
    place: str = ""
    """Where its command stands; empty where only the template says it."""
    about: str = ""
    finding: Finding | None = None


def first_template(survey: Survey) -> str:
    """What to begin with where a person says nothing."""
    tests = survey.best("test")
    fits = _speaks_python(survey) if tests is None else _is_pytest(tests.argv)
    return templates.DEFAULT if fits else templates.ANY_AGENT


def _speaks_python(survey: Survey) -> bool:
    return any(one.name == "Python" for one in survey.languages)


def propose(survey: Survey, template: str) -> Answers:
    """A whole loop file from a template with what was found; names nothing that was not."""
    chosen = [one for one in gates(survey, template) if one.on]
    answers = Answers(template, survey.owner or "you@example.org", template)
    answers = with_gates(answers, tuple(chosen))
    makers = maker_choices(survey, template, tuple(one.gate for one in chosen))
    return replace(answers, maker=makers[0].maker, write=_written(survey, template))


def with_gates(answers: Answers, chosen: tuple[GateChoice, ...]) -> Answers:
    """The answers with these gates and what their commands need to be there."""
    found = [one.finding for one in chosen if one.finding is not None]
    share = dict.fromkeys(path for one in found for path in one.share)
    setup = dict.fromkeys(argv for one in found for argv in one.setup)
    return replace(
        answers, gates=tuple(one.gate for one in chosen), share=tuple(share), setup=tuple(setup)
    )


# --- gates -------------------------------------------------------------------------------------


def gates(survey: Survey, template: str) -> tuple[GateChoice, ...]:
    """The gates of a template with the commands of this repository, then those it could have."""
    sheet = Sheet(templates.source(template))
    parts = [part for part in sheet.all("gates") if part.get("kind") != '"diff"']
    told = [_of_template(survey, sheet, part) for part in parts]
    if any(one.finding for one in told):
        told = [one for one in told if one.finding or _unquoted(one.gate.id) not in _PURPOSES]
    taken = {one.finding.argv for one in told if one.finding is not None}
    ids = {one.gate.id for one in told}
    return (*told, *_others(survey, taken, ids, sweeping=template == _SWEEPS))


def _of_template(survey: Survey, sheet: Sheet, part: Part) -> GateChoice:
    id_ = _unquoted(part.get("id") or "")
    criterion = sheet.named("criteria", "gate", quoted(id_))
    text = _unquoted((criterion.get("text") if criterion else None) or quoted(id_))
    order = int(part.get("order") or 1)
    purpose = _PURPOSES.get(id_)
    finding = survey.best(purpose) if purpose else None
    if finding is None or (purpose == "lock" and finding.path not in _LOCKS):
        about = "" if purpose else "a check of the template itself"
        argv = ANY_TESTS if id_ == "tests" and not _speaks_python(survey) else _words(part)
        return GateChoice(GateAnswer(id_, argv, text, order), on=True, about=about)
    argv = _adapted(id_, finding.argv)
    return GateChoice(GateAnswer(id_, argv, text, order), True, finding.place, finding.why, finding)


def _adapted(id_: str, argv: tuple[str, ...]) -> tuple[str, ...]:
    """The test command as the gates of two templates need it."""
    if id_ == "coverage" and _is_pytest(argv):
        return (*argv, "--cov", "--cov-fail-under=85")
    if id_ == "repeat":
        numbers = " ".join(map(str, range(1, _TIMES + 1)))
        return ("sh", "-c", f"for i in {numbers}; do {shlex.join(argv)} || exit 1; done")
    return argv


def _others(
    survey: Survey, taken: set[tuple[str, ...]], ids: set[str], *, sweeping: bool
) -> Iterator[GateChoice]:
    """What else was found, off unless the loop is to sweep everything up."""
    for finding in survey.findings:
        if finding.argv in taken or finding.purpose in ("lock", "docs"):
            continue
        wanted = sweeping and finding is survey.best(finding.purpose) and finding.here
        on = wanted and finding.confidence != "guess" and finding.purpose != "coverage"
        id_ = _free(_IDS.get(finding.purpose, finding.purpose), ids)
        ids.add(id_)
        order = _ORDERS.get(finding.purpose, 1)
        gate = GateAnswer(id_, finding.argv, _TEXTS[finding.purpose], order)
        yield GateChoice(gate, on, finding.place, finding.why, finding)


def _free(id_: str, ids: set[str]) -> str:
    return next(
        name for n in range(1, 1000) if (name := id_ if n == 1 else f"{id_}-{n}") not in ids
    )


# --- makers ------------------------------------------------------------------------------------


def maker_choices(
    survey: Survey, template: str, chosen: tuple[GateAnswer, ...]
) -> tuple[MakerChoice, ...]:
    """The makers that fit a template and its gates, the most fitting first; never none."""
    part = Sheet(templates.source(template)).part("maker")
    own = part.get("agent") == '"command"' and not templates.takes_agent(template)
    agents = sorted(map(_of_agent, survey.agents), key=lambda one: not one.ready)
    tools = list(_tools(survey, chosen))
    if own and not tools:
        argv = _words(part)
        tools = [MakerChoice(argv[0], MakerAnswer("command", argv), "the tool of the template")]
    pytest = any(_is_pytest(gate.argv) and gate.argv[0] != "sh" for gate in chosen)
    repair = [_repair()] if pytest and _may_repair(template) else []
    first = repair if part.get("agent") == '"repair"' else tools if own else []
    rest = [one for one in (*agents, *repair, *tools) if one not in first]
    found = bool(first or agents)
    return (*first, *rest, _any(found=True)) if found else (_any(found=False), *rest)


def _may_repair(template: str) -> bool:
    """Whether mending single expressions could reach the goal of a template."""
    return template in (templates.DEFAULT, templates.ANY_AGENT, _SWEEPS)


def _repair() -> MakerChoice:
    about = (
        "No model, no key, no network: it tries small changes, one expression at a time, in the"
        " Python code under the failing tests. It finds small faults and says so when it finds"
        " none; it writes no new code."
    )
    return MakerChoice("built-in repair", MakerAnswer("repair"), about)


def _any(*, found: bool) -> MakerChoice:
    about = "Any program that changes files in its working directory: put its command line here."
    if not found:
        about = f"No agent was found on PATH. {about} looptui calls no model by itself."
    return MakerChoice("another command", MakerAnswer("command", PLACEHOLDER), about, ready=False)


def _of_agent(agent: Agent) -> MakerChoice:
    keys = " or ".join(agent.env)
    if agent.keys_set:
        about = f"Called with {' and '.join(agent.keys_set)} of your environment."
    else:
        about = (
            f"It needs {keys}, and none is set. The sandbox hides your home, so a login that is"
            " kept there does not count."
        )
    asks = presets()[agent.name].can.approvals
    about += f" It asks you before {asks}, as far as no rule decides." if asks else ""
    about += f" Note: {agent.note}." if agent.note else ""
    env = (*(agent.keys_set or agent.env), *agent.more_set)
    maker = MakerAnswer(agent.name, env=env)
    preset = presets()[agent.name]
    called = (preset.program, *preset.argv)
    return MakerChoice(agent.title, maker, about, bool(agent.keys_set), called)


def _tools(survey: Survey, chosen: tuple[GateAnswer, ...]) -> Iterator[MakerChoice]:
    """Commands that mend what a chosen gate finds."""
    argvs = {gate.argv for gate in chosen}
    for finding in survey.findings:
        if finding.argv in argvs and finding.fix:
            title = " ".join(finding.fix[:3])
            about = f"No model: it mends what it can of what the gate finds ({finding.place})."
            yield MakerChoice(title, MakerAnswer("command", finding.fix), about, finding.here)


def _written(survey: Survey, template: str) -> tuple[str, ...]:
    """The lock file, where a template is about it."""
    lock = survey.best("lock")
    return (lock.path,) if lock and template == "dependency-bump" else ()


def _is_pytest(argv: tuple[str, ...]) -> bool:
    return any(word.rpartition("/")[2] in ("pytest", "py.test") for word in argv)


def _words(part: Part) -> tuple[str, ...]:
    import tomllib

    value = tomllib.loads(f"argv = {part.get('argv') or '[]'}")["argv"]
    return tuple(map(str, value))


def _unquoted(text: str) -> str:
    import tomllib

    return str(tomllib.loads(f"text = {text}")["text"]) if text.startswith('"') else text
