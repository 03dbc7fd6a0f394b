from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from looptui.core import codec
from looptui.core.spec import Loop
from tests.core.runs import a_loop

st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))


@dataclass(frozen=True, slots=True)
class Inner:
    a: int
    b: float = 0.5


@dataclass(frozen=True, slots=True)
class Outer:
    name: str
    inner: Inner
    maybe: Inner | None = None
    many: tuple[Inner, ...] = ()
    pair: tuple[int, str] = (0, "")
    choice: Literal["x", "y"] = "x"
    table: Mapping[str, float] = field(default_factory=dict)
    flag: bool = False


def again(value: Any) -> Any:
    return codec.decode(type(value), json.loads(codec.dumps(codec.encode(value))))


def test_round_trip_of_every_shape() -> None:
    inner = Inner(1, 2.0)
    full = Outer("n", inner, inner, (inner, Inner(3)), (7, "s"), "y", {"k": 1.0}, True)
    assert again(full) == full
    assert again(Outer("n", inner)) == Outer("n", inner)


def test_defaults_are_left_out_and_keys_are_sorted() -> None:
    assert codec.dumps(codec.encode(Outer("n", Inner(1)))) == '{"inner":{"a":1},"name":"n"}'


def test_a_newer_field_is_ignored_and_a_missing_one_takes_its_default() -> None:
    assert codec.decode(Inner, {"a": 1, "from_the_future": [2]}) == Inner(1)
    with pytest.raises(KeyError, match="a"):
        codec.decode(Inner, {"b": 1.0})


def test_a_whole_number_becomes_the_float_that_the_field_says() -> None:
    value = codec.decode(Inner, {"a": 1, "b": 2}).b
    assert isinstance(value, float)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf")])
def test_no_number_that_json_lacks(bad: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        codec.dumps(codec.encode(Inner(1, bad)))


def test_what_is_no_plain_data_is_refused() -> None:
    with pytest.raises(TypeError, match="set"):
        codec.encode({"x": {1, 2}})


@given(st.from_type(Loop))
def test_every_loop(loop: Loop) -> None:
    assert again(loop) == loop
    assert codec.dumps(codec.encode(again(loop))) == codec.dumps(codec.encode(loop))


def test_the_same_value_gives_the_same_bytes() -> None:
    one = Outer("n", Inner(1), table={"b": 1.0, "a": 2.0})
    two = Outer("n", Inner(1), table={"a": 2.0, "b": 1.0})
    assert codec.dumps(codec.encode(one)) == codec.dumps(codec.encode(two))
    assert again(a_loop()) == a_loop()
