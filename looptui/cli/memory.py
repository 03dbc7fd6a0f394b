"""What is remembered: look, add, edit, pin, forget, merge, take back, and ask why."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import click

from looptui.cli.driving import find_run, with_desk
from looptui.cli.groups import Group
from looptui.cli.memory_files import export, take_over
from looptui.cli.memory_prune import prune
from looptui.cli.output import line, say, show, show_json, table
from looptui.cli.records import change, for_people, found, stale, tell, told, told_json
from looptui.cli.sources import reader_of
from looptui.core import commands as cmd
from looptui.core.memory import STATES, TYPES

if TYPE_CHECKING:
    from looptui.core.memory import Memory
    from looptui.core.selecting import Ranked, Selection
    from looptui.wire.desk import Desk

_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
_id = click.argument("name", metavar="ID")
_SCOPE = "repository, loop:NAME or run:ID."


@click.group(cls=Group)
def memory() -> None:
    """See and change what is remembered between iterations and runs.

    \b
    Example:
      looptui memory list
      looptui memory add "CI runs on 3.11 and 3.13"
      looptui memory why fix-tests
    """


memory.add_command(export)
memory.add_command(take_over)
memory.add_command(prune)


@memory.command("list")
@click.option("--scope", help=f"Only of this scope: {_SCOPE}")
@click.option("--state", type=click.Choice(STATES), help="Only in this state.")
@click.option("--all", "every", is_flag=True, help="With those that were forgotten.")
@_json
@click.pass_context
def list_records(
    ctx: click.Context, /, scope: str | None, state: str | None, every: bool, as_json: bool
) -> None:
    """List records, the newest last.

    \b
    Example:
      looptui memory list --state quarantined
    """
    reader, _ = reader_of(ctx.obj)
    records = for_people(reader.memory(scope))
    outdated = stale(ctx.obj, records)
    if state is not None:
        seen = dict.fromkeys(outdated, "stale")
        records = [one for one in records if seen.get(one.id, one.state) == state]
    elif not every:
        records = [one for one in records if one.state != "forgotten"]
    tell(sorted(records, key=lambda one: (one.at, one.id)), outdated, as_json=as_json)


@memory.command("search")
@click.argument("words", nargs=-1, required=True)
@_json
@click.pass_context
def search(ctx: click.Context, /, words: tuple[str, ...], as_json: bool) -> None:
    """List the records that have any of the words, the best first.

    \b
    Example:
      looptui memory search cursor paging
    """
    reader, _ = reader_of(ctx.obj)
    wanted = [word for text in words for word in text.split()]
    records = for_people(reader.find_memory(wanted))
    tell(records, stale(ctx.obj, records), as_json=as_json)


@memory.command("show")
@_id
@_json
@click.pass_context
def show_record(ctx: click.Context, /, name: str, as_json: bool) -> None:
    """Show one record with where it comes from.

    \b
    Example:
      looptui memory show m-001
    """
    from looptui.wire import remembering

    reader, _ = reader_of(ctx.obj)
    record = remembering.find(reader, name)
    outdated = stale(ctx.obj, [record]).get(record.id, "")
    if as_json:
        show_json("memory.record", record=told_json(record, outdated))
        return
    show(f"{record.id}  {line(record.text)}")
    for label, text in _facts(record, outdated).items():
        if text:
            show(f"  {label:7} {line(text)}")


def _facts(record: Memory, outdated: str) -> dict[str, str]:
    clock = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(record.at))
    origin = f"run {record.run}, iteration {record.iteration}" if record.run else "a person"
    state = f"{record.state}, pinned" if record.pinned else record.state
    blobs = record.blobs or ("",) * len(record.files)
    pairs = zip(record.files, blobs, strict=True)
    return {
        "kind": record.type,
        "state": f"{outdated}; `looptui memory refresh {record.id}`" if outdated else state,
        "scope": record.scope,
        "about": record.subject,
        "why": record.why,
        "tags": ", ".join(record.tags),
        "files": ", ".join(f"{name} ({blob[:10]})" if blob else name for name, blob in pairs),
        "source": f"{origin}, {clock}; last changed by {record.actor or 'engine'}",
        "shared": record.shared.partition("#")[0],
        "effect": f"in {record.uses} prompts, {record.helped} led to a better score",
    }


@memory.command()
@click.argument("text")
@click.option(
    "--kind",
    "kind",
    type=click.Choice(TYPES),
    default="fact",
    show_default=True,
    help="What kind of record it is.",
)
@click.option("--scope", default="repository", show_default=True, help=_SCOPE)
@click.option("--why", default="", help="The reason; prompts have it too.")
@click.option("--about", "subject", default="", help="What it is about, in a word or two.")
@click.option("--tag", "tags", multiple=True, help="A word to find it by.")
@click.option("--file", "files", multiple=True, help="A file that it is about.")
@click.option("--pin", is_flag=True, help="Choose it before all others.")
@click.pass_context
def add(ctx: click.Context, /, text: str, kind: str, pin: bool, **more: Any) -> None:
    """Add a record by hand; the next prompts may have it.

    \b
    Example:
      looptui memory add "Use opaque cursors, not offsets" --kind rule --why "rows get deleted"
    """
    change(ctx, lambda desk: cmd.Remember(kind, text, pinned=pin, **more))


@memory.command()
@_id
@click.option("--text", help="What prompts say.")
@click.option("--why", help="The reason; prompts have it too.")
@click.option("--about", "subject", help="What it is about, in a word or two.")
@click.option("--kind", "type", type=click.Choice(TYPES), help="What kind of record it is.")
@click.option("--scope", help=_SCOPE)
@click.option("--tag", "tags", multiple=True, help="In place of those that it has.")
@click.option("--file", "files", multiple=True, help="In place of those that it has.")
@click.option("--state", type=click.Choice(STATES), help="active confirms what was quarantined.")
@click.pass_context
def edit(ctx: click.Context, /, name: str, **given: Any) -> None:
    """Change a record; without an option its text is opened in $EDITOR.

    \b
    Example:
      looptui memory edit m-001 --text "Use opaque cursors"
      looptui memory edit m-004 --state active
    """
    changes = {field: value for field, value in given.items() if value not in (None, ())}

    def revise(desk: Desk) -> cmd.Command:
        record = found(desk, name)
        if not changes:
            text = click.edit(record.text, extension=".txt")
            return cmd.Revise(record.id, text=text, seen=record.text)
        return cmd.Revise(record.id, **changes)

    change(ctx, revise)


@memory.command()
@_id
@click.pass_context
def pin(ctx: click.Context, /, name: str) -> None:
    """Choose a record before all others.

    \b
    Example:
      looptui memory pin m-001
    """
    change(ctx, lambda desk: cmd.Revise(found(desk, name).id, pinned=True))


@memory.command()
@_id
@click.pass_context
def unpin(ctx: click.Context, /, name: str) -> None:
    """Let a record be chosen by its score alone.

    \b
    Example:
      looptui memory unpin m-001
    """
    change(ctx, lambda desk: cmd.Revise(found(desk, name).id, pinned=False))


@memory.command()
@_id
@click.pass_context
def forget(ctx: click.Context, /, name: str) -> None:
    """Keep a record out of every prompt; `looptui memory undo` brings it back.

    \b
    Example:
      looptui memory forget m-001
    """
    change(ctx, lambda desk: cmd.Revise(found(desk, name).id, state="forgotten"))


@memory.command()
@_id
@click.option("--run", default="", metavar="LOOP", help="As they are on the base of that run.")
@click.pass_context
def refresh(ctx: click.Context, /, name: str, run: str) -> None:
    """Say that a record holds for its files as they are now: it is stale no more.

    \b
    Example:
      looptui memory refresh m-001
    """

    async def refreshed(desk: Desk) -> str:
        from looptui.wire import remembering

        of = find_run(desk, run) if run else ""
        return told(desk, await remembering.refresh(desk, found(desk, name), of))

    say(with_desk(refreshed, ctx.obj))


@memory.command()
@click.argument("names", metavar="ID ID...", nargs=-1, required=True)
@click.option("--text", required=True, help="What prompts say from now on.")
@click.option("--why", default="", help="The reason; prompts have it too.")
@click.pass_context
def merge(ctx: click.Context, /, names: tuple[str, ...], text: str, why: str) -> None:
    """Make one record of several: the first gets the words, the others are superseded.

    \b
    Example:
      looptui memory merge m-001 m-004 --text "Use opaque cursors, 100 a page"
    """

    def united(desk: Desk) -> cmd.Command:
        return cmd.Merge(tuple(found(desk, name).id for name in names), text, why)

    change(ctx, united)


@memory.command()
@click.pass_context
def undo(ctx: click.Context, /) -> None:
    """Take back the last edit, whoever made it; again for the one before.

    \b
    Example:
      looptui memory undo
    """
    change(ctx, lambda desk: cmd.UndoEdit())


@memory.command()
@click.argument("run", metavar="LOOP")
@_json
@click.pass_context
def why(ctx: click.Context, /, run: str, as_json: bool) -> None:
    """Tell for each record why the next prompt of a run has it, or has it not.

    \b
    Example:
      looptui memory why fix-tests
    """
    chosen = with_desk(lambda desk: _selection(desk, run), ctx.obj)
    if as_json:
        ranked = [_ranked_json(one) for one in (*chosen.chosen, *chosen.left_out)]
        show_json("memory.why", tokens=chosen.tokens, budget=chosen.budget, records=ranked)
        return
    say(f"{chosen.tokens:,} of {chosen.budget:,} tokens")
    rows = [_ranked_row(one) for one in (*chosen.chosen, *chosen.left_out)]
    table(rows, ("", "id", "score", "text, and why it is in or out"))


async def _selection(desk: Desk, name: str) -> Selection:
    from looptui.wire.remembering import selection

    return await selection(desk, find_run(desk, name))


def _ranked_json(one: Ranked) -> dict[str, Any]:
    return {
        "id": one.record.id,
        "in_prompt": not one.reason,
        "score": one.score,
        "parts": dict(one.parts),
        "reason": one.reason,
        "text": one.record.text,
    }


def _ranked_row(one: Ranked) -> tuple[str, ...]:
    parts = " + ".join(f"{name} {value:g}" for name, value in one.parts.items()) or "nothing"
    told = one.reason or f"= {parts}"
    text = one.record.text if len(one.record.text) <= 60 else one.record.text[:57] + "..."
    return ("○" if one.reason else "✓", one.record.id, f"{one.score:.2f}", f"{text}  ({told})")
