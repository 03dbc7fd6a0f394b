"""`looptui review`: a change hunk by hunk, line by line, for people who want no screen."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import click

from looptui.cli.driving import find_run, with_desk
from looptui.cli.output import line, show
from looptui.cli.reviewing import decided
from looptui.core import commands as cmd
from looptui.core.finding import rules_of
from looptui.core.hunks import spelled
from looptui.errors import UsageError
from looptui.projections.feedback import joined, named, rejected, remark
from looptui.projections.figures import plural

if TYPE_CHECKING:
    from looptui.projections.caution import Caution
    from looptui.projections.patch import Diff
    from looptui.projections.values import NeedView, RunView
    from looptui.wire.desk import Desk

_LETTERS = ("a", "x", "c", "s", "b", "e")
_ASKED = "a accepts, x rejects, c comments, s goes on, b goes back, e ends"
_SHORTEST_REASON = 8


@dataclass(frozen=True, slots=True)
class _Change:
    """What is walked through."""

    view: RunView
    need: NeedView
    diff: Diff
    cautions: Sequence[Caution]


@dataclass(slots=True)
class _Said:
    """What a person said of it so far."""

    verdicts: dict[int, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def numbers(self, verdict: str) -> list[int]:
        return sorted(number for number, said in self.verdicts.items() if said == verdict)


@click.command()
@click.argument("run")
@click.pass_context
def review(ctx: click.Context, /, run: str) -> int:
    """Walk through a change hunk by hunk, and then decide about it.

    Every answer is one line, and every question says what it takes. Nothing is decided before the
    last question, and without an answer nothing is.

    \b
    Example:
      looptui review fix-tests
    """
    if not sys.stdin.isatty():
        hint = f"looptui diff {run} --hunks; looptui approve {run} --tree TREE --hunks 1,3-5"
        raise UsageError("`review` asks questions, which needs a terminal", f"Without: {hint}")
    change = with_desk(lambda desk: _gather(desk, run), ctx.obj)
    _tell(change)
    said = _Said()
    _walk(change.diff, said)
    command = _decision(change, said)
    if command is None:
        show("nothing was decided; the review stays open")
        return 4

    async def chosen(desk: Desk, name: str) -> cmd.Command:
        if not isinstance(command, cmd.TakeHunks):
            return command
        from looptui.wire import diffs, reviewing

        candidate = diffs.of_tree(desk.reader, change.view, command.tree)
        taken = await reviewing.picked(desk.repository, candidate, command.hunks)
        return replace(command, taken=taken)

    return decided(ctx, change.view.id, change.need.tree or "", chosen)


async def _gather(desk: Desk, run: str) -> _Change:
    from looptui.projections.caution import cautions
    from looptui.wire import diffs, reviewing, views

    chosen = find_run(desk, run)
    waiting = [need for need in views.needs(desk.reader) if need.run == chosen and need.tree]
    if not waiting:
        raise UsageError(
            f"Nothing waits for a review in run {chosen}", "`looptui needs` lists them."
        )
    view, need = views.run(desk.reader, chosen), waiting[0]
    candidate = diffs.of_tree(desk.reader, view, need.tree or "")
    diff = await reviewing.diff_of(desk.repository, desk.reader, desk.scrub, candidate)
    return _Change(view, need, diff, cautions(diff, need.flagged, need.findings, need.verdict))


def _tell(change: _Change) -> None:
    """What it is, what gates and the checker say, and what to look at twice."""
    from looptui.projections.checking import verdict_words

    view, diff = change.view, change.diff
    show(f"{view.loop}, iteration {view.iteration}: {line(change.need.text)}")
    show(f"tree {change.need.tree}, {plural(len(diff.parts), 'hunk')}")
    for gate in view.gates:
        show(f"gate {gate.id}: {gate.state}, {line(gate.summary)}")
    for told in verdict_words(change.need.verdict):
        show(line(told))
    for one in change.cautions:
        show(f"look twice: {line(one.place)} {line(one.text)}".replace("  ", " "))


def _walk(diff: Diff, said: _Said) -> None:
    """One hunk after the other; who goes back may change their mind."""
    number = 1
    while 1 <= number <= len(diff.parts):
        _show_part(diff, number, said)
        letter = click.prompt(_ASKED, type=click.Choice(_LETTERS), default="s", show_choices=False)
        if letter in ("a", "x"):
            said.verdicts[number] = "accepted" if letter == "a" else "rejected"
        elif letter == "c":
            _comment(diff, number, said)
            continue
        elif letter == "e":
            return
        number += -1 if letter == "b" and number > 1 else 0 if letter == "b" else 1


def _show_part(diff: Diff, number: int, said: _Said) -> None:
    part = diff.parts[number - 1]
    file = diff.files[part.file]
    verdict = said.verdicts.get(number, "open")
    show(f"\nhunk {number} of {len(diff.parts)}, {verdict}: {line(file.name)}")
    show(line(named(diff, number)))
    if part.hunk is None:
        return
    places = diff.numbers(part.hunk)
    for at in range(diff.hunks[part.hunk].size):
        text = diff.line(part.hunk, at)
        show(f"{places.new[at] or places.old[at] or '':>5} {text}")


def _comment(diff: Diff, number: int, said: _Said) -> None:
    part = diff.parts[number - 1]
    path = diff.files[part.file].path
    text = click.prompt("what should the maker know (empty for nothing)", default="")
    if not text.strip():
        return
    place, quote = path, ""
    if part.hunk is not None:
        at, place = _line_of(diff, part.hunk, path)
        quote = remark(diff, part.hunk, at, at)
    said.remarks.append("\n".join(filter(None, [place, quote, text.strip()])))


def _line_of(diff: Diff, hunk: int, path: str) -> tuple[int, str]:
    """The line that a comment is about: its place in the hunk, and as people write it."""
    places = diff.numbers(hunk)
    known = [new or old for old, new in zip(places.old, places.new, strict=True)]
    changed = next(at for at in range(len(known)) if diff.line(hunk, at)[0] in "+-")
    wanted = click.prompt("about which line", type=int, default=known[changed])
    at = known.index(wanted) if wanted in known else changed
    return at, f"{path}:{known[at]}"


def _decision(change: _Change, said: _Said) -> cmd.Command | None:
    """The last question; every way is a whole word, and the default is to leave it open."""
    diff, tree = change.diff, change.need.tree or ""
    out = said.numbers("rejected")
    stay = [number for number in range(1, len(diff.parts) + 1) if number not in out]
    accepted = len(said.numbers("accepted"))
    show(f"\n{accepted} accepted, {len(out)} rejected, {len(stay) - accepted} open")
    show(plural(len(said.remarks), "comment"))
    ways = {"back": "sends it back with what you said", "leave": "decides nothing"}
    if change.need.kind == "approval" and not change.need.approved and stay:
        ways = {_APPROVE[bool(out)][0]: _APPROVE[bool(out)][1], **ways}
    for way, about in ways.items():
        show(f"  {way}: {about}")
    way = click.prompt(
        "what now", type=click.Choice(list(ways)), default="leave", show_choices=False
    )
    if way == "leave":
        return None
    if way == "back":
        words = click.prompt("what should change", default="", show_default=False)
        text = joined([words, *said.remarks, rejected(diff, out)])
        return cmd.SendBack(tree, text, spelled(stay) if out else "")
    reason, rules = _reason(change), rules_of(change.need.findings)
    if way == "take":
        return cmd.TakeHunks(tree, spelled(stay), "", reason, rules)
    return cmd.Approve(tree, reason, rules)


_APPROVE = {
    False: ("approve", "lands all of exactly this tree"),
    True: ("take", "runs the gates on the hunks that were not rejected, then lands them"),
}


def _reason(change: _Change) -> str:
    """Why, where something has to be looked at twice."""
    if not change.need.flagged and not any(one.grave for one in change.cautions):
        return ""
    while True:
        reason: str = click.prompt("why is that right (it is recorded)").strip()
        if len(reason) >= _SHORTEST_REASON:
            return reason
        show("say it in a few words")
