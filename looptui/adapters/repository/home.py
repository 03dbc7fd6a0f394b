"""The user's repository: found, judged fit, and its settings read as plain data."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from looptui.adapters.repository.errors import GitFailed
from looptui.adapters.repository.runner import Place, run, run_as_user
from looptui.errors import RepoError
from looptui.ports import Identity
from looptui.text import safe

_PLAIN_VALUE = re.compile(r"true|false|yes|no|on|off|[01]|input|lf|crlf|native|default|minimal")
_SHARED_VALUE = re.compile(r"true|false|umask|group|all|world|everybody|0?[0-7]{1,4}")
_OF_CONTENT = ("core.autocrlf", "core.eol")
_OF_CHECKOUT = (
    *_OF_CONTENT, "core.filemode", "core.symlinks", "core.ignorecase", "core.precomposeunicode",
    "core.trustctime", "core.checkstat", "core.sparsecheckout", "core.sparsecheckoutcone",
    "core.protecthfs", "core.protectntfs",
)  # fmt: skip
_LARGEST_DATA = 1 << 20


@dataclass(frozen=True, slots=True)
class Home:
    """Where the user's repository is."""

    root: Path
    """The top of the checkout that looptui was started in."""
    git_dir: Path
    common_dir: Path
    """Holds refs and objects; differs from `git_dir` in a linked worktree."""
    sha256: bool

    @property
    def objects(self) -> Path:
        return self.common_dir / "objects"

    def place(self) -> Place:
        """For commands that read or move refs of the user; they run with the hooks off."""
        return Place(self.git_dir)


def find(path: Path) -> Home:
    """The repository that `path` is in.

    Raises `RepoError` for what is no repository, bare, without a commit or owned by somebody else.
    """
    if not path.is_dir():
        raise RepoError(
            f"{safe(str(path))} is not a directory", "Name a directory with a checkout."
        )
    bare, object_format, git_dir, common_dir = _asked(
        path, "--is-bare-repository", "--show-object-format",
        "--path-format=absolute", "--git-dir", "--git-common-dir",
    )  # fmt: skip
    if bare == "true":
        raise RepoError(
            f"{safe(str(path))} is a bare repository",
            "Start looptui in a checkout of it: git worktree add ../checkout",
        )
    (root,) = _asked(path, "--show-toplevel")
    home = Home(Path(root), Path(git_dir), Path(common_dir), object_format == "sha256")
    _require_commit(home)
    return home


def settings(git_dir: Path) -> dict[str, str]:
    """The user's config for a repository, keys in lower case; the last of several values."""
    listed = run_as_user(git_dir, f"--git-dir={git_dir}", "config", "--list", "-z").fields()
    pairs = (entry.partition("\n") for entry in listed)
    return {key.lower(): value if newline else "true" for key, newline, value in pairs}


def identity(home: Home) -> Identity | None:
    """Who the user is to git: environment first, then config."""
    known = settings(home.git_dir)
    name = os.environ.get("GIT_AUTHOR_NAME") or known.get("user.name", "")
    email = os.environ.get("GIT_AUTHOR_EMAIL") or known.get("user.email", "")
    return Identity(name.strip(), email.strip()) if name.strip() and email.strip() else None


def content_settings(known: Mapping[str, str]) -> dict[str, str]:
    """Settings that say how text is stored; they hold for our worktrees too."""
    return _plain(known, _OF_CONTENT)


def checkout_settings(known: Mapping[str, str]) -> dict[str, str]:
    """Settings that say how the user's checkout is to be read and written."""
    return _plain(known, _OF_CHECKOUT)


def sharing(known: Mapping[str, str]) -> str | None:
    """`core.sharedRepository`, for objects that go into the user's repository."""
    value = known.get("core.sharedrepository", "").lower()
    return value if _SHARED_VALUE.fullmatch(value) else None


def excludes(home: Home, known: Mapping[str, str]) -> bytes:
    """What the user ignores outside `.gitignore`: their own list, then the repository's."""
    own = known.get("core.excludesfile") or str(_config_home() / "ignore")
    lists = (_data(Path(own).expanduser()), _data(home.common_dir / "info/exclude"))
    return b"\n".join(lists)


def checkout_files(home: Home, git_dir: Path, known: Mapping[str, str]) -> dict[str, bytes]:
    """What git reads about a checkout besides its config, by the names we give it."""
    own = known.get("core.attributesfile") or str(_config_home() / "attributes")
    return {
        "info/exclude": excludes(home, known),
        "info/attributes": _data(home.common_dir / "info/attributes"),
        "info/sparse-checkout": _data(git_dir / "info/sparse-checkout"),
        "user-attributes": _data(Path(own).expanduser()),
    }


def git_dir_of(checkout: Path) -> Path | None:
    """The git directory of a checkout, from its `.git` file or directory."""
    link = checkout / ".git"
    if link.is_dir():
        return link
    named = os.fsdecode(_data(link)).strip()
    found = checkout / named.removeprefix("gitdir: ")
    return found if named.startswith("gitdir: ") and found.is_dir() else None


def shallow(home: Home) -> dict[str, bytes]:
    """The file that says where the history of a shallow clone was cut, by its name."""
    cut = _data(home.common_dir / "shallow", 1 << 26)
    return {"shallow": cut} if cut else {}


def _asked(path: Path, *questions: str) -> list[str]:
    wanted = sum(not question.startswith("--path-format") for question in questions)
    try:
        lines = run_as_user(path, "rev-parse", *questions).text().split("\n")
    except GitFailed as failed:
        raise _explained(path, failed.stderr) from failed
    if len(lines) != wanted:
        raise RepoError("The path of this repository has a line break in it", "Move it elsewhere.")
    return lines


def _explained(path: Path, stderr: str) -> RepoError:
    where = safe(str(path))
    if "dubious ownership" in stderr:
        command = re.search(r"git config --global --add safe\.directory .*", stderr)
        fix = safe(command[0]) if command else "git config --global --add safe.directory DIR"
        return RepoError(f"{where} belongs to another user", f"If you trust it: {fix}")
    if "not a git repository" in stderr:
        return RepoError(
            f"{where} is not in a git repository",
            "Start looptui in a checkout, or make one: git init && git add . && git commit",
        )
    if "work tree" in stderr:
        return RepoError(
            f"{where} is inside a .git directory", "Start looptui in the checkout itself."
        )
    return GitFailed("rev-parse", 128, stderr)


def _require_commit(home: Home) -> None:
    answer = run(home.place(), "rev-parse", "-q", "--verify", "HEAD^{commit}", fine=(0, 1, 128))
    if answer.code != 0:
        raise RepoError(
            "This repository has no commit to start from",
            'Make one: git add . && git commit -m "Start"',
        )


def _plain(known: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str]:
    found = ((name, known.get(name, "").lower()) for name in names)
    return {name: value for name, value in found if _PLAIN_VALUE.fullmatch(value)}


def _config_home() -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "git"


def _data(path: Path, largest: int = _LARGEST_DATA) -> bytes:
    """A regular file's bytes; nothing where it is missing, special or too large."""
    try:
        if not path.is_file():
            return b""
        with path.open("rb") as file:
            content = file.read(largest + 1)
    except OSError:
        return b""
    return content if len(content) <= largest else b""
