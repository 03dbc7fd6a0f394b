"""`check`: every error of loop files at once, and what their gates say before any change."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from looptui.cli.output import line, say, show, show_json
from looptui.cli.sources import root_of
from looptui.errors import LooptuiError, UsageError

if TYPE_CHECKING:
    from looptui.loopfile import Loaded, Problem
    from looptui.wire.baseline import Baseline
    from looptui.wire.desk import Desk

_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
_CANNOT_RUN = 6


@dataclass(frozen=True, slots=True)
class _Checked:
    file: str
    loop: str | None
    """None where the file holds no loop."""
    ok: bool
    problems: tuple[Problem, ...] = ()
    obstacles: tuple[str, ...] = ()
    """What cannot run on this machine."""
    notes: tuple[str, ...] = ()
    """What the file asks for and this version does not do."""
    baseline: Baseline | None = None
    """What the gates said before any change; None where they did not run."""


@click.command()
@click.argument("specs", nargs=-1, metavar="[SPEC]...")
@_json
@click.option(
    "--gates",
    is_flag=True,
    help="Say too which commands cannot run here, and run the gates of trusted files on the base.",
)
@click.option("--trust", is_flag=True, help="I have read the files; their commands may run here.")
@click.pass_context
def check(
    ctx: click.Context, /, specs: tuple[str, ...], as_json: bool, gates: bool, trust: bool
) -> int:
    """Check loop files, or all of .looptui/loops: every error at once.

    With --gates the gates of files that you trust run as they would in a loop, but on the base: a
    criterion's gate that passes there, before any change, does not discriminate.

    \b
    Example:
      looptui check fix-tests
      looptui check fix-tests --gates --trust
      looptui check path/to/loop.toml --json

    Exit codes: 0 all is well, 2 a file is wrong, 6 a command cannot run here (with --gates).
    """
    directory: Path = ctx.obj
    if trust and not gates:
        raise UsageError("--trust goes with --gates", "Without it nothing of a file is run.")
    checked = [
        _check(directory, spec, gates=gates, trust=trust) for spec in specs or _all_loops(directory)
    ]
    if as_json:
        files = [asdict(one) for one in checked]
        show_json("check", ok=all(one.ok for one in checked), files=files)
    else:
        for one in checked:
            _print(one)
        if not specs:
            _print_complaints()
    if not all(one.ok for one in checked):
        return 2
    broken = (
        one.obstacles or (one.baseline is not None and one.baseline.broken) for one in checked
    )
    return _CANNOT_RUN if any(broken) else 0


def _all_loops(directory: Path) -> list[str]:
    from looptui import paths

    found = sorted(paths.loops_dir(paths.repo_root(directory)).glob("*.toml"))
    if not found:
        raise UsageError("There is no loop file in .looptui/loops", "`looptui init` writes one.")
    return [str(path) for path in found]


def _check(directory: Path, spec: str, *, gates: bool, trust: bool) -> _Checked:
    from looptui import loopfile
    from looptui.cli.running import find_loop_file

    path = directory / spec
    try:
        if not path.is_file() and root_of(directory) is None:
            raise UsageError(f"there is no file {spec}, and no repository here that could have it")
        loaded = loopfile.load(path if path.is_file() else find_loop_file(directory, spec))
    except loopfile.LoopFileErrors as wrong:
        return _Checked(wrong.problems[0].file, None, ok=False, problems=wrong.problems)
    except LooptuiError as error:
        problem = loopfile.Problem(spec, 0, "", error.message)
        return _Checked(spec, None, ok=False, problems=(problem,))
    from looptui.wire.fitness import obstacles, unmeasured

    loop = loaded.loop
    found = obstacles(loop, root_of(directory)) if gates else []
    notes = unmeasured(loop)
    known = _Checked(str(loaded.path), loop.name, True, loaded.warnings, tuple(found), notes)
    if not gates or found or root_of(directory) is None:
        return known
    return _on_base(known, directory, loaded, trust=trust)


def _on_base(known: _Checked, directory: Path, loaded: Loaded, *, trust: bool) -> _Checked:
    """With what the gates say of the base, if the file is trusted."""
    from looptui.cli.driving import with_desk
    from looptui.wire.baseline import measure

    async def work(desk: Desk) -> Baseline | None:
        if trust:
            desk.trust.add(loaded.digest, loaded.path, desk.clock.now())
        return await measure(desk, loaded.loop) if desk.trust.known(loaded.digest) else None

    try:
        found = with_desk(work, directory)
    except LooptuiError as error:
        return replace(known, obstacles=(error.message,))
    unread = "its gates did not run on the base: read it, then say --gates --trust"
    notes = known.notes if found else (*known.notes, unread)
    return replace(known, baseline=found, notes=notes)


def _print_complaints() -> None:
    """What is wrong with the person's own files; no loop is worse for it."""
    from looptui.cli.personal import complaints

    for complaint in complaints():
        say(f"yours: {complaint}")


def _print(checked: _Checked) -> None:
    for problem in checked.problems:
        show(str(problem))
    for obstacle in checked.obstacles:
        show(f"{checked.file}: cannot run here: {obstacle}")
    if checked.baseline is not None:
        _print_baseline(checked.file, checked.baseline)
    errors = sum(problem.severity == "error" for problem in checked.problems)
    if checked.ok and not checked.obstacles:
        broken = checked.baseline is not None and checked.baseline.broken
        say(f"{checked.file}: {'its gates cannot run here' if broken else 'ok'}")
        for note in checked.notes:
            say(f"  {note}")
    elif errors:
        say(f"{checked.file}: {errors} error{'s' if errors > 1 else ''}")


def _print_baseline(file: str, baseline: Baseline) -> None:
    """A line a gate: what it said of the base, and what that means."""
    if baseline.problem:
        show(f"{file}: cannot run here: {line(baseline.problem)}")
    for one in baseline.verdicts:
        said = f"{one.state}, {line(one.summary)}" if one.summary else one.state
        show(f"{file}: gate {one.gate} on the base: {said}: {one.words}")
    if baseline.met:
        show(f"{file}: the goal is met on the base already: a run would have nothing to do")
