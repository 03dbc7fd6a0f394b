"""The group of all commands. Modules are imported when their command is called."""

from __future__ import annotations

import difflib
import importlib
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import click

from looptui import __version__
from looptui.cli import everywhere, opening
from looptui.errors import LooptuiError

COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("demo", "Watch a real loop repair a small project; no key, no network."),
    "init": ("setup", "Prepare this repository: config, a first loop."),
    "new": ("setup", "Write a loop file from a template."),
    "doctor": ("doctor", "Say what is missing on this machine, and how to mend it."),
    "check": ("checking", "Check loop files: every error at once."),
    "schema": ("files", "Print the JSON Schema of loop files or of the config."),
    "config": ("settings", "Show, change or edit the settings."),
    "keys": ("personal", "Print the keys in force, yours among them."),
    "theme": ("personal", "List, show and check themes."),
    "notify": ("personal", "Try the ways in which you are called."),
    "run": ("running", "Run loops here, on the screen or headless."),
    "serve": ("serve", "Open the screen in a browser of this machine."),
    "resume": ("running", "Go on with a run that was paused, tripped or interrupted."),
    "status": ("showing", "List runs: what needs you comes first."),
    "show": ("details", "Show one run with its iterations, or one of them."),
    "logs": ("evidence", "Print the events of a run, or what its maker or gates printed."),
    "diff": ("evidence", "Print what an approval would land."),
    "needs": ("showing", "List what only a person can decide."),
    "approve": ("reviewing", "Approve exactly this tree or hunks of it, and land it."),
    "reject": ("reviewing", "Send a candidate back with a remark, or end the run."),
    "review": ("walking", "Walk through a change hunk by hunk, and decide about it."),
    "withdraw": ("reviewing", "Take an approval back before it has landed."),
    "answer": ("deciding", "Answer an escalation, a conflict or a question."),
    "pause": ("steering", "Pause a run at its next safe point."),
    "stop": ("steering", "End a run; its work is kept."),
    "discard": ("steering", "End a run and let its worktree go."),
    "nudge": ("steering", "Put a word into the next prompt."),
    "restore": ("going_back", "Take a run back to an earlier iteration."),
    "fork": ("going_back", "Start a new run from an iteration of another one."),
    "rerun": ("going_back", "Run the gates again on the newest candidate."),
    "gates": ("gates", "List flaky tests, and set them aside with a reason."),
    "findings": ("findings", "List what the checker of a run found, and what became of it."),
    "waive": ("findings", "Say why a finding of the checker does not matter."),
    "limits": ("deciding", "Show the limits of a run, or change them with a reason."),
    "memory": ("memory", "See and change what is remembered between iterations and runs."),
    "prompt": ("prompting", "See the next prompt of a run before it is sent."),
    "promote": ("promoting", "Try a landing again, perhaps another way."),
    "revert": ("promoting", "Undo a landing with a revert commit."),
    "spend": ("spend", "Show what calls cost, summed up or one by one."),
    "audit": ("audit", "Verify, list or export the log."),
    "worktree": ("worktree", "List and clean the worktrees of this repository."),
    "db": ("database", "Copy, shrink or upgrade the database of this repository's runs."),
    "export": ("bundling", "Put all that is known of a run into a zip file."),
    "completion": ("completion", "Print what your shell reads to complete words of looptui."),
    "prune": ("upkeep", "Let go of what ended runs left in the state directory."),
}
"""Name -> (module below looptui.cli, one line of help)."""

SECTIONS: dict[str, tuple[str, ...]] = {
    "Begin": ("demo", "init", "new", "check", "doctor"),
    "Run and look": ("run", "serve", "resume", "status", "show", "logs", "diff", "spend"),
    "Decide": ("needs", "review", "approve", "reject", "withdraw", "answer", "findings", "waive"),
    "Steer": (
        "pause",
        "stop",
        "discard",
        "nudge",
        "restore",
        "fork",
        "rerun",
        "gates",
        "limits",
        "memory",
        "prompt",
    ),
    "After the landing": ("promote", "revert", "audit"),
    "House-keeping": (
        "worktree",
        "prune",
        "db",
        "export",
        "config",
        "keys",
        "theme",
        "notify",
        "schema",
        "completion",
    ),
}
"""How the help lists the commands."""

_WORDS = """\b
SPEC is a loop file, or the name of one in .looptui/loops.
RUN is the name of a loop (its newest run), the id of a run, or the beginning of one.
TREE is the id of the files that an iteration made: what you looked at is what lands.

Without a command: the screen, on the repository here (or in the directory named).
"""


class Lazy(click.Group):
    """Imports a command's module when it is called; suggests the nearest name for a wrong one."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"looptui.cli.{COMMANDS[name][0]}")
        command: click.Command = getattr(module, name.replace("-", "_"))
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title, names in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name, COMMANDS[name][1]) for name in names])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        word = args[0]
        if word not in COMMANDS and Path(word).is_dir():
            return _SCREEN, _screen, args
        if word not in COMMANDS:
            near = difflib.get_close_matches(word, COMMANDS, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise click.UsageError(f"There is no command {word!r}.{hint}", ctx)
        name, command, rest = super().resolve_command(ctx, args)
        return name, command, everywhere.passed_on(ctx, command, rest) if command else rest


@click.command(hidden=True)
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@opening.flags
@click.pass_context
def _screen(ctx: click.Context, /, directory: Path, **wanted: Any) -> int:
    """Open the screen on a repository."""
    before = ctx.parent.params if ctx.parent else {}
    return opening.opened(directory, {name: wanted[name] or before[name] for name in wanted})


_SCREEN = "screen"
"""What the hidden command is called."""


@click.group(
    cls=Lazy,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=_WORDS,
)
@click.option("-C", "directory", metavar="DIR", default=".", help="Work on the repository in DIR.")
@everywhere.flags
@opening.flags
@click.version_option(__version__, message="looptui %(version)s")
@click.pass_context
def looptui(ctx: click.Context, /, directory: str, **wanted: Any) -> int:
    """Mission control for agent loops.

    \b
    Example:
      looptui demo                            watch a loop work
      looptui init; looptui run fix-tests     your own repository
      looptui needs                           what waits for you
      looptui diff RUN; looptui approve RUN --tree TREE
    """
    ctx.obj = Path(directory)
    everywhere.hold(ctx, wanted)
    if ctx.invoked_subcommand is None:
        return opening.opened(Path(directory), wanted)
    if ctx.invoked_subcommand != _SCREEN:
        opening.require_none(ctx, wanted)
    return 0


def run(args: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code; errors are told in two lines."""
    logging.captureWarnings(True)
    try:
        code: Any = looptui.main(args=args, prog_name="looptui", standalone_mode=False)
    except LooptuiError as error:
        fail(error)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except Exception as error:
        fail(unexpected(error))
    sys.exit(code if isinstance(code, int) else 0)


def unexpected(error: Exception) -> LooptuiError:
    """A fault of the program, in words; its trace goes to the log file."""
    from looptui.wire.logfile import note_crash

    file = note_crash(error)
    where = f"The details are in {file}; nothing" if file else "Nothing"
    return LooptuiError(
        f"unexpected error: {type(error).__name__}: {error}", f"{where} that was recorded is lost."
    )


def fail(error: LooptuiError) -> NoReturn:
    """Say what happened and what to do next, and leave with the error's exit code."""
    from looptui.text import safe

    click.echo(f"looptui: {safe(error.message)}", err=True)
    if error.hint:
        click.echo(f"  {safe(error.hint)}", err=True)
    sys.exit(error.exit_code)
