"""The whole maker, as a child process in real little projects with real suites."""

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.repair.making import PYTEST, content, repair, write

APP = """\
def clamp(value: int, low: int, high: int) -> int:
    # keep within limits
    if value > low:
        return low
    if value > high:
        return high
    return value
"""
TESTS = """\
from app import clamp

def test_low():
    assert clamp(-3, 0, 9) == 0

def test_middle():
    assert clamp(5, 0, 9) == 5

def test_high():
    assert clamp(12, 0, 9) == 9
"""
SLEEPS = "import time\n\ntime.sleep(60)\n"
HARD = "def f(text: str) -> str:\n    return text\n"
HARD_TESTS = "from app import f\n\ndef test_f():\n    assert f('abc') == '900150983cd24fb0'\n"


def project(root: Path, app: str = APP, tests: str = TESTS, **more: str) -> Path:
    return write(root, {"app.py": app, "tests/test_app.py": tests, **more})


def rounds(root: Path, limit: int, **job: Any) -> list[dict[str, Any]]:
    """Call the maker until it is done, with its memory."""
    tried: dict[str, list[str]] = {}
    answers: list[dict[str, Any]] = []
    for _ in range(limit):
        answers.append(repair(root, tried=tried, **job).answer)
        for place, digests in answers[-1]["tried"].items():
            tried.setdefault(place, []).extend(digests)
        if answers[-1]["outcome"] == "gave-up" or answers[-1]["failing_after"] == 0:
            break
    return answers


def passes(root: Path) -> bool:
    argv = [sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    return subprocess.run(argv, cwd=root, capture_output=True, timeout=60).returncode == 0


def test_mends_and_leaves_only_its_change(tmp_path: Path) -> None:
    before = content(project(tmp_path))
    made = repair(tmp_path)
    after = content(tmp_path)
    assert made.outcome == "improved"
    assert made.answer["applied"] == "app.py:3 changed `>` to `<`"
    assert (made.answer["passing_before"], made.answer["passing_after"]) == (0, 3)
    assert after.pop("app.py") == before.pop("app.py").replace(b"value > low", b"value < low")
    assert after == before
    assert "baseline: 0 pass, 3 fail" in made.out


def test_a_second_call_does_not_try_again_what_was_tried(tmp_path: Path) -> None:
    project(tmp_path, HARD, HARD_TESTS)
    answers = rounds(tmp_path, 30, batch=3)
    seen = [digest for answer in answers for part in answer["tried"].values() for digest in part]
    assert len(answers) > 2
    assert len(seen) == len(set(seen)) == sum(answer["variants"] for answer in answers)
    assert answers[-1]["outcome"] == "gave-up"
    assert "were tried" in answers[-1]["reason"]
    assert (tmp_path / "app.py").read_text() == HARD


def test_two_faults_are_mended_one_after_the_other(tmp_path: Path) -> None:
    app = "def add(a: int, b: int) -> int:\n    return a - b\n\n\n"
    app += "def smallest(items: list[int]) -> int:\n    return max(items)\n"
    tests = "from app import add, smallest\n\ndef test_add():\n    assert add(2, 3) == 5\n\n"
    tests += "def test_smallest():\n    assert smallest([2, 3]) == 2\n"
    answers = rounds(project(tmp_path, app, tests), 4)
    assert [answer["failing_after"] for answer in answers] == [1, 0]
    assert passes(tmp_path)


def test_a_part_is_not_offered_while_one_fault_could_explain_all(tmp_path: Path) -> None:
    app = "def size(n: int) -> int:\n    return n\n\n\ndef twice(n: int) -> int:\n"
    app += "    return size(n) * 2\n"
    tests = "from app import size, twice\n\ndef test_size():\n    assert size(2) == 3\n\n"
    tests += "def test_twice():\n    assert twice(2) == 6\n"
    answers = rounds(project(tmp_path, app, tests), 4)
    assert answers[-1]["applied"] == "app.py:2 changed `n` to `n + 1`"
    assert passes(tmp_path)


def test_variants_that_never_end_are_stopped(tmp_path: Path) -> None:
    app = "def count(n: int) -> int:\n    total = 0\n    while n > 0:\n"
    app += "        total += 2\n        n -= 1\n    return total\n"
    tests = "from app import count\n\ndef test_count():\n    assert count(3) == 3\n"
    made = repair(project(tmp_path, app, tests), batch=40, seconds=40)
    assert made.outcome == "improved"
    assert made.answer["seconds"] < 40


def test_a_fault_that_never_ends_is_mended(tmp_path: Path) -> None:
    app = "def count(n: int) -> int:\n    total = 0\n    while n > 0:\n"
    app += "        total += 1\n        n += 1\n    return total\n"
    tests = "from app import count\n\ndef test_count():\n    assert count(3) == 3\n"
    made = repair(project(tmp_path, app, tests))
    assert made.answer["applied"] == "app.py:5 changed `+=` to `-=`"


def test_a_fault_at_import_is_mended(tmp_path: Path) -> None:
    app = "LOW_LIMIT = 3\nHIGH_LIMIT = 5\nSIZES = [LOW_LIMIT, HIGH_LIMIT][2]\n"
    tests = "from app import SIZES\n\ndef test_sizes():\n    assert SIZES == 5\n"
    made = repair(project(tmp_path, app, tests))
    assert made.outcome == "improved"
    assert passes(tmp_path)


def test_output_of_code_under_test_confuses_nobody(tmp_path: Path) -> None:
    noise = APP.replace("    # keep", "    print('{}', flush=True)\n    # keep")
    made = repair(project(tmp_path, noise))
    assert made.outcome == "improved"


def test_package_that_is_hidden_by_an_installed_one(tmp_path: Path) -> None:
    files = {"src/app.py": APP, "tests/test_app.py": TESTS, "away/app.py": APP}
    root = write(tmp_path, files)
    write(root, {"conftest.py": "import sys\n\nsys.path.append('src')\n"})
    assert repair(root).answer["applied"] == "src/app.py:3 changed `>` to `<`"


@pytest.mark.parametrize(
    ("files", "job", "words"),
    [
        ({"app.py": APP.replace("value > low", "value < low")}, {}, "no test fails here"),
        ({}, {"test_argv": ["make", "test"]}, "does not run pytest"),
        ({}, {"test_argv": ["no-such-python", "-m", "pytest"]}, "cannot be started"),
        ({}, {"deny": ["*.py"]}, "no line of a Python file that may be edited"),
        (
            {"conftest.py": "import nothing_like_it\n"},
            {},
            "no tests could be collected: ImportError while loading conftest 'conftest.py': "
            "ModuleNotFoundError: No module named 'nothing_like_it'",
        ),
        (
            {"pytest.ini": "[pytest]\naddopts = --no-such-option\n"},
            {},
            "no tests could be collected: unrecognized arguments: --no-such-option",
        ),
        ({"tests/test_app.py": "def test_it():\n    assert 1 == 2\n"}, {}, "no line of a Python"),
        ({"conftest.py": "import os\n\nos._exit(9)\n"}, {}, "pytest died"),
        ({"pytest.py": "assert 1 == 2\n"}, {}, "pytest did not start: AssertionError"),
        ({"tests/test_app.py": SLEEPS}, {"seconds": 5}, "did not end in 3 s"),
    ],
)
def test_gives_up_with_a_clear_word(
    tmp_path: Path, files: dict[str, str], job: dict[str, Any], words: str
) -> None:
    before = content(project(tmp_path, **{}) if not files else write(project(tmp_path), files))
    made = repair(tmp_path, **job)
    assert made.outcome == "gave-up"
    assert words in made.answer["reason"]
    assert content(tmp_path) == before


def test_a_pipe_in_the_tree_and_scratch_space_below_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "scratch").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "scratch"))
    assert repair(tmp_path).outcome == "improved"
    assert list((tmp_path / "scratch").iterdir()) == []


def test_nothing_outlives_a_maker_that_is_killed(tmp_path: Path) -> None:
    root = project(tmp_path / "p", APP.replace("        return low", "        value = low + 1"))
    (root / "app.py").write_text((root / "app.py").read_text().replace("if value", "while value"))
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    argv = [sys.executable, "-P", "-m", "looptui.repair"]
    env = {**os.environ, "TMPDIR": str(scratch)}
    job = json.dumps({"test_argv": PYTEST, "seconds": 600})
    with subprocess.Popen(argv, stdin=subprocess.PIPE, cwd=root, env=env, text=True) as maker:
        assert maker.stdin is not None
        maker.stdin.write(job)
        maker.stdin.close()
        wait_until(lambda: len(children_in(scratch)) >= 2)
        maker.kill()
    wait_until(lambda: not children_in(scratch))


def wait_until(true: Callable[[], bool]) -> None:
    limit = time.monotonic() + 30
    while not true():
        assert time.monotonic() < limit
        select.select([], [], [], 0.02)


def children_in(scratch: Path) -> list[str]:
    """Processes whose command line names the directory."""
    listed = subprocess.run(
        ["ps", "-ww", "-eo", "args"], capture_output=True, text=True, check=True
    )
    return [line for line in listed.stdout.splitlines() if f"{scratch}/" in line]


def test_a_bad_job_is_refused(tmp_path: Path) -> None:
    argv = [sys.executable, "-P", "-m", "looptui.repair"]
    done = subprocess.run(argv, input="{}", capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr == "looptui-repair: the job needs `test_argv`, a list of words\n"


def test_operators_are_printed() -> None:
    argv = [sys.executable, "-P", "-m", "looptui.repair", "--operators"]
    done = subprocess.run(argv, capture_output=True, text=True)
    assert "| boundary | a comparison takes its limit in or leaves it out |" in done.stdout


def test_only_the_standard_library_is_imported() -> None:
    probe = "import sys, looptui.repair.search, looptui.repair.__main__\n"
    probe += "own = {name.partition('.')[0] for name in sys.modules}\n"
    probe += "print(sorted(own - sys.stdlib_module_names - {'looptui', '__main__'}))"
    bare = subprocess.run(
        [sys.executable, "-S", "-c", probe],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert bare.stdout == "[]\n", bare.stderr
