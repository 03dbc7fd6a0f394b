"""One driving process a run: an `flock` that dies with its process and outlives its being stopped.

Who holds it is written in the locked file itself: one place, readable while the database is not.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from looptui.errors import LeaseHeld
from looptui.proctable import boot_id, start_time

_PATIENCE = 1.0
"""Seconds for which a lock without a living holder (somebody is looking) is tried again."""


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that drives a run; `boot` and `started` tell it from a later one of its pid."""

    pid: int
    boot: str
    started: int
    """Clock ticks after the boot; 0 where the system does not tell."""
    host: str


class Lease:
    """A run that this process drives. Ends with `release`, or with the process."""

    def __init__(self, run: str, file: Path, descriptor: int) -> None:
        self.run = run
        self._file = file
        self._descriptor: int | None = descriptor

    def release(self) -> None:
        """Let others drive the run. Called twice it does nothing."""
        if self._descriptor is not None:
            self._file.unlink(missing_ok=True)
            os.close(self._descriptor)
            self._descriptor = None


class Leases:
    """The leases of all runs, one file each in `directory`."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def acquire(self, run: str) -> Lease:
        """Drive a run from here on. LeaseHeld, with its pid, while another process does."""
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = self._file(run)
        deadline = time.monotonic() + _PATIENCE
        while True:
            descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
            if _locked(descriptor) and _is_current(descriptor, file):
                os.truncate(descriptor, 0)
                os.write(descriptor, json.dumps(asdict(_myself())).encode())
                return Lease(run, file, descriptor)
            holder = _read_holder(descriptor)
            os.close(descriptor)
            if (holder and _lives(holder)) or time.monotonic() > deadline:
                raise _held(run, holder)
            time.sleep(0.002)

    def holder(self, run: str) -> Holder | None:
        """Who drives a run; None for nobody. Looking shuts nobody out: `acquire` tries again."""
        try:
            descriptor = os.open(self._file(run), os.O_RDWR | os.O_NOFOLLOW)
        except FileNotFoundError:
            return None
        try:
            if _locked(descriptor, fcntl.LOCK_SH):
                return None
            holder = _read_holder(descriptor)
            return holder if holder and _lives(holder) else None
        finally:
            os.close(descriptor)

    def _file(self, run: str) -> Path:
        if not run or "/" in run or run.startswith("."):
            raise ValueError(f"not a run id: {run!r}")
        return self._directory / f"{run}.lock"


def _locked(descriptor: int, how: int = fcntl.LOCK_EX) -> bool:
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_current(descriptor: int, file: Path) -> bool:
    """Whether the locked file still has that name: its last holder may have removed it."""
    try:
        return os.path.samestat(os.fstat(descriptor), file.stat())
    except FileNotFoundError:
        return False


def _held(run: str, holder: Holder | None) -> LeaseHeld:
    who = f"process {holder.pid} on {holder.host}" if holder else "another process"
    return LeaseHeld(
        f"Run {run} is driven by {who}",
        "`looptui status` follows it from here; commands reach it all the same.",
    )


def _read_holder(descriptor: int) -> Holder | None:
    try:
        return Holder(**json.loads(os.pread(descriptor, 4096, 0)))
    except (ValueError, TypeError):
        return None


def _myself() -> Holder:
    pid = os.getpid()
    return Holder(pid, boot_id(), start_time(pid) or 0, os.uname().nodename)


def _lives(holder: Holder) -> bool:
    if holder.host != os.uname().nodename:
        return True
    if holder.started:
        return (holder.boot, holder.started) == (boot_id(), start_time(holder.pid))
    try:
        os.kill(holder.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
