"""What commands print: data on stdout, talk on stderr, text of others made safe."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from looptui.cli.everywhere import QUIET
from looptui.core.breakers import EXIT_CODES
from looptui.text import safe

if TYPE_CHECKING:
    from looptui.projections.values import IterationView, NeedView, RunView
    from looptui.store.events import StoredEvent

STATE_GLYPHS = {
    "queued": "○",
    "active": "▸",
    "waiting": "?",
    "parked": "○",
    "paused": "‖",
    "tripped": "✗",
    "landed": "✓",
    "completed": "✓",
    "stopped": "■",
    "rejected": "■",
    "failed": "✗",
}


def say(text: str) -> None:
    """Talk, on stderr; a terminal that was closed hears nothing."""
    context = click.get_current_context(silent=True)
    if context is not None and context.meta.get(QUIET):
        return
    with suppress(OSError):
        click.echo(safe(text), err=True)


def mute() -> None:
    """Let standard output lead nowhere from now on: nobody reads it any more."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def show(text: str) -> None:
    """Data for people, on stdout."""
    click.echo(safe(text))


def line(text: str) -> str:
    """Safe text that stays on its line: names and reasons come from others."""
    return safe(text).replace("\n", "␊").replace("\t", " ")


def show_json(thing: str, **fields: Any) -> None:
    """One JSON object with its schema's name; control characters are escaped by JSON itself."""
    click.echo(json.dumps({"schema": f"looptui.{thing}/1", **fields}, ensure_ascii=True))


def event_line(event: StoredEvent) -> str:
    """One event as one line of JSON."""
    data = json.loads(event.data)
    active = data.pop("_active", None)
    line = {
        "schema": "looptui.event/1",
        "seq": event.seq,
        "at": event.at,
        "run": event.run,
        "n": event.n,
        "iteration": data.get("iteration"),
        "type": event.kind,
        "actor": event.actor,
        "active_s": active,
        "data": data,
    }
    return json.dumps(line, ensure_ascii=True)


def plain_event(event: StoredEvent) -> str:
    """One event as one line for people."""
    from looptui.projections.wording import worded

    clock = time.strftime("%H:%M:%S", time.localtime(event.at))
    return f"{clock} {event.run} {event.kind:20} {line(worded(event.kind, event.data))}"


def run_json(view: RunView) -> dict[str, Any]:
    return asdict(view)


def iteration_json(view: IterationView) -> dict[str, Any]:
    return asdict(view)


def need_json(view: NeedView) -> dict[str, Any]:
    return asdict(view)


def table(rows: Iterable[Sequence[str]], header: Sequence[str]) -> None:
    """Columns as wide as their content; the last one is free."""
    for text in columns(rows, header):
        click.echo(text)


def columns(rows: Iterable[Sequence[str]], header: Sequence[str]) -> list[str]:
    """The lines of a table, the header first."""
    lines = [tuple(map(line, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(header, *lines, strict=True)]
    padded = (
        [cell.ljust(width) for cell, width in zip(cells, widths, strict=True)]
        for cells in (tuple(header), *lines)
    )
    return ["  ".join(cells).rstrip() for cells in padded]


def run_rows(views: Iterable[RunView]) -> list[tuple[str, ...]]:
    return [
        (
            f"{STATE_GLYPHS.get(view.state, ' ')} {view.state}",
            view.id,
            view.loop,
            str(view.iteration),
            nearest(view),
            spent(view),
            view.latest,
        )
        for view in views
    ]


def spent(view: RunView) -> str:
    """Dollars, or tokens where a call had no known price."""
    from looptui.projections.figures import money, tokens

    return money(view.cost_usd) if view.cost_known else f"{tokens(view.tokens)} tok"


def nearest(view: RunView) -> str:
    """The breaker nearest to its limit."""
    from looptui.projections.figures import percent

    name, gauge = max(view.breakers.items(), key=lambda item: item[1].ratio)
    return f"{name} {percent(gauge.ratio)}"


def limit_rows(view: RunView) -> list[tuple[str, ...]]:
    """Each breaker with what it reads, its limit, the share of it, its state and a forecast."""
    from looptui.projections.figures import percent, reading

    return [
        (
            name,
            reading(name, gauge.value),
            reading(name, gauge.limit),
            percent(gauge.ratio),
            gauge.state,
            gauge.forecast,
        )
        for name, gauge in ((name, view.breakers[name]) for name in EXIT_CODES)
    ]


LIMITS_HEADER = ("breaker", "value", "limit", "used", "state", "forecast")
