"""A pseudo-terminal that times a program: bytes, CPU and memory until a text is on screen."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

_SEQUENCE = re.compile(
    rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]P_^][^\x07\x1b]*(?:\x07|\x1b\\)|[()][0-9A-B]|[=>78MDEH])"
)
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Usage:
    """What a program has used since it started."""

    wall: float
    "Seconds."
    cpu: float
    "User and system seconds of all its threads."
    memory: float
    "Resident megabytes."
    switches: int
    "Context switches, voluntary and not."
    written: int
    "Bytes it wrote to the terminal."


class Terminal:
    """A program in a terminal of 120 by 40 that answers Textual's questions with no."""

    def __init__(
        self, argv: Sequence[str], columns: int = 120, rows: int = 40, cwd: Path | None = None
    ) -> None:
        self._parent, child = pty.openpty()
        fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
        environment |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
        self._started = time.perf_counter()
        self._process = subprocess.Popen(
            argv, stdin=child, stdout=child, stderr=child, env=environment, cwd=cwd,
            start_new_session=True,
        )  # fmt: skip
        os.close(child)
        self._seen = b""
        self.written = 0

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        os.close(self._parent)

    def until(self, text: str, timeout: float = 30) -> Usage:
        """What was used when `text` had been written; TimeoutError shows the end of the screen."""
        pattern, deadline = text.encode(), time.perf_counter() + timeout
        while pattern not in _SEQUENCE.sub(b"", self._seen):
            if time.perf_counter() > deadline or not self._read(0.5):
                end = _SEQUENCE.sub(b"", self._seen)[-400:]
                if time.perf_counter() > deadline or self._process.poll() is not None:
                    raise TimeoutError(f"{text!r} never came; the end was {end!r}")
        return self.usage()

    def forget(self) -> None:
        """Look for the next text only in what is written from now on."""
        self._seen = b""

    def press(self, key: bytes) -> float:
        """Write a key; returns the seconds until the first byte of an answer."""
        start = time.perf_counter()
        os.write(self._parent, key)
        self._read(5)
        return time.perf_counter() - start

    def drain(self, seconds: float) -> None:
        """Read whatever comes for some time."""
        deadline = time.perf_counter() + seconds
        while (rest := deadline - time.perf_counter()) > 0:
            self._read(rest)

    def wait(self, timeout: float = 120) -> None:
        """Read until the program ends."""
        deadline = time.perf_counter() + timeout
        while self._process.poll() is None and time.perf_counter() < deadline:
            self._read(0.1)

    def usage(self) -> Usage:
        wall = time.perf_counter() - self._started
        folder = Path(f"/proc/{self._process.pid}")
        fields = (folder / "stat").read_text().rpartition(")")[2].split()
        cpu = (int(fields[11]) + int(fields[12])) / _TICKS
        scheduled = (folder / "schedstat").read_text().split()
        threads = [task / "schedstat" for task in (folder / "task").iterdir()]
        exact = sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9
        memory = int(fields[21]) * os.sysconf("SC_PAGE_SIZE") / 1e6
        switches = sum(_switches(task / "status") for task in (folder / "task").iterdir())
        cpu = exact if scheduled[0] != "0" else cpu
        return Usage(wall, cpu, memory, switches, self.written)

    def holds(self) -> tuple[int, int]:
        """How many files it has open and how many threads it has."""
        folder = Path(f"/proc/{self._process.pid}")
        return len(list((folder / "fd").iterdir())), len(list((folder / "task").iterdir()))

    def _read(self, timeout: float) -> bool:
        ready, _, _ = select.select([self._parent], [], [], timeout)
        if not ready:
            return False
        try:
            chunk = os.read(self._parent, 1 << 18)
        except OSError:
            return False
        self.written += len(chunk)
        self._seen = (self._seen + chunk)[-2_000_000:]
        for mode in re.findall(rb"\x1b\[\?(\d+)\$p", chunk):
            os.write(self._parent, b"\x1b[?%s;0$y" % mode)
        return bool(chunk)


def _switches(status: Path) -> int:
    return sum(
        int(line.split()[1])
        for line in status.read_text().splitlines()
        if line.startswith(("voluntary_ctxt", "nonvoluntary_ctxt"))
    )
