"""The doors to the outside: one Protocol a kind of thing, with the values that pass through it.

Adapters implement these; the engine knows nothing else of them. Every method may be cancelled;
an expected failure comes back as a value, never as an exception.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from looptui.core.spec import GateSpec
from looptui.making import Maker as Maker
from looptui.making import MakerReport as MakerReport
from looptui.making import MakerTask as MakerTask
from looptui.making import Usage as Usage

OnOutput = Callable[[bytes], None]
"""Called with raw bytes as a child prints them, stdout and stderr together, in order."""


# --- sandbox ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Confinement:
    """What a child may see and touch. All else of home, of /tmp and of the state is gone."""

    writable: tuple[Path, ...]
    """Directories the child may change; usually the worktree alone."""
    readable: tuple[Path, ...] = ()
    """Visible read-only even below home or /tmp: interpreters, named files, object stores."""
    pinned: tuple[Path, ...] = ()
    """Read-only although inside a writable directory: the worktree's `.git` file."""
    stands_for: tuple[Path, ...] = ()
    """Directories in whose place the working directory is seen, where the system has namespaces:
    environments name the checkout for which they were made, in scripts and in editable installs."""
    laid: tuple[tuple[Path, Path], ...] = ()
    """Directories, and the empty ones below a writable one in which a throw-away copy of each is
    seen; only where the sandbox `lays`."""
    network: bool = False


@dataclass(frozen=True, slots=True)
class Launch:
    """A command line ready to be started by `proc.run`."""

    argv: tuple[str, ...]
    env: Mapping[str, str]
    cwd: Path
    owns_tree: bool
    """The sandbox kills the whole process tree itself (a pid namespace)."""


class Sandbox(Protocol):
    """Confines a child by the means of the operating system."""

    name: str
    confines: bool
    """False only for the `none` sandbox, which a person has to ask for."""

    def launch(
        self, argv: Sequence[str], *, cwd: Path, env: Mapping[str, str], confinement: Confinement
    ) -> AbstractContextManager[Launch]:
        """The confined command; its private TMPDIR lives as long as the context."""
        ...

    def lays(self, directory: Path) -> bool:
        """Whether what is below a directory can be `laid`; finding out may start a child."""
        ...


# --- git -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Checkout:
    """The user's checkout as it was when a run was made."""

    root: Path
    commit: str
    tree: str
    branch: str | None
    """None for a detached HEAD."""
    dirty: tuple[str, ...] = ()
    """Paths with uncommitted changes (tracked and untracked, at most 1,000): not part of a run."""
    submodules: tuple[str, ...] = ()
    lfs: bool = False


@dataclass(frozen=True, slots=True)
class Workspace:
    """The directory in which a maker works."""

    run: str
    path: Path


@dataclass(frozen=True, slots=True)
class FileChange:
    """One path that differs between two trees."""

    path: str
    status: Literal["added", "modified", "deleted", "renamed", "type"]
    added: int | None
    """Lines; None for binary files."""
    deleted: int | None
    old_path: str | None = None


@dataclass(frozen=True, slots=True)
class Merge:
    """A merge computed without a working tree: a tree, or the paths that conflict."""

    tree: str | None
    conflicts: tuple[str, ...] = ()
    partial: str = ""
    """With conflicts: a tree in which only their paths are not merged, but marked by git."""


@dataclass(frozen=True, slots=True)
class Identity:
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Publication:
    """What became of moving a ref of the user's repository."""

    outcome: Literal["moved", "already", "raced", "dirty", "missing"]
    """`already`: the ref holds the commit (or a descendant). `raced`: it moved since. `dirty`: it
    is checked out and that checkout has changes, so nothing was moved. `missing`: it is gone."""
    detail: str = ""


class Repository(Protocol):
    """All git on our side: a git directory of our own beside the user's, objects by alternates."""

    root: Path

    async def checkout(self) -> Checkout: ...

    async def identity(self) -> Identity | None:
        """The user's `user.name` and `user.email`, read as plain data; None when either lacks."""
        ...

    async def resolve(self, ref: str) -> str | None:
        """The commit that a branch or other ref of the user's repository names."""
        ...

    async def tree_of(self, commit: str) -> str: ...

    async def keep(self, run: str, name: str, oid: str) -> None:
        """Hold a commit or tree against garbage collection, as `refs/looptui/<run>/<name>`."""
        ...

    async def forget(self, run: str) -> None:
        """Drop every ref of a run that `keep` made."""
        ...

    async def open(self, run: str, tree: str, commit: str) -> Workspace:
        """A fresh worktree holding exactly `tree`; a broken one of that run is replaced.

        Its `.git` file points to a throw-away git directory with HEAD at `commit`.
        """
        ...

    async def reset(self, workspace: Workspace, tree: str) -> None:
        """Make the worktree hold exactly `tree`, ignored files removed, shared ones kept.

        `errors.WorkspaceLost` where there is nothing to reset.
        """
        ...

    async def capture(self, workspace: Workspace) -> str:
        """The tree id of the worktree's files: like `git add -A; git write-tree`.

        `errors.WorkspaceLost`, or `errors.Unrepresentable` for what no tree can hold.
        """
        ...

    async def untracked(self, workspace: Workspace) -> tuple[str, ...]:
        """Paths of the worktree that are not in the tree it was last reset to, ignored ones too.

        Whole directories are named once. The `.git` file is not among them.
        """
        ...

    async def share(self, workspace: Workspace, paths: Sequence[str]) -> None:
        """From now on `reset` keeps these untracked paths and `capture` leaves them out."""
        ...

    def agent_dir(self, workspace: Workspace) -> Path:
        """The throw-away git directory in which an agent may commit; never read by us."""
        ...

    def object_stores(self) -> tuple[Path, ...]:
        """What an agent must be able to read for `git` to work in its worktree."""
        ...

    async def changes(self, old: str, new: str) -> tuple[FileChange, ...]: ...

    async def diff(self, old: str, new: str, *, context: int = 3) -> bytes:
        """A unified diff as git prints it, renames followed, binary files in one line."""
        ...

    async def live_diff(self, workspace: Workspace, base: str) -> bytes:
        """The diff of the worktree as it is now against `base`; changes nothing of its index."""
        ...

    async def read(self, tree: str, path: str) -> bytes | None:
        """A file's content in a tree; None where it is not a file there."""
        ...

    async def blobs(self, tree: str, paths: Sequence[str]) -> Mapping[str, str]:
        """The object ids of the paths that a tree holds; those it does not hold are left out."""
        ...

    async def pick(self, base: str, tree: str, parts: Sequence[int]) -> str:
        """`base` with only some parts of the change from it to `tree`, numbered from 1.

        Parts are hunks, changes of mode, and files without lines, as `projections.patch` counts
        them. `errors.UsageError` or `errors.RepoError` where that cannot be made.
        """
        ...

    async def overlay(self, tree: str, base: str, paths: Sequence[str]) -> str:
        """`tree` with each of `paths` as it is in `base` (absent there: removed)."""
        ...

    async def export(self, tree: str, into: Path) -> None:
        """Write the files of a tree into an empty directory."""
        ...

    async def merge(self, base: str, ours: str, theirs: str) -> Merge:
        """Three-way merge of commits `ours` and `theirs` from `base`, in the object store."""
        ...

    async def commit(
        self, tree: str, parents: Sequence[str], message: str, who: Identity, when: int
    ) -> str:
        """A commit object; the same arguments give the same id. `when` is Unix seconds, UTC."""
        ...

    async def publish(self, ref: str, new: str, old: str | None) -> Publication:
        """Bring `new` into the user's repository and move `ref` from `old` by compare-and-swap.

        `old` None creates the ref. A clean checkout of that branch follows; a dirty one stops it.
        """
        ...

    async def is_ancestor(self, commit: str, of: str) -> bool: ...

    async def remove(self, workspace: Workspace) -> None: ...

    async def sweep_locks(self, run: str) -> None:
        """Clear what a dead driver of this run left; only with the lease of the run in hand."""
        ...


# --- gates -----------------------------------------------------------------------------------

GateState = Literal["pass", "fail", "error", "unavailable", "flaky"]


@dataclass(frozen=True, slots=True)
class GateTask:
    """One run of one gate on a clean export of a tree."""

    spec: GateSpec
    tree: str
    export: Path
    """A throw-away directory; the gate may write in it."""
    scratch: Path
    """A private directory outside the export, for reports; its name is random."""
    changes: tuple[FileChange, ...]
    """The candidate against the base of the run (empty for the base itself)."""
    expected: tuple[str, ...]
    """Test ids seen on the base; all of them must have run."""
    confinement: Confinement
    env: Mapping[str, str]
    seconds: float


@dataclass(frozen=True, slots=True)
class GateResult:
    state: GateState
    seconds: float
    summary: str
    """One line: '31 passed, 1 failed'."""
    passed: tuple[str, ...] = ()
    """Test ids, where the gate reports them."""
    failed: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    signature: str = ""
    """Same failure, same string: stable over line numbers, times and addresses."""
    output: str = ""
    """Bounded and made safe: head and tail of what it printed."""
    blameless: bool = False
    """It would have been the same for any other tree: a missing program, the wrong modules."""


class Gate(Protocol):
    """A deterministic check of a candidate."""

    kind: str

    def check(self, spec: GateSpec) -> str | None:
        """Why this gate cannot run here, or None."""

    async def run(self, task: GateTask, sandbox: Sandbox) -> GateResult: ...


# --- people ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a notifier is made with."""

    write: Callable[[str], None]
    """Sends an escape sequence to the terminal, and nothing that would be seen on it."""
    env: Mapping[str, str]
    command: tuple[str, ...] = ()
    """The person's own command, for the channel of that name."""


class Notifier(Protocol):
    """Tells a person that they are needed. Never carries code or secrets."""

    name: str

    async def notify(self, title: str, body: str) -> str:
        """An empty string, or why nobody could be told this way."""


class Clock(Protocol):
    def now(self) -> float:
        """Unix seconds: for display only."""

    def ticks(self) -> float:
        """Seconds that never go back and count sleep; comparable within one boot."""
