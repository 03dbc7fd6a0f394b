from __future__ import annotations

import pytest

from looptui.tui import figures
from looptui.tui.dialogs.limits import parse_limit


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0s"), (59.9, "59s"), (60, "1m"), (3599, "59m"), (3600, "1h"), (7500, "2h05"),
     (86400, "1d"), (-3, "0s")],
)  # fmt: skip
def test_spans_are_short(seconds: float, text: str) -> None:
    assert figures.span(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(7, "0:07"), (751, "12:31"), (3723, "1:02:03"), (-1, "0:00")]
)
def test_running_time_is_to_the_second(seconds: float, text: str) -> None:
    assert figures.watch(seconds) == text


def test_an_unknown_price_is_never_nothing() -> None:
    assert figures.money(0.0) == "$0.00"
    assert figures.money(0.0, known=False) == "n/a"
    assert figures.money(1234.5) == "$1,234.50"


def test_tokens_and_counts() -> None:
    assert [figures.tokens(n) for n in (561, 12_400, 2_000_000)] == ["561", "12k", "2.0M"]
    assert [figures.plural(n, "file") for n in (0, 1, 2)] == ["0 files", "1 file", "2 files"]


@pytest.mark.parametrize(
    ("breaker", "text", "limit"),
    [("iterations", "12", 12.0), ("cost", "$3", 3.0), ("cost", "1,500", 1500.0),
     ("errors", "60%", 0.6), ("tokens", "2M", 2e6), ("tokens", "500k", 5e5),
     ("time", "45m", 2700.0), ("time", "90", 90.0), ("escalation", "1.5h", 5400.0)],
)  # fmt: skip
def test_limits_are_read_as_people_write_them(breaker: str, text: str, limit: float) -> None:
    assert parse_limit(breaker, text) == pytest.approx(limit)


@pytest.mark.parametrize(
    ("breaker", "text"),
    [("cost", ""), ("cost", "many"), ("cost", "0"), ("cost", "-1"), ("cost", "inf"),
     ("cost", "nan"), ("time", ""), ("time", "0"), ("time", "soon"), ("iterations", "1e99")],
)  # fmt: skip
def test_what_is_no_limit_is_refused_with_words(breaker: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_limit(breaker, text)
