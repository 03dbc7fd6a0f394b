"""Write a run of a state directory as a history: `python -m tests.histories.record DIR RUN`."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from looptui import __version__
from looptui.core import events as ev
from looptui.core.codec import decode, dumps
from looptui.core.evolve import new, replay
from looptui.core.spec import Loop
from looptui.engine.recorder import as_record
from looptui.paths import state_db
from looptui.store.events import StoredEvent
from looptui.store.store import Store


def lines(run: str, loop: Loop, spec: object, stored: list[StoredEvent]) -> Iterator[str]:
    """The head with the loop and the end that it must fold to, then one line an event."""
    state = replay(new(run, loop), [as_record(event) for event in stored])
    head = {"schema": "looptui.history/1", "version": __version__, "run": run}
    yield dumps({**head, "state": state.status, "loop": spec})
    for event in stored:
        data = json.loads(event.data)
        entry = {"n": event.n, "at": event.at, "actor": event.actor, "kind": event.kind}
        yield dumps({**entry, "data": data})


async def record(state_dir: Path, run: str) -> None:
    store = Store.open(state_db(state_dir))
    stored = list(await store.read(run))
    created, _ = ev.decode(stored[0].kind, stored[0].data)
    assert isinstance(created, ev.RunCreated)
    spec = json.loads(await store.get(created.spec))
    await store.close()
    print(*lines(run, decode(Loop, spec), spec, stored), sep="\n")


if __name__ == "__main__":
    asyncio.run(record(Path(sys.argv[1]), sys.argv[2]))
