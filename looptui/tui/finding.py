"""Finding words in a pane, and choosing runs by words."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from looptui.projections.values import RunView
    from looptui.tui.widgets.virtual_view import VirtualView

FLEET_HELP = "words, !words to leave out, or state:run risk:high loop:fix agent:codex label:ci"


class Hit(NamedTuple):
    """Where words were found in a pane."""

    row: int
    again: bool
    """Whether the search went on from the top."""


def find(view: VirtualView, words: str, after: int) -> Hit | None:
    """The first row behind `after` that has the words, in any case; then from the top."""
    count, wanted = view.rows.count(), words.casefold()
    for start, end, again in ((after + 1, count, False), (0, min(after + 1, count), True)):
        for row in range(start, end):
            if wanted in view.words_of(row).casefold():
                return Hit(row, again)
    return None


class Choice(NamedTuple):
    """What a filter of the fleet asks for."""

    words: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    facets: tuple[tuple[str, str], ...] = ()

    def fits(self, view: RunView, state: str) -> bool:
        """Whether a run is meant; `state` is the word that the fleet shows for it."""
        said = " ".join((view.loop, view.id, state, view.state, view.agent, view.latest)).casefold()
        facts = {
            "state": f"{state} {view.state}",
            "risk": view.risk,
            "loop": view.loop,
            "run": view.id,
            "agent": view.agent,
            "owner": view.owner,
            "label": " ".join(view.labels),
        }
        return (
            all(word in said for word in self.words)
            and not any(word in said for word in self.without)
            and all(value in facts[name].casefold() for name, value in self.facets)
        )


_FACETS = ("state", "risk", "loop", "run", "agent", "owner", "label")


def choice(text: str) -> Choice:
    """The filter that a line means; what looks like a facet and is none is a word."""
    words = text.casefold().split()
    plain = [word for word in words if not _is_facet(word)]
    return Choice(
        tuple(word for word in plain if not word.startswith("!")),
        tuple(word[1:] for word in plain if len(word) > 1 and word.startswith("!")),
        tuple(_parted(word) for word in words if _is_facet(word)),
    )


def _is_facet(word: str) -> bool:
    name, value = _parted(word)
    return name in _FACETS and bool(value)


def _parted(word: str) -> tuple[str, str]:
    name, _, value = word.partition(":")
    return name, value
