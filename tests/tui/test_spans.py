from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from looptui.tui.spans import clean, cleaned, column, fit, pad, skip, width, wrap

TEXTS = st.text(alphabet=st.sampled_from("ab ü漢字é…\t\n\x1b\u200b"), max_size=60)


def _text(spans: tuple[tuple[str, str], ...]) -> str:
    return "".join(text for text, _ in spans)


def test_clean_text_shows_what_a_terminal_would_obey() -> None:
    assert clean("a\x1b[31mb") == "a␛[31mb"
    assert clean("a\tb\r\n") == "a   b␍␊"
    assert clean("\u202e\u3164") == "<U+202E><U+3164>"
    assert clean("plain [bold]text[/]") == "plain [bold]text[/]"


def test_what_is_cut_ends_in_an_ellipsis() -> None:
    spans = (("abc", "one"), ("defg", "two"))
    assert fit(spans, 7) == spans
    assert fit(spans, 5) == (("abc", "one"), ("d", "two"), ("…", "two"))
    assert _text(fit(spans, 1)) == "…"
    assert fit(spans, 0) == ()
    assert _text(fit((("漢字漢字", ""),), 4)) == "漢 …"


@given(TEXTS, st.integers(0, 40))
def test_a_column_is_exactly_as_wide_as_it_should_be(text: str, columns: int) -> None:
    for right in (False, True):
        cell = column(cleaned(((text, "x"),)), columns, right=right)
        assert cell_len(_text(cell)) == columns


@given(TEXTS, st.integers(1, 30), st.integers(0, 6))
def test_wrapping_keeps_every_word_and_the_width(text: str, columns: int, hang: int) -> None:
    spans = cleaned(((text, "x"), (text, "y")))
    rows = wrap(spans, columns, hang)
    assert all(width(row) <= columns or columns < 2 for row in rows)
    joined = "".join(_text(row) for row in rows)
    if columns > 1:
        assert joined.replace(" ", "") == _text(spans).replace(" ", "")


def test_wrapping_breaks_at_blanks_and_hangs() -> None:
    rows = wrap((("14:24 ", "t"), ("one two three four", "")), 14, 6)
    assert [_text(row) for row in rows] == ["14:24 one two ", "      three ", "      four"]


@given(TEXTS, st.integers(0, 30))
def test_skipping_leaves_the_rest(text: str, columns: int) -> None:
    spans = cleaned(((text, ""),))
    assert width(skip(spans, columns)) == max(0, width(spans) - columns)


def test_a_megabyte_is_cut_before_it_is_measured() -> None:
    assert len(cleaned((("x" * 1_000_000, ""),), 100)[0][0]) < 1000
    assert width(pad((("x", ""),), 5)) == 5
