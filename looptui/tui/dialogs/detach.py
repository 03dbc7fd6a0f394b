"""Handing runs to a process in the background: what is in flight, and how long that may take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from time import monotonic, time
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.widget import Widget

from looptui.projections.figures import plural, watch
from looptui.projections.values import RunView
from looptui.tui.asking import Asker
from looptui.tui.dialogs.base import Dialog
from looptui.tui.dialogs.facts import Facts
from looptui.tui.panes.now_line import doing
from looptui.tui.spans import Spans

if TYPE_CHECKING:
    from looptui.tui.controller import Reads

MOST = 5
"""Runs that are named."""
_TICK = 0.5
"""Seconds between two looks."""
AGAIN = 10.0
"""Seconds within which a second key interrupts."""
_ABOUT = (
    "Each run goes on in the background as soon as its step in flight has ended; when the last "
    "one has, the screen closes. `looptui` opens it on them again."
)
_COSTS = (
    "Interrupted, a step is done again in the background from its start, and what its call has "
    "cost so far is spent for nothing. Press {key} again to do so."
)


class Gone(NamedTuple):
    """What came of handing over."""

    pid: int
    problem: str = ""


class DetachDialog(Dialog[Gone]):
    """Waits until every run is driven elsewhere or rests; escape keeps those that are not yet."""

    scope: ClassVar[str] = "detach"
    words: ClassVar[Mapping[str, str]] = {"dialog.close": "Stay"}

    def __init__(self, runs: Sequence[RunView]) -> None:
        super().__init__(f"Detaching {plural(len(runs), 'run')}")
        self._runs = tuple(view.id for view in runs)
        self._limits: dict[str, float | None] = {}
        self._asked_at = -AGAIN
        self._hurried = False

    def parts(self) -> Iterator[Widget]:
        yield Facts(self._lines())

    def on_mount(self) -> None:
        self._asker = Asker(self)
        self.run_worker(self._hand_over(), group="detach", exit_on_error=False)
        self.set_interval(_TICK, self._look)
        self._look()

    async def _hand_over(self) -> None:
        """Cancelled with the dialog: who stays keeps the runs."""
        pid, problem = await self.cockpit.controller.hand_over(self._runs)
        self.cockpit.feed.hurry()
        self.dismiss(Gone(pid, problem))

    # --- what is shown ------------------------------------------------------------------------

    def _look(self) -> None:
        self._asker.ask(self._read_limits, self._limits.update)
        self.query_one(Facts).set_lines(self._lines())

    def _read_limits(self, reads: Reads) -> dict[str, float | None]:
        return {run: reads.patience(run) for run in self._runs}

    def _lines(self) -> list[Spans]:
        shown: list[Spans] = [row for run in self._runs[:MOST] for row in self._rows(run)]
        if len(self._runs) > MOST:
            shown.append(((f"and {len(self._runs) - MOST} more", "muted"),))
        if self._hurried:
            words = "Interrupting what is in flight; it goes on in the background."
            return [*shown, (), ((words, "breaker-warn"),)]
        if monotonic() - self._asked_at < AGAIN:
            key = "".join(self.cockpit.keymap["detach.now"].keys[:1])
            return [*shown, (), ((_COSTS.format(key=key), "breaker-warn"),)]
        return [*shown, (), ((_ABOUT, ""),)]

    def _rows(self, run: str) -> Iterator[Spans]:
        view = self.cockpit.snapshot.run(run)
        if view is None:
            return
        name = (f"{view.loop}  ", "bold")
        driver = self.cockpit.snapshot.driver(view)
        if not view.live:
            yield name, (f"rests: {view.latest or view.state}", "muted")
        elif driver.startswith("pid"):
            yield name, (f"in the background, process {driver[4:]}", "state-done")
        else:
            yield name, (doing(view), "")
            yield ((f"  {self._countdown(view)}", "muted"),)

    def _countdown(self, view: RunView) -> str:
        since = self.cockpit.snapshot.started.get(view.id)
        if since is None or not view.in_flight:
            return "at its safe point"
        taken, limit = time() - since, self._limits.get(view.id)
        left = f", at most {watch(limit - taken)} more" if limit else ""
        return f"for {watch(taken)}{left}"

    # --- keys ---------------------------------------------------------------------------------

    def action_now(self) -> None:
        """The first says what it costs, the second does it."""
        if not self.armed:
            return
        if monotonic() - self._asked_at < AGAIN:
            self._hurried = True
            self.cockpit.controller.hand_over_now()
        self._asked_at = monotonic()
        self._look()
