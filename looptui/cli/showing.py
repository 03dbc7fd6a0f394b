"""What is: the lists of runs and of needs."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from looptui.cli.output import (
    columns,
    line,
    need_json,
    run_json,
    run_rows,
    say,
    show_json,
    table,
)
from looptui.cli.output import show as tell
from looptui.cli.sources import one, reader_of, trip_overdue

if TYPE_CHECKING:
    from looptui.projections.values import RunView

_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
_HEADER = ("state", "run", "loop", "iter", "nearest breaker", "spent", "latest")
_NOTHING = "No runs here yet. `looptui demo` shows one; `looptui new NAME` writes a loop file."


@click.command()
@click.argument("name", required=False, metavar="[RUN]")
@_json
@click.option("--watch", is_flag=True, help="Go on, and show each change as it comes.")
@click.option("--plain", is_flag=True, help="One line a run, for screen readers and scripts.")
@click.pass_context
def status(
    ctx: click.Context, /, name: str | None, as_json: bool, watch: bool, plain: bool
) -> None:
    """List runs: what needs you comes first.

    With --watch a terminal shows the list anew at each change; elsewhere, and with --plain, the
    runs that changed are printed, a line each.

    \b
    Example:
      looptui status
      looptui status fix-tests --watch
      looptui status --json
    """
    from looptui.cli.watching import Changes, Picture, on_terminal, watched

    listing = _Listing(ctx.obj, name)
    if not watch:
        listing.show(as_json=as_json, plain=plain)
    elif as_json:
        watched(listing.version, lambda: listing.show(as_json=True, plain=False))
    elif plain or not on_terminal():
        changes = Changes(tell)
        watched(listing.version, lambda: changes.see(listing.plain()))
    else:
        picture = Picture()
        watched(listing.version, lambda: picture.draw(listing.table()))


class _Listing:
    """The runs of a repository, or one of them, as lines and as JSON."""

    def __init__(self, directory: Path, name: str | None) -> None:
        self._directory = directory
        self._name = name
        self._reader, _ = reader_of(directory)
        self._driven = _driven(directory)

    def version(self) -> object:
        """Another value whenever the list may read differently."""
        trip_overdue(self._directory, self._reader)
        at_work = [view.id for view in self._views() if view.live and self._driven(view)]
        return self._reader.data_version(), at_work

    def show(self, *, as_json: bool, plain: bool) -> None:
        """Print all of it, once."""
        trip_overdue(self._directory, self._reader)
        found = self._views()
        if as_json:
            runs = [{**run_json(view), "driven": self._driven(view)} for view in found]
            show_json("status", at=time.time(), runs=runs)
        elif plain:
            for text in self.plain().values():
                tell(text)
        elif found:
            for text in columns(run_rows(found), _HEADER):
                tell(text)
            for hint in self._hints(found):
                say(hint)
        else:
            say(_NOTHING)

    def table(self) -> list[str]:
        """The lines of the list, with what to do below it."""
        found = self._views()
        return [*columns(run_rows(found), _HEADER), *self._hints(found)] if found else [_NOTHING]

    def plain(self) -> dict[str, str]:
        """A line for each run, by its id."""
        return {
            view.id: line(
                f"{view.loop} {view.id} {view.state} iteration {view.iteration}: {view.latest}"
            )
            for view in self._views()
        }

    def _views(self) -> list[RunView]:
        from looptui.projections import waiting
        from looptui.wire import views

        found = views.by_need(views.runs(self._reader))
        if self._name:
            found = [one(self._reader, self._name)]
        return [waiting.as_of(view, time.time()) for view in found]

    def _hints(self, found: list[RunView]) -> list[str]:
        return [
            f"{view.id} was interrupted; `looptui resume {view.id}` goes on"
            for view in found
            if view.live and not self._driven(view)
        ]


def _driven(directory: Path) -> Any:
    from looptui import paths
    from looptui.store.leases import Leases

    leases = Leases(paths.repo_state(paths.repo_root(directory)) / "leases")
    return lambda view: leases.holder(view.id) is not None


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
    trip_overdue(ctx.obj, reader)
    found = views.needs(reader)
    if as_json:
        show_json("needs", needs=[need_json(need) for need in found])
    elif found:
        rows = [(n.id, n.kind, n.loop, (n.tree or "")[:12], n.text) for n in found]
        table(rows, ("need", "kind", "loop", "tree", "what"))
    else:
        say("Nothing needs you.")
