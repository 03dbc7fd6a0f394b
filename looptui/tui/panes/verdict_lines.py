"""What came of an iteration: the outcome, why, and what it touched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from looptui.projections.figures import money, plural, short, span
from looptui.tui.glyphs import Glyphs
from looptui.tui.panes.gate_lines import gate_line
from looptui.tui.spans import Spans

if TYPE_CHECKING:
    from looptui.projections.values import IterationView, RunView

HANG = 10
_OUTCOMES = {
    "": ("at work", "state-run"),
    "good": ("good: all gates pass on its tree", "breaker-ok"),
    "red": ("red: gates or the checker fail on its tree", "breaker-trip"),
    "disputed": ("disputed: gates pass, the checker does not; you decide", "breaker-warn"),
    "empty": ("empty: nothing was changed", "breaker-warn"),
    "repeat": ("repeat: a tree that was there before", "breaker-warn"),
    "denied": ("denied: it touched what it may not write", "breaker-trip"),
    "error": ("error: a step could not be done", "breaker-trip"),
    "base": ("the base, as the run found it", ""),
    "left": ("left: a person went back to an earlier one", "muted"),
    "sent-back": ("sent back by a person", "state-review"),
}


def verdict(view: RunView, one: IterationView, glyphs: Glyphs) -> Sequence[Spans]:
    """One iteration, judged."""
    words, style = _OUTCOMES.get(one.outcome, (one.outcome, ""))
    star = f"  {glyphs.best} best so far" if one.best else ""
    score = "not yet" if one.score is None else f"{one.score:.2f}{_gain(view, one)}"
    lines: list[Spans] = [
        _fact("outcome", (words, f"bold {style}")),
        _fact("score", (score, ""), (star, "breaker-ok")),
        *_made(view, one),
    ]
    if one.tree and one.n:
        stat = one.diffstat
        change = f"{plural(stat.files, 'file')} +{stat.added} -{stat.deleted}"
        lines.append(_fact("tree", (one.tree, "bold"), (f"  {change}", "")))
    elif one.tree:
        lines.append(_fact("tree", (one.tree, "bold")))
    lines += [_fact("file", (path, "")) for path in one.paths]
    lines += [_fact("protected", (path, "breaker-warn")) for path in one.protected]
    lines += [_fact("denied", (path, "breaker-trip")) for path in one.denied]
    lines += [_fact("gate", *gate_line(gate, glyphs)) for gate in one.gates]
    lines += [_fact("" if at else "checker", (told, "")) for at, told in enumerate(_checked(one))]
    if one.feedback:
        lines += [(), (("What a person said to it", "bold"),)]
        lines += [((line, ""),) for line in one.feedback.splitlines()]
    return lines


def _checked(one: IterationView) -> Sequence[str]:
    from looptui.projections.checking import verdict_words

    return verdict_words(one.verdict)


def _made(view: RunView, one: IterationView) -> Sequence[Spans]:
    if one.n == 0:
        return ()
    if one.restored:
        return (_fact("taken up", (one.maker_reason, "bold"), ("  no maker was called", "muted")),)
    cost = money(one.cost_usd, known=view.cost_known)
    return (
        _fact("strategy", (one.strategy, ""), (f"  from tree {short(one.start_tree)}", "muted")),
        _fact("maker", (one.maker or "at work", ""), (_said(one), "")),
        _fact("spent", (f"{cost}  {one.tokens:,} tokens  {span(one.seconds)}", "")),
    )


def _gain(view: RunView, one: IterationView) -> str:
    """How it differs from the score of the base."""
    if view.baseline_score is None or one.score is None or not one.n:
        return ""
    return f" ({one.score - view.baseline_score:+.2f} against the base)"


def _said(one: IterationView) -> str:
    return f": {one.maker_reason}" if one.maker_reason else ""


def _fact(name: str, *spans: tuple[str, str]) -> Spans:
    return ((f"{name:<{HANG}}", "muted"), *spans)
