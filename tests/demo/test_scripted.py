"""The scripted maker does what its file says, as a process of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

from looptui.demo import scenarios
from looptui.demo.faults import find
from looptui.demo.project import build
from looptui.demo.scenarios import load
from looptui.demo.script import load as load_script
from looptui.demo.script import step_for
from looptui.demo.scripted import play

SCRIPT = """
[[steps]]
say = "two\\nlines"
[[steps.edit]]
path = "a.py"
old = "1"
new = "2"

[[steps]]
say = "again"
repeat = 2
exit = 3
[[steps.write]]
path = "deep/b.txt"
text = "b"
[[steps.delete]]
path = "a.py"

[[steps]]
killed = true
"""


def run(tree: Path, script: str, iteration: int) -> subprocess.CompletedProcess[str]:
    file = tree.parent / "script.toml"
    file.write_text(script, "utf-8")
    argv = [sys.executable, "-P", "-m", "looptui.demo.scripted", str(file), str(iteration)]
    return subprocess.run(argv, capture_output=True, text=True, cwd=tree, timeout=30)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "a.py").write_text("x = 1\n", "utf-8")
    return tmp_path / "tree"


def test_edits_and_says(tree: Path) -> None:
    done = run(tree, SCRIPT, 1)
    assert done.returncode == 0
    assert done.stdout == "scripted: two\nscripted: lines\nscripted: edit a.py\n"
    assert (tree / "a.py").read_text() == "x = 2\n"


@pytest.mark.parametrize("iteration", [2, 3])
def test_a_repeated_step(tree: Path, iteration: int) -> None:
    done = run(tree, SCRIPT, iteration)
    assert done.returncode == 3
    assert (tree / "deep" / "b.txt").read_text() == "b"
    assert not (tree / "a.py").exists()


def test_dies_by_a_signal(tree: Path) -> None:
    assert run(tree, SCRIPT, 4).returncode == -9


def test_after_the_last_step_nothing_happens(tree: Path) -> None:
    done = run(tree, SCRIPT, 5)
    assert done.returncode == 0
    assert done.stdout == "scripted: the script is over; nothing is changed\n"


def test_the_last_step_may_serve_for_ever(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    file.write_text('[[steps]]\nsay = "a"\n[[steps]]\nsay = "b"\nrepeat = 0\n', "utf-8")
    steps = load_script(file)
    assert [step.say if (step := step_for(steps, n)) else "" for n in (1, 2, 99)] == ["a", "b", "b"]


def test_a_tree_that_is_not_as_expected(tree: Path) -> None:
    (tree / "a.py").write_text("y = 0\n", "utf-8")
    done = run(tree, SCRIPT, 1)
    assert done.returncode == 1
    assert "scripted: cannot go on: a.py does not hold exactly once: 1" in done.stdout


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("steps = 3", "has no [[steps]]"),
        ("[[steps", "is not TOML"),
        ("[[steps]]\nsing = 'la'", "step 1 of the script"),
        ("[[steps]]\n[[steps.write]]\npath = '../x'\ntext = ''", "outside of the worktree"),
    ],
)
def test_bad_scripts(tree: Path, script: str, words: str) -> None:
    done = run(tree, script, 1)
    assert done.returncode == 2
    assert words in done.stdout
    assert not (tree.parent / "x").exists()


def green(root: Path) -> bool:
    argv = [sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    return subprocess.run(argv, cwd=root, capture_output=True, timeout=60).returncode == 0


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)


def colours(name: str, into: Path, iterations: int) -> list[bool]:
    """Whether the suite passes after each iteration, one built on the other."""
    scenario = load(name)
    project = build(find(scenario.fault), into, lambda root: None)
    steps = load_script(scenario.script)
    seen = []
    for iteration in range(1, iterations + 1):
        step = step_for(steps, iteration)
        assert step is not None
        play(step, project.root)
        seen.append(green(project.root))
    return seen


def test_reject_is_green_twice_and_the_second_is_no_patchwork(tmp_path: Path, quick: None) -> None:
    assert colours("reject", tmp_path / "p", 2) == [True, True]
    text = (tmp_path / "p" / "ledger" / "payments.py").read_text("utf-8")
    assert "lower = upper + 1" in text
    assert "days_late == 90" not in text


def test_breaker_never_gets_there(tmp_path: Path, quick: None) -> None:
    assert colours("breaker", tmp_path / "p", 6) == [False] * 6


def test_escalate_reaches_for_denied_paths_once(tmp_path: Path, quick: None) -> None:
    colours("escalate", tmp_path / "p", 1)
    assert (tmp_path / "p" / "deploy" / "release.toml").is_file()
    assert colours("escalate", tmp_path / "q", 2)[-1]


def test_crash_fails_dies_and_then_works(tmp_path: Path) -> None:
    steps = load_script(load("crash").script)
    assert [step.exit for step in steps] == [1, 0, 0]
    assert [step.killed for step in steps] == [False, True, False]
    project = build(find(load("crash").fault), tmp_path / "p", lambda root: None)
    play(steps[2], project.root)
    assert green(project.root)


def test_a_scenario_can_be_played_faster() -> None:
    script = (scenarios.HERE / "reject.toml").read_text()
    faster = scenarios.faster(script, 4.0)
    assert faster.count("sleep = 0.250") == script.count("sleep = 1.0") > 0
    assert faster.replace("0.250", "1.0") == script
