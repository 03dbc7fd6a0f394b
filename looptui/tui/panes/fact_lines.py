"""Prompt and cost of a run as lines to read."""

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
    from looptui.projections.values import IterationView, RunView


def prompt(title: str, sections: Sequence[Section], text: str, glyphs: Glyphs) -> Sequence[Spans]:
    """The sizes of the sections of a prompt, then exactly its text."""
    total = max(1, sum(section.tokens for section in sections))
    lines: list[Spans] = [((title, "bold"),)]
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
