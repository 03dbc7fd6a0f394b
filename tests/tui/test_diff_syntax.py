"""Colours of the language come from a thread, for what is in sight; no text is ever changed."""

from __future__ import annotations

import random

import pytest

from looptui.tui.widgets import diff_syntax
from looptui.tui.widgets.diff_lines import Pen
from looptui.tui.widgets.diff_model import parse_diff
from looptui.tui.widgets.diff_syntax import LONGEST, Syntax
from looptui.tui.widgets.diff_view import DiffView
from tests.tui.small_app import SmallApp, screen_lines, strips_of, until

CODE = """\
--- a/f.py
+++ b/f.py
@@ -1,4 +1,4 @@
 def add(a, b):  # adds
-    return "old" + 1
+    return "new" + 2
     \"\"\"text
     def not_code\"\"\"
"""


def _styles(app: SmallApp, row: int) -> dict[str, str]:
    """Text and colour of the segments of a row."""
    return {
        segment.text.strip(): segment.style.color.name
        for segment in strips_of(app)[row]
        if segment.style and segment.style.color and segment.text.strip()
    }


async def test_words_get_the_colours_of_their_language_and_the_ground_of_their_side() -> None:
    view = DiffView()
    app = SmallApp(view)
    async with app.run_test(size=(80, 24)) as pilot:
        view.set_diff(parse_diff(CODE))
        await pilot.pause()
        plain = screen_lines(app)
        keyword = app.theme_variables["syntax-keyword"].lower()
        await until(pilot, lambda: keyword in _styles(app, 3).values())
        assert screen_lines(app) == plain
        assert _styles(app, 3)["def"] == keyword
        assert _styles(app, 3)["# adds"] == app.theme_variables["syntax-comment"].lower()
        assert _styles(app, 5)["return"] == keyword
        string = app.theme_variables["syntax-string"].lower()
        assert string in _styles(app, 5).values()
        assert _styles(app, 7)['def not_code"""'] == string


async def test_no_language_no_colours_and_no_complaint() -> None:
    view = DiffView()
    app = SmallApp(view)
    async with app.run_test(size=(80, 24)) as pilot:
        view.set_diff(parse_diff(CODE.replace("f.py", "f.unheard-of")))
        await until(pilot, lambda: bool(view.syntax._known))
        assert view.syntax.of(0, 0) == ()


async def test_without_colours_nothing_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    view = DiffView()
    app = SmallApp(view)
    async with app.run_test(size=(80, 24)) as pilot:
        view.set_diff(parse_diff(CODE))
        await pilot.pause()
        assert view.syntax._wanted == {}


async def test_who_scrolls_fast_gets_the_colours_of_where_they_stop() -> None:
    body = "".join(f"+value_{n} = {n}\n" for n in range(5000))
    view = DiffView()
    app = SmallApp(view)
    async with app.run_test(size=(80, 24)) as pilot:
        view.set_diff(parse_diff(f"--- /dev/null\n+++ b/f.py\n@@ -0,0 +1,5000 @@\n{body}"))
        view.focus()
        await pilot.press(*["pagedown"] * 40)
        await until(pilot, lambda: len(view.syntax._known) > 0)
        await until(pilot, lambda: view.syntax._at_work is None and not view.syntax._wanted)
        assert len(view.syntax._known) < 20


async def test_another_diff_forgets_the_colours_of_the_last() -> None:
    view = DiffView()
    app = SmallApp(view)
    async with app.run_test(size=(80, 24)) as pilot:
        view.set_diff(parse_diff(CODE))
        await until(pilot, lambda: bool(view.syntax._known))
        view.set_diff(parse_diff(CODE.replace("def add", "class Add")))
        assert view.syntax._known == {}
        await until(pilot, lambda: bool(view.syntax._known))


async def test_a_view_that_is_gone_leaves_no_thread_at_work() -> None:
    view = DiffView()
    app = SmallApp(view)
    async with app.run_test(size=(80, 24)) as pilot:
        view.set_diff(parse_diff(CODE))
        await until(pilot, lambda: bool(view.syntax._known))
        await view.remove()
        assert view.syntax._pool is not None
        assert view.syntax._pool._shutdown
        view.syntax._want((0, 0))
        assert view.syntax._wanted == {}


def test_colours_never_change_a_text() -> None:
    """Whatever stands in a file of whatever name: the pieces of a line are that line."""
    chance = random.Random(3)
    names = ("f.py", "f.js", "f.html", "f.rs", "f.toml", "f.yaml", "f.sh", "f.md", "Makefile")
    alphabet = "abc(){}[]\"'`#/\\*<>=:;, \té␛…\u3042"
    for name in names:
        lines = ["".join(chance.choices(alphabet, k=chance.randint(0, 60))) for _ in range(60)]
        lines.append("x" * (LONGEST + 1))
        body = "".join(f"{chance.choice(' +-')}{line}\n" for line in lines)
        old = sum(line[0] in " -" for line in body.splitlines())
        new = sum(line[0] in " +" for line in body.splitlines())
        text = f"--- a/{name}\n+++ b/{name}\n@@ -1,{old} +1,{new} @@\n{body}"
        diff = parse_diff(text)
        pen = Pen(diff, syntax=_Known(diff))
        for index in range(diff.hunks[0].size):
            sign, spans = pen.text(0, index, 1000)
            shown = "".join(piece for piece, _ in spans).replace("·", " ")
            assert sign + shown == diff.line(0, index).expandtabs(4).replace("·", " ") or (
                "\t" in diff.line(0, index)
            )


class _Known(Syntax):
    """Colours that are worked out at once."""

    def __init__(self, diff: object) -> None:
        super().__init__(lambda: None)
        self.show(diff)  # type: ignore[arg-type]

    def of(self, hunk: int, index: int) -> diff_syntax.Tokens:
        job = diff_syntax._job(self._diff, (hunk, index // diff_syntax.CHUNK))
        return diff_syntax._coloured(job).get(index, ())
