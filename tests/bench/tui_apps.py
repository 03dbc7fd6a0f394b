"""The programs that `bench_tui.py` times: `python -m tests.bench.tui_apps NAME [OUT]`."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

MARK = "the-last-row"


def bare() -> None:
    """A Textual app with one widget."""
    from textual.app import App, ComposeResult
    from textual.widgets import Static

    class Bare(App[None]):
        def compose(self) -> ComposeResult:
            yield Static(MARK)

    Bare().run()


def widgets() -> None:
    """The frame with a table of a hundred runs, gauges and a stream, over the skeleton."""
    from looptui.tui.skeleton import Skeleton

    with Skeleton() as painted:
        from looptui.tui.driver import driver_over
        from tests.bench.tui_panes import Dashboard

        Dashboard(MARK, driver_class=driver_over(painted)).run()


def diff(out: str) -> None:
    """Opens a large diff and pages through it."""
    from tests.bench.tui_panes import DiffApp

    _write(out, DiffApp().measure())


def tail(out: str) -> None:
    """Takes ten thousand lines a second for five seconds, then a hundred thousand at once."""
    from tests.bench.tui_panes import TailApp

    _write(out, TailApp().measure())


def live(out: str) -> None:
    """The real app on the repository at hand; writes what it saw when it is quit."""
    from looptui.tui.app import LooptuiApp
    from looptui.wire.controller import DeskController

    class Watched(LooptuiApp):
        def on_mount(self) -> None:
            self.stop = asyncio.Event()
            self.late = asyncio.ensure_future(lags(self.stop))

    async def watch() -> None:
        app = Watched(DeskController(Path.cwd()))
        await app.run_async()
        app.stop.set()
        late = sorted(await app.late)
        figures = {"p95": late[int(len(late) * 0.95)], "p99": late[int(len(late) * 0.99)]}
        seen = {"last": app.feed.events[-1].seq if app.feed.events else 0}
        seen["iterations"] = sum(view.iteration for view in app.snapshot.runs)
        _write(out, {**figures, **seen, "max": late[-1], "MB": memory()})

    asyncio.run(watch())


def _write(out: str, figures: dict[str, float]) -> None:
    Path(out).write_text(json.dumps(figures))


def memory() -> float:
    """Resident megabytes of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


async def lags(stop: asyncio.Event) -> list[float]:
    """By how many milliseconds the event loop was late, asked every ten."""
    late = []
    while not stop.is_set():
        before = time.perf_counter()
        await asyncio.sleep(0.01)
        late.append((time.perf_counter() - before - 0.01) * 1e3)
    return late


if __name__ == "__main__":
    program: Callable[..., None] = globals()[sys.argv[1]]
    program(*sys.argv[2:])
