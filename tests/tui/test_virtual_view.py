from __future__ import annotations

from collections.abc import Hashable, Sequence

import pytest

from looptui.tui.keymap import Keymap
from looptui.tui.spans import Line
from looptui.tui.user_keys import resolve
from looptui.tui.widgets.virtual_view import VirtualView
from tests.tui.small_app import SIZES, SmallApp, screen_lines, strips_of


class Names:
    """Rows that are names, and a count of how often one was asked for."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = list(names)
        self.asked = 0

    def count(self) -> int:
        return len(self.names)

    def key(self, index: int) -> Hashable:
        return self.names[index]

    def find(self, key: Hashable) -> int | None:
        return self.names.index(str(key)) if key in self.names else None

    def line(self, index: int, columns: int) -> Line:
        self.asked += 1
        return Line(((self.names[index], ""),))


class Listening(SmallApp):
    """Keeps what its view says."""

    def __init__(self, view: VirtualView, keymap: Keymap | None = None) -> None:
        super().__init__(view, keymap=keymap)
        self.heard: list[tuple[str, Hashable]] = []

    def on_virtual_view_moved(self, message: VirtualView.Moved) -> None:
        self.heard.append(("Moved", message.key))

    def on_virtual_view_chosen(self, message: VirtualView.Chosen) -> None:
        self.heard.append(("Chosen", message.key))


def _thousand() -> Names:
    return Names([f"row {n}" for n in range(1000)])


@pytest.mark.parametrize("size", SIZES)
async def test_only_visible_rows_are_asked_for(size: tuple[int, int]) -> None:
    names = _thousand()
    app = SmallApp(VirtualView(names))
    async with app.run_test(size=size) as pilot:
        await pilot.press("j")
        await pilot.pause()
        assert names.asked <= 2 * size[1]
        names.asked = 0
        await pilot.press("j")
        await pilot.pause()
        assert names.asked <= 2


async def test_every_key_of_a_list_moves_the_cursor() -> None:
    view = VirtualView(_thousand())
    app = Listening(view)
    async with app.run_test(size=(80, 24)) as pilot:
        view.focus()
        page = view.page
        for keys, row in (
            ("j", 1), ("down", 2), ("k", 1), ("up", 0), ("G", 999), ("k", 998), ("g", 0),
            ("ctrl+d", page // 2), ("ctrl+u", 0), ("pagedown", page), ("pageup", 0),
            ("end", 999), ("home", 0), ("k", 0),
        ):  # fmt: skip
            await pilot.press(keys)
            assert view.cursor == row, keys
            assert view.scroll_offset.y <= row < view.scroll_offset.y + page
        await pilot.press("j", "enter")
        assert app.heard[-2:] == [("Moved", "row 1"), ("Chosen", "row 1")]


async def test_the_cursor_stays_on_its_row_when_rows_change() -> None:
    names = _thousand()
    view = VirtualView(names)
    app = Listening(view)
    async with app.run_test(size=(80, 24)) as pilot:
        view.focus()
        await pilot.press("j", "j")
        names.names.sort(reverse=True)
        view.changed()
        await pilot.pause()
        assert names.key(view.cursor or 0) == "row 2"
        assert any("row 2 " in line for line in screen_lines(app))
        names.names.remove("row 2")
        view.changed()
        assert view.cursor is not None
        names.names.clear()
        view.changed()
        assert view.cursor is None
        await pilot.press("j", "enter", "G")


async def test_the_mouse_moves_scrolls_and_opens() -> None:
    view = VirtualView(_thousand())
    app = Listening(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.click(view, offset=(5, 4))
        assert view.cursor == 3
        await pilot.click(view, offset=(5, 4), times=2)
        assert app.heard[-1] == ("Chosen", "row 3")
        await pilot._post_mouse_events([_wheel()], view, offset=(5, 5))
        await pilot.pause()
        assert view.scroll_offset.y > 0
        assert view.cursor == 3


async def test_a_long_row_is_cut_with_an_ellipsis_and_scrolls_sideways() -> None:
    view = VirtualView(Names(["x" * 70 + "y" * 30]))
    app = SmallApp(view)
    async with app.run_test(size=(80, 24)) as pilot:
        view.focus()
        assert "xy" in screen_lines(app)[1]
        assert screen_lines(app)[1].rstrip("┃ ").endswith("…")
        await pilot.press("L", "L", "L", "L")
        assert screen_lines(app)[1].strip("┃ ") == "x" * 38 + "y" * 30
        await pilot.press("H", "H", "H", "H", "H")
        assert screen_lines(app)[1].startswith("┃ xxx")


async def test_the_focus_shows_in_the_border_and_in_the_cursor() -> None:
    one, other = VirtualView(_thousand()), VirtualView(_thousand())
    app = SmallApp(one, other)
    async with app.run_test(size=(80, 24)) as pilot:
        one.focus()
        await pilot.pause()
        lines = screen_lines(app)
        assert lines[0].startswith("┏━")
        assert lines[12].startswith("╭─")
        focused, blurred = (strips_of(app)[row] for row in (1, 13))
        assert {s.style.bgcolor for s in focused if s.style and "row" in s.text} != {
            s.style.bgcolor for s in blurred if s.style and "row" in s.text
        }


async def test_a_user_keymap_moves_the_keys_of_lists() -> None:
    keymap, problems = resolve({"list.down": "t", "list.up": False})
    assert problems == []
    view = VirtualView(_thousand())
    app = Listening(view, keymap)
    async with app.run_test(size=(80, 24)) as pilot:
        view.focus()
        await pilot.press("t", "t", "j", "down")
        assert view.cursor == 2
        await pilot.press("k", "up")
        assert view.cursor == 2


async def test_resizing_keeps_the_cursor_in_view() -> None:
    view = VirtualView(_thousand())
    app = SmallApp(view)
    async with app.run_test(size=(200, 60)) as pilot:
        view.focus()
        await pilot.press("pagedown", "j", "j")
        row = view.cursor or 0
        for size in ((80, 24), (50, 10), (20, 5), (200, 60)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert view.cursor == row
            assert view.scroll_offset.y <= row < view.scroll_offset.y + view.page


def _wheel() -> type:
    from textual.events import MouseScrollDown

    return MouseScrollDown
