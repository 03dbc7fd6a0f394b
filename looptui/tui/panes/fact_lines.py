"""Memory, prompt and cost of a run as lines to read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from looptui.projections.figures import money, plural
from looptui.projections.figures import tokens as counted
from looptui.tui.glyphs import Glyphs
from looptui.tui.looks import sparkline
from looptui.tui.spans import Spans
from looptui.tui.widgets.gauge import bar

if TYPE_CHECKING:
    from looptui.core.events import Section
    from looptui.core.memory import Memory
    from looptui.projections.values import IterationView, RunView

_KINDS = {"fix": "breaker-ok", "failure": "breaker-warn", "decision": "state-run"}


def memory(
    number: int, used: Sequence[Memory], learnt: Sequence[Memory], next_: bool
) -> Sequence[Spans]:
    """The records in the prompt of an iteration, and what the run recorded since."""
    fresh = [record for record in learnt if record.id not in {one.id for one in used}]
    lines: list[Spans] = [((f"In the prompt of iteration {number}", "bold"),), ()]
    lines += [_record(record) for record in used]
    if not used:
        lines.append((("none: nothing was known before it", "muted"),))
    lines += [(), (("Learnt since" + (", for the next prompt" if next_ else ""), "bold"),), ()]
    lines += [_record(record) for record in fresh]
    if not fresh:
        lines.append((("nothing yet: each iteration leaves one record when it ends", "muted"),))
    return lines


def _record(record: Memory) -> Spans:
    from looptui.core.memory import tokens

    return (
        (f"{record.type:<9}", _KINDS.get(record.type, "")),
        (f"{tokens(record.text):>5} tok  ", "muted"),
        (record.text, ""),
    )


def prompt(
    iteration: IterationView, sections: Sequence[Section], text: str, glyphs: Glyphs
) -> Sequence[Spans]:
    """The sizes of the sections of a prompt, then exactly what was sent."""
    total = max(1, sum(section.tokens for section in sections))
    lines: list[Spans] = [
        ((f"Prompt of iteration {iteration.n}: {iteration.prompt_tokens:,} tokens", "bold"),)
    ]
    for section in sections:
        left = f"  {plural(section.left_out, 'record')} left out" if section.left_out else ""
        lines.append(
            (
                (f"  {section.name:<10} {section.tokens:>6} ", ""),
                *bar(section.tokens / total, 16, "ok", glyphs),
                (left, "breaker-warn"),
            )
        )
    lines += [(), *(_prompt_line(line) for line in text.rstrip("\n").split("\n"))]
    return lines


def _prompt_line(line: str) -> Spans:
    return ((line, "bold title" if line.startswith("# ") else ""),)


def cost(view: RunView, iterations: Sequence[IterationView], glyphs: Glyphs) -> Sequence[Spans]:
    """What was spent, on which agent, and how it goes from iteration to iteration."""
    spent = [one.cost_usd for one in iterations]
    most = max(spent, default=0.0) or 1.0
    note = "" if view.cost_known else "  no price is known: tokens govern"
    return (
        (("run ", "muted"), (money(view.cost_usd, known=view.cost_known), "bold"), (note, "")),
        (("tokens ", "muted"), (counted(view.tokens), "")),
        (("agent ", "muted"), (view.agent, "")),
        (("sandbox ", "muted"), (view.sandbox or "none yet", "")),
        ((sparkline([value / most for value in spent], glyphs, 20), ""), ("  $/iter", "muted")),
    )
