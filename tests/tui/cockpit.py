"""The real app over a real repository, a real store and a real maker, driven by keys."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from looptui.tui.app import LooptuiApp
from looptui.tui.screens.base import MainScreen
from looptui.wire.controller import DeskController
from tests.tui.small_app import screen_lines

CALC = "def add(a, b):\n    return a - b\n"
MENDS = """\
import pathlib, sys
print("prompt of", len(sys.stdin.read()), "characters")
calc = pathlib.Path("calc.py")
calc.write_text(calc.read_text().replace("a - b", "a + b"))
"""
SLEEPS = """\
import pathlib, time
print("half way", flush=True)
pathlib.Path("calc.py").write_text("def add(a, b):\\n    return None\\n")
time.sleep(60)
"""
GATE = "import calc; assert calc.add(2, 3) == 5, 'add is wrong'"
LOOP = """\
schema = 1
name = "{name}"
owner = "you@example.org"

[goal]
text = '''{goal}'''

[[criteria]]
id = "tests"
text = "add adds"
gate = "check"

[maker]
agent = "command"
argv = ["{python}", "{agent}"]

[[gates]]
id = "check"
kind = "command"
argv = ["{python}", "-c", "{gate}"]

[breakers]
iterations = {iterations}
"""


@dataclass(frozen=True)
class Project:
    """A repository with a fault, and a loop file that mends it."""

    repo: Path
    loop: Path

    def git(self, *words: str) -> str:
        done = subprocess.run(
            ["git", *words], cwd=self.repo, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()


def make_project(
    directory: Path,
    *,
    agent: str = MENDS,
    goal: str = "Make add add.",
    iterations: int = 4,
    name: str = "fix-add",
) -> Project:
    """The repository `directory/repo`, its loop file in `.looptui/loops`."""
    repo = directory / "repo"
    loops = repo / ".looptui" / "loops"
    loops.mkdir(parents=True)
    (repo / "calc.py").write_text(CALC)
    (repo / "test_calc.py").write_text("def test_add():\n    assert True\n")
    script = directory / "agent.py"
    script.write_text(agent)
    loop = loops / f"{name}.toml"
    loop.write_text(
        LOOP.format(
            name=name, goal=goal, python=sys.executable, agent=script, gate=GATE,
            iterations=iterations,
        )
    )  # fmt: skip
    project = Project(repo, loop)
    project.git("init", "-q", "-b", "main")
    project.git("config", "user.name", "Tester")
    project.git("config", "user.email", "tester@example.org")
    project.git("add", "-A")
    project.git("commit", "-q", "-m", "start")
    return project


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state directory of the test's own."""
    monkeypatch.setenv("LOOPTUI_HOME", str(tmp_path / "home"))
    return tmp_path


class Player:
    """Presses keys and looks at the screen."""

    def __init__(self, app: LooptuiApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def screen(self) -> str:
        """What is on the screen."""
        return "\n".join(screen_lines(self.app))

    @property
    def scope(self) -> str:
        """The scope of the screen or dialog on top."""
        return str(getattr(self.app.screen, "scope", ""))

    @property
    def base(self) -> MainScreen:
        screens = [s for s in self.app.screen_stack if isinstance(s, MainScreen)]
        return screens[-1]

    @property
    def state(self) -> str:
        """The state of the newest run."""
        runs = self.app.snapshot.runs
        return runs[0].state if runs else ""

    async def press(self, *keys: str) -> None:
        """Press keys and let the app answer them."""
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def write(self, text: str) -> None:
        """Type some words."""
        names = {" ": "space", ".": "full_stop", "?": "question_mark", "%": "percent_sign"}
        await self.press(*(names.get(character, character) for character in text))

    async def decide(self, *keys: str) -> None:
        """Press keys when decision keys are no longer dead."""
        for key in keys:
            await self.until(lambda: self.app.guard.armed)
            await self.press(key)

    async def until(self, condition: Callable[[], bool], seconds: float = 60) -> None:
        """Let the app go on until something is true; the screen says why it never was."""
        try:
            async with asyncio.timeout(seconds):
                while not condition():
                    await self.pilot.pause(0.02)
        except TimeoutError:
            raise AssertionError(f"it never came to that:\n{self.screen}") from None

    async def sees(self, *words: str) -> None:
        """Wait until words are on the screen."""
        for word in words:
            await self.until(lambda word=word: word in self.screen)  # type: ignore[misc]


@asynccontextmanager
async def playing(
    project: Project,
    *,
    size: tuple[int, int] = (120, 40),
    start: Sequence[Path] | None = None,
    trust: bool = True,
    **options: Any,
) -> AsyncIterator[Player]:
    """The app on a project; by default it starts the loop of the project."""
    controller = DeskController(project.repo)
    files = (project.loop,) if start is None else tuple(start)
    app = LooptuiApp(controller, start=files, trust=trust, **options)
    async with app.run_test(size=size, notifications=True) as pilot:
        player = Player(app, pilot)
        await player.until(lambda: app.feed.running)
        yield player
        await controller.close()
