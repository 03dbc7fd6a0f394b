"""Through the desktop: `notify-send` on Linux, `osascript` on macOS."""

from __future__ import annotations

import shutil
import sys

from looptui.adapters.notifiers.command import called
from looptui.ports import Surroundings

_SCRIPT = "on run words\ndisplay notification (item 2 of words) with title (item 1 of words)\nend"


class Desktop:
    """A message of the desktop's own."""

    name = "desktop"

    def __init__(self, surroundings: Surroundings) -> None:
        self._env = surroundings.env

    async def notify(self, title: str, body: str) -> str:
        path = self._env.get("PATH")
        if sys.platform == "darwin" and shutil.which("osascript", path=path):
            return await called(("osascript", "-e", _SCRIPT, title, body), self._env)
        if shutil.which("notify-send", path=path):
            return await called(("notify-send", "-a", "looptui", "--", title, body), self._env)
        return "there is no notify-send on PATH"
