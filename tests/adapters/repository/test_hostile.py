"""Programs planted in config, attributes, hooks and worktrees: plain git runs them, we never do."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from looptui.adapters.repository import GitRepository
from looptui.ports import Identity
from tests.adapters.repository.conftest import commit, git, write

WHO = Identity("An Approver", "approver@example.org")
HOOKS = (
    "post-checkout", "post-index-change", "reference-transaction", "pre-commit", "post-commit",
    "commit-msg", "prepare-commit-msg", "post-merge", "post-rewrite", "pre-auto-gc",
)  # fmt: skip


class Spy:
    """A program that says that it ran."""

    def __init__(self, directory: Path) -> None:
        self.marker = directory / "ran"
        self.program = self._made(directory / "spy program", "exec cat")
        self.failing = self._made(directory / "failing spy", "exit 1")

    def _made(self, path: Path, end: str) -> Path:
        path.write_text(f'#!/bin/sh\necho "$0 $*" >> {shlex.quote(str(self.marker))}\n{end}\n')
        path.chmod(0o755)
        return path

    @property
    def command(self) -> str:
        return shlex.quote(str(self.program))

    def ran(self) -> str:
        return self.marker.read_text() if self.marker.exists() else ""

    def forget(self) -> None:
        self.marker.unlink(missing_ok=True)


Plant = Callable[[Path, Spy], None]


def _hooks(user: Path, spy: Spy) -> None:
    for name in HOOKS:
        (user / ".git/hooks" / name).symlink_to(spy.program)


def _hooks_path(user: Path, spy: Spy) -> None:
    for name in HOOKS:
        write(user, {f"own hooks/{name}": spy.program.read_text()})
        (user / "own hooks" / name).chmod(0o755)
    git(user, "config", "core.hooksPath", str(user / "own hooks"))


def _fsmonitor(user: Path, spy: Spy) -> None:
    git(user, "config", "core.fsmonitor", spy.command)
    git(user, "config", "core.untrackedCache", "true")
    git(user, "update-index", "--fsmonitor", "--untracked-cache")
    spy.forget()


def _filter(user: Path, spy: Spy) -> None:
    write(user, {".gitattributes": "* filter=spy\n"})
    for which in ("clean", "smudge"):
        git(user, "config", f"filter.spy.{which}", spy.command)
    git(user, "config", "filter.spy.required", "true")


def _filter_process(user: Path, spy: Spy) -> None:
    write(user, {".git/info/attributes": "* filter=spy\n"})
    git(user, "config", "filter.spy.process", spy.command)


def _global_attributes(user: Path, spy: Spy) -> None:
    write(user.parent / "home", {".config/git/attributes": "* filter=spy diff=spy merge=spy\n"})
    for which in ("filter.spy.clean", "diff.spy.command", "diff.spy.textconv", "merge.spy.driver"):
        git(user, "config", "--global", which, spy.command)


def _diff_drivers(user: Path, spy: Spy) -> None:
    write(user, {".gitattributes": "* diff=spy\n"})
    git(user, "config", "diff.spy.command", spy.command)
    git(user, "config", "diff.spy.textconv", spy.command)
    git(user, "config", "diff.external", spy.command)


def _merge_driver(user: Path, spy: Spy) -> None:
    write(user, {".gitattributes": "* merge=spy\n"})
    git(user, "config", "merge.spy.driver", spy.command)
    git(user, "config", "merge.default", "spy")


def _helpers(user: Path, spy: Spy) -> None:
    for name in (
        "core.sshCommand", "core.pager", "core.editor", "core.askPass",
        "core.alternateRefsCommand", "credential.helper", "sequence.editor", "core.gitProxy",
        "uploadpack.packObjectsHook", "pager.diff", "pager.status", "interactive.diffFilter",
    ):  # fmt: skip
        git(user, "config", name, spy.command)
    git(user, "config", "commit.gpgSign", "true")
    git(user, "config", "extensions.partialClone", "origin")
    git(user, "config", "gpg.program", str(spy.program))
    git(user, "config", "remote.origin.url", "ext::" + str(spy.failing).replace(" ", "% "))
    git(user, "config", "remote.origin.promisor", "true")
    git(user, "config", "protocol.ext.allow", "always")


def _include(user: Path, spy: Spy) -> None:
    _hooks(user, spy)
    shadowed = user.parent / "evil.inc"
    shadowed.write_text(
        f'[core]\n\tfsmonitor = "{spy.command}"\n[diff]\n\texternal = "{spy.command}"\n'
    )
    git(user, "config", "include.path", str(shadowed))


def _submodule(user: Path, spy: Spy) -> None:
    git(user, "init", "-q", "lib")
    write(user, {"lib/x": "x"})
    commit(user / "lib")
    git(user / "lib", "config", "core.fsmonitor", spy.command)
    git(user, "config", "submodule.recurse", "true")
    git(user, "config", "diff.submodule", "log")
    git(user, "config", "status.submoduleSummary", "true")


@pytest.mark.parametrize(
    ("plant", "control"),
    [
        (_hooks, "git checkout -q HEAD~0"),
        (_hooks_path, "git checkout -q HEAD~0"),
        (_fsmonitor, "git status"),
        (_filter, "touch a.txt; git add a.txt"),
        (_filter_process, "touch a.txt; git add a.txt"),
        (_global_attributes, "touch a.txt; git add a.txt"),
        (_diff_drivers, "echo edit > a.txt; git diff; git checkout -q a.txt"),
        (_merge_driver, "git checkout -q -b x; echo 1 > a.txt; git commit -qam 1; "
                        "git checkout -q -b y HEAD~1; echo 2 > a.txt; git commit -qam 2; "
                        "git merge x; git checkout -q -f main; git branch -q -D x y"),
        (_helpers, "git cat-file -e 0123456789012345678901234567890123456789"),
        (_include, "git status"),
        (_submodule, "touch lib/x; git status"),
    ],
)  # fmt: skip
async def test_nothing_planted_with_the_user_runs(
    user: Path, tmp_path: Path, plant: Plant, control: str
) -> None:
    spy = Spy(tmp_path)
    plant(user, spy)
    write(user, {"planted.txt": "x\n"})
    git(user, "add", "-A")
    git(user, "commit", "-q", "--no-gpg-sign", "-m", "Planted")
    spy.forget()
    subprocess.run(control, shell=True, cwd=user, capture_output=True, check=False)
    assert spy.ran(), "the control shows that plain git runs it"
    git(user, "checkout", "-q", "-f", "main")
    spy.forget()
    await _everything(user, tmp_path / "state")
    assert spy.ran() == ""


@pytest.mark.parametrize("variable", ["GIT_EXTERNAL_DIFF", "GIT_SSH_COMMAND", "GIT_CONFIG_COUNT"])
async def test_the_environment_is_not_obeyed(
    user: Path, tmp_path: Path, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    spy = Spy(tmp_path)
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.fsmonitor")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", spy.command)
    monkeypatch.setenv(variable, "1" if variable.endswith("COUNT") else spy.command)
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "no-index"))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(tmp_path / "no-objects"))
    repo = GitRepository.discover(user, tmp_path / "state")
    seen = await repo.checkout()
    work = await repo.open("r1", seen.tree, seen.commit)
    write(work.path, {"a.txt": "edit\n"})
    tree = await repo.capture(work)
    assert b"+edit" in await repo.diff(seen.tree, tree)
    assert b"+edit" in await repo.live_diff(work, seen.tree)
    repo.close()
    assert spy.ran() == ""


async def test_nothing_planted_in_a_worktree_runs(user: Path, tmp_path: Path) -> None:
    spy = Spy(tmp_path)
    repo = GitRepository.discover(user, tmp_path / "state")
    seen = await repo.checkout()
    work = await repo.open("r1", seen.tree, seen.commit)
    for inner in (repo.agent_dir(work), work.path / "nested/.git", work.path / "src/.git"):
        if not inner.exists():
            git(tmp_path, "init", "-q", str(inner.parent))
            write(inner.parent, {"new.txt": "x\n"})
        (inner / "hooks").mkdir(exist_ok=True)
        for name in HOOKS:
            (inner / "hooks" / name).unlink(missing_ok=True)
            (inner / "hooks" / name).symlink_to(spy.program)
        for name in ("core.fsmonitor", "diff.external", "filter.spy.clean", "filter.spy.smudge"):
            git(tmp_path, f"--git-dir={inner}", "config", name, spy.command)
    write(work.path, {".gitattributes": "* filter=spy diff=spy merge=spy\n"})
    git(work.path, "status")
    assert spy.ran(), "the control shows that plain git runs it"
    spy.forget()
    tree = await repo.capture(work)
    await repo.live_diff(work, seen.tree)
    await repo.inventory()
    await repo.untracked(work)
    await repo.diff(seen.tree, tree)
    await repo.export(tree, tmp_path / "export")
    await repo.reset(work, tree)
    await repo.reset(work, seen.tree)
    await repo.open("r1", tree, seen.commit)
    await repo.sweep_locks("r1")
    await repo.remove(work)
    repo.close()
    assert spy.ran() == ""


async def _everything(user: Path, state: Path) -> None:
    """Every operation there is, the last of them a landing that the checkout follows."""
    repo = GitRepository.discover(user, state)
    seen = await repo.checkout()
    await repo.identity()
    work = await repo.open("r1", seen.tree, seen.commit)
    for path in (work.path / "a.txt", work.path / "src/b.py"):
        os.utime(path, (1, 1))
    write(work.path, {"a.txt": "ONE\ntwo\n", "new.txt": "new\n"})
    await repo.live_diff(work, seen.tree)
    tree = await repo.capture(work)
    await repo.changes(seen.tree, tree)
    await repo.diff(seen.tree, tree)
    await repo.read(tree, "a.txt")
    await repo.export(tree, state / "export")
    await repo.keep("r1", "base", seen.commit)
    await repo.keep("r1", "candidate", tree)
    await repo.reset(work, seen.tree)
    write(work.path, {"a.txt": "one\nTWO\n"})
    other = await repo.commit(await repo.capture(work), [seen.commit], "Other", WHO, 1)
    await repo.overlay(tree, seen.tree, ["new.txt"])
    ours = await repo.commit(tree, [seen.commit], "Ours", WHO, 1)
    await repo.merge(seen.commit, ours, other)
    assert (await repo.publish("refs/heads/looptui/x", other, None)).outcome == "moved"
    os.utime(user / "src/b.py", (1, 1))
    done = await repo.publish("refs/heads/main", ours, seen.commit)
    assert done.outcome in ("moved", "dirty")
    await repo.publish("refs/heads/main", ours, seen.commit)
    await repo.checkout()
    await repo.untracked(work)
    await repo.inventory()
    await repo.sweep_locks("r1")
    await repo.remove(work)
    await repo.forget("r1")
    repo.close()
