from __future__ import annotations

from collections.abc import Iterator

import pytest
from textual.app import ComposeResult

from looptui.tui.frame import SCREENS as TABS
from looptui.tui.keymap import SCOPES, Keymap, label
from looptui.tui.user_keys import resolve
from looptui.tui.widgets.bar import Field, SummaryBar, place
from looptui.tui.widgets.key_bar import KeyBar
from looptui.tui.widgets.tab_bar import TabBar
from tests.tui.small_app import SIZES, SmallApp, screen_lines

SCREENS = ("fleet", "loop", "review")


class Frame(SmallApp):
    """The frame of a screen, which remembers the keys that were pressed."""

    def __init__(self, scope: str, keymap: Keymap | None = None) -> None:
        super().__init__(keymap=keymap)
        self.scope = scope
        self.pressed: list[str] = []

    def compose(self) -> ComposeResult:
        yield TabBar("fleet")
        yield SummaryBar()
        yield KeyBar(self.scope)

    def on_key(self, event: object) -> None:
        self.pressed.append(getattr(event, "character", "") or getattr(event, "key", ""))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scope", SCREENS)
async def test_the_key_bar_ends_with_help_and_cuts_nothing(
    scope: str, size: tuple[int, int]
) -> None:
    app = Frame(scope)
    async with app.run_test(size=size):
        line = screen_lines(app)[-1]
        assert line.endswith(" ? help ")
        shown = line.removesuffix(" ? help ").split("  ")
        hints = {f"{label(key.keys[0], '⏎')} {key.hint}" for key in app.keymap.bar(scope)}
        assert {hint.strip() for hint in shown if hint.strip()} <= hints
        assert len(line) == size[0]


async def test_what_does_not_fit_goes_from_the_least_important() -> None:
    app = Frame("review")
    async with app.run_test(size=(80, 24)) as pilot:
        line = screen_lines(app)[-1]
        hints = [f"{label(key.keys[0], '⏎')} {key.hint}" for key in app.keymap.bar("review")]
        shown = line.removesuffix(" ? help ").rstrip().removeprefix(" ").split("  ")
        assert shown == hints[: len(shown)]
        assert len(shown) < len(hints)
        await pilot.resize_terminal(30, 24)
        await pilot.pause()
        assert screen_lines(app)[-1] == f" {hints[0]}  {hints[1]}    ? help "


async def test_a_click_on_a_hint_is_its_key() -> None:
    app = Frame("review")
    async with app.run_test(size=(80, 24)) as pilot:
        line = screen_lines(app)[-1]
        await pilot.click(KeyBar, offset=(line.index("Comment"), 0))
        await pilot.click(KeyBar, offset=(line.index("? help"), 0))
        await pilot.click(TabBar, offset=(screen_lines(app)[0].index("2"), 0))
        await pilot.pause()
        assert app.pressed == ["c", "?", "2"]


async def test_the_key_bar_shows_the_keys_of_the_user() -> None:
    keymap, _ = resolve({"review.accept": "f6", "review.reject": False})
    app = Frame("review", keymap)
    async with app.run_test(size=(80, 24)) as pilot:
        assert screen_lines(app)[-1].startswith(" f6 Accept  c Comment")
        app.query_one(KeyBar).show("fleet", off=frozenset({"fleet.stop"}))
        await pilot.pause()
        assert "Stop" not in screen_lines(app)[-1]
        assert "p Pause" in screen_lines(app)[-1]


async def test_tabs_have_all_names_only_where_there_is_room() -> None:
    app = Frame("fleet")
    async with app.run_test(size=(80, 24)) as pilot:
        later = "  ".join(key for *_, key in TABS[2:])
        assert screen_lines(app)[0].rstrip() == f"looptui  1 Fleet  2  {later}"
        app.query_one(TabBar).show("review", {"review": 3})
        await pilot.pause()
        assert screen_lines(app)[0].rstrip() == f"looptui  1  2 Review 3  {later}"
        await pilot.resize_terminal(120, 40)
        await pilot.pause()
        named = "   ".join(f"{key} {name}" for _, name, key in TABS[2:])
        assert screen_lines(app)[0].rstrip() == f"looptui  1 Fleet   2 Review 3   {named}"


async def test_a_summary_drops_whole_fields() -> None:
    app = Frame("fleet")
    async with app.run_test(size=(80, 24)) as pilot:
        app.query_one(SummaryBar).set_fields([
            Field((("api-pagination", "bold"),)),
            Field((("▸ run", "state-run"),), 1),
            Field((("branch " + "x" * 60, ""),), 3),
            Field((("", ""),), 1),
            Field((("tree 9ab41d7", ""),), 2),
        ])  # fmt: skip
        await pilot.pause()
        assert screen_lines(app)[1].rstrip() == " api-pagination  ▸ run  tree 9ab41d7"


def test_fields_that_always_stay_are_the_only_ones_to_overflow() -> None:
    fields = [Field(((f"field{n}", ""),), n) for n in range(4)]
    assert [placed.field.priority for placed in place(fields, 15, 2)] == [0, 1]
    assert [placed.column for placed in place(fields, 15, 2)] == [0, 8]
    assert [placed.field.priority for placed in place(fields, 3, 2)] == [0]


def _scopes() -> Iterator[str]:
    yield from SCOPES


@pytest.mark.parametrize("scope", [*_scopes()])
def test_every_hint_of_a_bar_is_in_its_help(scope: str) -> None:
    keymap = Keymap()
    listed = {key.id for keys in keymap.help(scope).values() for key in keys}
    assert {key.id for key in keymap.bar(scope)} <= listed
