from __future__ import annotations

import pytest

from looptui.projections.values import BreakerView
from looptui.tui.limits import effect, parse_limit, stepped


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


@pytest.mark.parametrize(
    ("breaker", "limit", "higher", "lower"),
    [("iterations", 12.0, "15", "10"), ("iterations", 1.0, "2", "1"),
     ("tokens", 2e6, "2500k", "1600k"), ("cost", 5.0, "$6.25", "$4.00"),
     ("time", 1800.0, "38m", "24m"), ("errors", 0.5, "60%", "40%"),
     ("time", 4 * 3600.0, "5h", "3.2h"), ("errors", 1.0, "100%", "90%"),
     ("permission", 2.0, "3", "1"), ("escalation", 12 * 3600.0, "15h", "9.6h")],
)  # fmt: skip
def test_a_step_is_a_limit_that_is_read_as_it_is_written(
    breaker: str, limit: float, higher: str, lower: str
) -> None:
    assert (stepped(breaker, limit, up=True), stepped(breaker, limit, up=False)) == (higher, lower)
    assert parse_limit(breaker, higher) >= limit >= parse_limit(breaker, lower)


@pytest.mark.parametrize(
    ("limit", "tripped", "words"),
    [(2.0, False, "from $5.00 to $2.00: 70% used, ok"), (1.5, False, "near its limit"),
     (1.4, False, "it would trip at once: it reads $1.40"), (3.0, True, "and the run goes on")],
)  # fmt: skip
def test_what_a_limit_would_do_is_said_before_it_is_set(
    limit: float, tripped: bool, words: str
) -> None:
    assert words in effect("cost", BreakerView(1.4, 5.0, 0.28, "ok"), limit, tripped=tripped)
