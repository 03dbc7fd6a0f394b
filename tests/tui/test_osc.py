"""What a terminal is told beside the screen, and which terminals are told nothing."""

from __future__ import annotations

import base64
from collections.abc import Mapping

import pytest

from looptui.adapters.notifiers.terminal import Bell, Osc, message
from looptui.ports import Surroundings
from looptui.tui import osc
from tests.tui.test_looks import WAITING, view


def test_the_title_says_what_needs_a_person_first() -> None:
    tripped = view(state="tripped")
    assert osc.title_words([WAITING, tripped, view()], 1) == (
        "looptui - 1 for you, 1 tripped, 1 at work"
    )
    assert osc.title_words([], 0) == "looptui"
    assert osc.title("a\x07b\nc\x1b\\") == "\x1b]2;a␇b c␛\\\x1b\\"


def test_progress_is_busy_waiting_failed_or_nothing() -> None:
    assert osc.progress([view()], 1) == "\x1b]9;4;3;0\x1b\\"
    assert osc.progress([WAITING], 1) == "\x1b]9;4;4;100\x1b\\"
    assert osc.progress([view(state="tripped")], 0) == "\x1b]9;4;2;100\x1b\\"
    assert osc.progress([view(state="landed")], 0) == osc.NO_PROGRESS


@pytest.mark.parametrize(
    ("env", "knows"),
    [
        ({}, False), ({"TERM_PROGRAM": "Apple_Terminal"}, False), ({"WT_SESSION": "1"}, True),
        ({"TERM_PROGRAM": "ghostty"}, True), ({"TERM_PROGRAM": "ghostty", "TMUX": "x"}, False),
        ({"TERM_PROGRAM": "iTerm.app", "TERM_PROGRAM_VERSION": "3.5.0"}, False),
        ({"TERM_PROGRAM": "iTerm.app", "TERM_PROGRAM_VERSION": "3.6.10"}, True),
        ({"VTE_VERSION": "7600"}, False), ({"VTE_VERSION": "8000"}, True),
        ({"VTE_VERSION": "new"}, False),
    ],
)  # fmt: skip
def test_progress_goes_only_to_terminals_that_know_it(env: Mapping[str, str], knows: bool) -> None:
    assert osc.knows_progress(env) is knows


def test_a_copy_passes_tmux() -> None:
    text = "zwei Zeilen\nmit ü"
    plain = f"\x1b]52;c;{base64.b64encode(text.encode()).decode()}\x07"
    assert osc.clipboard(text, {}) == plain
    inside = osc.clipboard(text, {"TMUX": "/tmp/tmux"})
    assert inside == plain + "\x1bPtmux;\x1b" + plain + "\x1b\\"


def test_a_browser_is_told_what_a_terminal_would_show_beside_the_screen() -> None:
    title = osc.title("looptui - 1 for you")
    assert osc.beside_the_screen(osc.SAVE_TITLE + title) == ("title", "looptui - 1 for you")
    assert osc.beside_the_screen(title) == ("title", "looptui - 1 for you")
    called = message("looptui needs you", "a;b", {"TERM_PROGRAM": "looptui-serve"})
    assert osc.beside_the_screen(called) == ("call", "looptui needs you: a;b")
    for other in ("", "\x07", "text", title + "more", osc.clipboard("x", {}), osc.RESTORE_TITLE):
        assert osc.beside_the_screen(other) is None


@pytest.mark.parametrize(
    ("env", "sequence"),
    [
        ({}, "\x1b]9;looptui needs you: a;b\x1b\\"),
        ({"TERM_PROGRAM": "WezTerm"}, "\x1b]777;notify;looptui needs you;a;b\x1b\\"),
        ({"TERM": "foot"}, "\x1b]777;notify;looptui needs you;a;b\x1b\\"),
    ],
)
def test_a_message_is_one_sequence(env: Mapping[str, str], sequence: str) -> None:
    assert message("looptui needs you", "a;b", env) == sequence


def test_what_others_wrote_cannot_end_a_message() -> None:
    said = message("t", "x\x07\x1b]0;owned\x07\ny", {})
    assert said.count("\x1b") == 2
    assert "\x07" not in said
    assert "\n" not in said


async def test_channels_write_to_the_terminal_and_say_why_not() -> None:
    written: list[str] = []
    assert await Bell(Surroundings(written.append, {})).notify("t", "b") == ""
    assert await Osc(Surroundings(written.append, {"TMUX": "x"})).notify("t", "b") == ""
    assert written == ["\x07", "\x1bPtmux;\x1b\x1b]9;t: b\x1b\x1b\\\x1b\\"]
    apple = Surroundings(written.append, {"TERM_PROGRAM": "Apple_Terminal"})
    assert "use desktop" in await Osc(apple).notify("t", "b")
    assert len(written) == 2
