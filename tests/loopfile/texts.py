"""Loop files that tests start from."""

from __future__ import annotations

from pathlib import Path

FULL = Path(__file__).with_name("full.toml")

CONTRACT = """\
schema = 1
name = "fix-tests"
owner = "you@example.org"

[goal]
text = "Make the failing tests pass."

[[criteria]]
id = "tests"
text = "All tests pass"
gate = "pytest"

[maker]
agent = "command"
argv = ["python3", "/somewhere/agent.py"]    # prompt on stdin

[[gates]]
id = "pytest"
kind = "command"
argv = ["python3", "-m", "pytest", "-q"]

[breakers]
iterations = 5
"""


def changed(old: str, new: str, text: str = CONTRACT) -> str:
    """`text` with its one `old` replaced."""
    assert text.count(old) == 1, (old, text.count(old))
    return text.replace(old, new)


def line_of(mark: str, text: str) -> int:
    """The line, from 1, of the one line that holds `mark`."""
    found = [number for number, line in enumerate(text.split("\n"), 1) if mark in line]
    assert len(found) == 1, (mark, found)
    return found[0]
