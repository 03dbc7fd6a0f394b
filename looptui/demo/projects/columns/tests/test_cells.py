"""Cells keep their width."""

import pytest
from columns.cells import char_width, chop, clip, pad, text_width, wrap


@pytest.mark.parametrize(("char", "width"), [("a", 1), ("日", 2), ("\u0301", 0), ("Ａ", 2)])
def test_char_width(char: str, width: int) -> None:
    assert char_width(char) == width


def test_text_width() -> None:
    assert text_width("日本 go") == 7
    assert text_width("") == 0


@pytest.mark.parametrize(
    ("text", "width", "clipped"),
    [
        ("short", 5, "short"),
        ("shorter", 5, "shor…"),
        ("日本語", 4, "日…"),
        ("to be or not", 6, "to be…"),
        ("to be or not", 7, "to be…"),
        ("anything", 0, ""),
        ("anything", 1, "…"),
    ],
)
def test_clip(text: str, width: int, clipped: str) -> None:
    assert clip(text, width) == clipped


@pytest.mark.parametrize(
    ("align", "padded"), [("left", "ab   "), ("right", "   ab"), ("center", " ab  ")]
)
def test_pad(align: str, padded: str) -> None:
    assert pad("ab", 5, align) == padded


def test_pad_center_puts_the_odd_space_behind() -> None:
    assert pad("ab", 6, "center") == "  ab  "
    assert pad("ab", 9, "center") == "   ab    "


def test_pad_leaves_long_text() -> None:
    assert pad("abcdef", 3, "right") == "abcdef"


def test_pad_counts_wide_characters() -> None:
    assert pad("日本", 6) == "日本  "


def test_wrap_between_words() -> None:
    assert wrap("the quick brown fox", 9) == ["the quick", "brown fox"]
    assert wrap("  spaced   out ", 20) == ["spaced out"]


def test_wrap_breaks_long_words() -> None:
    assert wrap("a abcdefgh b", 3) == ["a", "abc", "def", "gh", "b"]
    assert wrap("abcdef go", 5) == ["abcde", "f go"]


def test_wrap_of_nothing_is_one_empty_line() -> None:
    assert wrap("", 10) == [""]


def test_chop() -> None:
    assert chop("abcde", 2) == ["ab", "cd", "e"]
    assert chop("日本語", 3) == ["日", "本", "語"]
    assert chop("日本", 1) == ["日", "本"]
