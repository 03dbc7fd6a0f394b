"""Starting out: what a repository looks like, and the files that make it ready for loops."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from looptui import config, loopfile, paths
from looptui.detecting.proposing import first_template, propose
from looptui.detecting.values import Survey
from looptui.errors import EnvironmentUnfit, UsageError
from looptui.loopfile import Problem, templates
from looptui.loopfile.answers import MakerAnswer, compose
from looptui.settings import SETTINGS


@dataclass(frozen=True, slots=True)
class Draft:
    """A file that `init` wants to be there."""

    path: Path
    text: str
    exists: bool


def look(root: Path, environ: Mapping[str, str] = os.environ) -> Survey:
    """What can be read off the files of a repository and off PATH, with whom git knows here.

    Nothing of the repository is run; git is asked for its config alone.
    """
    from looptui.detecting import survey

    return replace(survey(root, environ), owner=_owner(root))


def drafts(root: Path, found: Survey, template: str | None) -> list[Draft]:
    """What `init` writes: the settings, and a first loop unless there is one already."""
    wanted = [(paths.repo_config(root), config_text())]
    loops = sorted(paths.loops_dir(root).glob("*.toml"))
    if loops and template is None:
        return [_draft(*wanted[0]), *(Draft(path, "", exists=True) for path in loops)]
    name = template or first_template(found)
    return [_draft(*one) for one in (*wanted, (loop_file(root, name), _text(found, name)))]


def _draft(path: Path, text: str) -> Draft:
    return Draft(path, text, os.path.lexists(path))


def new_loop(
    root: Path,
    name: str,
    *,
    template: str | None = None,
    goal: str | None = None,
    agent: str | None = None,
) -> Path:
    """Write `.looptui/loops/NAME.toml` and return its path.

    `agent` is the command line of your agent. UsageError for a wrong word or a file that exists,
    LoopFileErrors for a goal that no loop can have.
    """
    from looptui.loopfile.values import name as loop_name

    try:
        loop_name(name)
    except ValueError as error:
        raise UsageError(
            f"{name!r} is no name for a loop: {error}", "For instance: fix-parser"
        ) from None
    if goal is not None and not goal.strip():
        raise UsageError("--goal is empty", "Say what shall be true at the end, or leave it out.")
    path, found = loop_file(root, name), look(root)
    chosen = template or (templates.ANY_AGENT if agent else first_template(found))
    write(path, _text(found, chosen, name, goal=goal, agent=agent))
    return path


def problems(root: Path, name: str, text: str) -> tuple[Problem, ...]:
    """What is wrong with a loop file that is not written yet, by line; its name counts, too."""
    try:
        loaded = loopfile.loads(text, f"{name}.toml", root)
    except loopfile.LoopFileErrors as error:
        return error.problems
    return loaded.warnings


def write(path: Path, text: str, *, replace: bool = False) -> None:
    """Write a new file; UsageError where something is there already, which stays as it is.

    With `replace` a file that is there is replaced, in one step.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if replace:
            fresh = path.with_name(f".{path.name}.new")
            fresh.unlink(missing_ok=True)
            _create(fresh, text)
            fresh.replace(path)
        else:
            _create(path, text)
    except FileExistsError as error:
        raise UsageError(
            f"{path} is there already; it was not touched", "Take another name, or edit that file."
        ) from error
    except OSError as error:
        raise EnvironmentUnfit(
            f"{path} cannot be written: {error.strerror}", "Check the permissions and the disk."
        ) from error


def _create(path: Path, text: str) -> None:
    with path.open("x", encoding="utf-8") as file:
        file.write(text)


def config_text() -> str:
    """A `config.toml` for a repository with every limit that it may lower, switched off."""
    lines = [
        "# Limits for everybody who runs loops in this repository.",
        "# They can only be lowered here; a person's own settings hold otherwise.",
        "",
        "[limits]",
    ]
    defaults = {row.key: row.value for row in config.Config().show()}
    for one in (one for one in SETTINGS if one.limit):
        lines += [f"# {one.meaning}", f"# {one.key.partition('.')[2]} = {defaults[one.key]}"]
    return "\n".join(lines) + "\n"


def _text(
    found: Survey,
    template: str,
    name: str | None = None,
    *,
    goal: str | None = None,
    agent: str | None = None,
) -> str:
    """The text of a loop file; whatever makes it unfit is raised before anything is written."""
    answers = propose(found, template)
    answers = replace(answers, name=name or template, goal=goal or "")
    if agent is not None:
        answers = replace(answers, maker=MakerAnswer("command", tuple(_split(agent))))
    text = compose(answers)
    loopfile.loads(text, f"{name or template}.toml")
    return text


def _split(line: str) -> Sequence[str]:
    from looptui.loopfile.fields import words

    try:
        return words(line)
    except ValueError as error:
        example = 'For instance: --agent-argv "my-agent --run"'
        raise UsageError(f"--agent-argv: {error}", example) from None


def loop_file(root: Path, name: str) -> Path:
    """Where the loop of a name is kept."""
    return paths.loops_dir(root) / f"{name}.toml"


def _owner(root: Path) -> str:
    """The mail address that git knows; else the name of who sits at the keyboard."""
    from looptui.adapters.repository.home import settings
    from looptui.wire.ids import person

    known = settings(paths.common_git_dir(root)).get("user.email", "").strip()
    return os.environ.get("GIT_AUTHOR_EMAIL") or known or person().removeprefix("human:")
