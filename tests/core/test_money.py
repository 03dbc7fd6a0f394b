"""Prices in whole numbers: nothing is rounded down, nothing is free by mistake."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from looptui.core import events as ev
from looptui.core.money import Price, Rates, Tokens, cost, most_tokens, worst
from tests.core.runs import BASE, Run

amounts = st.integers(0, 20_000_000)
rates = st.builds(Rates, amounts, amounts, amounts, amounts)
prices = st.builds(Price, rates, st.integers(1, 300_000), st.one_of(st.none(), rates))


def test_a_call_costs_what_the_list_says() -> None:
    price = Price(Rates(3_000_000, 15_000_000, 300_000, 3_750_000))
    assert cost(price, Tokens(input=1_234, output=56, cache_read=1_000)) == 702 + 300 + 840
    assert cost(price, Tokens(input=1)) == 3
    assert cost(Price(Rates(75_000, 0, 0, 0)), Tokens(input=1)) == 1
    assert cost(price, Tokens()) == 0


def test_long_prompts_have_their_own_rates() -> None:
    price = Price(Rates(1_000_000, 0, 0, 0), 200_000, Rates(2_000_000, 0, 0, 0))
    assert cost(price, Tokens(input=200_000)) == 200_000
    assert cost(price, Tokens(input=200_001)) == 400_002


@given(prices, st.integers(0, 400_000), st.integers(0, 64_000), st.data())
def test_no_call_costs_more_than_its_worst_case(
    price: Price, most_in: int, most_out: int, data: st.DataObject
) -> None:
    used_in = data.draw(st.integers(0, most_in))
    read = data.draw(st.integers(0, used_in))
    used = Tokens(
        used_in,
        data.draw(st.integers(0, most_out)),
        read,
        data.draw(st.integers(0, used_in - read)),
    )
    assert cost(price, used) <= worst(price, most_in, most_out)


@given(rates, st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_cost_is_the_exact_one_rounded_up(one: Rates, tokens_in: int, tokens_out: int) -> None:
    exact = Fraction(tokens_in * one.input + tokens_out * one.output, 1_000_000)
    assert cost(Price(one), Tokens(tokens_in, tokens_out)) == math.ceil(exact)


@pytest.mark.parametrize("text", ["", "a", "def f(x):\n    return x", "1234567890", "héllo 漢字"])
def test_tokens_are_never_guessed_too_low(text: str) -> None:
    assert len(text) / 4 <= most_tokens(text) <= len(text.encode())


def test_calls_count_for_the_run_and_its_iteration() -> None:
    run = Run().add(
        ev.IterationStarted(1, BASE, "refine"),
        ev.SpendReserved("c1", 1, "make", "litellm", "m", 900, 5_000),
        ev.SpendReserved("c2", 1, "make", "litellm", "m", 900, 5_000),
    )
    assert set(run.state.held) == {"c1", "c2"}
    assert run.state.micro_usd == 0
    run.add(ev.SpendSettled("c1", 1, "make", "litellm", "m", "ok", 100, 20, 0, 700))
    run.add(ev.SpendSettled("c2", 1, "make", "litellm", "m", "cut", 900, 0, 0, 5_000, told=False))
    run.add(ev.MakerFinished(1, "ended", 0, 1.0, micro_usd=0))
    assert (run.state.micro_usd, run.state.tokens, run.state.priced) == (5_700, 1_020, True)
    assert (run.state.iterations[0].micro_usd, run.state.iterations[0].tokens) == (5_700, 1_020)
    assert run.state.held == {}


def test_a_call_without_a_price_is_never_free() -> None:
    run = Run().add(
        ev.IterationStarted(1, BASE, "refine"),
        ev.SpendSettled("c1", 1, "make", "litellm", "m", "ok", 100, 20),
    )
    assert not run.state.priced
    assert run.state.tokens == 120
