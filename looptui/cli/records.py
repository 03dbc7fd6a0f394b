"""What commands about memory share: finding records, changing them, and telling of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from looptui.cli.driving import with_desk
from looptui.cli.output import say, show_json, table

if TYPE_CHECKING:
    from pathlib import Path

    import click

    from looptui.core import commands as cmd
    from looptui.core.memory import Memory
    from looptui.store.rows import MemoryRow
    from looptui.wire.desk import Desk

_HEADER = ("", "id", "kind", "scope", "uses", "text")


def change(ctx: click.Context, command: Callable[[Desk], cmd.Command]) -> None:
    """Have a command carried out and say what became of its record."""

    async def changed(desk: Desk) -> str:
        from looptui.wire import remembering

        return told(desk, await remembering.carry_out(desk, command(desk)))

    say(with_desk(changed, ctx.obj))


def told(desk: Desk, name: str) -> str:
    """A record in one line; an empty name stands for one that had not to change."""
    if not name:
        return "nothing to change"
    record = found(desk, name)
    pinned = ", pinned" if record.pinned else ""
    return f"{name} {record.type} ({record.state}{pinned}): {record.text}"


def found(desk: Desk, name: str) -> Memory:
    """The record of an id or of the beginning of one."""
    from looptui.wire import remembering

    return remembering.find(desk.reader, name)


def for_people(rows: Sequence[MemoryRow]) -> list[Memory]:
    """Records with words: what makers tried has none."""
    from looptui.engine.memory_rows import memory_of

    return [memory_of(row) for row in rows if row.text]


def stale(directory: Path, records: Sequence[Memory]) -> Mapping[str, str]:
    """By id, why records do not hold for the commit that is checked out."""
    from looptui import paths
    from looptui.wire.citing import Citing

    active = [one for one in records if one.state == "active"]
    if not any(one.blobs for one in active):
        return {}
    root = paths.repo_root(directory)
    return Citing(root, paths.repo_state(root)).outdated(active)


def tell(records: Sequence[Memory], outdated: Mapping[str, str], *, as_json: bool) -> None:
    """List records; those that do not hold any more say so."""
    if as_json:
        listed = [told_json(one, outdated.get(one.id, "")) for one in records]
        show_json("memory", records=listed)
    elif records:
        rows = [
            (_mark(one, outdated), one.id, one.type, one.scope, str(one.uses), one.text)
            for one in records
        ]
        table(rows, _HEADER)
    else:
        say("No such records. Runs leave one per iteration; `looptui memory add TEXT` adds one.")


def told_json(record: Memory, outdated: str) -> dict[str, Any]:
    """A record as data, with why it is stale on the commit that is checked out."""
    return {**asdict(record), "stale": outdated}


def _mark(record: Memory, outdated: Mapping[str, str]) -> str:
    if record.id in outdated:
        return "stale"
    return "pinned" if record.pinned and record.state == "active" else record.state
