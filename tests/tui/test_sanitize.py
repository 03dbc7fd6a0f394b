"""Payloads of others through real widgets: none may reach the terminal as an escape sequence."""

from __future__ import annotations

import re

import pytest
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.color import Color
from textual.content import Content
from textual.widget import Widget
from textual.widgets import DataTable, Input, Label, Log, OptionList, RichLog, Static, Tree

from looptui.tui.sanitize import SAFE_LINES
from looptui.tui.widgets.bar import Field, SummaryBar
from looptui.tui.widgets.diff_model import parse_diff
from looptui.tui.widgets.diff_view import DiffView
from looptui.tui.widgets.gauge import Gauge, GaugeView
from looptui.tui.widgets.table_view import Column, TableRow, TableView
from looptui.tui.widgets.tail_view import TailView
from looptui.tui.widgets.titles import set_titles
from tests.tui.small_app import SmallApp, strips_of

PAYLOADS = {
    "clipboard": "\x1b]52;c;UFdORUQ=\x07",
    "title": "\x1b]0;PWNED\x07",
    "link": "\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "colour": "\x1b[31mred",
    "clear": "\x1b[2J\x1b[H",
    "c1": "\x9b31m\x9d0;PWNED\x9c",
    "dcs": "\x1bPq#0\x1b\\",
    "bidi": "\u202eevil\u2066",
    "hidden": "a\u200bb\ufeffc\U000e0041",
    "controls": "\x00\x08\x0b\x0c\x0e\x7f\r",
    "surrogate": "\ud800lone",
    "markup": "[@click=app.quit]press[/] [bold]b[/foo]",
}
OBEYED = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def _written(app: SmallApp) -> list[str]:
    """What the strips would write to the terminal, without the SGR sequences of our styles."""
    written = [strip.render(app.console) for strip in strips_of(app)]
    return [re.sub(r"\x1b\[[0-9;]*m", "", text) for text in written]


class Everything(SmallApp):
    """A payload in our widgets and in those of Textual that we may use in dialogs."""

    def __init__(self, payload: str) -> None:
        super().__init__()
        self.payload = payload

    def compose(self) -> ComposeResult:
        payload = self.payload
        yield SummaryBar()
        yield TableView([Column("loop", 20), Column("latest", 10, grow=True)])
        yield TailView(wrapped=True)
        yield GaugeView()
        yield DiffView()
        yield Static(payload, markup=False)
        yield Static(Text(payload))
        yield Label(Content(payload))
        yield Log()
        yield RichLog()
        yield Input(value=payload)
        yield OptionList(Content(payload))
        yield DataTable()
        tree: Tree[None] = Tree(Text(payload))
        yield tree

    def on_mount(self) -> None:
        payload = self.payload
        self.query_one(SummaryBar).set_fields([Field(((payload, "bold"),))])
        self.query_one(TableView).set_rows([TableRow(1, (payload, ((payload, "state-need"),)))])
        self.query_one(TailView).append_text(payload)
        gauge = Gauge("cost", payload, 0.5, payload, "ok", payload)
        self.query_one(GaugeView).set_gauges([gauge])
        name = payload.replace("\n", "")
        text = f"--- a/{name}\n+++ b/{name}\n@@ -1 +1 @@ {name}\n-{name}\n+{name} \n"
        self.query_one(DiffView).set_diff(parse_diff(text))
        self.query_one(Log).write_line(payload)
        self.query_one(RichLog).write(Text(payload))
        table = self.query_one(DataTable)
        table.add_column(Text(payload))
        table.add_row(Text(payload))
        for pane in self.query(Widget):
            set_titles(pane, payload, payload)
        self.notify(payload, title="note", markup=False)


@pytest.mark.parametrize("name", sorted(PAYLOADS))
async def test_no_payload_reaches_the_terminal(name: str) -> None:
    app = Everything(PAYLOADS[name])
    async with app.run_test(size=(120, 100)) as pilot:
        await pilot.pause()
        for line in _written(app):
            assert OBEYED.search(line) is None, line
        assert not any(segment.style and segment.style.link
                       for strip in strips_of(app) for segment in strip)  # fmt: skip


async def test_markup_of_others_is_only_text() -> None:
    app = Everything(PAYLOADS["markup"])
    async with app.run_test(size=(120, 100)) as pilot:
        await pilot.pause()
        text = "\n".join(_written(app))
        assert text.count("[@click=app.quit]") >= 10
        actions = [
            segment.style.meta.get("@click")
            for strip in strips_of(app)
            for segment in strip
            if segment.style and segment.style.meta
        ]
        assert not any(action and "quit" in str(action) for action in actions)


def test_the_filter_keeps_widths_and_drops_links_and_controls() -> None:
    link = Style(link="http://evil.example/\x07", bold=True)
    segments = [
        Segment("a\x1b[0mb", Style(bold=True)),
        Segment("c\ud800", link),
        Segment("\x1b[2J", None, [(2,)]),  # type: ignore[list-item]
    ]
    filtered = SAFE_LINES.apply(segments, Color(0, 0, 0))
    assert [segment.text for segment in filtered] == ["a[0mb", "c\ufffd"]
    assert filtered[1].style is not None
    assert filtered[1].style.link is None
    assert filtered[1].style.bold


def test_ordinary_text_passes_as_it_is() -> None:
    text = "漢字 é ✓ ▸ 👩‍👩‍👧 \ue0b0 e\u0301"
    assert SAFE_LINES.apply([Segment(text)], Color(0, 0, 0))[0].text == text
