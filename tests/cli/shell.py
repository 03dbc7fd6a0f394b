"""A person at a shell: looptui as a process of its own, in a repository of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

SECONDS = 180
FIXING = """
import pathlib, sys
print("asked:", sys.stdin.read())
path = pathlib.Path("calc.py")
path.write_text(path.read_text().replace("a - b", "a + b"))
"""
"""An agent that mends the fault."""
GREP = ("grep", "-q", "a + b", "calc.py")
"""A gate that costs next to nothing."""
PYTEST = (sys.executable, "-m", "pytest", "-q")


@dataclass(frozen=True)
class Done:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass
class Shell:
    """A directory with a repository, a home, an agent and loop files beside it."""

    place: Path
    repo: Path
    env: dict[str, str] = field(default_factory=dict)

    @classmethod
    def at(cls, place: Path, name: str = "repo") -> Shell:
        """A repository with one commit: a module with a fault, and a test that finds it."""
        shell = cls(place, place / name, environment(place))
        shell.repo.mkdir()
        shell.git("init", "-q", "-b", "main")
        shell.git("config", "user.name", "Ada")
        shell.git("config", "user.email", "ada@example.org")
        (shell.repo / "calc.py").write_text("def add(a, b):\n    return a - b\n")
        (shell.repo / "test_calc.py").write_text(
            "from calc import add\n\n\ndef test_add():\n    assert add(2, 3) == 5\n"
        )
        shell.commit("Start")
        return shell

    def __call__(self, *words: str, stdin: str = "", cwd: Path | None = None) -> Done:
        """Run a command to its end, without a terminal."""
        ended = subprocess.run(
            self.argv(*words),
            cwd=cwd or self.repo,
            env=self.env,
            input=stdin.encode(),
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
        assert b"Traceback" not in ended.stderr, ended.stderr.decode()
        assert b"\x1b" not in ended.stdout + ended.stderr
        return Done(ended.returncode, ended.stdout.decode(), ended.stderr.decode())

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start a command and leave it running; its stdout can be read line by line."""
        return subprocess.Popen(
            self.argv(*words),
            cwd=self.repo,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @staticmethod
    def argv(*words: str) -> list[str]:
        return [sys.executable, "-m", "looptui", *words]

    def loop(
        self,
        agent: str = FIXING,
        *,
        gate: Sequence[str] = GREP,
        name: str = "fix-tests",
        breakers: str = "iterations = 5",
        more: str = "",
        maker: str = "",
    ) -> Path:
        """A loop file beside the repository, with an agent that runs this code."""
        script = self.place / f"{name}.py"
        script.write_text(agent)
        argv = json.dumps([sys.executable, str(script)])
        text = f"""
schema = 1
name = "{name}"
owner = "ada@example.org"

[goal]
text = "Make the failing tests pass."

[[criteria]]
id = "tests"
text = "All tests pass"
gate = "tests"

[maker]
agent = "command"
argv = {argv}
{maker}

[[gates]]
id = "tests"
kind = "command"
argv = {json.dumps(list(gate))}

[breakers]
{breakers}

{more}
"""
        file = self.place / f"{name}.toml"
        file.write_text(text)
        return file

    def run(self, file: Path, *words: str) -> Done:
        return self("run", str(file), "--headless", "--trust", *words)

    def state(self, name: str = "") -> dict[str, Any]:
        """The newest run, or that of a name, as `status --json` shows it."""
        words = ("status", *([name] if name else []), "--json")
        run: dict[str, Any] = self(*words).json["runs"][0]
        return run

    def need(self) -> dict[str, Any]:
        """The only open need."""
        (need,) = self("needs", "--json").json["needs"]
        found: dict[str, Any] = need
        return found

    def git(self, *words: str) -> str:
        done = subprocess.run(
            ["git", *words], cwd=self.repo, env=self.env, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    def commit(self, message: str) -> str:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)
        return self.git("rev-parse", "HEAD")

    def lose_sandbox(self) -> None:
        """From now on no sandbox works on this machine."""
        startup = self.place / "startup"
        startup.mkdir()
        without = "choosing._candidates = lambda: iter(())"
        (startup / "sitecustomize.py").write_text(
            f"from looptui.adapters.sandbox import choosing\n{without}\n"
        )
        self.env["PYTHONPATH"] = str(startup)

    def commits(self, ref: str = "main") -> int:
        return int(self.git("rev-list", "--count", ref))


def environment(place: Path) -> dict[str, str]:
    """Nothing of the person who runs the tests, but for PATH."""
    home = place / "home"
    home.mkdir()
    return {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(home),
        "LOOPTUI_HOME": str(place / "state"),
        "LANG": "C.UTF-8",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
    }


def wait_for(stream: IO[str] | None, kind: str, **data: object) -> dict[str, Any]:
    """The next event of a kind on a JSON stream, with these values in its data."""
    assert stream is not None
    for line in stream:
        event: dict[str, Any] = json.loads(line)
        if event["type"] == kind and data.items() <= event["data"].items():
            return event
    raise AssertionError(f"the stream ended before {kind} {data}")


def finish(process: subprocess.Popen[str]) -> Done:
    """Wait for a started command."""
    out, err = process.communicate(timeout=SECONDS)
    return Done(process.returncode, out, err)
