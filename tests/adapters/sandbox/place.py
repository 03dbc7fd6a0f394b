"""A home with secrets and a worktree below it, and ways to run commands there in a sandbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from looptui.ports import Confinement, Sandbox
from looptui.proc import Ended, run

SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin"


@dataclass
class Place:
    """A home with secrets, a state directory and a worktree below it."""

    home: Path
    state: Path
    worktree: Path
    env: dict[str, str] = field(default_factory=lambda: {"PATH": SYSTEM_PATH, "LANG": "C.UTF-8"})

    def confinement(self, *, network: bool = False, readable: Sequence[Path] = ()) -> Confinement:
        return Confinement(
            writable=(self.worktree,),
            readable=tuple(readable),
            pinned=(self.worktree / ".git",),
            network=network,
        )

    async def run(
        self,
        sandbox: Sandbox,
        *argv: str,
        network: bool = False,
        readable: Sequence[Path] = (),
        seconds: float = 20.0,
        grace: float = 1.0,
    ) -> Ended:
        confinement = self.confinement(network=network, readable=readable)
        return await self.confined(sandbox, confinement, *argv, seconds=seconds, grace=grace)

    async def confined(
        self,
        sandbox: Sandbox,
        confinement: Confinement,
        *argv: str,
        seconds: float = 20.0,
        grace: float = 1.0,
    ) -> Ended:
        with sandbox.launch(
            argv, cwd=self.worktree, env=self.env, confinement=confinement
        ) as launch:
            return await run(
                launch.argv,
                env=launch.env,
                cwd=launch.cwd,
                owns_tree=launch.owns_tree,
                seconds=seconds,
                grace=grace,
            )

    async def sh(self, sandbox: Sandbox, script: str, **options: object) -> Ended:
        return await self.run(sandbox, "sh", "-c", script, **options)  # type: ignore[arg-type]


def ok(ended: Ended) -> str:
    """What a command printed that ended well."""
    assert (ended.reason, ended.exit_code) == ("exit", 0), ended.output
    return ended.output


def python(code: str, *words: str) -> tuple[str, ...]:
    return ("/usr/bin/env", "python3", "-I", "-S", "-c", code, *words)


def executable(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path
