"""What is: lists of runs and needs, and one run."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from looptui.cli.output import (
    iteration_json,
    need_json,
    run_json,
    run_rows,
    say,
    show_json,
    table,
)
from looptui.cli.output import show as tell
from looptui.cli.sources import one, reader_of
from looptui.errors import LooptuiError

if TYPE_CHECKING:
    from looptui.projections.values import RunView
    from looptui.store.reader import Reader

_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
_WATCH_SECONDS = 1.0


@click.command()
@click.argument("name", required=False, metavar="[RUN]")
@_json
@click.option("--watch", is_flag=True, help="Print again whenever something changed.")
@click.option("--plain", is_flag=True, help="One line a run, for screen readers and scripts.")
@click.pass_context
def status(
    ctx: click.Context, /, name: str | None, as_json: bool, watch: bool, plain: bool
) -> None:
    """List runs: what needs you comes first.

    \b
    Example:
      looptui status --json
    """
    reader, _ = reader_of(ctx.obj)
    seen = None
    while True:
        _trip_overdue(ctx.obj, reader)
        version = reader.data_version()
        if version != seen:
            seen = version
            _status(ctx.obj, reader, name, as_json=as_json, plain=plain)
        if not watch:
            return
        time.sleep(_WATCH_SECONDS)


def _status(
    directory: Path, reader: Reader, name: str | None, *, as_json: bool, plain: bool
) -> None:
    from looptui.projections import waiting
    from looptui.wire import views

    found = views.by_need(views.runs(reader))
    if name:
        found = [one(reader, name)]
    found = [waiting.as_of(view, time.time()) for view in found]
    driven = _driven(directory)
    if as_json:
        runs = [{**run_json(view), "driven": driven(view)} for view in found]
        show_json("status", at=time.time(), runs=runs)
    elif plain:
        for view in found:
            tell(f"{view.loop} {view.id} {view.state} iteration {view.iteration}: {view.latest}")
    elif found:
        header = ("state", "run", "loop", "iter", "nearest breaker", "spent", "latest")
        table(run_rows(found), header)
        _warn_interrupted(found, driven)
    else:
        say("No runs here yet. `looptui demo` shows one; `looptui new NAME` writes a loop file.")


def _warn_interrupted(found: list[RunView], driven: Any) -> None:
    for view in found:
        if view.live and not driven(view):
            say(f"{view.id} was interrupted; `looptui resume {view.id}` goes on")


def _driven(directory: Path) -> Any:
    from looptui import paths
    from looptui.store.leases import Leases

    leases = Leases(paths.repo_state(paths.repo_root(directory)) / "leases")
    return lambda view: leases.holder(view.id) is not None


@click.command()
@click.argument("name", metavar="RUN")
@_json
@click.pass_context
def show(ctx: click.Context, /, name: str, as_json: bool) -> None:
    """Show one run with its iterations.

    \b
    Example:
      looptui show fix-tests --json
    """
    from looptui.projections import waiting
    from looptui.wire import views

    reader, _ = reader_of(ctx.obj)
    _trip_overdue(ctx.obj, reader)
    view = waiting.as_of(one(reader, name), time.time())
    iterations = views.iterations(reader, view.id)
    if as_json:
        rows = [iteration_json(iteration) for iteration in iterations]
        show_json("run", **run_json(view), iterations=rows)
        return
    tell(f"{view.loop} {view.id}  {view.state}  {view.latest}")
    tell(f"goal: {view.goal}")
    tell(f"base {view.base[:12]}  target {view.target or '(detached)'}  branch {view.branch}")
    for label, gauge in view.breakers.items():
        tell(f"  {label:11} {gauge.value:g} of {gauge.limit:g}  {gauge.state}  {gauge.forecast}")
    header = ("#", "outcome", "score", "files", "lines", "gates", "tree", "seconds")
    table(
        [
            (
                str(i.n),
                i.outcome or "open",
                "" if i.score is None else f"{i.score:.2f}",
                str(i.diffstat.files),
                f"+{i.diffstat.added} -{i.diffstat.deleted}",
                " ".join(f"{g.id}={g.state}" for g in i.gates),
                (i.tree or "")[:12],
                f"{i.seconds:.1f}",
            )
            for i in iterations
        ],
        header,
    )


@click.command()
@_json
@click.pass_context
def needs(ctx: click.Context, /, as_json: bool) -> None:
    """List what only a person can decide, the oldest first.

    \b
    Example:
      looptui needs --json
    """
    from looptui.wire import views

    reader, _ = reader_of(ctx.obj)
    _trip_overdue(ctx.obj, reader)
    found = views.needs(reader)
    if as_json:
        show_json("needs", needs=[need_json(need) for need in found])
    elif found:
        rows = [(n.id, n.kind, n.loop, (n.tree or "")[:12], n.text) for n in found]
        table(rows, ("need", "kind", "loop", "tree", "what"))
    else:
        say("Nothing needs you.")


def _trip_overdue(directory: Path, reader: Reader) -> None:
    """Have it recorded where a wait for a person ran out; what cannot be written is only shown."""
    from looptui.wire import views

    if views.overdue(reader, time.time()):
        from looptui.cli.driving import with_desk
        from looptui.wire.tidying import trip_overdue

        with suppress(LooptuiError):
            with_desk(trip_overdue, directory)
