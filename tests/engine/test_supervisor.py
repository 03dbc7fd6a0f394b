"""Runs that one process drives: each has its lease for exactly as long as it is driven."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, cast

from looptui.core import events as ev
from looptui.engine.caps import Caps
from looptui.engine.outside import Outside
from looptui.engine.supervisor import Supervisor
from looptui.store.places import Places
from looptui.store.store import Store
from tests.core.runs import a_loop


async def test_a_session_that_ends_before_its_first_step_gives_its_lease_back(
    tmp_path: Path,
) -> None:
    store = Store.open(tmp_path / "state" / "state.db")
    nothing = cast("Any", None)
    places = Places(tmp_path / "places", 1)
    outside = Outside(
        store,
        nothing,
        nothing,
        nothing,
        nothing,
        nothing,
        nothing,
        nothing,
        tmp_path,
        {},
        nothing,
        places,
        Caps(20_000_000, 20_000_000),
    )
    session = ev.SessionStarted("headless", 1, "boot", "none", "0")
    supervisor = Supervisor(outside, session)
    task = supervisor.start("r1", a_loop())
    await supervisor.stop()
    assert task.cancelled()
    await asyncio.sleep(0)
    store.leases.acquire("r1").release()
    await store.close()
