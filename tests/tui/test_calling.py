"""When a person is called, and for what: once each, never while they look, not at night."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import pytest

from looptui.tui.calling import Call, Caller, Presence, Reason, in_quiet_hours, reasons
from looptui.tui.preferences import Calling
from tests.tui.test_looks import NEED, WAITING, view

ALWAYS = Calling(when="always")
A, B = Reason("a", "fix: approval"), Reason("b", "docs: question")


def at(clock: str) -> float:
    """A Unix time with that local time of day."""
    hours, minutes = map(int, clock.split(":"))
    return time.mktime((2026, 3, 4, hours, minutes, 0, 0, 0, -1))


NOON = at("12:00")


USUAL = Calling()


def see(
    caller: Caller,
    *found: Reason,
    wishes: Calling = USUAL,
    away: bool = True,
    now: float = NOON,
) -> Call | None:
    return caller.see(found, wishes, away=away, at=now)


def started() -> Caller:
    caller = Caller()
    assert see(caller) is None
    return caller


def test_each_need_is_called_for_once() -> None:
    caller = started()
    assert see(caller, A) == Call("looptui needs you", "fix: approval")
    assert see(caller, A) is None
    assert see(caller, B, A) == Call("looptui needs you", "docs: question")
    assert see(caller, A) is None
    assert see(caller, A, B) is not None, "it came again"


def test_what_waits_at_the_start_is_on_the_screen_already() -> None:
    caller = Caller()
    assert see(caller, A) is None
    assert see(caller, A, B) == Call("looptui needs you", "docs: question")


def test_nobody_is_called_for_what_they_have_seen() -> None:
    caller = started()
    assert see(caller, A, away=False) is None
    assert see(caller, A, away=True) is None
    assert see(started(), A, away=False, wishes=ALWAYS) is not None
    assert see(started(), A, wishes=Calling(when="never")) is None


def test_quiet_hours_keep_a_call_for_later() -> None:
    night = Calling(quiet="22:00-07:00")
    caller = started()
    assert see(caller, A, wishes=night, now=at("23:30")) is None
    assert see(caller, A, B, wishes=night, now=at("03:00")) is None
    call = see(caller, A, B, wishes=night, now=at("07:00"))
    assert call is not None
    assert call.body == "fix: approval; docs: question"
    assert see(caller, A, B, wishes=night, now=at("07:01")) is None


@pytest.mark.parametrize(
    ("quiet", "clock", "inside"),
    [
        ("", "03:00", False), ("22:00-07:00", "22:00", True), ("22:00-07:00", "06:59", True),
        ("22:00-07:00", "07:00", False), ("12:00-13:00", "12:30", True),
        ("12:00-13:00", "13:00", False), ("08:00-08:00", "08:00", False),
    ],
)  # fmt: skip
def test_quiet_hours_may_pass_midnight(quiet: str, clock: str, inside: bool) -> None:
    assert in_quiet_hours(quiet, at(clock)) is inside


def test_many_needs_are_one_call() -> None:
    many: Sequence[Reason] = [Reason(str(n), f"loop{n}: approval") for n in range(5)]
    call = see(started(), *many)
    assert call is not None
    assert call.body == "loop0: approval; loop1: approval; loop2: approval and 2 more"


def test_needs_and_trips_are_reasons_and_say_no_more_than_names() -> None:
    secret = replace(NEED, text="sk-ant-0123456789 in config.py")
    tripped = view(id="t", state="tripped", tripped="cost", events=9)
    found = reasons([replace(WAITING, needs=(secret,)), tripped, view()])
    assert [reason.words for reason in found] == ["loop: approval", "loop: cost breaker tripped"]
    again = reasons([replace(tripped, events=12)])
    assert again[0].id != found[1].id, "tripped anew is new"


def test_presence_follows_the_focus_and_else_the_keys() -> None:
    presence = Presence(0.0)
    assert not presence.away(29.0)
    assert presence.away(31.0)
    presence.key(31.0)
    assert not presence.away(60.0)
    presence.focus(False)
    assert presence.away(60.0)
    presence.key(61.0)
    assert not presence.away(1000.0), "who types is there"
    presence.focus(False)
    presence.focus(True)
    assert not presence.away(1000.0)
