from __future__ import annotations

import pytest

from looptui.projections import figures


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


@pytest.mark.parametrize(
    ("count", "text"),
    [(561, "561"), (1500, "1.5k"), (9949, "9.9k"), (9950, "10k"), (12_400, "12k"),
     (999_499, "999k"), (999_500, "1.0M"), (2_000_000, "2.0M")],
)  # fmt: skip
def test_tokens_have_at_most_three_digits(count: int, text: str) -> None:
    assert figures.tokens(count) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (999_499, "999 kB"), (999_500, "1 MB"),
     (1_400_000_000, "1.4 GB"), (5e12, "5000.0 GB")],
)  # fmt: skip
def test_sizes(count: float, text: str) -> None:
    assert figures.size(count) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.04, "0.0s"), (12.34, "12.3s"), (59.97, "59s"), (61, "1m"), (-1, "0.0s")],
)
def test_what_a_step_took_is_told_by_the_tenth(seconds: float, text: str) -> None:
    assert figures.took(seconds) == text


@pytest.mark.parametrize(
    ("breaker", "value", "text"),
    [("iterations", 3.0, "3"), ("cost", 0.7, "$0.70"), ("tokens", 2e6, "2.0M"),
     ("time", 7500.0, "2h05"), ("escalation", 60.0, "1m"), ("errors", 0.5, "50%"),
     ("permission", 2.0, "2")],
)  # fmt: skip
def test_each_breaker_reads_in_its_unit(breaker: str, value: float, text: str) -> None:
    assert figures.reading(breaker, value) == text


def test_counts() -> None:
    assert [figures.plural(n, "file") for n in (0, 1, 2)] == ["0 files", "1 file", "2 files"]
