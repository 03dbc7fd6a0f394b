"""What is behind a run: its events, what its maker and its gates printed, prompts, diffs."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from looptui.cli.output import event_line, line, plain_event, say
from looptui.cli.output import show as tell
from looptui.cli.sources import iteration, one, reader_of
from looptui.errors import LooptuiError, UsageError

if TYPE_CHECKING:
    from looptui.core.events import GateFinished
    from looptui.projections.values import IterationView
    from looptui.store.reader import Reader
    from looptui.wire.diffs import Candidate

_FOLLOW_SECONDS = 0.25


@click.command()
@click.argument("name", metavar="RUN")
@click.option("--maker", type=int, metavar="N", help="Print what the maker of iteration N said.")
@click.option("--prompt", type=int, metavar="N", help="Print the prompt of iteration N.")
@click.option(
    "--gate", metavar="N[:ID]", help="Print what the gates of iteration N printed; 0 is the base."
)
@click.option("--since", metavar="TIME", help="Only events of the last TIME, such as 10m or 2h.")
@click.option("-f", "--follow", is_flag=True, help="Go on printing as events come.")
@click.option("--jsonl", is_flag=True, help="Print events as JSON lines.")
@click.pass_context
def logs(
    ctx: click.Context,
    /,
    name: str,
    maker: int | None,
    prompt: int | None,
    gate: str | None,
    since: str | None,
    follow: bool,
    jsonl: bool,
) -> None:
    """Print the events of a run, or what its maker, its gates or its prompts said.

    \b
    Example:
      looptui logs fix-tests -f
      looptui logs fix-tests --since 10m
      looptui logs fix-tests --maker 2
      looptui logs fix-tests --gate 2:pytest
    """
    reader, state_dir = reader_of(ctx.obj)
    run = one(reader, name).id
    if maker is not None:
        _transcript(reader, run, maker, state_dir / "transcripts" / run / f"{maker}.log")
    elif prompt is not None:
        _prompt(reader, run, prompt)
    elif gate is not None:
        _gates(reader, run, gate)
    else:
        _events(reader, run, _from(since), follow=follow, jsonl=jsonl)


def _from(since: str | None) -> float:
    """The moment from which events are wanted."""
    from looptui.loopfile.values import seconds

    if since is None:
        return 0.0
    try:
        return time.time() - seconds(since)
    except ValueError as wrong:
        raise UsageError(f"--since {since}: {wrong}", "Say 45s, 10m, 2h or 1d.") from wrong


def _events(reader: Reader, run: str, since: float, *, follow: bool, jsonl: bool) -> None:
    after = 0
    while True:
        for event in reader.events(run, after, -1):
            after = event.n
            if event.at >= since:
                tell(event_line(event) if jsonl else plain_event(event))
        if not follow:
            return
        time.sleep(_FOLLOW_SECONDS)


def _transcript(reader: Reader, run: str, n: int, path: Path) -> None:
    from looptui.text import safe_bytes

    iteration(reader, run, n)
    if not path.is_file():
        raise UsageError(
            f"The maker of iteration {n} has printed nothing",
            f"`looptui show {run} --iteration {n}`",
        )
    click.echo(safe_bytes(path.read_bytes()))


def _prompt(reader: Reader, run: str, n: int) -> None:
    prompt = iteration(reader, run, n).prompt
    if prompt is None:
        raise UsageError(f"Iteration {n} has no prompt yet", f"`looptui status {run}`")
    tell(reader.blob(prompt).decode("utf-8", "replace"))


# --- what gates printed ------------------------------------------------------------------------


def _gates(reader: Reader, run: str, wanted: str) -> None:
    """Of all gates of an iteration, with a heading each, or of one alone."""
    number, _, gate = wanted.partition(":")
    if not number.isdecimal():
        raise UsageError(f"--gate {wanted}: which iteration?", "Say --gate 2 or --gate 2:pytest.")
    n = int(number)
    if n:
        iteration(reader, run, n)
    seen = list(_finished(reader, run, n))
    if not seen:
        raise UsageError(f"No gate has run on {_place(n)}", f"`looptui show {run}` lists what ran.")
    if not gate:
        for event in seen:
            tell(f"== {event.gate}: {event.state}, {event.summary} (tree {event.tree[:12]})")
            tell(_printed(reader, event))
        return
    named = [event for event in seen if event.gate == gate]
    if not named:
        known = ", ".join(dict.fromkeys(event.gate for event in seen))
        raise UsageError(f"No gate {gate!r} has run on {_place(n)}", f"These have: {known}.")
    tell(_printed(reader, named[-1]))


def _finished(reader: Reader, run: str, n: int) -> Iterator[GateFinished]:
    """The last word of each gate on each tree of an iteration, in the order in which they ran."""
    from looptui.core import events as ev

    found: dict[tuple[str, str], ev.GateFinished] = {}
    for stored in reader.events(run, 0, -1):
        if stored.kind == ev.GateFinished.kind:
            event, _ = ev.decode(stored.kind, stored.data)
            if isinstance(event, ev.GateFinished) and event.iteration == n:
                found[event.gate, event.tree] = event
    yield from found.values()


def _printed(reader: Reader, event: GateFinished) -> str:
    said = event.output or event.sealed
    text = reader.blob(said).decode("utf-8", "replace").strip("\n") if said else ""
    return text or "(it printed nothing)"


def _place(n: int) -> str:
    return f"iteration {n}" if n else "the base"


# --- diffs -------------------------------------------------------------------------------------


@click.command()
@click.argument("name", metavar="RUN")
@click.option("--iteration", "n", type=int, metavar="N", help="What iteration N made instead.")
@click.option("--base", is_flag=True, help="Against the run's base, also where the target moved.")
@click.option("--patch", is_flag=True, help="Byte for byte, for `git apply`; not for a terminal.")
@click.option("--stat", is_flag=True, help="Only the changed paths, with lines added and deleted.")
@click.option("--hunks", is_flag=True, help="Count the hunks, and say what to look at twice.")
@click.option("--only", default="", metavar="1,3-5", help="Only these hunks.")
@click.pass_context
def diff(
    ctx: click.Context,
    /,
    name: str,
    n: int | None,
    base: bool,
    patch: bool,
    stat: bool,
    hunks: bool,
    only: str,
) -> None:
    """Print what an approval would land (or has landed): the candidate against its base.

    Where the target branch moved meanwhile, that is the merged candidate against the target.

    \b
    Example:
      looptui diff fix-tests
      looptui diff fix-tests --iteration 2 --stat
      looptui diff fix-tests --hunks
      looptui diff fix-tests --only 1,3-5
      looptui diff fix-tests --patch | git apply
    """
    from looptui.wire import diffs

    if patch and (stat or hunks or only):
        raise UsageError("--patch is all of it", "Leave out --stat, --hunks and --only.")
    if patch and sys.stdout.isatty():
        raise UsageError("--patch is not for a terminal", "Send it to a file or to `git apply`.")
    reader, _ = reader_of(ctx.obj)
    view = one(reader, name)
    made = iteration(reader, view.id, n) if n is not None else None
    if base and made is None:
        made = diffs.newest(reader, view)
    candidate = diffs.of_iteration(view, made) if made else diffs.waiting(reader, view)
    if candidate is None:
        what = f"Iteration {n} has made no candidate" if n else "There is no candidate yet"
        raise UsageError(what, f"`looptui show {view.id}` lists iterations.")
    if candidate.merged:
        onto = f"{view.target or 'the target'} at {candidate.onto[:12]}"
        say(f"tree {candidate.tree[:12]}, merged onto {onto}")
    if hunks or only:
        from looptui.cli.hunks import listed, quoted

        text = asyncio.run(_text(ctx.obj, reader, candidate))
        tell("\n".join(quoted(text, only) if only else listed(text, candidate, made, view)))
    elif stat:
        tell("\n".join(_stat(ctx.obj, candidate, made)))
    elif patch:
        sys.stdout.buffer.write(asyncio.run(_text(ctx.obj, reader, candidate)))
    elif text := asyncio.run(_text(ctx.obj, reader, candidate)):
        tell(text.decode("utf-8", "replace").rstrip("\n"))


async def _text(directory: Path, reader: Reader, candidate: Candidate) -> bytes:
    from looptui import paths
    from looptui.wire import diffs

    if candidate.diff is not None:
        return reader.blob(candidate.diff)
    repository = diffs.repository_of(paths.repo_root(directory))
    try:
        return await diffs.computed(repository, candidate)
    finally:
        repository.close()


def _stat(directory: Path, candidate: Candidate, made: IterationView | None) -> list[str]:
    """A line a path; names alone where git has let go of the tree of an old iteration."""
    from looptui import paths
    from looptui.wire import diffs

    repository = diffs.repository_of(paths.repo_root(directory))
    try:
        changes = asyncio.run(diffs.changes(repository, candidate))
    except LooptuiError:
        if made is None:
            raise
        return list(map(line, made.paths))
    finally:
        repository.close()
    counts = [(_count("+", one.added), _count("-", one.deleted), one.path) for one in changes]
    return [f"{added:>6} {deleted:>6}  {line(path)}" for added, deleted, path in counts]


def _count(sign: str, lines: int | None) -> str:
    """Of a binary file there is no count."""
    return "bin" if lines is None else f"{sign}{lines}"
