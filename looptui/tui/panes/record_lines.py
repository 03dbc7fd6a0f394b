"""One record as lines to read: itself, why it is where it is, and how it became what it is."""

from __future__ import annotations

from collections.abc import Sequence

from looptui.projections.figures import moment, plural
from looptui.tui.glyphs import Glyphs
from looptui.tui.memories import Change, Item, PromptCard, Shelved
from looptui.tui.panes import fact_lines
from looptui.tui.panes.record_rows import word
from looptui.tui.spans import Spans

HANG = 9
"""Cells before the words of a fact."""
_QUARANTINED = "an agent said it; a confirms it, x forgets it"


def entry(item: Item) -> Sequence[Spans]:
    """What a record says, and all that is known of it."""
    record = item.record
    labels = [f"{'text':<{HANG}}", *[" " * HANG] * record.text.count("\n")]
    lines: list[Spans] = [
        ((label, "muted"), (text, "bold"))
        for label, text in zip(labels, record.text.split("\n"), strict=True)
    ]
    if record.why:
        lines.append(((f"{'why':<{HANG}}", "muted"), (record.why, "")))
    facts = {
        "id": record.id,
        "kind": record.type,
        "state": f"{record.state}, pinned" if record.pinned else record.state,
        "scope": record.scope,
        "about": record.subject,
        "tags": ", ".join(record.tags),
        "files": ", ".join(record.files),
        "beside": ", ".join(record.beside),
        "size": f"{item.tokens:,} tok in a prompt",
    }
    return [*lines, (), *_facts(facts)]


def why(item: Item, now: float, *, weighed: bool) -> Sequence[Spans]:
    """Where a record comes from, why a prompt has it or has it not, and what it did."""
    record = item.record
    if record.run:
        origin = f"iteration {record.iteration} of run {record.run[:7]}"
    else:
        origin = record.actor or "a person"
    parts = " + ".join(f"{name} {value:g}" for name, value in item.parts.items())
    score = "" if item.score is None else f"score {item.score:.2f} = {parts or 'nothing'}"
    better = f"{record.helped} of {plural(record.uses, 'prompt')} that had it led to a better score"
    facts = {
        "source": f"{origin}, {moment(record.at, now)}",
        "selected" if item.chosen else "left out": score if item.chosen else item.reason,
        "score": "" if item.chosen else score,
        "effect": better if record.uses else "no prompt had it yet",
        "clash": _clash(item),
        word(item): _QUARANTINED if record.state == "quarantined" else "",
    }
    if not weighed:
        facts.pop("left out", None)
    return list(_facts(facts))


def _clash(item: Item) -> str:
    return f"{item.rival.id} says: {item.rival.text}; a decides" if item.rival else ""


def history(changes: Sequence[Change], now: float) -> Sequence[Spans]:
    """The versions of a record, newest first, with what they changed in its text."""
    if not changes:
        return (((("nothing is known of how it came"), "muted"),),)
    lines: list[Spans] = []
    for version, change in zip(range(len(changes), 0, -1), changes, strict=True):
        head = f"v{version:<3}{moment(change.at, now):<13} "
        lines.append(((head, "muted"), (change.actor, "bold"), (f"  {change.words}", "")))
        lines += [((f"  - {text}", "diff-del"),) for text in _lines(change.before)]
        lines += [((f"  + {text}", "diff-add"),) for text in _lines(change.after)]
    return lines


def prompt(card: PromptCard | None, shelved: Shelved | None, glyphs: Glyphs) -> Sequence[Spans]:
    """The next prompt exactly as it would be sent, with the size of each section."""
    if shelved is None or not shelved.wish.run:
        return ((("no run is chosen: a prompt is one of a run", "muted"),),)
    if card is None:
        return ((("composing it", "muted"),),)
    if card.problem:
        return (((card.problem, "breaker-warn"),),)
    title = f"Iteration {card.iteration}, as it would be sent now"
    return fact_lines.prompt(title, card.sections, card.text, glyphs)


def _lines(text: str) -> list[str]:
    return text.split("\n") if text else []


def _facts(facts: dict[str, str]) -> Sequence[Spans]:
    return [((f"{name:<{HANG}}", "muted"), (text, "")) for name, text in facts.items() if text]
