"""Plays a hundred runs at work: `python -m tests.bench.live_source STATE RUNS RATE SECONDS`.

Appends events with the row of their run, as a driver does, and holds the leases meanwhile; no
maker and no gate runs. Says `ready` when it begins and, at the end, how many events it wrote, the
number of the last one and by how much it fell behind its rate.
"""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import replace
from pathlib import Path

from looptui import paths
from looptui.core import events as ev
from looptui.core.codec import dumps, encode
from looptui.core.state import RunState
from looptui.projections.views import run_view
from looptui.store.events import NewEvent, Rows
from looptui.store.store import Store
from tests.bench.tui_store import AT, run_of

_TICK = 0.02


async def main(state: Path, runs: int, rate: int, seconds: float) -> None:
    """Append `rate` events a second, one run after the other."""
    store = Store.open(paths.state_db(state))
    states = [run_of(f"loop-{number:03}", number, live=True) for number in range(1, runs)]
    held = [store.leases.acquire(each.id) for each in states]
    seqs = {each.id: len(await store.read(each.id)) for each in states}
    print("ready", flush=True)
    started, sent = time.monotonic(), 0
    while (passed := time.monotonic() - started) < seconds:
        due = int(passed * rate)
        jobs = [_append(store, states, seqs, number) for number in range(sent, due)]
        await asyncio.gather(*jobs)
        sent = due
        await asyncio.sleep(_TICK)
    last = await store.last_seq()
    print(sent, last, f"{time.monotonic() - started - seconds:.2f}", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    for lease in held:
        lease.release()
    await store.close()


async def _append(store: Store, states: list[RunState], seqs: dict[str, int], number: int) -> None:
    state = states[number % len(states)]
    iteration = number // len(states) + 1
    at = AT + 1000 + number / 1000
    event = ev.GateFinished(iteration, "pytest", "ab" * 20, "fail", 1.2, "1 of 57 failed", 0.9)
    view = run_view(replace(state, updated=at), at)
    row: dict[str, str | int | float | None] = {
        "id": state.id,
        "loop": state.loop.name,
        "state": "active",
        "created": state.created,
        "updated": at,
        "summary": dumps(encode(replace(view, iteration=iteration))),
    }
    before = seqs[state.id]
    seqs[state.id] = before + 1
    new = NewEvent(event.kind, ev.encode(event, 0.0), "engine", at)
    await store.append(state.id, before, [new], rows=Rows(run=row), durable=False)


if __name__ == "__main__":
    place, runs, rate, seconds = sys.argv[1:]
    asyncio.run(main(Path(place), int(runs), int(rate), float(seconds)))
