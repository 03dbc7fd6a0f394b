"""What a terminal is told beside the screen: its title, progress in its tab, the clipboard.

Every sequence is one that terminals without it ignore; where one is known to misread it, it is
not sent.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from looptui.text import safe

if TYPE_CHECKING:
    from looptui.projections.values import RunView

SAVE_TITLE = "\x1b[22;2t"
RESTORE_TITLE = "\x1b[23;2t"
NO_PROGRESS = "\x1b]9;4;0;0\x1b\\"
MOST_COPIED = 74_994
"""Bytes of text: with more, some terminals drop an OSC 52 sequence as a whole."""
_BUSY, _WAITS, _FAILED = "3;0", "4;100", "2;100"
_VTE_WITH_PROGRESS = 7900
_KINDS = {"2": "title", "9": "call"}
_BESIDE = re.compile(r"(?:\x1b\[22;2t)?\x1b\](?P<number>[29]);(?P<words>[^\x1b]*)\x1b\\")


def title(words: str) -> str:
    """Set the title of the window or tab."""
    return f"\x1b]2;{_one_line(words)}\x1b\\"


def beside_the_screen(sequence: str) -> tuple[str, str] | None:
    """`title` or `call` with its words, for a browser, whose terminal shows neither."""
    found = _BESIDE.fullmatch(sequence)
    return (_KINDS[found["number"]], found["words"]) if found else None


def title_words(views: Sequence[RunView], at_work: int) -> str:
    """What the tab of the terminal says: what needs a person first."""
    needs = sum(len(view.needs) for view in views)
    tripped = sum(view.state == "tripped" for view in views)
    parts = [f"{needs} for you"] if needs else []
    parts += [f"{tripped} tripped"] if tripped else []
    parts += [f"{at_work} at work"] if at_work else []
    return "looptui" + (f" - {', '.join(parts)}" if parts else "")


def progress(views: Sequence[RunView], at_work: int) -> str:
    """OSC 9;4: busy, waiting for a person, failed, or nothing."""
    if any(view.needs for view in views):
        return f"\x1b]9;4;{_WAITS}\x1b\\"
    if any(view.state == "tripped" for view in views):
        return f"\x1b]9;4;{_FAILED}\x1b\\"
    return f"\x1b]9;4;{_BUSY}\x1b\\" if at_work else NO_PROGRESS


def knows_progress(env: Mapping[str, str]) -> bool:
    """Whether the terminal shows OSC 9;4; others take OSC 9 for a notification and would pop up."""
    if env.get("TMUX"):
        return False
    if env.get("WT_SESSION") or env.get("ConEmuANSI") == "ON":
        return True
    program = env.get("TERM_PROGRAM", "")
    if program == "iTerm.app":
        return _version(env) >= (3, 6, 6)
    version = env.get("VTE_VERSION", "")
    return program in ("ghostty", "WezTerm") or (
        version.isdecimal() and int(version) >= _VTE_WITH_PROGRESS
    )


def clipboard(text: str, env: Mapping[str, str]) -> str:
    """OSC 52; in tmux also past it, since by default tmux keeps it to itself."""
    sequence = f"\x1b]52;c;{b64encode(text.encode()).decode()}\x07"
    return sequence + passed_on(sequence) if env.get("TMUX") else sequence


def passed_on(sequence: str) -> str:
    """A sequence for the terminal around tmux; needs its `allow-passthrough on`."""
    return "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"


def _version(env: Mapping[str, str]) -> tuple[int, ...]:
    parts = env.get("TERM_PROGRAM_VERSION", "").split(".")
    return tuple(int(part) for part in parts if part.isdecimal())


def _one_line(words: str) -> str:
    return safe(words).replace("\n", " ").replace("\t", " ")
