from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from looptui.tui.widgets.tail_view import LONGEST, Ring, TailView
from tests.tui.small_app import SIZES, SmallApp, screen_lines, until


def _lines(*texts: str) -> list[tuple[tuple[str, str], ...]]:
    return [((text, ""),) for text in texts]


def _shown(ring: Ring) -> list[str]:
    rows = [ring.line(row, 80).spans for row in range(ring.count())]
    return ["".join(text for text, _ in spans) for spans in rows]


@given(st.lists(st.lists(st.integers(0, 12), max_size=9), max_size=20), st.integers(1, 20))
def test_a_ring_keeps_the_last_lines_however_they_came(batches: list[list[int]], kept: int) -> None:
    plain, wrapped = Ring(kept), Ring(kept)
    wrapped.wrap_at(5)
    everything: list[str] = []
    for batch in batches:
        texts = ["x" * size for size in batch]
        before = wrapped.count()
        added = sum(max(1, -(-size // 5)) for size in batch)
        plain.extend(_lines(*texts))
        gone = wrapped.extend(_lines(*texts))
        everything += texts
        assert wrapped.count() == before + added - gone
    assert _shown(plain) == everything[-kept:]
    assert "".join(_shown(wrapped)) == "".join(everything[-kept:])
    assert plain.dropped == max(0, len(everything) - kept)


@given(st.lists(st.text("ab ", max_size=9), max_size=9), st.integers(2, 9))
def test_a_line_that_comes_in_pieces_is_one_line(pieces: list[str], columns: int) -> None:
    whole, joined = Ring(), Ring()
    for ring in (whole, joined):
        ring.wrap_at(columns)
        ring.extend(_lines("before"))
        ring.extend(_lines("-"))
    for piece in pieces:
        joined.join(((piece, ""),))
    whole.join((("".join(pieces), ""),))
    joined.extend(_lines("after"))
    whole.extend(_lines("after"))
    assert _shown(joined) == _shown(whole)


def test_a_joined_line_needs_no_line_before_it() -> None:
    ring = Ring()
    ring.join((("first", ""),))
    assert _shown(ring) == ["first"]


def test_dropped_lines_are_given_back_and_rows_stay_right() -> None:
    ring = Ring(100)
    ring.wrap_at(4)
    for n in range(200):
        ring.extend(_lines(*[f"{n}-{m:05}" for m in range(100)]))
    assert len(ring._lines) < 5000
    assert _shown(ring)[:2] == ["199-", "0000"]
    ring.wrap_at(0)
    assert _shown(ring)[0] == "199-00000"


def test_a_line_of_a_megabyte_is_bounded() -> None:
    ring = Ring()
    ring.extend([(("a", "x"), ("b" * 1_000_000, "y"))])
    text = _shown(ring)[0]
    assert len(text) < LONGEST + 20
    assert text.endswith("[line cut]")


@pytest.mark.parametrize("size", SIZES)
async def test_it_follows_the_end_until_a_person_scrolls_up(size: tuple[int, int]) -> None:
    tail = TailView()
    app = SmallApp(tail)
    async with app.run_test(size=size) as pilot:
        tail.focus()
        tail.append(_lines(*[f"line {n}" for n in range(500)]))
        await until(pilot, lambda: "line 499" in screen_lines(app)[-2])
        await pilot.press("k")
        assert not tail.following
        top = screen_lines(app)[1]
        tail.append(_lines("new"))
        await until(pilot, lambda: tail.ring.count() == tail.virtual_size.height)
        assert screen_lines(app)[1] == top
        await pilot.press("F")
        await until(pilot, lambda: "new" in screen_lines(app)[-2])
        assert tail.following
        await pilot.press("g")
        assert not tail.following
        await pilot.press("G")
        assert tail.following


async def test_a_view_that_does_not_follow_keeps_its_lines_when_old_ones_go() -> None:
    tail = TailView(kept=100)
    app = SmallApp(tail)
    async with app.run_test(size=(80, 24)) as pilot:
        tail.focus()
        tail.append(_lines(*[f"line {n}" for n in range(100)]))
        await until(pilot, lambda: tail.virtual_size.height == 100)
        await pilot.press("pageup")
        await pilot.pause()
        top = screen_lines(app)[1]
        tail.append(_lines(*[f"more {n}" for n in range(5)]))
        await until(pilot, lambda: tail._gone == 0 and tail.ring.dropped == 5)
        await pilot.pause()
        assert screen_lines(app)[1] == top
        assert not tail.following


async def test_wrapping_is_switched_by_a_key_and_hangs() -> None:
    tail = TailView(hang=6)
    app = SmallApp(tail)
    async with app.run_test(size=(40, 12)) as pilot:
        tail.focus()
        tail.append([(("14:24 ", "muted"), ("one two three four five six seven eight", ""))])
        await until(pilot, lambda: "…" in screen_lines(app)[1])
        await pilot.press("w")
        assert "four five six" in screen_lines(app)[1]
        assert screen_lines(app)[2].strip("┃ ") == "seven eight"
        assert screen_lines(app)[2].startswith("┃       seven")
        await pilot.resize_terminal(80, 12)
        await pilot.pause()
        assert "seven eight" in screen_lines(app)[1]


async def test_many_appends_are_few_repaints() -> None:
    tail = TailView()
    app = SmallApp(tail)
    async with app.run_test(size=(80, 24)) as pilot:
        flushes = 0
        flush = tail._throttle._flush

        def counting() -> None:
            nonlocal flushes
            flushes += 1
            flush()

        tail._throttle._flush = counting
        for n in range(1000):
            tail.append(_lines(f"line {n}"))
        await until(pilot, lambda: "line 999" in screen_lines(app)[-2])
        assert flushes <= 3


async def test_words_stay_whole_when_the_scrollbar_comes() -> None:
    tail = TailView(wrapped=True)
    app = SmallApp(tail)
    text = "one two three four five six seven eight nine ten eleven twelve"
    async with app.run_test(size=(40, 12)) as pilot:
        for n in range(30):
            tail.append(_lines(f"{n} {text}"))
            await pilot.pause()
            await until(pilot, lambda: tail.ring.count() == tail.virtual_size.height)
            assert "…" not in "".join(screen_lines(app))
        assert tail.show_vertical_scrollbar


@pytest.mark.parametrize("wrapped", [True, False])
async def test_the_end_stays_in_view_whatever_the_size(wrapped: bool) -> None:
    tail = TailView(wrapped=wrapped)
    app = SmallApp(tail)
    words = "some words that are wrapped where it is narrow " * 2
    async with app.run_test(size=(80, 24)) as pilot:
        tail.append(_lines(*[f"line {n} {words}" for n in range(200)], "the end"))
        for size in ((200, 60), (80, 24), (50, 10), (120, 40), (20, 5), (80, 24), (90, 70)):
            await pilot.resize_terminal(*size)
            await until(pilot, lambda: any("the end" in line for line in screen_lines(app)[-3:]))
            assert tail.following
        tail.focus()
        await pilot.press("k", "k")
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert not tail.following


async def test_clear_starts_again() -> None:
    tail = TailView()
    app = SmallApp(tail)
    async with app.run_test(size=(80, 24)) as pilot:
        tail.append_text("one\ntwo\n")
        await until(pilot, lambda: "two" in screen_lines(app)[2])
        assert tail.ring.count() == 2
        tail.clear()
        await until(pilot, lambda: "one" not in screen_lines(app)[1])
