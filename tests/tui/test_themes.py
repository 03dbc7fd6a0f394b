from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path

import pytest
from rich.color import Color as RichColor
from rich.segment import Segment
from textual.color import Color
from textual.theme import BUILTIN_THEMES

import looptui
from looptui.errors import ConfigError
from looptui.tui import fewer, looks, sight, themes
from looptui.tui.contrast import contrast, is_hex, lowest, mix, readable, shortfalls
from looptui.tui.glyphs import ASCII, UNICODE
from looptui.tui.ink import ink_of
from looptui.tui.terminal import settle_colours
from looptui.tui.widgets.gauge import Gauge, GaugeView
from looptui.tui.widgets.key_bar import KeyBar
from tests.tui.small_app import SmallApp, screen_lines, strips_of

SHIPPED = themes.find_palettes(themes.shipped_themes())


def test_the_shipped_themes_load() -> None:
    assert SHIPPED.problems == []
    names = {"midnight", "daylight", "contrast", "colorsafe", "ember", "terminal"}
    assert set(SHIPPED.palettes) == names


@pytest.mark.parametrize("name", sorted(SHIPPED.palettes))
def test_every_text_of_a_shipped_theme_can_be_read(name: str) -> None:
    palette = SHIPPED.palettes[name]
    tokens = {**palette.colours, **themes.derive(palette.colours, palette.tokens)}
    assert [str(pair) for pair in shortfalls(tokens)] == []


@pytest.mark.parametrize("name", sorted(SHIPPED.palettes))
def test_shipped_themes_need_no_parser_to_be_read(name: str) -> None:
    text = (themes.shipped_themes() / f"{name}.toml").read_text()
    assert themes.simple_toml(text) == tomllib.loads(text)


@pytest.mark.parametrize(
    "line",
    [
        "a = 1", "a = 'x'", 'a = "\\u0041"', 'a = "x" # y', "a.b = true", '"a" = "b"', "[a.b]",
        'a = ["b"]', "a =", 'a = "', "[[a]]", "[a", 'a="b"', 'a = """', "[a]\n[a]",
        'a = "b"\na = "c"', 'a = "b"\n[a]', "# only words", "a",
    ],
)  # fmt: skip
def test_what_is_not_simple_is_left_to_the_parser(line: str) -> None:
    assert themes.simple_toml(line) is None


def test_our_themes_give_every_token_themselves() -> None:
    for palette in SHIPPED.palettes.values():
        assert themes.derive(palette.colours).keys() <= themes.to_theme(palette).variables.keys()


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert mix("#000000", "#ffffff", 0.5) == "#808080"
    assert contrast(readable("#333333", "#222222"), "#222222") >= 4.5


def test_a_faint_theme_is_told_by_pairs() -> None:
    palette = SHIPPED.palettes["midnight"]
    tokens = {**palette.colours, **themes.derive(palette.colours, palette.tokens)}
    tokens["foreground"] = tokens["background"]
    found = shortfalls(tokens)
    assert found[0].text == "foreground"
    assert str(found[0]) == "foreground on background has contrast 1.0, needs 4.5"


def test_a_bad_theme_is_named_and_skipped(tmp_path: Path) -> None:
    good = (themes.shipped_themes() / "ember.toml").read_text()
    (tmp_path / "mine.toml").write_text(good.replace('"ember"', '"mine"'))
    (tmp_path / "broken.toml").write_text("name = ")
    (tmp_path / "odd.toml").write_text(
        good.replace('accent = "#fabd2f"', "").replace('"#fe8019"', '"orangeish"')
        + 'breaker-okk = "#123456"\n'
    )
    found = themes.find_palettes(themes.shipped_themes(), tmp_path)
    assert "mine" in found.palettes
    texts = [error.message for error in found.problems]
    assert texts[0].startswith("theme broken.toml cannot be read")
    assert "theme odd.toml" in texts[1]
    assert "colors.accent is missing" in texts[1]
    assert "unknown key tokens.breaker-okk" in texts[1]
    assert "primary = 'orangeish' must be written #rrggbb" in texts[1]


def test_a_theme_without_tables_says_so(tmp_path: Path) -> None:
    file = tmp_path / "empty.toml"
    file.write_text("dark = 1\nfancy = true\n")
    with pytest.raises(ConfigError) as caught:
        themes.read_palette(file)
    for part in ("dark must be", "unknown key 'fancy'", "name is missing", "[colors] is missing"):
        assert part in caught.value.message


def _gauges() -> GaugeView:
    view = GaugeView()
    view.gauge_rows.gauges = [
        Gauge("cost", "cost", 0.9, "$4.50/$5", "warn"),
        Gauge("perms", "perms", 1.1, "3/2", "tripped"),
    ]
    return view


@pytest.mark.parametrize("theme", [*sorted(SHIPPED.palettes), *sorted(BUILTIN_THEMES)])
async def test_every_theme_has_every_token(theme: str) -> None:
    app = SmallApp(_gauges(), KeyBar("review"), theme=theme)
    async with app.run_test(size=(80, 24)):
        ink = ink_of(app)
        for token in themes.derive(dict.fromkeys(themes.COLOURS, "ansi_default")):
            ink.style(f"bold {token} on {token}")
        assert any("WARN" in line for line in screen_lines(app))


async def test_a_change_of_theme_recolours_what_is_drawn() -> None:
    app = SmallApp(_gauges(), theme="midnight")
    async with app.run_test(size=(80, 24)) as pilot:
        before = _colours(app)
        app.theme = "daylight"
        await pilot.pause()
        after = _colours(app)
        assert Color.parse(SHIPPED.palettes["midnight"].tokens["breaker-warn"]).rich_color in before
        assert Color.parse(SHIPPED.palettes["daylight"].tokens["breaker-warn"]).rich_color in after


async def test_sixteen_colours_stay_sixteen() -> None:
    app = SmallApp(_gauges(), KeyBar("review"), theme="terminal")
    async with app.run_test(size=(80, 24)):
        for colour in _colours(app):
            assert colour.is_default or (colour.number is not None and colour.number < 16), colour


@pytest.mark.parametrize("theme", ["terminal", "midnight"])
async def test_words_tell_the_state_without_colour(
    theme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    view = _gauges()
    view.has_cursor = True
    app = SmallApp(view, theme=theme)
    async with app.run_test(size=(80, 24)):
        text = "\n".join(screen_lines(app))
        assert "WARN" in text
        assert "TRIP" in text
        assert all(colour.is_default for colour in _colours(app))
        assert any(segment.style and segment.style.reverse for segment in _segments(app))


def test_no_colour_is_written_outside_the_themes() -> None:
    literal = re.compile(r"#[0-9a-fA-F]{6}\b|\brgb\(|\x1b\[3[0-7]m|\\x1b\[3[0-7]m")
    package = Path(looptui.__file__).parent
    files = [*(package / "tui").rglob("*.py"), *package.rglob("*.tcss")]
    files += themes.shipped_themes().glob("*.tcss")
    allowed = {"contrast.py": {"#ffffff", "#000000"}}
    found = [
        f"{file.name}: {match}"
        for file in files
        for match in literal.findall(file.read_text(encoding="utf-8"))
        if match not in allowed.get(file.name, set())
    ]
    assert found == []


def _colours(app: SmallApp) -> list[RichColor]:
    styles = [segment.style for segment in _segments(app) if segment.style]
    return [colour for style in styles for colour in (style.color, style.bgcolor) if colour]


def _segments(app: SmallApp) -> list[Segment]:
    return [segment for strip in strips_of(app) for segment in strip]


# --- states without colour, and with fewer colours ---------------------------------------------


def _tokens(name: str) -> dict[str, str]:
    palette = SHIPPED.palettes[name]
    return {**palette.colours, **themes.derive(palette.colours, palette.tokens)}


@pytest.mark.parametrize("name", sorted(SHIPPED.palettes))
def test_states_are_apart_for_every_kind_of_sight(name: str) -> None:
    assert [str(blur) for blur in sight.blurs(_tokens(name))] == []


def test_distances_are_those_of_cie76_and_machado() -> None:
    assert sight.distance("#000000", "#ffffff") == pytest.approx(100, abs=0.1)
    red, green = "#d62728", "#2ca02c"
    assert sight.distance(red, green) > 3 * sight.distance(red, green, "deutan")
    assert sight.distance("#777777", "#777777", "tritan") == 0
    same = {**_tokens("midnight"), "breaker-warn": _tokens("midnight")["breaker-ok"]}
    assert {blur.sight for blur in sight.blurs(same)} == set(sight.SIGHTS)


def test_high_contrast_is_higher() -> None:
    assert (lowest(_tokens("contrast")) or 0) >= 7


@pytest.mark.parametrize("name", sorted(SHIPPED.palettes))
def test_every_text_can_be_read_with_256_colours(name: str) -> None:
    fitted = fewer.fitted(_tokens(name))
    shown = {key: fewer.rounded(one) if is_hex(one) else one for key, one in fitted.items()}
    assert [str(pair) for pair in shortfalls(shown)] == []


def test_states_differ_without_any_colour() -> None:
    """Each state has a glyph and a word of its own, in both sets."""
    for glyphs in (UNICODE, ASCII):
        found = {
            *((getattr(glyphs, glyph), word) for glyph, word, _ in looks.ENDED.values()),
            *((getattr(glyphs, glyph), word) for glyph, word, _ in looks._PHASES.values()),
            *((getattr(glyphs, glyph), word) for glyph, word, _ in looks._RESTS.values()),
        }
        words = [word for _, word in found]
        assert len(words) == len(set(words))
    assert len({name for name, _ in looks.GATES.values()}) >= 5


@pytest.mark.parametrize("theme", sorted(SHIPPED.palettes))
async def test_without_colour_every_theme_shows_the_same_words(
    theme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    view = _gauges()
    view.has_cursor = True
    app = SmallApp(view, KeyBar("review"), theme=theme)
    async with app.run_test(size=(80, 24)):
        lines = "\n".join(screen_lines(app))
        assert all(word in lines for word in ("WARN", "TRIP", "help"))
        assert all(colour.is_default for colour in _colours(app))
        assert any(segment.style and segment.style.reverse for segment in _segments(app))


# --- terminals that say little ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("env", "system", "sixteen", "plain"),
    [
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, None, False, False),
        ({"TERM": "xterm-256color"}, None, False, False),
        ({"TERM": "xterm-ghostty"}, "truecolor", False, False),
        ({"TERM": "alacritty-direct"}, "truecolor", False, False),
        ({"TERM": "xterm"}, "standard", True, False),
        ({"TERM": "linux"}, "standard", True, False),
        ({"TERM": "dumb"}, "standard", True, True),
        ({}, "standard", True, True),
        ({"TERM": "xterm", "TEXTUAL_COLOR_SYSTEM": "truecolor"}, "truecolor", False, False),
    ],
)
def test_the_environment_says_how_many_colours_there_are(
    env: dict[str, str],
    system: str | None,
    sixteen: bool,
    plain: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("TERM", "COLORTERM", "TEXTUAL_COLOR_SYSTEM", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(os, "environ", dict(os.environ))
    assert settle_colours() is sixteen
    assert os.environ.get("TEXTUAL_COLOR_SYSTEM") == system
    assert ("NO_COLOR" in os.environ) is plain
