"""`audit`: is the log what was once written, what is in it, and a copy for others."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from looptui.cli.groups import Group
from looptui.cli.output import event_line, line, say, show, show_json
from looptui.text import safe

if TYPE_CHECKING:
    from looptui.store.audit import Verdict
    from looptui.store.events import StoredEvent

_BROKEN = 8
_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.group(cls=Group)
def audit() -> None:
    """Verify, list, prove or export the log of this repository's runs.

    \b
    Example:
      looptui audit verify
      looptui audit prove 120 -o proof.json
      looptui audit list fix-tests
      looptui audit export --format csv -o log.csv
    """


@audit.command()
@_json
@click.pass_context
def verify(ctx: click.Context, /, as_json: bool) -> int:
    """Prove that no event was changed, removed or added afterwards.

    \b
    Example:
      looptui audit verify

    Exit codes: 0 the log is whole, 8 it is not (the first bad entry is named).
    """
    from looptui.store import audit as log
    from looptui.store import checkpoint

    database = _database(ctx.obj)
    if not database.exists() and not checkpoint.checkpoint_path(database).exists():
        if as_json:
            show_json("audit-verify", ok=True, size=0, root="", first_bad=None, reason="")
        say("Nothing is recorded here yet.")
        return 0
    verdict = _verdict(database) if not database.exists() else log.verify(database)
    if as_json:
        key = _key(database)
        show_json("audit-verify", ok=verdict.ok, **_facts(verdict), key=key)
    else:
        _tell(verdict)
        if verdict.ok and (key := _key(database)):
            show(f"checkpoints are signed by {key}")
    return 0 if verdict.ok else _BROKEN


def _verdict(database: Path) -> Verdict:
    from looptui.store.audit import Verdict

    return Verdict(False, 0, b"", None, f"{database} is gone, but its checkpoint is there")


def _key(database: Path) -> str:
    """The public key of the log; empty before its first checkpoint, and where it is damaged."""
    from looptui.errors import StoreError
    from looptui.store import signing

    try:
        key = signing.verifier(database)
    except StoreError:
        return ""
    return key.text if key else ""


def _facts(verdict: Verdict) -> dict[str, object]:
    return {
        "size": verdict.size,
        "root": verdict.root.hex(),
        "first_bad": verdict.first_bad,
        "reason": verdict.reason,
    }


def _tell(verdict: Verdict) -> None:
    if verdict.ok:
        show(f"ok: {verdict.size} events, tree head {verdict.root.hex()}")
        return
    show(f"broken: {verdict.reason}")
    say(f"  {verdict.size} events before it are as they were written.")
    say("  Restore a backup of the whole state directory; do not go on with these runs.")


@audit.command("list")
@click.argument("name", required=False, metavar="[RUN]")
@click.option(
    "--since",
    type=click.IntRange(min=0),
    default=0,
    metavar="SEQ",
    help="Only those behind event SEQ.",
)
@_json
@click.pass_context
def list_events(ctx: click.Context, /, name: str | None, since: int, as_json: bool) -> int:
    """List what happened, oldest first: who did what, when.

    \b
    Example:
      looptui audit list fix-tests --since 120
    """
    from looptui.store.reader import Reader
    from looptui.wire import auditing, views

    reader = Reader(_database(ctx.obj))
    run = views.find(reader, name) if name else None
    found = auditing.events(reader, run, since)
    if as_json:
        show_json("audit", events=[json.loads(event_line(event)) for event in found])
        return 0
    for event in found:
        show(_line(event))
    return 0


def _line(event: StoredEvent) -> str:
    from looptui.projections.wording import worded

    moment = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(event.at))
    words = worded(event.kind, event.data)
    return f"{event.seq:>6} {moment} {event.run} {event.actor:14} {event.kind:20} {words}".rstrip()


@audit.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "csv"]),
    default="jsonl",
    show_default=True,
    help="JSON lines, or CSV with a header.",
)
@click.option(
    "-o", "file", type=click.Path(path_type=Path, dir_okay=False), help="Instead of stdout."
)
@click.pass_context
def export(ctx: click.Context, /, form: str, file: Path | None) -> int:
    """Print the whole log, each event with the hash of its leaf.

    \b
    Example:
      looptui audit export --format csv -o log.csv
    """
    from looptui.wire import auditing

    lines = auditing.exported(_database(ctx.obj), form)
    if file is not None:
        say(f"{auditing.write(file, lines)} lines in {file}")
        return 0
    terminal = sys.stdout.isatty()
    for entry in lines:
        click.echo(safe(entry) if terminal else entry)
    return 0


@audit.command()
@click.argument("event", type=click.IntRange(min=1), metavar="SEQ")
@click.option(
    "--size",
    type=click.IntRange(min=1),
    metavar="N",
    help="At the head of N events, as the Audit trailer of a landing names it.",
)
@click.option(
    "-o", "file", type=click.Path(path_type=Path, dir_okay=False), help="Instead of stdout."
)
@click.pass_context
def prove(ctx: click.Context, /, event: int, size: int | None, file: Path | None) -> int:
    """Write the proof that an event is in the log, for people who do not have the log.

    It is one JSON object: the entry, the path from its leaf to a tree head, and the head as a
    signed note. `looptui audit check` needs nothing else.

    \b
    Example:
      looptui audit prove 120 -o proof.json
    """
    from looptui.errors import StoreError
    from looptui.store import proofs
    from looptui.wire import auditing

    database = _database(ctx.obj)
    if not database.exists():
        raise StoreError("Nothing is recorded here yet", "Run `looptui run` or `looptui demo`.")
    proof = proofs.write(database, event, size)
    if file is None:
        click.echo(proof, nl=False)
    else:
        auditing.write(file, proof.splitlines())
        say(f"the proof of event {event} is in {file}")
    return 0


@audit.command()
@click.argument("file", type=click.File(encoding="utf-8"), metavar="PROOF.json")
@click.option("--key", default="", metavar="KEY", help="The key that you know the log by.")
@click.option(
    "--head", default="", metavar="SIZE/ROOT", help="The head that you know, from a landing."
)
@_json
def check(file: TextIO, key: str, head: str, as_json: bool) -> int:
    """Check the proof of an event, without the log it is of.

    The key in the file is believed unless you name another; an Audit trailer of a commit is the
    stronger witness. Anybody can do the same by hand: SHA-256 of a zero byte and the entry is the
    leaf; the path leads from it to the root in the note (RFC 6962); the note is signed (Ed25519,
    C2SP signed-note).

    \b
    Example:
      looptui audit check proof.json --head 141/9hU4...=

    Exit codes: 0 it is proved, 8 it is not.
    """
    from looptui.errors import UsageError
    from looptui.store import proofs

    try:
        found = proofs.check(file.read(), key, head)
    except UnicodeDecodeError as error:
        raise UsageError(f"{file.name} is not text", "Name a file of `audit prove`.") from error
    ok = not found.problem
    if as_json:
        facts = {"event": found.event[0] if found.event else None, "head": found.head.head}
        show_json("audit-check", ok=ok, **facts, key=found.key.text, reason=found.problem)
    elif not ok:
        show(f"not proved: {line(found.problem)}")
    else:
        seq, run, _, _, actor, kind, *_ = map(str, found.event)
        show(f"proved: event {seq}, {line(kind)} of run {line(run)} by {line(actor)}")
        show(f"head {found.head.head}, signed by {line(found.key.text)}")
    return 0 if ok else _BROKEN


@audit.command()
@click.argument("name", metavar="RUN")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=Path(),
    metavar="DIR",
    help="Where the files go; here if not said.",
)
@click.pass_context
def attest(ctx: click.Context, /, name: str, out: Path) -> int:
    """Write what was proven of the tree of a run that was approved, for other tools.

    An in-toto test-result statement in a DSSE envelope, signed with the key of the log (`looptui
    audit verify` prints it), and what the scan found as SARIF 2.1.0.

    \b
    Example:
      looptui audit attest fix-tests --out reports
    """
    from looptui.cli.sources import one, reader_of
    from looptui.wire import attesting

    reader, _ = reader_of(ctx.obj)
    for file in attesting.attest(reader, _database(ctx.obj), one(reader, name).id, out):
        show(str(file))
    return 0


def _database(directory: Path) -> Path:
    from looptui import paths

    return paths.state_db(paths.repo_state(paths.repo_root(directory)))
