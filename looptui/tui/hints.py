"""Keys in a sentence of ours, each as it is in force and easy to find."""

from __future__ import annotations

from looptui.tui.keymap import Keymap
from looptui.tui.spans import Spans


def hints(keymap: Keymap, *pairs: tuple[str, str], style: str = "") -> Spans:
    """Ids of actions, each with what it does; those that were left without a key are left out.

    Several ids with blanks between share their words: `("review.accept review.reject", " ...")`.
    """
    spans: list[tuple[str, str]] = []
    for ids, words in pairs:
        names = [keymap.name(id_) for id_ in ids.split() if keymap.first(id_)]
        if names:
            spans += [(" ".join(names), "bold key"), (words, style)]
    return tuple(spans)
