"""The screens that are timed; they import Textual, so the programs import them late."""

from __future__ import annotations

import asyncio
import time

from textual.app import App, ComposeResult
from textual.driver import Driver
from textual.widget import Widget

from looptui.tui import themes
from looptui.tui.spans import Spans
from looptui.tui.widgets.bar import Field, SummaryBar
from looptui.tui.widgets.diff_model import parse_diff
from looptui.tui.widgets.diff_view import DiffView
from looptui.tui.widgets.gauge import Gauge, GaugeView
from looptui.tui.widgets.key_bar import KeyBar
from looptui.tui.widgets.tab_bar import TabBar
from looptui.tui.widgets.table_view import Column, TableRow, TableView
from looptui.tui.widgets.tail_view import TailView
from tests.bench.tui_apps import lags, memory

DIFF_LINES = 75_000
PAGES = 60
SECONDS = 5
RATE = 10_000
COLUMNS = (
    Column("", 1), Column("loop", 18), Column("state", 8), Column("iter", 6, 2, right=True),
    Column("nearest brk", 14, 1), Column("cost $", 7, 3, right=True), Column("time", 6, 4),
    Column("latest", 18, 1, grow=True),
)  # fmt: skip


class Panes(App[None]):
    """What every timed app needs to look like the real one."""

    CSS_PATH = themes.shipped_themes() / themes.STYLESHEET
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, driver_class: type[Driver] | None = None) -> None:
        super().__init__(driver_class=driver_class)
        themes.register(self, themes.find_palettes(themes.shipped_themes()))
        self.theme = themes.DEFAULT

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return themes.token_defaults(self)

    async def painted(self, widget: Widget) -> None:
        """Wait until the next frame is written."""
        done = asyncio.Event()
        widget.call_after_refresh(done.set)
        await done.wait()


class Dashboard(Panes):
    """A first screen with a hundred runs."""

    def __init__(self, mark: str, driver_class: type[Driver] | None) -> None:
        super().__init__(driver_class)
        self.mark = mark

    def compose(self) -> ComposeResult:
        yield TabBar("fleet")
        yield SummaryBar()
        yield TableView(COLUMNS)
        yield GaugeView()
        yield TailView()
        yield KeyBar("fleet")

    def on_mount(self) -> None:
        runs = [f"loop-{n:03}" for n in range(100)]
        cells = (("running", "state-run"),), "5/12", "time 82%", "0.71", "25m", "maker: editing"
        rows = [TableRow(run, ("▸", run, *cells)) for run in runs]
        self.query_one(TableView).set_rows(rows)
        gauge = Gauge("time", "time", 0.82, "25m/30m", "warn", "trips in about 3 iterations")
        self.query_one(GaugeView).set_gauges([gauge._replace(id=str(n)) for n in range(6)])
        self.query_one(TailView).append_text(f"line\n{self.mark}")
        self.query_one(SummaryBar).set_fields([Field((("5 running", "state-run"),))])


class DiffApp(Panes):
    """Times the opening of a diff, then paging."""

    def compose(self) -> ComposeResult:
        yield DiffView()

    def measure(self) -> dict[str, float]:
        self.figures: dict[str, float] = {}
        self.run()
        return self.figures

    async def on_mount(self) -> None:
        self.run_worker(self._measure(), exit_on_error=True)

    async def _measure(self) -> None:
        view = self.query_one(DiffView)
        await self.painted(view)
        await self._open(view, "5,000 lines", big_diff(5_000))
        before = memory()
        await self._open(view, "", big_diff(DIFF_LINES))
        self.figures["memory MB"] = memory() - before
        await self._page(view, "")
        view.set_split(True)
        await self.painted(view)
        view.action_top()
        await self._page(view, "split ")
        self.exit()

    async def _open(self, view: DiffView, what: str, text: str) -> None:
        """From the text to the frame, with all that a review works out beside it."""
        start, cpu = time.perf_counter(), time.process_time()
        diff = parse_diff(text)
        diff.work_out()
        view.set_diff(diff)
        await self.painted(view)
        self.figures[f"open {what} ms".replace("  ", " ")] = (time.perf_counter() - start) * 1e3
        self.figures[f"open {what} CPU ms".replace("  ", " ")] = (time.process_time() - cpu) * 1e3

    async def _page(self, view: DiffView, how: str) -> None:
        cpu, walls = time.process_time(), []
        for _ in range(PAGES):
            start = time.perf_counter()
            view.action_page_down()
            await self.painted(view)
            walls.append((time.perf_counter() - start) * 1e3)
        self.figures[f"{how}page CPU ms"] = (time.process_time() - cpu) * 1e3 / PAGES
        self.figures[f"{how}page p95 ms"] = sorted(walls)[int(PAGES * 0.95)]


class TailApp(Panes):
    """Times a stream that follows."""

    def compose(self) -> ComposeResult:
        yield TailView()

    def measure(self) -> dict[str, float]:
        self.figures: dict[str, float] = {}
        self.run()
        return self.figures

    async def on_mount(self) -> None:
        self.run_worker(self._measure(), exit_on_error=True)

    async def _measure(self) -> None:
        view = self.query_one(TailView)
        await self.painted(view)
        stop, before = asyncio.Event(), memory()
        probe = asyncio.ensure_future(lags(stop))
        start, cpu, sent = time.perf_counter(), time.process_time(), 0
        while (passed := time.perf_counter() - start) < SECONDS:
            due = int(passed * RATE)
            view.append([_line(n) for n in range(sent, due)])
            sent = due
            await asyncio.sleep(0.02)
        self.figures["CPU %"] = (time.process_time() - cpu) / SECONDS * 100
        stop.set()
        late = sorted(await probe)
        self.figures["lag p95 ms"] = late[int(len(late) * 0.95)]
        self.figures["lag max ms"] = late[-1]
        self.figures["lines/s"] = sent / SECONDS
        view.append([_line(n) for n in range(sent, 100_000)])
        await self.painted(view)
        self.figures["MB per 100k lines"] = memory() - before
        self.exit()


def _line(number: int) -> Spans:
    return ((f"14:24:{number % 60:02} ", "muted"), (f"line {number} of the output of a maker", ""))


def big_diff(lines: int) -> str:
    """A diff of about so many lines: hunks of ten lines in files of a hundred hunks."""
    parts, hunks = [], lines // 11
    for hunk in range(hunks):
        if hunk % 100 == 0:
            parts.append(f"--- a/src/m{hunk}.py\n+++ b/src/m{hunk}.py\n")
        at = hunk % 100 * 40 + 1
        parts.append(f"@@ -{at},7 +{at},7 @@ def function_{hunk}(value):\n")
        parts.append("".join(f"     context = line({n})\n" for n in range(2)))
        parts.append("".join(f"-    old = compute(value, {n})\n" for n in range(3)))
        parts.append("".join(f"+    new = compute(value, {n} + 1)\n" for n in range(3)))
        parts.append("".join(f"     more = line({n})\n" for n in range(2)))
    return "".join(parts)
