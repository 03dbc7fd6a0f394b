from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from looptui import loopfile
from looptui.core import protect, spec
from looptui.errors import ConfigError
from looptui.loopfile import LoopFileErrors
from tests.loopfile.texts import CONTRACT, FULL, changed


def test_the_contract_file_loads_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "loop.toml"
    file.write_text(CONTRACT)
    loaded = loopfile.load(file)
    assert loaded.loop == spec.Loop(
        name="fix-tests",
        owner="you@example.org",
        goal=spec.Goal("Make the failing tests pass."),
        criteria=(spec.Criterion("tests", "All tests pass", "pytest"),),
        maker=spec.MakerSpec("command", ("python3", "/somewhere/agent.py")),
        gates=(spec.GateSpec("pytest", argv=("python3", "-m", "pytest", "-q")),),
        limits=spec.Limits(iterations=5),
    )
    assert loaded.text == CONTRACT.encode()
    assert loaded.digest == hashlib.sha256(CONTRACT.encode()).hexdigest()
    assert loaded.path == file
    assert loaded.warnings == ()
    assert loopfile.unsupported(loaded.loop) == ()


def test_the_full_example_reaches_the_core() -> None:
    loop = loopfile.loads(FULL.read_bytes(), "full.toml").loop
    assert loop.title == "Import supplier price lists without losing a row"
    assert loop.labels == ("imports", "backend")
    assert loop.risk == "high"
    assert loop.goal.context == ("docs/prices.md", "samples/old.csv")
    assert not loop.goal.red_first
    assert loop.workspace == spec.Workspace(
        "develop",
        spec.Setup(
            (("uv", "sync", "--frozen"), ("npm", "ci")),
            420.0,
            ("PIP_INDEX_URL",),
            (".venv", "node_modules"),
            (".env",),
        ),
        "always",
    )
    assert loop.maker == spec.MakerSpec(
        "their.package:Maker",
        ("codex", "exec", "{prompt_file}"),
        "file",
        900.0,
        90.0,
        ("OPENAI_API_KEY",),
        "answers.toml",
        10,
        ("--quiet",),
        "mid",
    )
    assert loop.limits == spec.Limits(
        iterations=15,
        cost_micro_usd=2_350_000,
        iteration_cost_micro_usd=800_000,
        loop_day_cost_micro_usd=6_000_000,
        tokens=600_000,
        time=5400.0,
        error_rate=spec.ErrorRate(0.4, 8, 5, 4),
        permission_denials=4,
        human_wait=8 * 3600.0,
        stall=spec.Stall(4, 5, 2),
        warn_at=0.7,
        escalate_at=0.9,
    )
    assert loop.permissions.write == ("src/**", "docs/prices.md")
    assert loop.permissions.deny == ("src/legacy/**", *protect.ALWAYS_DENIED)
    assert loop.permissions.protected == ("tests/**",)
    assert loop.approval == spec.Approval("each-hunk", 6 * 3600.0)
    assert loop.landing == spec.Landing("branch", "release")
    weights = spec.MemoryWeights(0.6, 0.1, 0.25, 0.05, 0.9, 7)
    assert loop.memory == spec.MemorySpec(1500, 120, weights)


def test_the_gates_of_the_full_example() -> None:
    lint, leaks, size, suite, rows, judge = loopfile.loads(FULL.read_bytes()).loop.gates
    assert lint == spec.GateSpec(
        "lint",
        argv=("ruff", "check", "{changed_py}"),
        timeout=45.0,
        required=False,
        order=0,
        env=("LANG",),
        baseline="known",
        known_failures=("lint::old",),
    )
    assert (leaks.kind, judge.kind) == ("secrets", "checker")
    assert (size.max_files, size.max_lines) == (9, 350)
    assert size.deny_paths == ("legacy/**", "**/*.lock")
    assert (suite.report, suite.report_path, suite.timeout) == ("junit", "out/junit.xml", 300.0)
    assert rows.argv == ("python3", "tools/rows.py", "samples/old list.csv")
    assert (rows.held_out, rows.peeks, rows.order) == (True, 2, 9)


@pytest.mark.parametrize(
    ("line", "seconds"),
    [('time = "90s"', 90), ('time = "1.5h"', 5400), ("time = 45", 45), ("time = 0.5", 0.5),
     ('time = "200ms"', 0.2), ('time = "2d"', 172800), ('time = "5 m"', 300)],
)  # fmt: skip
def test_durations(line: str, seconds: float) -> None:
    assert loopfile.loads(CONTRACT + line).loop.limits.time == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("amount", "micro"),
    [("3", 3_000_000), ("0.1", 100_000), ("1.50", 1_500_000), ("0.000001", 1), ("1e-2", 10_000),
     ("0.29", 290_000), ("1_000", 1_000_000_000), ("100_000", 100_000_000_000)],
)  # fmt: skip
def test_money_is_exact(amount: str, micro: int) -> None:
    loop = loopfile.loads(f"{CONTRACT}cost_usd = {amount}").loop
    assert loop.limits.cost_micro_usd == micro


def test_a_wait_is_a_duration_or_a_table() -> None:
    plain = loopfile.loads(CONTRACT + 'human_wait = "12h"').loop
    table = loopfile.loads(CONTRACT + 'human_wait = { give_up_after = "12h" }').loop
    assert plain.limits.human_wait == table.limits.human_wait == 12 * 3600


def test_a_command_may_be_one_line() -> None:
    text = changed('argv = ["python3", "-m", "pytest", "-q"]', "run = \"pytest -k 'a or b'\"")
    assert loopfile.loads(text).loop.gates[0].argv == ("pytest", "-k", "a or b")


def test_git_and_looptui_stay_denied_whatever_is_said() -> None:
    for extra in ("[permissions]\ndeny = []", '[permissions]\ndeny = ["x/**"]'):
        deny = loopfile.loads(f"{CONTRACT}\n{extra}").loop.permissions.deny
        assert protect.matches(".git/config", deny)
        assert protect.matches(".looptui/loops/x.toml", deny)


def test_windows_line_ends_and_a_byte_order_mark_are_read() -> None:
    raw = b"\xef\xbb\xbf" + CONTRACT.replace("\n", "\r\n").encode()
    loaded = loopfile.loads(raw)
    assert loaded.loop.name == "fix-tests"
    assert loaded.text == raw
    with pytest.raises(LoopFileErrors) as wrong:
        loopfile.loads(raw + b"iteratons = 3")
    assert wrong.value.problems[0].line == CONTRACT.count("\n") + 1


@pytest.mark.parametrize("kind", ["missing", "directory", "pipe"])
def test_what_is_no_file_is_said(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "x.toml"
    if kind == "directory":
        path.mkdir()
    elif kind == "pipe":
        subprocess.run(["mkfifo", str(path)], check=True)
    with pytest.raises(ConfigError, match="does not exist" if kind == "missing" else "not a file"):
        loopfile.load(path)


def test_importing_the_package_leaves_pydantic_alone() -> None:
    code = (
        "import sys, looptui.loopfile, looptui.config, looptui.core.protect;"
        "sys.exit('pydantic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
