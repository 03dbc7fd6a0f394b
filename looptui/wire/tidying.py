"""What processes that are gone left to be done. No maker is started and nothing is spent."""

from __future__ import annotations

from looptui.wire import views
from looptui.wire.desk import Desk


async def tidy(desk: Desk) -> None:
    """Finish the clean-up of runs that ended while their session died; trip waits that ran out."""
    for view in views.runs(desk.reader):
        if view.ended and not view.tidy and desk.store.leases.holder(view.id) is None:
            await desk.drive(view.id)
    await trip_overdue(desk)


async def trip_overdue(desk: Desk) -> None:
    """Trip the runs whose wait for a person ran out; those that a process drives are its own."""
    for run in views.overdue(desk.reader, desk.clock.now()):
        await desk.settle(run)
