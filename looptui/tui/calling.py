"""Calling a person who looks elsewhere: whom for, once each, and never in quiet hours.

No Textual here: facts in, what to say out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from time import localtime
from typing import TYPE_CHECKING, NamedTuple

from looptui.text import safe

if TYPE_CHECKING:
    from looptui.projections.values import RunView
    from looptui.tui.preferences import Calling

AWAY_SECONDS = 30.0
"""Without a key, in a terminal that does not tell whether it has the focus."""
_NAMED = 3
_DAY = 24 * 60


class Call(NamedTuple):
    """What a person is told: loops and kinds, never what anybody wrote."""

    title: str
    body: str


class Reason(NamedTuple):
    """One thing that waits for a person."""

    id: str
    words: str


def reasons(views: Iterable[RunView]) -> list[Reason]:
    """Everything that waits for a person now."""
    found = []
    for view in views:
        found += [Reason(need.id, f"{view.loop}: {need.kind}") for need in view.needs]
        if view.state == "tripped":
            words = f"{view.loop}: {view.tripped} breaker tripped"
            found.append(Reason(f"{view.id} tripped {view.events}", words))
    return found


class Presence:
    """Whether somebody looks at the screen, from focus reports and keys. Seconds are monotonic."""

    def __init__(self, now: float) -> None:
        self._focused: bool | None = None
        self._key_at = now

    def focus(self, focused: bool) -> None:
        self._focused = focused

    def key(self, now: float) -> None:
        self._key_at = now
        if self._focused is False:
            self._focused = True

    def away(self, now: float) -> bool:
        """A terminal that never reported its focus is taken to be left after half a minute."""
        if self._focused is None:
            return now - self._key_at >= AWAY_SECONDS
        return not self._focused


class Caller:
    """Remembers what a person was called for or has seen."""

    def __init__(self) -> None:
        self._told: set[str] | None = None

    def see(
        self, found: Sequence[Reason], wishes: Calling, *, away: bool, at: float
    ) -> Call | None:
        """The call that is due, if any; `at` is Unix time.

        What waits while a person looks counts as seen. What comes in quiet hours waits for their
        end. What was there at the first look is on the screen already.
        """
        ids = {reason.id for reason in found}
        if self._told is None or wishes.when == "never":
            self._told = ids
            return None
        if wishes.when == "unfocused" and not away:
            self._told = ids
            return None
        self._told &= ids
        if in_quiet_hours(wishes.quiet, at):
            return None
        new = [reason for reason in found if reason.id not in self._told]
        self._told = ids
        return _call(new) if new else None


def _call(new: Sequence[Reason]) -> Call:
    words = "; ".join(reason.words for reason in new[:_NAMED])
    more = f" and {len(new) - _NAMED} more" if len(new) > _NAMED else ""
    return Call("looptui needs you", safe(words + more))


def in_quiet_hours(quiet: str, at: float) -> bool:
    """Whether a Unix time is within `22:00-07:00`, by the local clock; an empty string is never."""
    if not quiet:
        return False
    begin, end = map(_minutes, quiet.split("-"))
    clock = localtime(at)
    now = clock.tm_hour * 60 + clock.tm_min
    return (now - begin) % _DAY < (end - begin) % _DAY


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)
