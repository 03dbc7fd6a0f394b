"""A person at a shell: looptui as a process of its own, and a look at what it leaves behind."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, NamedTuple

from looptui.core.status import TERMINAL
from tests.engine.project import git, make_project

SECONDS = 100
FIXED = "import calc, sys; sys.exit(0 if calc.add(2, 3) == 5 else 1)"
GATE = (sys.executable, "-c", FIXED)
"""A gate that takes milliseconds, and says what the tests of the project say."""
MEND = """\
import pathlib
calc = pathlib.Path("calc.py")
calc.write_text(calc.read_text().replace("a - b", "a + b"))
"""
_OF_NOBODY = ("objects", "refs/looptui")
"""Of a git directory: where looptui may leave something while a run lasts."""


class Done(NamedTuple):
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


@dataclass(frozen=True)
class Shell:
    """Runs looptui as a person does, and kills it as nobody should."""

    repo: Path
    home: Path
    more: Mapping[str, str] = field(default_factory=dict)
    """Variables on top of the environment."""
    program: Sequence[str] = (sys.executable, "-m", "looptui")

    @classmethod
    def at(cls, place: Path, agent: str = MEND, *, name: str = "", **loop: Any) -> Shell:
        """A project in `place` with an agent and a quick gate; see `write_loop` for the rest."""
        repo = make_project(place, agent)
        if name:
            repo = repo.rename(place / name)
        shell = cls(repo, place / "home")
        shell.write_loop(**loop)
        return shell

    @property
    def place(self) -> Path:
        return self.repo.parent

    @property
    def loop(self) -> Path:
        return self.place / "fix.toml"

    @property
    def tmp(self) -> Path:
        """The directory for temporary files of looptui and all it starts."""
        return self.place / "tmp"

    @property
    def state_dir(self) -> Path:
        return next(path for path in self.home.iterdir() if path.is_dir())

    @property
    def env(self) -> dict[str, str]:
        self.tmp.mkdir(exist_ok=True)
        env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        return {
            **env,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}",
            "LOOPTUI_HOME": str(self.home),
            "TMPDIR": str(self.tmp),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            **self.more,
        }

    def write_loop(
        self,
        *,
        gate: Sequence[str] = GATE,
        maker: str = "",
        gates: str = "",
        breakers: str = "iterations = 5",
        more: str = "",
    ) -> None:
        """The loop file beside the repository; each text goes into its table."""
        text = f"""\
schema = 1
name = "fix-tests"
owner = "you@example.org"

[goal]
text = "Make the failing tests pass."

[[criteria]]
id = "tests"
text = "All tests pass"
gate = "tests"

[maker]
agent = "command"
argv = {json.dumps([sys.executable, str(self.place / "agent.py")])}
{maker}

[[gates]]
id = "tests"
kind = "command"
argv = {json.dumps(list(gate))}
{gates}

[breakers]
{breakers}

{more}
"""
        self.loop.write_text(text)

    # --- commands -----------------------------------------------------------------------------

    def start(self, *args: str, **options: Any) -> subprocess.Popen[bytes]:
        """Start a command in a session of its own and leave it running."""
        settings: dict[str, Any] = {
            "cwd": self.repo,
            "env": self.env,
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            "start_new_session": True,
        }
        return subprocess.Popen([*self.program, *args], **settings | options)

    def run(self, *args: str, seconds: float = SECONDS) -> Done:
        """Run a command to its end; it never shows a trace or a control character."""
        process = self.start(*args)
        try:
            out, err = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            out, err = process.communicate()
            raise AssertionError(f"{args} did not end:\n{err.decode()}") from None
        return _told(Done(process.returncode, out.decode(), err.decode()))

    def go(self, *more: str) -> Done:
        """`run` the loop headless and trusted, to its first rest."""
        return self.run("run", str(self.loop), "--headless", "--trust", *more)

    def approve(self) -> Done:
        """Approve what waits for a review."""
        need = self.need()
        return self.run("approve", need["run"], "--tree", need["tree"])

    def killed_after(self, seconds: float, *args: str) -> bool:
        """Start a command and kill it; False when it had ended before."""
        process = self.start(*args)
        try:
            process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            process.communicate()
            return True
        return False

    def hears(self, word: str, run: str) -> None:
        """Wait until the first maker of a run has printed a word."""
        transcript = self.state_dir / "transcripts" / run / "1.log"
        deadline = time.monotonic() + SECONDS
        while not transcript.exists() or word.encode() not in transcript.read_bytes():
            assert time.monotonic() < deadline
            time.sleep(0.01)

    # --- what it came to ----------------------------------------------------------------------

    def status(self) -> dict[str, Any]:
        """The newest run; empty where there is none."""
        runs: list[dict[str, Any]] = self.run("status", "--json").json["runs"]
        return runs[0] if runs else {}

    def need(self) -> dict[str, Any]:
        """The only open need."""
        (need,) = self.run("needs", "--json").json["needs"]
        found: dict[str, Any] = need
        return found

    def iterations(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.run("show", "fix-tests", "--json").json["iterations"]
        return found

    def git(self, *args: str) -> str:
        return git(self.repo, *args)

    def commits(self, ref: str = "main") -> int:
        return int(self.git("rev-list", "--count", ref))

    # --- what it may not do -------------------------------------------------------------------

    def user_files(self) -> dict[str, str]:
        """Kind, mode and content of all that is the user's: checkout, index, config, hooks, refs.

        What git itself adds to a repository that is only read from is left out: objects.
        """
        found = {}
        for top, folders, names in os.walk(self.repo):
            inside = Path(top).relative_to(self.repo)
            folders[:] = [n for n in folders if not _nobodys(inside / n)]
            for name in (*names, *folders):
                found[str(inside / name)] = _fingerprint(Path(top, name))
        return found

    def leaves_nothing(self) -> None:
        """After the end of a run: no process, directory, ref or lock of it, and a sound log."""
        state = self.status()
        assert state["state"] in TERMINAL, state
        assert state["tidy"], state
        self.rests()
        refs = self.git("for-each-ref", "--format=%(refname)", "refs/looptui").split()
        assert [ref for ref in refs if not ref.startswith("refs/looptui/rescue/")] == []
        for name in ("worktrees", "environments", "agent-git", "git/looptui"):
            assert _listed(self.state_dir / name) == [], name

    def rests(self) -> None:
        """Between sessions: no process, no lock, no scratch, and a sound log."""
        state = self.status()
        assert gone(str(state["id"])), survivors(str(state["id"]))
        assert not list(self.repo.rglob("*.lock"))
        assert _listed(self.state_dir / "exports") == []
        assert _listed(self.state_dir / "leases") == []
        assert _listed(self.tmp) == []
        verified = self.run("audit", "verify")
        assert verified.code == 0, verified


def survivors(run: str) -> list[int]:
    """Processes that still carry the marker of a run."""
    marker = f"LOOPTUI_RUN_ID={run}".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*/environ"):
        try:
            if marker in entry.read_bytes():
                found.append(int(entry.parent.name))
        except OSError:
            continue
    return found


def gone(run: str, seconds: float = 5.0) -> bool:
    """Whether all processes of a run are gone, waiting for those that are dying."""
    deadline = time.monotonic() + seconds
    while left := survivors(run):
        if time.monotonic() > deadline:
            return not left
        time.sleep(0.02)
    return True


def wait_for(stream: IO[bytes] | None, kind: str, **data: object) -> dict[str, Any]:
    """The next event of a kind on a JSON stream, with these values in its data."""
    assert stream is not None
    for line in stream:
        event: dict[str, Any] = json.loads(line)
        if event["type"] == kind and data.items() <= event["data"].items():
            return event
    raise AssertionError(f"the stream ended before {kind} {data}")


def finish(process: subprocess.Popen[bytes]) -> Done:
    """Wait for a started command."""
    out, err = process.communicate(timeout=SECONDS)
    return _told(Done(process.returncode, (out or b"").decode(), (err or b"").decode()))


def _told(done: Done) -> Done:
    assert "Traceback" not in done.err, done.err
    assert not any(ord(c) < 32 and c not in "\n\t" for c in done.out + done.err), done
    return done


def _listed(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir()) if directory.is_dir() else []


def _nobodys(inside: Path) -> bool:
    return any(inside == Path(".git") / name for name in _OF_NOBODY)


def _fingerprint(path: Path) -> str:
    found = path.lstat()
    kind = f"{stat.filemode(found.st_mode)} "
    if stat.S_ISLNK(found.st_mode):
        return kind + str(path.readlink())
    if stat.S_ISREG(found.st_mode):
        return kind + hashlib.sha256(path.read_bytes()).hexdigest()
    return kind
