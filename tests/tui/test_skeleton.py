"""The first paint in a real pseudo-terminal."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from looptui.tui import themes
from looptui.tui.glyphs import ASCII, UNICODE, glyphs_for
from looptui.tui.skeleton import Skeleton, draw, ground

SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
MIDNIGHT = themes.shipped_themes() / "midnight.toml"


def _run_in_terminal(code: str, rows: int = 24, columns: int = 80, **more: str) -> str:
    """What a program writes to a terminal of some size."""
    parent, child = pty.openpty()
    import fcntl
    import struct
    import termios

    fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    environment |= {"TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8", **more}
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=child, stdout=child, stderr=child, env=environment
    ) as process:
        os.close(child)
        written = b""
        while True:
            try:
                chunk = os.read(parent, 65536)
            except OSError:
                break
            if not chunk:
                break
            written += chunk
        assert process.wait() == 0, written
    os.close(parent)
    return written.decode()


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
def test_the_frame_fills_the_terminal(size: tuple[int, int]) -> None:
    columns, rows = size
    frame = draw(size, UNICODE)
    text = SEQUENCE.sub("\n", frame)
    assert "looptui" in text
    assert "┏" + "━" * (columns - 2) + "┓" in text
    assert "? help" in re.sub(r"\n+", "", text)
    assert f"\x1b[{rows}H" in frame
    assert f"\x1b[{rows + 1}H" not in frame
    assert ("2 Review" in text) == (columns >= 110)


def test_a_tiny_terminal_gets_its_ground_only() -> None:
    assert "looptui" not in draw((40, 10), UNICODE)
    assert draw((80, 24), ASCII).isascii()


def test_the_ground_is_that_of_the_theme(tmp_path: Path) -> None:
    assert ground(MIDNIGHT) == "\x1b[38;2;213;218;240m\x1b[48;2;20;21;31m"
    assert ground(themes.shipped_themes() / "terminal.toml") == ""
    assert ground(tmp_path / "none.toml") == ""


def test_glyphs_follow_the_encoding() -> None:
    assert glyphs_for("UTF-8") is UNICODE
    assert glyphs_for("utf8") is UNICODE
    assert glyphs_for("ISO-8859-1") is ASCII
    assert glyphs_for(None) is ASCII
    assert glyphs_for("utf-8", "ascii") is ASCII
    unicode = {name for name in vars(type(UNICODE)) if not name.startswith("_")}
    for name in unicode:
        assert getattr(ASCII, name).isascii()


def test_it_paints_and_leaves_the_terminal_as_it_was_if_the_app_never_starts() -> None:
    written = _run_in_terminal(
        "from looptui.tui.skeleton import Skeleton\nwith Skeleton(): pass", columns=100, rows=30
    )
    assert written.startswith("\x1b[?1049h\x1b[?25l")
    assert written.endswith("\x1b[?1049l\x1b[?25h")
    assert "━" * 98 in written


def test_it_imports_next_to_nothing() -> None:
    written = _run_in_terminal(
        "import sys; before = set(sys.modules)\n"
        "from looptui.tui.skeleton import Skeleton\n"
        "with Skeleton() as s: pass\n"
        "ours = ('looptui', '__future__')\n"
        "print(sorted(m for m in set(sys.modules) - before if not m.startswith(ours)))"
    )
    assert written.rstrip().endswith("[]")


def test_nothing_is_painted_where_there_is_no_terminal() -> None:
    code = "from looptui.tui.skeleton import Skeleton\nwith Skeleton() as s: print(s.painted)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, stdin=-3
    )
    assert done.stdout == "False\n"
    assert _run_in_terminal(code, TERM="dumb") == "False\r\n"


def test_textual_takes_over_without_a_blank_screen_in_between() -> None:
    app = (
        "from looptui.tui.skeleton import Skeleton\n"
        "with Skeleton() as s:\n"
        "    from textual.app import App\n"
        "    from looptui.tui.driver import driver_over\n"
        "    class A(App):\n"
        "        def on_ready(self): self.exit()\n"
        "    A(driver_class=driver_over(s)).run()\n"
    )
    written = _run_in_terminal(app)
    second = written.index("\x1b[?1049h", 1)
    rest = written[second:]
    assert rest.count("━" * 78) == 2
    assert written.count("\x1b[?1049l") == 1
    assert written.count("━" * 78) == 4


def test_a_skeleton_is_drawn_again_only_once() -> None:
    skeleton = Skeleton()
    skeleton.painted = True
    skeleton._frame = "frame"
    assert skeleton.again() == "frame"
    assert skeleton.again() == ""
