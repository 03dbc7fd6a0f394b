from __future__ import annotations

import pytest

from looptui.tui.glyphs import ASCII
from looptui.tui.spans import width
from looptui.tui.widgets.gauge import Gauge, GaugeView, bar, gauge_spans
from tests.tui.small_app import SmallApp, screen_lines

TIME = Gauge("time", "time", 0.82, "25m/30m", "warn", "trips in about 3 iterations")


def _text(gauge: Gauge, columns: int) -> str:
    return "".join(text for text, _ in gauge_spans(gauge, columns))


@pytest.mark.parametrize("columns", [20, 30, 36, 48, 60, 80, 120])
def test_a_gauge_fits_and_keeps_reading_and_word(columns: int) -> None:
    spans = gauge_spans(TIME, columns)
    assert width(spans) <= max(columns, 26)
    assert "25m/30m" in _text(TIME, columns)
    assert "WARN" in _text(TIME, columns)


def test_the_note_shows_where_there_is_room() -> None:
    assert "trips in about 3 iterations" in _text(TIME, 80)
    assert "trips" not in _text(TIME, 38)
    assert "█" in _text(TIME, 38)


@pytest.mark.parametrize(
    ("ratio", "shown"),
    [
        (None, "░░░░░░░░░░"), (0.0, "░░░░░░░░░░"), (0.001, "█░░░░░░░░░"), (0.5, "█████░░░░░"),
        (0.999, "█████████░"), (1.0, "██████████"), (1.12, "██████████"),
    ],
)  # fmt: skip
def test_a_bar_is_empty_only_at_nothing_and_full_only_at_the_limit(
    ratio: float | None, shown: str
) -> None:
    assert "".join(text for text, _ in bar(ratio, 10)) == shown


def test_every_state_has_its_word() -> None:
    words = [_text(TIME._replace(state=state, note=""), 60).split()[-1]
             for state in ("ok", "warn", "tripped", "half-open", "off", "n/a")]  # fmt: skip
    assert words == ["ok", "WARN", "TRIP", "half", "off", "n/a"]


async def test_six_gauges_in_one_widget_have_equal_bars() -> None:
    view = GaugeView()
    app = SmallApp(view, glyphs=ASCII)
    async with app.run_test(size=(80, 24)) as pilot:
        names = ("iters", "cost", "time", "errors", "perms", "human")
        view.set_gauges([TIME._replace(id=name, name=name) for name in names])
        view.set_gauges([*view.gauge_rows.gauges[:5], Gauge("human", "human", 0.0, "0/1", "ok")])
        await pilot.pause()
        rows = screen_lines(app)[1:7]
        assert [row.split()[1] for row in rows] == list(names)
        assert len({row.index("/") > 0 and row.count("#") + row.count("-") for row in rows}) == 1
        assert len(view.children) == 0
