"""What every maker keeps to, and what is special about those of our own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from looptui.adapters.makers.command import CommandMaker
from looptui.adapters.makers.repair import RepairMaker
from looptui.adapters.makers.scripted import ScriptedMaker
from looptui.core.spec import GateSpec, MakerSpec, Permissions
from looptui.ports import Confinement, Launch, Maker, MakerReport, MakerTask
from tests.adapters.children import PYTEST, lay_out, maker_task, sandbox

TESTS = GateSpec("tests", argv=PYTEST)
PROJECT = {
    "calc.py": "def total(items):\n    out = 0\n    for item in items:\n        out -= item\n"
    "    return out\n",
    "test_calc.py": "from calc import total\n\ndef test_total():\n    assert total([1, 2]) == 3\n"
    "\ndef test_none():\n    assert total([]) == 0\n",
}
SCRIPT = """
[[steps]]
say = "a line"

[[steps.write]]
path = "note.txt"
text = "hello"
"""


@dataclass(frozen=True)
class Case:
    """A maker, a task that it can do, and a specification that it cannot use."""

    maker: Callable[[], Maker]
    task: Callable[[Path], MakerTask]
    unfit: MakerSpec


def command_task(place: Path) -> MakerTask:
    return maker_task(
        place, MakerSpec("command", argv=("sh", "-c", "echo hi; echo x > new; sleep 0.1"))
    )


def repair_task(place: Path) -> MakerTask:
    task = maker_task(place, MakerSpec("repair"), PROJECT, gates=(TESTS,))
    return replace(task, failing=("test_calc.py::test_total",))


def scripted_task(place: Path) -> MakerTask:
    lay_out(place, {"script.toml": SCRIPT})
    return maker_task(place, MakerSpec("scripted", script=str(place / "script.toml")))


CASES = {
    "command": Case(CommandMaker, command_task, MakerSpec("command")),
    "repair": Case(RepairMaker, repair_task, MakerSpec("repair", batch=0)),
    "scripted": Case(ScriptedMaker, scripted_task, MakerSpec("scripted")),
}


@pytest.fixture(params=list(CASES))
def case(request: pytest.FixtureRequest) -> Case:
    return CASES[request.param]


def make(case: Case, task: MakerTask, seen: bytearray | None = None) -> asyncio.Task[MakerReport]:
    seen = bytearray() if seen is None else seen
    return asyncio.create_task(case.maker().make(task, sandbox(), seen.extend))


def files(directory: Path) -> set[str]:
    return {str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_file()}


def test_it_has_a_name_and_says_what_is_wrong_with_a_specification(
    case: Case, tmp_path: Path
) -> None:
    maker = case.maker()
    spec = case.task(tmp_path).loop.maker
    assert maker.name == spec.agent
    assert maker.check(spec) is None
    assert maker.check(case.unfit)


async def test_it_works_in_the_worktree_and_shows_what_it_says(case: Case, tmp_path: Path) -> None:
    task = case.task(tmp_path)
    around = files(tmp_path) - {f"worktree/{name}" for name in files(task.worktree)}
    before = {name: (task.worktree / name).read_bytes() for name in files(task.worktree)}
    seen = bytearray()
    report = await make(case, task, seen)
    after = {name: (task.worktree / name).read_bytes() for name in files(task.worktree)}
    assert (report.outcome, report.exit_code) == ("ended", 0)
    assert 0 < report.seconds < 60
    assert before != after
    assert bytes(seen) == task.transcript.read_bytes() != b""
    assert files(tmp_path) - {f"worktree/{name}" for name in after} == around


async def test_it_keeps_the_deadline(case: Case, tmp_path: Path) -> None:
    task = replace(case.task(tmp_path), seconds=0.0)
    report = await make(case, task)
    assert (report.outcome, report.exit_code) == ("timeout", None)


class Watched:
    """The sandbox of this machine, telling when a child is in it."""

    def __init__(self) -> None:
        self.name, self.confines = sandbox().name, sandbox().confines
        self.entered, self.left = asyncio.Event(), asyncio.Event()

    @contextmanager
    def launch(
        self, argv: Sequence[str], *, cwd: Path, env: Mapping[str, str], confinement: Confinement
    ) -> Iterator[Launch]:
        with sandbox().launch(argv, cwd=cwd, env=env, confinement=confinement) as launch:
            self.entered.set()
            yield launch
        self.left.set()

    def lays(self, directory: Path) -> bool:
        return sandbox().lays(directory)


async def test_it_can_be_cancelled(case: Case, tmp_path: Path) -> None:
    watched, task = Watched(), case.task(tmp_path)
    work = asyncio.create_task(case.maker().make(task, watched, lambda data: None))
    await watched.entered.wait()
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert not watched.left.is_set(), "the child was not interrupted"


# --- repair ----------------------------------------------------------------------------------


async def test_repair_finds_a_small_fault_and_remembers_what_it_tried(tmp_path: Path) -> None:
    task = repair_task(tmp_path)
    report = await make(CASES["repair"], task)
    assert "out += item" in (task.worktree / "calc.py").read_text()
    assert report.outcome == "ended"
    assert report.reason
    assert all(isinstance(one, str) for digests in report.notes.values() for one in digests)


async def test_repair_understands_the_places_in_the_command_of_a_gate(tmp_path: Path) -> None:
    gate = replace(TESTS, argv=(*PYTEST, "--junitxml={report}", "--rootdir={worktree}"))
    task = replace(repair_task(tmp_path), gates=(gate,))
    await make(CASES["repair"], task)
    assert "out += item" in (task.worktree / "calc.py").read_text()
    assert files(task.worktree) == set(PROJECT)


async def test_repair_gives_up_with_a_clear_word(tmp_path: Path) -> None:
    project = PROJECT | {"test_calc.py": "def test_total():\n    assert False\n"}
    task = maker_task(tmp_path, MakerSpec("repair"), project, gates=(TESTS,))
    report = await make(CASES["repair"], task)
    assert report.outcome == "gave-up"
    assert report.reason
    assert (task.worktree / "calc.py").read_text() == PROJECT["calc.py"]


async def test_repair_without_a_pytest_gate_gives_up_at_once(tmp_path: Path) -> None:
    task = maker_task(tmp_path, MakerSpec("repair"), PROJECT, gates=(GateSpec("lint"),))
    report = await make(CASES["repair"], task)
    assert report.outcome == "gave-up"
    assert "pytest" in report.reason


async def test_repair_leaves_alone_what_the_loop_does_not_let_it_write(tmp_path: Path) -> None:
    task = repair_task(tmp_path)
    loop = replace(task.loop, permissions=Permissions(deny=("calc.py",)))
    report = await make(CASES["repair"], replace(task, loop=loop))
    assert (task.worktree / "calc.py").read_text() == PROJECT["calc.py"]
    assert report.outcome == "gave-up"


async def test_a_looptui_in_the_worktree_does_not_stand_in_for_ours(tmp_path: Path) -> None:
    task = repair_task(tmp_path)
    lay_out(task.worktree, {"looptui/__init__.py": "raise SystemExit(9)\n"})
    assert (await make(CASES["repair"], task)).exit_code == 0


def test_check_of_scripts() -> None:
    check = ScriptedMaker().check
    assert "absolute" in (check(MakerSpec("scripted", script="script.toml")) or "")
    assert "not there" in (check(MakerSpec("scripted", script="/no/script.toml")) or "")


async def test_a_script_that_vanished_is_missing(tmp_path: Path) -> None:
    task = maker_task(tmp_path, MakerSpec("scripted", script="/no/script.toml"))
    report = await make(CASES["scripted"], task)
    assert report.outcome == "missing"
