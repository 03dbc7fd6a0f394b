"""Makes a pytest command report to us, and reads that report as something that may be forged."""

from __future__ import annotations

import json
import re
import secrets
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from looptui.adapters.gates.report import Report, read_fresh
from looptui.core.spec import GateSpec
from looptui.text import safe

_NAMES = ("pytest", "py.test")
_NAMING_A_PACKAGE = ("--with", "--from", "--group", "--extra", "--package", "install", "add")
_PASSED = ("passed", "xpassed")
_SKIPPED = ("skipped", "xfailed")
_MISSING = re.compile(r"No module named '?pytest'?\s*\Z")


def pytest_word(argv: Sequence[str]) -> int | None:
    """Where in a command line pytest is called (`pytest`, `x/py.test`, `-m pytest`), or None."""
    for at, word in enumerate(argv):
        before = argv[at - 1] if at else ""
        if PurePath(word).name in _NAMES and before not in _NAMING_A_PACKAGE:
            return at
    return None


def runs_pytest(spec: GateSpec) -> bool:
    """Whether looptui reads pytest's own report for a gate."""
    if spec.kind != "command" or spec.report not in ("auto", "pytest"):
        return False
    return spec.report == "pytest" or pytest_word(spec.argv) is not None


@dataclass(frozen=True, slots=True)
class Injection:
    """Our plugin beside a command: where it lies and what proves that it wrote the report."""

    name: str
    directory: Path
    nonce: str

    @classmethod
    def prepare(cls, scratch: Path, root: Path, changed: Iterable[str] = ()) -> Injection:
        """Lay the plugin out below `scratch`; its random name cannot be shadowed from the tree.

        `changed` are files, named from `root`, that the tests must import from there if at all.
        """
        injection = cls(
            f"looptui_{secrets.token_hex(8)}", scratch / "plugin", secrets.token_hex(16)
        )
        injection.directory.mkdir()
        for source, end in (("pytest_plugin.py", ""), ("pytest_canaries.py", "_canaries")):
            copy = injection.directory / f"{injection.name}{end}.py"
            shutil.copyfile(Path(__file__).with_name(source), copy)
        order = {
            "report": str(injection.report),
            "nonce": injection.nonce,
            "root": str(root),
            "changed": [path for path in changed if path.endswith(".py")],
        }
        (injection.directory / f"{injection.name}.json").write_text(json.dumps(order), "utf-8")
        return injection

    @property
    def report(self) -> Path:
        return self.directory / f"{self.name}.report"

    def command(self, argv: Sequence[str]) -> tuple[str, ...]:
        """The command line with our plugin; unchanged where pytest is called further down."""
        at = pytest_word(argv)
        if at is None:
            return tuple(argv)
        return (*argv[: at + 1], "-p", self.name, *argv[at + 1 :])

    def environment(self, env: Mapping[str, str], argv: Sequence[str]) -> dict[str, str]:
        """The environment in which pytest finds our plugin."""
        path = [str(self.directory), env.get("PYTHONPATH", "")]
        found = {**env, "PYTHONPATH": ":".join(part for part in path if part)}
        if pytest_word(argv) is None:
            options = f"-p {self.name} {env.get('PYTEST_ADDOPTS', '')}"
            found["PYTEST_ADDOPTS"] = options.strip()
        return found

    def read(self, exit_code: int) -> Report | None:
        """What our plugin reported; None without a report that carries our nonce."""
        content = read_fresh(self.report)
        if content is None:
            return None
        try:
            seen = json.loads(content)
            if seen["nonce"] != self.nonce:
                return None
            return _report(seen, exit_code)
        except (ValueError, KeyError, TypeError, AttributeError):
            return None


def says_missing(output: str) -> bool:
    """Python's own last word was that there is no pytest."""
    return _MISSING.search(output) is not None


def _report(seen: Mapping[str, Any], exit_code: int) -> Report:
    results: Mapping[str, str] = _mapping(seen["results"])
    said_exit, others = seen["exit"], seen["other_failures"]
    problems = [*_forgeries(seen)]
    if said_exit != exit_code:
        problems.append(f"pytest ended with {said_exit} and its process with {exit_code}")
    unrun = seen["unrun"]
    return Report(
        passed=_ids(results, *_PASSED),
        failed=_ids(results, "failed", "error"),
        skipped=_ids(results, *_SKIPPED),
        words={safe(test): safe(said) for test, said in _mapping(seen["words"]).items()},
        unrun=len(unrun) if isinstance(unrun, list) else 0,
        problems=tuple(problems),
        explains=exit_code == 1 and isinstance(others, int) and others <= 0,
        elsewhere={safe(path): safe(file) for path, file in seen["elsewhere"]},
    )


def _forgeries(seen: Mapping[str, Any]) -> list[str]:
    """Signs that failures were made to look like passes."""
    found = []
    if seen["altered"]:
        found.append("a failure was reported as a pass: something under test alters reports")
    canaries = seen["canaries"]
    if not isinstance(canaries, list):
        raise TypeError("canaries")
    if any(reported in ("passed", "skipped") for _, reported in canaries):
        found.append("a test that must fail did not: something under test alters pytest")
    return found


def _ids(results: Mapping[str, str], *wanted: str) -> tuple[str, ...]:
    return tuple(safe(test) for test, result in results.items() if result in wanted)


def _mapping(value: object) -> Mapping[str, str]:
    if not isinstance(value, dict):
        raise TypeError("mapping")
    return value
