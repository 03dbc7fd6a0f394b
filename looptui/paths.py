"""Where things live: state, configuration, and the private directories they are kept in.

State is outside every repository, where no agent can write. `LOOPTUI_HOME` overrides all of it,
`LOOPTUI_STATE` the state alone, `LOOPTUI_CONFIG` the file of settings.
Nothing is created here but by `ensure_private`, and git is never run.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from looptui.errors import ConfigError, EnvironmentUnfit, RepoError

STATE_DB = "state.db"
WORKTREES = "worktrees"
TRANSCRIPTS = "transcripts"
LOG = "looptui.log"
BACKGROUND_LOG = "background.log"
CONFIG_FILE = "config.toml"
REPO_DIR = ".looptui"
"""What a team shares, in the repository: `config.toml`, `loops/`, `prompts/`."""

_HINT = "set LOOPTUI_HOME to a directory of your own outside the repository"


def home(env: Mapping[str, str] = os.environ) -> Path:
    """The directory that holds the state of all repositories."""
    given = _override(env, "LOOPTUI_STATE") or _override(env)
    if given is not None:
        return given
    from platformdirs import user_state_path

    return Path(user_state_path("looptui", appauthor=False))


def config_dir(env: Mapping[str, str] = os.environ) -> Path:
    """The directory of `config.toml`, `keys.toml` and `themes/` of the person at the keyboard."""
    given = _override(env)
    if given is not None:
        return given / "config"
    from platformdirs import user_config_path

    return Path(user_config_path("looptui", appauthor=False))


def held_out_dir(env: Mapping[str, str] = os.environ) -> Path:
    """Where the person keeps checks that no maker may see: a directory a loop, by its name."""
    return config_dir(env) / "held-out"


def _override(env: Mapping[str, str], name: str = "LOOPTUI_HOME") -> Path | None:
    given = env.get(name, "")
    if not given:
        return None
    path = Path(given).expanduser()
    if not path.is_absolute():
        raise ConfigError(f"{name} is not an absolute path: {given!r}", _HINT)
    return path


def repo_root(start: Path) -> Path:
    """The top of the working tree that holds `start`; RepoError where there is none."""
    here = Path(os.path.realpath(start))
    for directory in (here, *here.parents):
        if (directory / ".git").exists():
            return directory
        if all((directory / part).exists() for part in ("HEAD", "objects", "refs")):
            raise _no_checkout(directory)
    if (here / "HEAD").is_file() and (here / "objects").is_dir():
        hint = "start looptui in a checkout of it: git worktree add ../checkout"
        raise RepoError(f"a bare repository has no files to work on: {here}", hint)
    raise RepoError(
        f"not inside a git repository: {here}",
        "run looptui in one, or make one: git init; `looptui demo` needs none",
    )


def _no_checkout(git: Path) -> RepoError:
    if git.name == ".git":
        return RepoError(f"{git} is the inside of a repository", f"run looptui in {git.parent}")
    return RepoError(
        f"{git} is a bare repository", "run looptui in a checkout: git worktree add ../checkout"
    )


def common_git_dir(root: Path) -> Path:
    """The git directory that all working trees of a repository share, links resolved.

    Read from the files that git keeps; RepoError where `root` has none.
    """
    git = root / ".git"
    if git.is_file():
        git = root / _pointer(git, "gitdir:")
    if not git.is_dir():
        raise RepoError(f"not a git repository: {root}", "run looptui in one, or: git init")
    shared = git / "commondir"
    if shared.is_file():
        git = git / _pointer(shared, "")
    return Path(os.path.realpath(git))


def _pointer(file: Path, prefix: str) -> str:
    try:
        text = file.read_text("utf-8", "surrogateescape").strip()
    except OSError as error:
        raise RepoError(f"cannot read {file}: {error.strerror}") from error
    if not text.startswith(prefix) or not text[len(prefix) :].strip():
        raise RepoError(f"{file} does not point to a git directory", "look at it with: git status")
    return text[len(prefix) :].strip()


def repo_id(root: Path) -> str:
    """A name for a repository: its directory's name and a hash of where its git directory is.

    All working trees of a repository have the same one; a moved repository gets a new one.
    """
    git = common_git_dir(root)
    name = git.parent.name if git.name == ".git" else git.name.removesuffix(".git")
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40].strip("-") or "repo"
    return f"{slug}-{_sha256(os.fsencode(git))[:12]}"


def _sha256(data: bytes) -> str:
    """The digest, by Python's own code: loading OpenSSL's for one path takes 4 ms and 3 MB."""
    for name in ("_sha2", "_sha256", "hashlib"):
        with suppress(ImportError):
            digest: str = import_module(name).sha256(data).hexdigest()
            return digest
    raise AssertionError("hashlib is always there")


def repo_state(root: Path, env: Mapping[str, str] = os.environ) -> Path:
    """The directory of everything looptui knows about the repository at `root`."""
    return home(env) / repo_id(root)


def state_db(state: Path) -> Path:
    return state / STATE_DB


def worktrees(state: Path) -> Path:
    return state / WORKTREES


def transcripts(state: Path) -> Path:
    return state / TRANSCRIPTS


def log_file(state: Path) -> Path:
    return state / LOG


def background_log(state: Path) -> Path:
    """Where processes in the background write what they do; each line has its process."""
    return state / BACKGROUND_LOG


def user_config(env: Mapping[str, str] = os.environ) -> Path:
    return _override(env, "LOOPTUI_CONFIG") or config_dir(env) / CONFIG_FILE


def repo_config(root: Path) -> Path:
    return root / REPO_DIR / CONFIG_FILE


def loops_dir(root: Path) -> Path:
    return root / REPO_DIR / "loops"


def ensure_private(path: Path, repository: Path | None = None) -> Path:
    """Make `path` a directory of ours alone (mode 0700) and return it.

    Refuses, with EnvironmentUnfit, one that lies inside `repository`, is a link, belongs to
    somebody else, or that anybody could write to (something may have been put there already).
    """
    if repository is not None and _inside(path, repository):
        raise EnvironmentUnfit(f"state must not lie inside the repository: {path}", _HINT)
    try:
        _check_parents(path)
        _make(path)
        _claim(path)
    except OSError as error:
        why = "it is a link" if path.is_symlink() else (error.strerror or str(error)).lower()
        raise EnvironmentUnfit(f"cannot use {path} for state: {why}", _HINT) from error
    return path


def _claim(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        _check_owned(path, os.fstat(handle))
        os.fchmod(handle, 0o700)
    finally:
        os.close(handle)


def _inside(path: Path, repository: Path) -> bool:
    real = Path(os.path.realpath(path))
    return real.is_relative_to(os.path.realpath(repository))


def _make(path: Path) -> None:
    missing = [path]
    while not os.path.lexists(missing[-1].parent):
        missing.append(missing[-1].parent)
    for directory in reversed(missing):
        directory.mkdir(mode=0o700, exist_ok=True)


def _check_owned(path: Path, found: os.stat_result) -> None:
    if found.st_uid != os.geteuid():
        raise EnvironmentUnfit(f"{path} belongs to another user", _HINT)
    if found.st_mode & stat.S_IWOTH:
        raise EnvironmentUnfit(
            f"{path} can be written by anybody",
            f"look at what is in it, then: chmod 700 {path}",
        )


def _check_parents(path: Path) -> None:
    """A directory above that anybody may write to could be swapped under us."""
    for parent in Path(os.path.realpath(path)).parents:
        mode = parent.stat().st_mode if parent.exists() else 0
        if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
            raise EnvironmentUnfit(f"{parent}, above {path}, can be written by anybody", _HINT)
