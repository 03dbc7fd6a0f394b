"""What a run is called, how urgent it is, and what a person should do next."""

from __future__ import annotations

from dataclasses import replace

import pytest

from looptui.projections.values import BreakerView, NeedView, RunView
from looptui.tui import looks
from looptui.tui.glyphs import UNICODE
from looptui.tui.keymap import Keymap
from looptui.tui.panes.now_line import Moment, sentence
from looptui.tui.user_keys import resolve

NEED = NeedView("r.1", "r", "loop", "approval", 100.0, "1 file +1 -1, all gates pass", "ab" * 20)
BREAKERS = {"time": BreakerView(60.0, 600.0, 0.1, "ok"), "cost": BreakerView(0.0, 5.0, 0.0, "ok")}
SHIPPED = Keymap()


def view(**changes: object) -> RunView:
    base = RunView(
        "r", "loop", "active", "making", 2, "base", "branch", None, BREAKERS, (), 0.0, 0, (),
        agent="command", in_flight="make 2", updated=100.0,
    )  # fmt: skip
    return replace(base, **changes)  # type: ignore[arg-type]


WAITING = view(state="waiting", needs=(NEED,), in_flight="")
ESCALATED = view(state="waiting", needs=(replace(NEED, kind="escalation"),), in_flight="")


@pytest.mark.parametrize(
    ("run", "driver", "word"),
    [
        (view(), "here", "run"), (view(), "", "interrupted"), (WAITING, "", "review"),
        (ESCALATED, "", "escal"), (view(phase="verifying"), "pid 1", "gate"),
        (view(state="paused"), "", "paused"), (view(state="tripped"), "", "tripped"),
        (view(state="landed"), "", "landed"), (view(state="completed"), "", "done"),
        (view(state="parked"), "here", "parked"), (view(state="unheard-of"), "", "unheard-of"),
    ],
)  # fmt: skip
def test_every_state_is_a_word(run: RunView, driver: str, word: str) -> None:
    assert looks.of_run(run, driver, UNICODE).word == word


def test_what_needs_a_person_comes_first() -> None:
    order = [
        (ESCALATED, ""), (WAITING, ""), (view(state="tripped"), ""), (view(), ""),
        (view(), "here"), (view(state="paused"), ""), (view(state="parked"), "here"),
        (view(state="landed"), ""),
    ]  # fmt: skip
    scores = [looks.urgency(run, driver) for run, driver in order]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == len(scores)


def test_waiting_is_counted_and_never_negative() -> None:
    assert looks.waited(WAITING, 160.0) == 60.0
    assert looks.waited(WAITING, 40.0) == 0.0
    assert looks.waited(view(), 160.0) == 0.0


def test_clocks_run_on_only_while_somebody_drives() -> None:
    assert looks.live(view(), "here", 130.0)["time"].value == 90.0
    assert looks.live(view(), "", 130.0)["time"].value == 60.0
    assert looks.live(view(state="paused"), "", 130.0)["time"].ratio == 0.1


def test_the_nearest_breaker_is_the_tripped_one_else_the_fullest() -> None:
    assert looks.nearest(view()) == ("time", BREAKERS["time"])
    assert looks.nearest(view(state="tripped", tripped="cost")) == ("cost", BREAKERS["cost"])
    assert looks.nearest(view(breakers={})) is None


def test_the_sentence_says_what_to_press() -> None:
    moment = Moment(200.0, 190.0, 195.0)
    said = sentence(WAITING, "", (), moment, UNICODE, SHIPPED)
    assert said.spans[0][0] == "? press r (or !) to review: 1 file +1 -1, all gates pass"
    assert (said.calls, said.press, said.turning) == ("state-review", "r", False)
    assert "press !" in sentence(ESCALATED, "", (), moment, UNICODE, SHIPPED).spans[0][0]
    tripped = sentence(view(state="tripped"), "", (), moment, UNICODE, SHIPPED)
    assert "press b" in tripped.spans[0][0]
    assert "press p" in sentence(view(), "", (), moment, UNICODE, SHIPPED).spans[0][0]


def test_the_sentence_names_the_keys_in_force() -> None:
    keymap, problems = resolve(
        {"loop.review": "f5", "app.next-need": "ctrl+e", "loop.limits": False, "loop.pause": "P"}
    )
    assert problems == []
    moment = Moment(200.0, 190.0, 195.0)
    said = sentence(WAITING, "", (), moment, UNICODE, keymap)
    assert said.spans[0][0].startswith("? press f5 (or ^e) to review")
    assert said.press == "f5"
    tripped = sentence(view(state="tripped"), "", (), moment, UNICODE, keymap)
    assert tripped.spans[0][0].endswith("press 'breakers and limits'")
    assert tripped.press == ""
    assert "press P to resume" in sentence(view(), "", (), moment, UNICODE, keymap).spans[0][0]


def test_the_sentence_shows_life() -> None:
    said = sentence(view(), "here", (), Moment(200.0, 190.0, 195.0), UNICODE, SHIPPED)
    words = "".join(text for text, _ in said.spans)
    assert words == "command at work on iteration 2 0:10  last output 5s ago"
    silent = sentence(view(), "pid 7", (), Moment(200.0, 190.0, None), UNICODE, SHIPPED)
    assert "".join(text for text, _ in silent.spans).endswith("no output yet  driven by pid 7")
    assert silent.turning
