"""The parts of a gate's verdict that need no process: JUnit, signatures, sizes of a change."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from looptui.adapters.gates import signature
from looptui.adapters.gates.diff import DiffGate
from looptui.adapters.gates.junit import NotJUnit, parse
from looptui.adapters.gates.pytest_report import Injection, pytest_word, runs_pytest
from looptui.adapters.gates.report import Report, judge
from looptui.core.spec import GateSpec
from looptui.ports import Confinement, FileChange, GateResult, GateTask
from tests.adapters.children import sandbox

SUITE = b"""<?xml version="1.0" encoding="utf-8"?>
<testsuites><testsuite name="s">
  <properties><property name="failure" value="1"/></properties>
  <testcase classname="pkg.A" name="ok"><system-out>failure</system-out></testcase>
  <testcase classname="pkg.A" name="red"><failure type="E" message="1 != 2">A:3</failure></testcase>
  <testcase classname="pkg.A" name="bad"><error>\n  boom</error></testcase>
  <testcase classname="pkg.A" name="off"><skipped/></testcase>
  <testcase classname="pkg.A" name="twice"/>
  <testcase classname="pkg.A" name="twice"><skipped/></testcase>
  <testcase file="b.js" name="&#x202e;js"/>
</testsuite></testsuites>"""


def test_junit_results_by_id() -> None:
    report = parse(SUITE)
    assert report.passed == ("pkg.A::ok", "b.js::<U+202E>js")
    assert report.failed == ("pkg.A::red", "pkg.A::bad")
    assert report.skipped == ("pkg.A::off", "pkg.A::twice")
    assert report.words == {"pkg.A::red": "E 1 != 2", "pkg.A::bad": "boom"}


BOMB = b"""<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<testsuite><testcase name="&b;"/></testsuite>"""


@pytest.mark.parametrize(
    "content",
    [BOMB, b"", b"\xff\xfe\x00", b"<testsuite><testcase></testsuite>", b"<a/>", b"{}"],
)
def test_what_is_no_junit_is_refused(content: bytes) -> None:
    with pytest.raises(NotJUnit):
        parse(content)


@given(st.binary(max_size=300))
def test_junit_never_raises_anything_else(content: bytes) -> None:
    with suppress(NotJUnit):
        parse(content)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x.py:12: E", "x.py:340: E"),
        ("src/a.ts(3,14): error TS1", "src/a.ts(9,2): error TS1"),
        ("File x, line 3, in f", "File x, line 44, in f"),
        ("<A object at 0x7f00>", "<A object at 0x55aa10>"),
        ("1 failed in 0.12s", "1 failed in 14.90s"),
        ("took 3 ms", "took 12 ms"),
        ("no /tmp/pytest-of-me/pytest-3/x/y", "no /tmp/pytest-of-me/pytest-77/x/y"),
        ("in /private/var/folders/ab/T/x", "in /var/folders/zz/T/x"),
        ("2026-03-01 12:00:03,123 boom", "2027-11-30 01:02:03,456 boom"),
        ("\x1b[31mE\x1b[0m", "E"),
        ("/exports/a1/tree/m.py: E", "/exports/b2/tree/m.py: E"),
        ("pid 33 died", "pid 4567 died"),
        ("commit 3f2a9c1d4e5b6a7f", "commit 9a8b7c6d5e4f3a2b"),
    ],
)
def test_what_differs_from_run_to_run_is_left_out(one: str, other: str) -> None:
    first = signature.of_tests({"t": one}, ("/exports/a1/tree",))
    assert first == signature.of_tests({"t": other}, ("/exports/b2/tree",))


@pytest.mark.parametrize(
    ("one", "other"),
    [("assert 3 == 4", "assert 5 == 4"), ("KeyError: 'a'", "KeyError: 'b'"), ("x.py", "y.py")],
)
def test_what_the_failure_says_stays(one: str, other: str) -> None:
    assert signature.of_tests({"t": one}) != signature.of_tests({"t": other})


def test_order_of_failures_does_not_matter_but_which_they_are_does() -> None:
    assert signature.of_tests({"a": "1", "b": "2"}) == signature.of_tests({"b": "2", "a": "1"})
    assert signature.of_tests({"a": "1"}) != signature.of_tests({"b": "1"})
    assert signature.of_output(1, "same") != signature.of_output(2, "same")


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("pytest -q", 0),
        ("python3 -m pytest -q", 2),
        ("uv run --frozen pytest", 3),
        ("uv run --with pytest pytest", 4),
        (".venv/bin/py.test tests", 0),
        ("coverage run -m pytest", 3),
        ("pip install pytest", None),
        ("make test", None),
        ("sh -c", None),
    ],
)
def test_where_pytest_is_called(line: str, word: int | None) -> None:
    assert pytest_word(line.split()) == word


def test_which_gates_report_by_pytest() -> None:
    argv = ("python3", "-m", "pytest")
    assert runs_pytest(GateSpec("g", argv=argv))
    assert runs_pytest(GateSpec("g", argv=("tox",), report="pytest"))
    assert not runs_pytest(GateSpec("g", argv=("tox",)))
    assert not runs_pytest(GateSpec("g", argv=argv, report="none"))
    assert not runs_pytest(GateSpec("g", argv=argv, report="junit"))
    assert not runs_pytest(GateSpec("g", kind="diff", report="pytest"))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"null",
        b'{"nonce": "NONCE"}',
        b'{"nonce": "NONCE", "exit": 0, "other_failures": 0, "altered": [], "canaries": [[]],'
        b' "results": {}, "words": {}, "unrun": [], "elsewhere": []}',
        b'{"nonce": "NONCE", "exit": 0, "other_failures": 0, "altered": [], "canaries": 3,'
        b' "results": {}, "words": {}, "unrun": [], "elsewhere": []}',
        b'{"nonce": "NONCE", "exit": 0, "other_failures": 0, "altered": [], "canaries": [],'
        b' "results": {"a": 1, "b": []}, "words": {"a": 3}, "unrun": [], "elsewhere": []}',
    ],
)
def test_a_report_of_another_shape_is_none(tmp_path: Path, content: bytes) -> None:
    injection = Injection.prepare(tmp_path, tmp_path)
    injection.report.write_bytes(content.replace(b"NONCE", injection.nonce.encode()))
    assert injection.read(0) is None


def test_a_report_is_believed_with_the_nonce_only(tmp_path: Path) -> None:
    injection = Injection.prepare(tmp_path, tmp_path)
    text = (
        '{"nonce": "NONCE", "exit": 0, "other_failures": 0, "altered": [], "canaries": [],'
        ' "results": {"a": "passed"}, "words": {}, "unrun": [], "elsewhere": []}'
    )
    injection.report.write_text(text)
    assert injection.read(0) is None
    injection.report.write_text(text.replace("NONCE", injection.nonce))
    assert injection.read(0) == Report(("a",), (), (), explains=False)


def test_a_verdict_without_a_test_is_no_pass() -> None:
    verdict = judge(Report((), (), ()), 0, GateSpec("g"), ())
    assert not verdict.passes
    assert verdict.summary == "0 passed; no test ran"


# --- the diff gate ---------------------------------------------------------------------------


async def judged(tmp_path: Path, spec: GateSpec, *changes: FileChange) -> GateResult:
    confinement = Confinement(writable=())
    task = GateTask(spec, "t", tmp_path, tmp_path, changes, (), confinement, {}, 10.0)
    return await DiffGate().run(task, sandbox())


CHANGES = (
    FileChange("src/a.py", "modified", 10, 2),
    FileChange("docs/b.md", "renamed", 0, 0, old_path="migrations/b.md"),
    FileChange("logo.png", "added", None, None),
)


@pytest.mark.parametrize(
    ("limits", "state", "summary"),
    [
        (GateSpec("d", kind="diff", max_files=3, max_lines=12), "pass", "3 files, 12 lines"),
        (GateSpec("d", kind="diff", max_files=2), "fail", "3 files, 12 lines; more than 2 files"),
        (GateSpec("d", kind="diff", max_lines=11), "fail", "3 files, 12 lines; more than 11 lines"),
        (
            GateSpec("d", kind="diff", deny_paths=("migrations/**",), max_files=1),
            "fail",
            "3 files, 12 lines; more than 1 file; 1 denied path",
        ),
    ],
)
async def test_the_size_of_a_change(
    tmp_path: Path, limits: GateSpec, state: str, summary: str
) -> None:
    result = await judged(tmp_path, limits, *CHANGES)
    assert (result.state, result.summary) == (state, summary)
    assert bool(result.signature) == (state == "fail")


async def test_denied_paths_are_listed_with_their_rule(tmp_path: Path) -> None:
    spec = GateSpec("d", kind="diff", deny_paths=("*.cfg", "src/**"))
    change = FileChange("src/\x1b[31m.py", "added", 1, 0)
    result = await judged(tmp_path, spec, change)
    assert result.output == "1 denied path\nsrc/␛[31m.py (matches src/**)"


async def test_no_change_is_small(tmp_path: Path) -> None:
    result = await judged(tmp_path, GateSpec("d", kind="diff", max_files=0, max_lines=0))
    assert (result.state, result.summary) == ("pass", "0 files, 0 lines")


def test_a_diff_gate_without_limits_cannot_run() -> None:
    assert "max_files" in (DiffGate().check(GateSpec("d", kind="diff")) or "")
    assert DiffGate().check(GateSpec("d", kind="diff", deny_paths=("x",))) is None
