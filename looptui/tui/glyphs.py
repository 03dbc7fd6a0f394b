"""Every glyph the screen draws beside plain words, once in Unicode and once in ASCII.

None of them is in the Unicode emoji set: those can turn two cells wide. No imports, because the
first paint reads this before anything heavy is loaded.
"""

from __future__ import annotations


class Glyphs:
    """The Unicode set; every glyph is one cell wide but `enter`; two are rows of frames."""

    need = "!"
    review = "?"
    tripped = "✗"
    run = "▸"
    gate = "◆"
    paused = "‖"
    queued = "○"
    done = "✓"
    stopped = "■"
    warn = "△"
    cursor = "▸"
    ellipsis = "…"
    bar_full = "█"
    bar_empty = "░"
    enter = "⏎"
    up = "↑"
    rule = "─"
    note_first = "┌"
    note_more = "│"
    note_last = "└"
    space = "·"
    best = "★"
    spinner = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
    spark = "▁▂▃▄▅▆▇█"
    frame = "┏━┓┃┗┛"
    """Top left, horizontal, top right, vertical, bottom left, bottom right."""


class AsciiGlyphs(Glyphs):
    """The set for terminals whose encoding is not UTF-8."""

    tripped = "X"
    run = ">"
    gate = "*"
    paused = "="
    queued = "o"
    done = "v"
    stopped = "#"
    warn = "^"
    cursor = ">"
    ellipsis = "~"
    bar_full = "#"
    bar_empty = "-"
    enter = "enter"
    up = "^"
    rule = "-"
    note_first = "+"
    note_more = "|"
    note_last = "+"
    space = "."
    best = "*"
    spinner = "|/-\\"
    spark = "_.-=+*#@"
    frame = "+-+|++"


UNICODE = Glyphs()
ASCII = AsciiGlyphs()


def glyphs_for(encoding: str | None, choice: str = "auto") -> Glyphs:
    """The glyph set for a terminal's encoding; `choice` is auto, unicode or ascii."""
    if choice == "auto":
        utf8 = (encoding or "").lower().replace("-", "").replace("_", "") == "utf8"
        return UNICODE if utf8 else ASCII
    return UNICODE if choice == "unicode" else ASCII
