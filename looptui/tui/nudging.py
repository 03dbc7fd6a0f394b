"""A word of a person for the maker: in the next prompt, or at once."""

from __future__ import annotations

from looptui.core.commands import Nudge

NOW = "!"
"""With this before it, a word interrupts the maker at work."""


def nudge(text: str) -> tuple[Nudge, str]:
    """The command, and what is told when it was taken."""
    words = text.strip()
    if not words.startswith(NOW):
        return Nudge(words), "the nudge goes into the next prompt"
    said = "the maker is interrupted; its prompt is made anew with the nudge"
    return Nudge(words.removeprefix(NOW).strip(), now=True), said
