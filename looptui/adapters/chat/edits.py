"""Changes to a text as a model writes them: an exact replacement, or a patch in hunks."""

from __future__ import annotations

from collections.abc import Sequence


class EditError(Exception):
    """Why a change does not apply; the words are for the model."""


def replaced(text: str, old: str, new: str, *, everywhere: bool = False) -> str:
    """`text` with `old` replaced, which has to stand there exactly once unless `everywhere`."""
    if not old:
        raise EditError("old is empty; to make a new file use write")
    found = text.count(old)
    if not found:
        near = _near(text, old)
        raise EditError(f"old is not in the file{near}; read it again and copy exactly")
    if found > 1 and not everywhere:
        raise EditError(f"old is there {found} times; give more lines around it, or all = true")
    return text.replace(old, new)


def patched(text: str, patch: str) -> str:
    """`text` with the hunks of a unified diff applied; the line numbers in them need not be right.

    What a hunk removes and keeps must be in the text exactly, once after the hunk before it.
    """
    hunks = _hunks(patch)
    if not hunks:
        raise EditError("there is no hunk in the patch; each begins with a line @@")
    ending = "\n" if text.endswith("\n") or not text else ""
    lines, done, after = text.split("\n"), [], 0
    if ending and lines[-1] == "":
        lines.pop()
    for number, (old, new) in enumerate(hunks, 1):
        place = _place(lines, old, after)
        if place is None:
            raise EditError(f"hunk {number} does not fit: its lines are not in the file like that")
        done += [*lines[after:place], *new]
        after = place + len(old)
    return "\n".join([*done, *lines[after:]]) + ending


def _hunks(patch: str) -> list[tuple[list[str], list[str]]]:
    found: list[tuple[list[str], list[str]]] = []
    for line in patch.rstrip("\n").split("\n"):
        if line.startswith("@@"):
            found.append(([], []))
        elif found and not line.startswith("\\"):
            old, new = found[-1]
            mark, rest = line[:1], line[1:]
            if mark in (" ", "", "-"):
                old.append(rest)
            if mark in (" ", "", "+"):
                new.append(rest)
    return [(old, new) for old, new in found if old or new]


def _place(lines: Sequence[str], old: Sequence[str], after: int) -> int | None:
    if not old:
        return len(lines) if after <= len(lines) else None
    last = len(lines) - len(old)
    return next((at for at in range(after, last + 1) if lines[at : at + len(old)] == old), None)


def _near(text: str, old: str) -> str:
    """Where the first line of what was sought does stand."""
    first = next((line.strip() for line in old.split("\n") if line.strip()), "")
    for number, line in enumerate(text.split("\n"), 1):
        if first and first in line:
            return f" (its first line is at line {number}, what follows differs)"
    return ""
