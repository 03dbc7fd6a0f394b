"""Whatever a file holds, it is read or refused with lines that exist: nothing else happens."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from looptui import loopfile
from looptui.loopfile import LoopFileErrors
from tests.loopfile.texts import CONTRACT, FULL

TEXTS = st.sampled_from([CONTRACT, FULL.read_text()])
BITS = st.one_of(
    st.sampled_from(
        ["[", "]", "{", "}", '"', "'", '"""', "'''", "=", ",", ".", "#", "\n", "\\", "[[x]]\n",
         "0", "-", "nan", "true", "{}", "[]", "\r", "\x00", "\x1b", "é", "_", "1e999", "x = "]
    ),
    st.text(max_size=5),
)  # fmt: skip


def judge(text: str | bytes) -> None:
    raw = text.encode() if isinstance(text, str) else text
    wrong = refusal(raw)
    if wrong is not None:
        assert wrong.problems
        assert all(1 <= one.line <= raw.count(b"\n") + 1 for one in wrong.problems)
        assert not any(ord(char) < 32 and char != "\n" for char in str(wrong))


def refusal(raw: bytes) -> LoopFileErrors | None:
    try:
        loopfile.loads(raw)
    except LoopFileErrors as wrong:
        return wrong
    return None


@settings(max_examples=400, deadline=None)
@given(TEXTS, st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 12), BITS), max_size=4))
def test_edits_of_good_files(text: str, edits: list[tuple[int, int, str]]) -> None:
    for at, drop, put in edits:
        start = at % len(text)
        text = text[:start] + put + text[start + drop :]
    judge(text)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes(raw: bytes) -> None:
    judge(raw)


VALUES = st.recursive(
    st.sampled_from(['""', '"x"', "0", "-1", "1.5", "inf", "true", "2020-01-01", "[]", "{}"]),
    lambda inner: st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
    max_leaves=4,
)


@settings(max_examples=400, deadline=None)
@given(TEXTS, st.integers(0, 300), VALUES)
def test_any_value_in_any_place(text: str, place: int, value: str) -> None:
    lines = text.split("\n")
    keyed = [n for n, line in enumerate(lines) if " = " in line]
    at = keyed[place % len(keyed)]
    lines[at] = f"{lines[at].split(' = ')[0]} = {value}"
    judge("\n".join(lines))
