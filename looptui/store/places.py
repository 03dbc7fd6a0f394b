"""The places for runs at work: counted across processes, each a locked file that dies with its own.

Who has no place waits in the order of asking; between processes the first who looks gets it.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_MUTEX = "mutex"
_PATIENCE = 0.5
"""Seconds for which others are let finish."""


class Place:
    """A run's place among those at work, or its wait for one. Ends with `leave`."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._held: tuple[Path, int] | None = None

    def take(self) -> bool:
        """Whether the run has a place now; else it has asked for one, and asks again later."""
        if self._held is None:
            self._held = self._places.taken(self)
        return self._held is not None

    def leave(self) -> None:
        """Give the place to others, or stop waiting for one. Called twice it does nothing."""
        self._places.left(self, self._held)
        self._held = None


class Places:
    """At most `most` places are held at a time by all processes that use `directory`."""

    def __init__(self, directory: Path, most: int) -> None:
        self.most = most
        self._directory = directory
        self._waiting: list[Place] = []

    def __call__(self) -> Place:
        return Place(self)

    def free(self) -> bool:
        """Whether a run that asked now would get a place at once."""
        with self._alone():
            return not self._waiting and self._used() < self.most

    def taken(self, place: Place) -> tuple[Path, int] | None:
        """The file and descriptor of a place for the one that has waited longest."""
        if place not in self._waiting:
            self._waiting.append(place)
        if self._waiting[0] is not place:
            return None
        with self._alone():
            if self._used() >= self.most:
                return None
            self._waiting.remove(place)
            return next(held for held in map(_locked, self._files()) if held is not None)

    def left(self, place: Place, held: tuple[Path, int] | None) -> None:
        if place in self._waiting:
            self._waiting.remove(place)
        if held is not None:
            with self._alone():
                held[0].unlink(missing_ok=True)
                os.close(held[1])

    def _files(self) -> Iterator[Path]:
        """As many names as places can be held, and one more."""
        used = len(list(self._directory.glob("[0-9]*")))
        return (self._directory / str(n) for n in range(used + 1))

    def _used(self) -> int:
        """Places that are held; a file that nobody holds was left by a process that died."""
        return sum(_is_held(path) for path in self._directory.glob("[0-9]*"))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else takes, leaves or counts places meanwhile; it lasts microseconds.

        A process that was stopped in here is not waited for: one run too many is no harm.
        """
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        mutex, deadline = self._directory / _MUTEX, time.monotonic() + _PATIENCE
        while (held := _locked(mutex)) is None and time.monotonic() < deadline:
            time.sleep(0.001)
        try:
            yield
        finally:
            if held is not None:
                os.close(held[1])


def _locked(path: Path) -> tuple[Path, int] | None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return path, descriptor


def _is_held(path: Path) -> bool:
    found = _locked(path)
    if found is not None:
        os.close(found[1])
    return found is None
