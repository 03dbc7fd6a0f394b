"""What the palette offers, and which of it a few letters mean."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from looptui.tui.keymap import Key, label, with_parents

if TYPE_CHECKING:
    from looptui.projections.values import NeedView, RunView
    from looptui.tui.reach import Reach

_SELF = "app.palette"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be done or gone to."""

    id: str
    text: str
    about: str
    act: Callable[[], Awaitable[None]]
    key: str = ""
    """The key that does the same, as people read it."""
    decides: bool = False
    """Whether it could decide something: then it must not be hit by typing ahead."""


def entries(app: Reach) -> list[Entry]:
    """Everything there is: needs, actions, runs, loop files, themes."""
    snapshot = app.snapshot
    return [
        *(_need(app, need) for need in snapshot.needs),
        *_actions(app),
        *(_run(app, view) for view in snapshot.runs),
        *(_loop_file(app, path) for path in snapshot.files),
        *(_theme(app, name) for name in sorted(app.available_themes)),
    ]


def _actions(app: Reach) -> Iterator[Entry]:
    """The keys of the screen, the hinted ones first; those without a key are here, too."""
    scopes, off = with_parents(app.base.scope), app.base.keys_off()
    keys = [key for key in app.keymap.keys if key.scope in scopes and key.id not in off]
    keys.sort(key=lambda key: (key.hidden, key.group == "Move", scopes.index(key.scope)))
    for key in keys:
        if key.id != _SELF:
            yield _action(app, key)


def _action(app: Reach, key: Key) -> Entry:
    async def act() -> None:
        await app.press(key)

    shown = label(key.keys[0], app.glyphs.enter) if key.keys else ""
    return Entry(key.id, key.description, key.group.lower(), act, shown, key.group == "Decide")


def _need(app: Reach, need: NeedView) -> Entry:
    async def act() -> None:
        app.open_need(need)

    return Entry(f"need {need.id}", f"{need.loop} needs you: {need.kind}", need.text, act)


def _run(app: Reach, view: RunView) -> Entry:
    async def act() -> None:
        app.open_run(view.id)

    return Entry(
        f"run {view.id}", f"{view.loop} {view.id[:7]}", f"{view.state}  {view.latest}", act
    )


def _loop_file(app: Reach, path: Path) -> Entry:
    async def act() -> None:
        app.ask_to_start(path)

    return Entry(f"file {path}", f"start {path.stem}", "loop file", act)


def _theme(app: Reach, name: str) -> Entry:
    async def act() -> None:
        app.theme = name

    now = "theme, in use" if app.theme == name else "theme, for this session"
    return Entry(f"theme {name}", f"theme {name}", now, act)


def matching(found: Sequence[Entry], query: str) -> list[Entry]:
    """The entries that a query means, the best first; all of them for an empty one."""
    words = query.casefold().split()
    if not words:
        return list(found)
    scored = [(score(words, entry.text, f"{entry.about} {entry.id}"), entry) for entry in found]
    hits = [(points, entry) for points, entry in scored if points]
    return [entry for _, entry in sorted(hits, key=lambda hit: -hit[0])]


def score(words: Iterable[str], text: str, more: str = "") -> int:
    """How well every one of some small words is met; 0 where one of them is not.

    The begin of a word counts most, then any part, then letters in their order; `more` is text
    that counts less.
    """
    total = 0
    for word in words:
        points = _points(word, text.casefold())
        if not points and word in more.casefold():
            points = 1
        if not points:
            return 0
        total += points
    return total


def _points(word: str, text: str) -> int:
    if any(part.startswith(word) for part in text.split()):
        return 8
    if word in text:
        return 5
    rest = iter(text)
    return 2 if all(letter in rest for letter in word) else 0
