"""The git directory of our own: it borrows the user's objects and none of their config."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from looptui.adapters.repository import home as users
from looptui.adapters.repository.gitdir import Layout, lay, object_stores, put
from looptui.adapters.repository.home import Home
from looptui.adapters.repository.runner import Place
from looptui.errors import RepoError, UsageError
from looptui.proctable import orphaned, owned
from looptui.text import safe

_WORD = re.compile(r"(?!.*\.\.)(?!.*\.lock$)[A-Za-z0-9_][A-Za-z0-9._-]{0,99}(?<!\.)")
_SPECIAL = re.compile(r"[*?]")
_NOWHERE = "ref: refs/heads/none"


@dataclass(frozen=True, slots=True)
class Shadow:
    """`<state>/git` with everything that belongs to one repository."""

    home: Home
    state: Path
    stores: tuple[Path, ...]
    """The user's object directories."""

    @property
    def git_dir(self) -> Path:
        return self.state / "git"

    @property
    def desks(self) -> Path:
        """Holds a directory a run, with its index; agents see nothing of it."""
        return self.git_dir / "looptui"

    def place(self, mark: str = "") -> Place:
        return Place(self.git_dir, mark=f"{self.state}:{mark}")

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A private directory for an index or a pack, gone afterwards."""
        with tempfile.TemporaryDirectory(prefix=owned("tmp"), dir=self.desks) as name:
            yield Path(name)

    @contextmanager
    def scratch_index(self, mark: str = "") -> Iterator[Place]:
        """A place with an index of its own that does not exist yet."""
        with self.scratch() as directory:
            place = self.place(mark)
            yield Place(place.git_dir, index=directory / "index", mark=place.mark)


@dataclass(frozen=True, slots=True)
class Site:
    """Where everything of one run is."""

    run: str
    work: Path
    desk: Path
    agent: Path
    """The throw-away git directory of the run's agent."""

    @property
    def index(self) -> Path:
        return self.desk / "index"

    @property
    def note(self) -> Path:
        """Says that the worktree is complete, and what it holds; written last."""
        return self.desk / "worktree.json"

    @property
    def staged(self) -> Path:
        """Says which tree the index holds, as long as it is the index of which it says so."""
        return self.desk / "staged.json"

    @property
    def shared_list(self) -> Path:
        return self.desk / "shared"

    def shared(self) -> tuple[str, ...]:
        """Paths that `reset` keeps and `capture` leaves out."""
        try:
            return tuple(os.fsdecode(self.shared_list.read_bytes()).split("\0")[:-1])
        except FileNotFoundError:
            return ()

    def exclusions(self) -> list[str]:
        """The shared paths as options of `git ls-files`."""
        return ["--exclude=/" + _SPECIAL.sub(r"[\g<0>]", name) for name in self.shared()]


def prepare(home: Home, state: Path) -> Shadow:
    """Make the shadow directory, or renew what it says of the user's repository."""
    _claim(state)
    state = state.resolve()
    shadow = Shadow(home, state, object_stores(home.objects))
    _require_same_format(shadow)
    known = users.settings(home.git_dir)
    lay(
        shadow.git_dir,
        Layout(
            head=_NOWHERE,
            stores=shadow.stores,
            sha256=home.sha256,
            settings=users.content_settings(known)
            | {"core.excludesFile": str(shadow.git_dir / "info/exclude")},
            files={"info/exclude": users.excludes(home, known)} | users.shallow(home),
        ),
    )
    for part in (shadow.desks, state / "worktrees", state / "agent-git"):
        part.mkdir(mode=0o700, exist_ok=True)
    for scrap in shadow.desks.glob("tmp-*"):
        if orphaned(scrap.name):
            shutil.rmtree(scrap, ignore_errors=True)
    return shadow


def site_of(shadow: Shadow, run: str) -> Site:
    """The places of a run. Raises `UsageError` for a name that is no plain word."""
    return Site(
        run=word(run),
        work=shadow.state / "worktrees" / run,
        desk=shadow.desks / run,
        agent=shadow.state / "agent-git" / run,
    )


def remember_staged(site: Site, tree: str) -> None:
    """Note that the index holds exactly this tree."""
    put(site.staged, json.dumps([tree, *_identity(site.index)]).encode())


def staged_tree(site: Site) -> str | None:
    """The tree that the index holds; None where that is not known."""
    try:
        tree, *index = json.loads(site.staged.read_bytes())
        return str(tree) if index == _identity(site.index) else None
    except (OSError, ValueError):
        return None


def _identity(path: Path) -> list[int]:
    """git never writes into an index: it puts a new file in its place."""
    found = path.stat()
    return [found.st_ino, found.st_mtime_ns, found.st_size]


def word(name: str) -> str:
    """The name itself, fit for a path and a ref; raises `UsageError` for any other."""
    if not _WORD.fullmatch(name):
        raise UsageError(f"{safe(name)!r} is no plain name", "Use letters, digits, - and _ only.")
    return name


def _claim(state: Path) -> None:
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    if state.stat().st_uid != os.geteuid():
        raise RepoError(
            f"The state directory {safe(str(state))} belongs to another user",
            "Set LOOPTUI_HOME to a directory of your own.",
        )


def _require_same_format(shadow: Shadow) -> None:
    """A directory with the ids of another hash cannot be used; one of a moved repository can."""
    note = shadow.git_dir / "looptui.json"
    wanted = json.dumps({"sha256": shadow.home.sha256}).encode()
    if note.exists() and note.read_bytes() != wanted:
        raise RepoError(
            f"The state in {safe(str(shadow.state))} belongs to a repository with other object ids",
            "Move that directory away, or set LOOPTUI_HOME to another one.",
        )
    shadow.git_dir.mkdir(mode=0o700, exist_ok=True)
    put(note, wanted)
