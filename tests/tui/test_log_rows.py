"""The rows of the audit list and the filter as it is written."""

from __future__ import annotations

from array import array

import pytest

from looptui.tui.logbook import Entry, Sought
from looptui.tui.panes import log_filter
from looptui.tui.panes.log_rows import All, Found, LogRows

NOW = 1_790_000_000.0


def _rows(top: int) -> LogRows:
    rows, places = LogRows(), All()
    places.top = top
    rows.places = places
    return rows


def test_a_million_events_are_listed_and_only_those_in_sight_are_wished_for() -> None:
    rows = _rows(1_000_000)
    assert (rows.count(), rows.key(0), rows.key(999_999)) == (1_000_000, 1_000_000, 1)
    assert rows.find(250_000) == 750_000
    assert rows.find(1_000_001) is None
    assert rows.missing(range(500_000, 500_003)) == [500_000, 499_999, 499_998]


def test_an_event_that_was_asked_for_and_did_not_come_is_said_to_be_gone() -> None:
    rows = _rows(3)
    rows.keep([3, 2], [Entry(3, NOW, "r", "fix", "engine", "run.paused", "by a person")])
    assert "by a person" in "".join(text for text, _ in rows.line(0, 100).spans)
    assert "this event is gone" in "".join(text for text, _ in rows.line(1, 100).spans)
    assert rows.missing(range(3)) == [1]


def test_events_from_the_first_bad_one_on_are_marked() -> None:
    rows = _rows(3)
    rows.bad_from = 2
    marked = ["✗" in "".join(text for text, _ in rows.line(at, 100).spans) for at in range(3)]
    assert marked == [True, True, False]


def test_what_is_found_is_newest_first_while_it_grows_at_both_ends() -> None:
    found = Found(100)
    found.add_older(array("q", [90, 80]), 51)
    found.add_newer(array("q", [120, 110]), 120)
    found.add_older(array("q", [40]), 1)
    assert [found.seq(at) for at in range(found.count())] == [120, 110, 90, 80, 40]
    assert [found.find(seq) for seq in (120, 80, 40, 85, 1)] == [0, 3, 4, None, None]
    assert (found.top, found.bottom) == (120, 1)


@pytest.mark.parametrize(
    ("text", "sought"),
    [
        ("", Sought()),
        ("kind:gate,maker 'no such'", Sought(("gate", "maker"), words=("no such",))),
        ("loop:fix actor:ada since:2h", Sought((), ("fix",), ("ada",), NOW - 7200)),
        ("http://x", Sought(words=("http://x",))),
    ],
)  # fmt: skip
def test_a_filter_means_what_it_says(text: str, sought: Sought) -> None:
    assert log_filter.parse(text, NOW) == sought


@pytest.mark.parametrize("text", ["since:soon", "since:", "since:h", "'open"])
def test_a_filter_that_means_nothing_says_so(text: str) -> None:
    with pytest.raises(ValueError, match=r"since:|quotation"):
        log_filter.parse(text, NOW)


def test_a_part_takes_the_place_of_what_the_filter_said_of_it() -> None:
    text = log_filter.with_part("'no such' kind:gate", "kind", "maker")
    assert log_filter.parse(text, NOW) == Sought(("maker",), words=("no such",))
    assert log_filter.with_span("since:1h word", 0) == "word"
    spans = [log_filter.with_span("", seconds) for seconds in log_filter.SPANS]
    assert spans == ["", "since:1h", "since:1d", "since:7d"]
