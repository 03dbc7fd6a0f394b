"""Records the demo as a person sees it: `python -m screenshots.cast`, played by `asciinema play`.

It is the real `looptui demo` on a terminal of its own, driven by keys, in the format asciicast v2:
a line of JSON for the terminal, then one for everything it was sent.
"""

from __future__ import annotations

import codecs
import fcntl
import json
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import Any

COLUMNS, ROWS = 100, 30
SEED = 7
TARGET = Path(__file__).parent / "demo.cast"
_PATIENCE = 180.0
_LONGEST = 1.5
"""Seconds of a pause in the recording; a person who watches need not wait for a loaded machine."""
_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]P_^][^\x07\x1b]*(?:\x07|\x1b\\)|[=>78MDEH])")
_ASKED = re.compile(rb"\x1b\[\?(\d+)\$p")
_PLAY = (
    ("press r (or !) to review", "", 1.0),
    ("", "r", 0.0),
    ("approves all of exactly this tree", "", 3.0),
    ("", "A", 0.0),
    ("Approve this change", "", 3.0),
    ("", "y", 0.0),
    ("landed as", "", 3.0),
    ("", "\x11", 0.0),
)
"""Words to wait for, a key to press, and seconds to look at it: long enough for the key guard."""


class Recorder:
    """A program on a terminal, and what it wrote with its time."""

    def __init__(self, argv: list[str]) -> None:
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        env = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
        env = {name: value for name, value in env.items() if not name.startswith("LOOPTUI_")}
        self.process = subprocess.Popen(
            argv, stdin=theirs, stdout=theirs, stderr=theirs, env=env, start_new_session=True
        )
        os.close(theirs)
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._last = time.monotonic()
        self._clock = 0.0
        self._seen = ""
        self.events: list[tuple[float, str, str]] = []

    def play(self, words: str, key: str, pause: float) -> None:
        """Wait for words or press a key, and go on recording for a while."""
        end = time.monotonic() + _PATIENCE
        while words not in _SEQUENCE.sub("", self._seen):
            if not self._read(0.2) and (self.process.poll() is not None or time.monotonic() > end):
                raise SystemExit(f"{words!r} never came")
        if key:
            self._seen = ""
            os.write(self._ours, key.encode())
        until = time.monotonic() + pause
        while (rest := until - time.monotonic()) > 0:
            self._read(rest)

    def end(self) -> None:
        """Record to the end of the program."""
        while self._read(5.0):
            pass
        self.process.wait(30)
        os.close(self._ours)

    def _read(self, timeout: float) -> bool:
        if not select.select([self._ours], [], [], timeout)[0]:
            return False
        try:
            data = os.read(self._ours, 1 << 16)
        except OSError:
            return False
        for mode in _ASKED.findall(data):
            os.write(self._ours, b"\x1b[?%s;0$y" % mode)
        now = time.monotonic()
        self._clock += min(now - self._last, _LONGEST)
        self._last = now
        text = self._decode(data)
        self._seen += text
        self.events.append((round(self._clock, 3), "o", text))
        return bool(data)


def main() -> None:
    recorder = Recorder([sys.executable, "-m", "looptui", "demo", "--seed", str(SEED)])
    for words, key, pause in _PLAY:
        recorder.play(words, key, pause)
    recorder.end()
    head: dict[str, Any] = {"version": 2, "width": COLUMNS, "height": ROWS}
    head |= {"title": f"looptui demo --seed {SEED}", "env": {"TERM": "xterm-256color"}}
    lines = [head, *recorder.events]
    TARGET.write_text("".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines))
    seconds, size = recorder.events[-1][0], TARGET.stat().st_size // 1024
    print(f"{TARGET.name}: {seconds:.0f} s, {size} KiB, exit code {recorder.process.returncode}")


if __name__ == "__main__":
    main()
