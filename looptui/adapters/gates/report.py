"""What a test runner said of its tests, and what that is worth as a verdict."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from looptui.adapters.gates import signature
from looptui.core.spec import GateSpec
from looptui.proc import MIB

LARGEST = 64 * MIB
"""Bytes of a report; a hundred thousand tests need about 20 MiB."""
_PRIVATE = re.compile(r"(?:/[^/\s\[\]]+)+/looptui-\d+-\d+-\w+/(home|tmp)\b")
"""HOME and TMPDIR of a child, as the sandboxes make them."""


@dataclass(frozen=True, slots=True)
class Report:
    """Test ids by result; what failed to be collected counts as failed, under its file."""

    passed: tuple[str, ...]
    failed: tuple[str, ...]
    skipped: tuple[str, ...]
    words: Mapping[str, str] = field(default_factory=dict)
    """What a failed test said."""
    unrun: int = 0
    """Tests that were collected and neither ran nor were skipped."""
    problems: tuple[str, ...] = ()
    """Why this report cannot be believed or does not say everything."""
    explains: bool = True
    """The failed tests are all that the runner's exit code complains of."""
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    """Changed files that were imported from another place, and from where."""


def steady(report: Report, roots: tuple[str, ...]) -> Report:
    """The report with test ids that are the same every time.

    Parameters are part of an id, and some are paths: of the export, of the private directories.
    """
    named = [*roots, *(root.encode("unicode_escape").decode() for root in roots)]

    def plain(test: str) -> str:
        for root in named:
            test = test.replace(f"{root}/", "").replace(root, ".")
        return _PRIVATE.sub(r"<\1>", test)

    return replace(
        report,
        passed=tuple(map(plain, report.passed)),
        failed=tuple(map(plain, report.failed)),
        skipped=tuple(map(plain, report.skipped)),
        words={plain(test): said for test, said in report.words.items()},
    )


@dataclass(frozen=True, slots=True)
class Verdict:
    passes: bool
    summary: str
    failed: tuple[str, ...]
    """With the expected tests that did not run."""
    signature: str


def judge(
    report: Report,
    exit_code: int,
    spec: GateSpec,
    expected: tuple[str, ...],
    roots: tuple[str, ...] = (),
) -> Verdict:
    """Whether everything that should have run did, and passed or was known to fail."""
    missing = _missing(report, expected)
    problems = [*report.problems]
    if missing:
        problems.append(f"{_count(len(missing), 'expected test')} did not run")
    elif report.unrun:
        problems.append(f"{_count(report.unrun, 'test')} did not run")
    if not report.passed and not report.failed:
        problems.append("no test ran" if not report.skipped else "every test was skipped")
    if exit_code and not report.failed and not problems:
        problems.append(f"it exited with {exit_code}")
    known = report.explains and _known(report, spec)
    failed = (*report.failed, *(test for test in missing if test not in report.failed))
    said = {**dict.fromkeys(failed, "did not run"), **report.words, **dict.fromkeys(problems, "")}
    passes = not problems and (not report.failed or known)
    return Verdict(
        passes,
        "; ".join([_counts(report, known=passes and known), *problems]),
        failed,
        "" if passes else signature.of_tests(said, roots),
    )


def read_fresh(path: Path) -> bytes | None:
    """Content of a report; None where there is no regular file of a sane size.

    What code under test may have put there (a link, a pipe) is not followed or waited for.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        return None
    with os.fdopen(descriptor, "rb") as file:
        content = file.read(LARGEST + 1)
    return content if len(content) <= LARGEST else None


def _missing(report: Report, expected: tuple[str, ...]) -> list[str]:
    """Expected ids without a result; a skipped test has none.

    What could not be collected on the base is known by its file alone: a test in it stands for it.
    """
    ran = {*report.passed, *report.failed}
    missing = [test for test in expected if test not in ran]
    if not missing:
        return []
    parents = {parent for test in ran for parent in _parents(test)}
    return [test for test in missing if test not in parents]


def _parents(test: str) -> Iterable[str]:
    """`a/b.py::C::m` lies in `a/b.py::C`, `a/b.py` and `a`."""
    for mark in ("::", "/"):
        head = test.partition("[")[0]
        while mark in head:
            head = head.rpartition(mark)[0]
            yield head


def _known(report: Report, spec: GateSpec) -> bool:
    """Nothing failed but what the gate's definition tolerates."""
    tolerant = spec.baseline == "known" and bool(report.failed)
    return tolerant and set(report.failed) <= set(spec.known_failures)


def _counts(report: Report, *, known: bool) -> str:
    numbers = (
        (len(report.passed), "passed"),
        (len(report.failed), "failed as known" if known else "failed"),
        (len(report.skipped), "skipped"),
    )
    return ", ".join(f"{n:,} {word}" for n, word in numbers if n or word == "passed")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
