"""Questions of a pane to the store: they wait for the disk in a thread, the screen does not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from textual.widget import Widget

from looptui.errors import LooptuiError
from looptui.tui.controller import Answer, Controller, Reads

if TYPE_CHECKING:
    from looptui.tui.app import LooptuiApp


class Asker:
    """Asks one question at a time; of those that wait meanwhile only the newest is asked."""

    def __init__(self, pane: Widget) -> None:
        self._pane = pane
        self._next: Callable[[Controller], Awaitable[None]] | None = None
        self._busy = False

    def ask(self, question: Callable[[Reads], Answer], then: Callable[[Answer], None]) -> None:
        """Have a question answered and `then` called with the answer, if the pane still is there.

        Where the state cannot be read nothing is called: the feed says so.
        """

        async def both(controller: Controller) -> None:
            with suppress(LooptuiError):
                answer = await controller.read(question)
                if self._pane.is_mounted:
                    then(answer)

        self._next = both
        if not self._busy:
            self._busy = True
            app: LooptuiApp = self._pane.app  # type: ignore[assignment]
            asking: Callable[[], Awaitable[None]] = partial(self._answer, app.controller)
            app.run_worker(asking, group="ask", exit_on_error=False)

    async def _answer(self, controller: Controller) -> None:
        try:
            while self._next is not None:
                wanted, self._next = self._next, None
                await wanted(controller)
        finally:
            self._busy = False
