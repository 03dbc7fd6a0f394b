from __future__ import annotations

import pytest

from looptui.tui.dialogs.limits import parse_limit


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
