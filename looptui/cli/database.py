"""`db`: copy, shrink and upgrade the database of this repository's runs."""

from __future__ import annotations

import time
from pathlib import Path

import click

from looptui.cli.groups import Group
from looptui.cli.output import say, show
from looptui.errors import UsageError


@click.group(cls=Group)
def db() -> None:
    """Copy, shrink or upgrade the database of this repository's runs.

    \b
    Example:
      looptui db backup
      looptui db vacuum
    """


@db.command(short_help="Copy the database with its checkpoint to a new directory.")
@click.argument("place", required=False, metavar="[DIR]", type=click.Path(path_type=Path))
@click.pass_context
def backup(ctx: click.Context, /, place: Path | None) -> None:
    """Copy the database with its checkpoint to a new directory, and print which.

    Runs may go on meanwhile. To restore it, copy what is in it over the state directory. What
    makers printed and unlanded work are not in it.

    \b
    Example:
      looptui db backup
      looptui db backup /mnt/backups/shop-monday
    """
    from looptui.projections.figures import plural
    from looptui.store import maintenance

    database = _database(ctx.obj)
    moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    into = place or database.parent / "backups" / moment
    events = maintenance.backup(database, into)
    show(str(into))
    say(f"{plural(events, 'event')} copied")


@db.command(short_help="Give the space back that the database no longer uses.")
@click.pass_context
def vacuum(ctx: click.Context, /) -> None:
    """Give the space back that the database no longer uses.

    \b
    Example:
      looptui db vacuum
    """
    from looptui.projections.figures import size
    from looptui.store import maintenance

    show(f"{size(maintenance.vacuum(_database(ctx.obj)))} freed")


@db.command(short_help="Bring the database up to this version; a backup is kept.")
@click.pass_context
def migrate(ctx: click.Context, /) -> None:
    """Bring the database up to this version of looptui; a backup is kept beside it.

    The first run of a new version does it as well.

    \b
    Example:
      looptui db migrate
    """
    from looptui.store import maintenance

    old, new = maintenance.migrate(_database(ctx.obj))
    show(f"version {new}, as it was" if old == new else f"upgraded from version {old} to {new}")


def _database(directory: Path) -> Path:
    from looptui import paths

    database = paths.state_db(paths.repo_state(paths.repo_root(directory)))
    if not database.exists():
        raise UsageError("Nothing is recorded here yet", "The first run makes the database.")
    return database
