"""Gates: what each one said, which tests fail, and the end of its output."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from looptui.projections.figures import plural, took
from looptui.tui import looks
from looptui.tui.glyphs import Glyphs
from looptui.tui.spans import Spans

if TYPE_CHECKING:
    from looptui.projections.values import GateView

OUTPUT_LINES = 200
"""Of the end of a gate's output that are shown."""


def gate_line(gate: GateView, glyphs: Glyphs) -> Spans:
    """One gate in one line."""
    look = looks.of_gate(gate, glyphs)
    spent = f"  {took(gate.seconds)}" if gate.seconds else ""
    summary = f"  {gate.summary}" if gate.summary else ""
    return (
        (f"{look.glyph} {look.word:<8}", look.style),
        (f" {gate.id}", "bold"),
        (summary, ""),
        (spent, "muted"),
    )


def short(gate: GateView, glyphs: Glyphs) -> Sequence[Spans]:
    """One gate with its failing tests, without its output."""
    return (gate_line(gate, glyphs), *_failing(gate, glyphs), *_flaky(gate, glyphs))


def counted(gates: Sequence[GateView], glyphs: Glyphs) -> Spans:
    """`5/6 ✗`: how many pass; the colour says what the sign says."""
    if not gates:
        return (("-", "muted"),)
    passed = sum(gate.state == "pass" for gate in gates)
    text = f"{passed}/{len(gates)}"
    if any(gate.state in ("running", "waiting") for gate in gates):
        return ((f"{text} {glyphs.gate}", "state-gate"),)
    if passed == len(gates):
        return ((f"{text} {glyphs.done}", "breaker-ok"),)
    return ((f"{text} {glyphs.tripped}", "breaker-trip"),)


def lines(gates: Sequence[GateView], glyphs: Glyphs, blob: Callable[[str], str]) -> Sequence[Spans]:
    """Every gate with its failing tests and its output; `blob` reads a text by its id."""
    if not gates:
        return ((("No gate has run yet.", "muted"),),)
    found: list[Spans] = []
    for gate in gates:
        tests = (*_failing(gate, glyphs), *_flaky(gate, glyphs))
        found += [gate_line(gate, glyphs), *tests, *_output(gate, blob), ()]
    return found


def _failing(gate: GateView, glyphs: Glyphs) -> Sequence[Spans]:
    if not gate.failing:
        return ()
    head = ((f"  {plural(len(gate.failing), 'failing test')}", "breaker-trip"),)
    return (head, *(((f"  {glyphs.tripped} {test}", ""),) for test in gate.failing))


def _flaky(gate: GateView, glyphs: Glyphs) -> Sequence[Spans]:
    """Tests that failed once of twice, and what a person can do about that."""
    if gate.state != "flaky":
        return ()
    does = "looptui gates quarantine TEST -m WHY, then run the gates again"
    words = "  it ran twice on this tree and did not say the same, so it counts as no progress"
    aside: Spans = ((f"  {does}", "muted"),)
    tests: list[Spans] = [((f"  {glyphs.warn} {test}", ""),) for test in gate.flaky]
    return (((words, "breaker-warn"),), *tests, *([aside] if tests else []))


def _output(gate: GateView, blob: Callable[[str], str]) -> Sequence[Spans]:
    if gate.output is None:
        return ()
    output = blob(gate.output).rstrip("\n").split("\n")
    cut = len(output) - OUTPUT_LINES
    head: list[Spans] = [(("  output", "muted"),)]
    if cut > 0:
        head.append(((f"  ({plural(cut, 'line')} before)", "muted"),))
    return (*head, *(((f"  {line}", ""),) for line in output[-OUTPUT_LINES:]))
