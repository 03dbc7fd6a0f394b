"""Where pull requests are made: by the person's own gh or glab, with their logins."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from looptui import proc
from looptui.errors import EnvironmentUnfit
from looptui.text import safe

_PATIENCE = 300.0
"""Seconds; a push of much can take long."""


@dataclass(frozen=True, slots=True)
class Request:
    """A pull request, or a merge request."""

    branch: str
    target: str | None
    """None leaves it to the forge: its default branch."""
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Forge:
    """A remote of a repository, and the program that makes requests there."""

    root: Path
    remote: str
    program: str

    async def request(self, wanted: Request) -> str:
        """Open the request for a branch that is there already.

        What the program said of it, its address most often; EnvironmentUnfit with its words.
        """
        argv = _argv(self.program, wanted)
        env = {**os.environ, "GH_PROMPT_DISABLED": "1"}
        ended = await proc.run(argv, env=env, cwd=self.root, seconds=_PATIENCE, grace=5.0)
        said = safe(ended.output).strip()
        if ended.reason != "exit" or ended.exit_code:
            last = said.rpartition("\n")[2] or f"ended with {ended.exit_code}"
            hint = f"Try it by hand: {' '.join(argv[:3])} …"
            raise EnvironmentUnfit(f"{argv[0]} could not do it: {last}", hint)
        return said.rpartition("\n")[2]


def forge_of(root: Path, settings: Mapping[str, str], target: str | None) -> Forge:
    """Where the branches of a repository are pushed to; EnvironmentUnfit where nothing is known.

    `settings` is the repository's config, keys in small letters.
    """
    remote = settings.get(f"branch.{(target or '').lower()}.remote") or _remote(settings)
    url = settings.get(f"remote.{remote}.url", "") if remote else ""
    if not url:
        hint = "Add one: git remote add origin URL; or land it with --to branch."
        raise EnvironmentUnfit("this repository has no remote to push to", hint)
    program = "glab" if "gitlab" in url.lower() else "gh"
    if shutil.which(program) is None:
        hint = f"Install {program} and log in; or land it with --to branch, and push that."
        raise EnvironmentUnfit(f"{program} is not on PATH, and it makes the request", hint)
    return Forge(root, remote, program)


def _remote(settings: Mapping[str, str]) -> str:
    """`origin`, or the only one."""
    named = [key[7:-4] for key in settings if key.startswith("remote.") and key.endswith(".url")]
    if "origin" in named:
        return "origin"
    return named[0] if len(named) == 1 else ""


def _argv(program: str, wanted: Request) -> Sequence[str]:
    if program == "glab":
        onto = ["--target-branch", wanted.target] if wanted.target else []
        words = ["--title", wanted.title, "--description", wanted.body, "--yes"]
        return ["glab", "mr", "create", "--source-branch", wanted.branch, *onto, *words]
    onto = ["--base", wanted.target] if wanted.target else []
    words = ["--title", wanted.title, "--body", wanted.body]
    return ["gh", "pr", "create", "--head", wanted.branch, *onto, *words]
