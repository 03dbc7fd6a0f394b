"""Events and processes for the tests of the store."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from looptui.store.events import NewEvent
from looptui.store.store import Store

ROOT = Path(__file__).parents[2]


def event(data: str = '{"a":1}', kind: str = "thing.happened") -> NewEvent:
    return NewEvent(kind, data, "engine", 1.5e9)


async def grow(store: Store, count: int, run: str = "r1", start: int = 0) -> None:
    """Append `count` events in one transition, each with its number in its data."""
    events = [event(f'{{"i":{start + i}}}') for i in range(1, count + 1)]
    await store.append(run, start, events, durable=False)


async def filled(path: Path, count: int, *, checkpoint: bool = False) -> None:
    """A closed database with events, and its checkpoint if asked for."""
    store = Store.open(path)
    if count:
        await grow(store, count)
    if checkpoint:
        await store.checkpoint()
    await store.close()


def start(script: str, *arguments: str | Path) -> subprocess.Popen[str]:
    """A Python process of this environment that runs `script`, talking by pipes."""
    command = [sys.executable, "-c", script, *map(str, arguments)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def finish(process: subprocess.Popen[str]) -> str:
    """Its output, once it ended well."""
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    return out
