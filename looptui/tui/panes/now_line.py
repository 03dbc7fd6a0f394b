"""What a run does at this moment, or what a person should do next, in one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from looptui.projections.figures import money, plural, short, span, watch
from looptui.tui import looks
from looptui.tui.glyphs import Glyphs
from looptui.tui.keymap import Keymap
from looptui.tui.spans import Spans

if TYPE_CHECKING:
    from looptui.projections.values import Diffstat, IterationView, NeedView, RunView

_EFFECTS = {
    "open-worktree": "making a worktree",
    "setup": "setting up the environment",
    "capture": "reading what was changed",
    "plan-landing": "landing",
    "publish": "landing",
    "tidy": "tidying up",
}
_PAUSING = "  pausing at the next safe point; {loop.pause} interrupts now"
_QUIET = 2.0
"""Seconds after which the silence of a maker is worth a word."""


class Moment(NamedTuple):
    """What is known of the step in flight."""

    now: float
    since: float | None
    """When it began."""
    last_output: float | None
    """When the maker last printed."""
    pausing: bool = False
    """Whether it was asked to pause."""


class Sentence(NamedTuple):
    """One line; it `calls` for a person in that colour, or goes `turning` while work is done."""

    spans: Spans
    calls: str = ""
    press: str = ""
    turning: bool = False


def sentence(
    view: RunView,
    driver: str,
    iterations: Sequence[IterationView],
    moment: Moment,
    glyphs: Glyphs,
    keymap: Keymap,
) -> Sentence:
    """The most important thing about a run."""
    if view.needs:
        return _need(view.needs[0], iterations, glyphs, keymap)
    if view.state == "tripped":
        text = f"{glyphs.tripped} the {view.tripped} breaker tripped ({view.reason}): "
        press = keymap.told("press {loop.limits}")
        return Sentence(((text + press, ""),), "state-need", keymap.first("loop.limits"))
    if looks.interrupted(view, driver):
        spent = money(view.cost_usd, known=view.cost_known)
        press = keymap.told("press {loop.pause} to resume")
        text = f"{glyphs.warn} interrupted: nobody drives it, {spent} spent; {press}"
        return Sentence(((text, ""),), "breaker-warn", keymap.first("loop.pause"))
    if view.ended:
        return Sentence(_end(view, glyphs, keymap))
    if view.state == "active":
        return Sentence(_work(view, driver, moment, keymap), turning=True)
    resumes = keymap.told("  {loop.pause} resumes")
    return Sentence(((f"{view.state}: {view.reason or 'by a person'}", "bold"), (resumes, "")))


def change(stat: Diffstat) -> str:
    """`1 file +1 -1`."""
    return f"{plural(stat.files, 'file')} +{stat.added} -{stat.deleted}"


def _need(
    need: NeedView, iterations: Sequence[IterationView], glyphs: Glyphs, keymap: Keymap
) -> Sentence:
    if need.kind != "approval":
        text = f"{glyphs.need} {keymap.told('press {app.next-need} to answer')}: {need.text}"
        return Sentence(((text, ""),), "state-need", keymap.first("app.next-need"))
    found = next((one for one in iterations if one.tree == need.tree), None)
    what = f"{change(found.diffstat)}, all gates pass" if found else need.text
    press = keymap.told("press {loop.review} (or {app.next-need}) to review")
    text = f"{glyphs.review} {press}: {what}"
    return Sentence(((text, ""),), "state-review", keymap.first("loop.review"))


def _work(view: RunView, driver: str, moment: Moment, keymap: Keymap) -> Spans:
    since = f" {watch(moment.now - moment.since)}" if moment.since else ""
    where = "" if driver == "here" else f"  driven by {driver}"
    return (
        (doing(view), "bold"),
        (since, ""),
        (_life(view, moment), "muted"),
        (where, "muted"),
        (keymap.told(_PAUSING) if moment.pausing else "", "state-paused"),
    )


def doing(view: RunView) -> str:
    """The step in flight, in words."""
    effect, _, subject = view.in_flight.partition(" ")
    if effect == "make":
        return f"{view.agent} at work on iteration {view.iteration}"
    if effect == "gate":
        where = f"iteration {view.iteration}" if view.iteration else "the base"
        return f"gate {subject} on {where}"
    return _EFFECTS.get(effect, view.latest)


def _life(view: RunView, moment: Moment) -> str:
    if not view.in_flight.startswith("make"):
        return ""
    if moment.last_output is None or (moment.since and moment.last_output < moment.since):
        return "  no output yet"
    silent = moment.now - moment.last_output
    return f"  last output {span(silent)} ago" if silent >= _QUIET else "  printing"


def _end(view: RunView, glyphs: Glyphs, keymap: Keymap) -> Spans:
    name, word, style = looks.ENDED[view.state]
    glyph = getattr(glyphs, name)
    if view.state == "landed":
        where = f" on {view.target}" if view.target else ""
        return (
            (f"{glyph} landed as {short(view.landed)}{where}", f"bold {style}"),
            (f"   git show {short(view.landed)}", ""),
            (keymap.told("   {app.quit} quits"), "muted"),
        )
    return ((f"{glyph} {word}", f"bold {style}"), (f"  {view.reason}", ""))
