"""`show`: one run, or one of its iterations, with all that is known of it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from looptui.cli.advice import kept
from looptui.cli.output import (
    LIMITS_HEADER,
    iteration_json,
    limit_rows,
    line,
    run_json,
    show_json,
    spent,
    table,
)
from looptui.cli.output import show as tell
from looptui.cli.sources import iteration, one, reader_of, trip_overdue

if TYPE_CHECKING:
    from looptui.projections.values import GateView, IterationView, RunView

_HEADER = ("#", "outcome", "score", "files", "lines", "gates", "tree", "took")


@click.command()
@click.argument("name", metavar="RUN")
@click.option("--iteration", "n", type=int, metavar="N", help="All that is known of iteration N.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def show(ctx: click.Context, /, name: str, n: int | None, as_json: bool) -> None:
    """Show one run with its limits and its iterations, or one iteration of it.

    RUN is the name of a loop (its newest run), the id of a run, or the beginning of one.

    \b
    Example:
      looptui show fix-tests
      looptui show fix-tests --iteration 2
      looptui show fix-tests --json
    """
    from looptui.projections import waiting
    from looptui.wire import views

    reader, _ = reader_of(ctx.obj)
    trip_overdue(ctx.obj, reader)
    view = waiting.as_of(one(reader, name), time.time())
    if n is not None:
        chosen = iteration(reader, view.id, n)
        if as_json:
            show_json("iteration", run=view.id, loop=view.loop, **iteration_json(chosen))
        else:
            _iteration(view, chosen)
        return
    iterations = views.iterations(reader, view.id)
    if as_json:
        rows = [iteration_json(each) for each in iterations]
        show_json("run", **run_json(view), iterations=rows)
    else:
        _run(view, iterations)


def _run(view: RunView, iterations: tuple[IterationView, ...]) -> None:
    from looptui.projections.figures import span

    tell(f"{view.loop} {view.id}  {view.state}  {line(view.latest)}")
    tell(f"goal: {view.goal}")
    tell(f"base {view.base[:12]}  target {view.target or '(detached)'}  branch {view.branch}")
    box = f"  sandbox {view.sandbox}" if view.sandbox else ""
    tell(f"maker {view.agent}{box}  spent {spent(view)}  at work {span(view.active_s)}")
    tell("")
    table(limit_rows(view), LIMITS_HEADER)
    if iterations:
        tell("")
        table(map(_row, iterations), _HEADER)
    for hint in kept(view):
        tell(hint)


def _row(view: IterationView) -> tuple[str, ...]:
    from looptui.projections.figures import took

    return (
        str(view.n),
        ", ".join(filter(None, (view.outcome or "open", "restored" if view.restored else ""))),
        "" if view.score is None else f"{view.score:.2f}",
        str(view.diffstat.files),
        f"+{view.diffstat.added} -{view.diffstat.deleted}",
        " ".join(f"{gate.id}={gate.state}" for gate in view.gates),
        (view.tree or "")[:12],
        took(view.seconds),
    )


def _iteration(run: RunView, view: IterationView) -> None:
    from looptui.projections.checking import verdict_words

    best = "  the best so far" if view.best else ""
    score = "" if view.score is None else f"  score {view.score:.2f}"
    tell(f"{run.loop} {run.id}  iteration {view.n}  {view.outcome or 'open'}{score}{best}")
    if view.restored:
        tell(f"a person went back to {view.maker_reason}; no maker was called")
    else:
        _made(view)
    _candidate(view)
    for gate in view.gates:
        _gate(gate)
    for told in verdict_words(view.verdict):
        tell(line(told))
    if view.feedback:
        tell(f"a person said: {view.feedback}")
    tell("")
    for what in ("--gate",) if view.restored else ("--prompt", "--maker", "--gate"):
        tell(f"looptui logs {run.id} {what} {view.n}")
    if view.tree:
        tell(f"looptui diff {run.id} --iteration {view.n}")


def _made(view: IterationView) -> None:
    from looptui.projections.figures import money, plural, tokens, took

    tell(f"strategy {view.strategy}, from tree {view.start_tree[:12]}")
    asked = f"prompt of {tokens(view.prompt_tokens)} tokens"
    tell(f"{asked}, {plural(len(view.memory), 'memory record')} in it")
    cost = f"{money(view.cost_usd)}, {tokens(view.tokens)} tokens" if view.tokens else ""
    made = [view.maker or "at work", view.maker_reason, cost, f"{took(view.seconds)} in all"]
    tell(line(f"maker: {', '.join(word for word in made if word)}"))


def _candidate(view: IterationView) -> None:
    from looptui.projections.figures import plural

    if view.tree is None:
        tell("no candidate yet")
        return
    stat = view.diffstat
    tell(f"tree {view.tree}  {plural(stat.files, 'file')} +{stat.added} -{stat.deleted}")
    notes = dict.fromkeys(view.protected, "protected") | dict.fromkeys(view.denied, "denied")
    for path in dict.fromkeys((*view.paths, *notes)):
        tell(f"  {line(path)}{f'  ({notes[path]})' if path in notes else ''}")


def _gate(gate: GateView) -> None:
    from looptui.projections.figures import took

    tell(f"gate {gate.id}: {gate.state}  {line(gate.summary)}  {took(gate.seconds)}")
    for test in gate.failing:
        tell(f"  failing: {line(test)}")
