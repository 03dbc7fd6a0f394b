"""Tells looptui what pytest did: every test id with its result, and whether failures still show.

This file is copied under a random name to a directory outside the tree under test and loaded with
`-p`. It imports nothing of looptui and runs with pytest 7 or newer on Python 3.8 or newer. Beside
it lies NAME.json (`report`: where to write, `nonce`: goes into the report), which the first
process to load the plugin takes away; in any other process it does nothing. Under xdist the
controller writes the report and the workers, where the code under test runs, do not know the nonce.

After the last test, tests of our own that must fail are run in the same process, unseen by the
other plugins' reports: code that makes failures look like passes does so to them too. They are in a
small file of their own (NAME_canaries.py), since pytest parses the file of each failure anew.

PYTEST_DONT_REWRITE: nothing is asserted here.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import unittest
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest

pytest.register_assert_rewrite(f"{__name__}_canaries")
canaries = importlib.import_module(f"{__name__}_canaries")  # before anything under test runs

_LIBRARY = os.path.join(os.path.dirname(os.__file__), "")  # noqa: PTH118, PTH120
_OF_OTHERS = {"vendor", "_vendor", "vendored", "third_party", "extern", "examples"}
_LONGEST = 2000
_RANK = {"passed": 0, "xpassed": 1, "xfailed": 2, "skipped": 3, "failed": 4, "error": 5}


def pytest_configure(config: Any) -> None:
    worker = getattr(config, "workerinput", None)
    if worker is not None:
        if "looptui" in worker:
            config.pluginmanager.register(Witness(worker["looptui"]), f"{__name__}_witness")
        return
    order = _take_order()
    if order is not None:
        config.pluginmanager.register(Witness(order), f"{__name__}_witness")
        recorder = Recorder(_writer(order["report"], order["nonce"]), _above(config), order)
        config.pluginmanager.register(recorder, f"{__name__}_recorder")


def _take_order() -> dict[str, Any] | None:
    path = Path(__file__).with_suffix(".json")
    try:
        text = path.read_text("utf-8")
        path.unlink()
    except OSError:
        return None
    order: dict[str, Any] = json.loads(text)
    return order


def _above(config: Any) -> str:
    """What a test id has in front when pytest found its root above the working directory.

    There the name of the throw-away directory is part of each id, another one every time.
    """
    here: Path = config.invocation_params.dir
    root: Path = config.rootpath
    if here == root or root not in here.parents:
        return ""
    return here.relative_to(root).as_posix() + "/"


class Witness:
    """Sees each failure as it happens, before anybody can make something else of it."""

    def __init__(self, order: dict[str, Any]) -> None:
        self._order = order

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self, call: Any) -> Generator[None, Any, None]:
        raised = call.excinfo is not None and not isinstance(
            call.excinfo.value, (pytest.skip.Exception, pytest.xfail.Exception, unittest.SkipTest)
        )
        outcome = yield
        if raised:
            outcome.get_result().looptui_raised = True

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtestloop(self, session: Any) -> Generator[None, Any, None]:
        yield
        seen = _canaries(session)
        worker = getattr(session.config, "workeroutput", None)
        if worker is not None:
            worker["looptui"] = [seen, _elsewhere(**self._order)]
        else:
            session.looptui_canaries = seen


class Recorder:
    """Collects what the hooks say and writes it when the session is over."""

    def __init__(
        self, write: Callable[[dict[str, Any]], None], above: str, order: dict[str, Any]
    ) -> None:
        self.collected: set[str] = set()
        self.results: dict[str, str] = {}
        self.words: dict[str, str] = {}
        self.altered: list[str] = []
        self.canaries: list[tuple[str, str]] = []
        self.failures = 0
        self.elsewhere: list[tuple[str, str]] = []
        self._for_workers = {name: order[name] for name in ("root", "changed")}
        self._write = write
        self._above = above

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: Any) -> None:
        self.collected.update(self._id(item.nodeid) for item in session.items)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Any) -> None:
        self.collected.update(map(self._id, ids))

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        node.workerinput["looptui"] = self._for_workers

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        canaries, elsewhere = getattr(node, "workeroutput", {}).get("looptui", ([], []))
        self.canaries += canaries
        self.elsewhere += elsewhere

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed:
            self.failures += 1
            self._note(report.nodeid or ".", "error", report)

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: Any) -> None:
        expected = hasattr(report, "wasxfail")
        self.failures += report.failed and not expected
        if report.failed:
            self._note(report.nodeid, "failed" if report.when == "call" else "error", report)
        elif report.passed and getattr(report, "looptui_raised", False) and not expected:
            self.altered.append(self._id(report.nodeid))
            self._note(report.nodeid, "failed", report)
        elif hasattr(report, "context"):
            return  # a subtest that did not fail says nothing of its test
        elif report.skipped:
            self._note(report.nodeid, "xfailed" if expected else "skipped", report)
        elif report.passed and report.when == "call":
            self._note(report.nodeid, "xpassed" if expected else "passed", report)

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: Any) -> Generator[None, None, None]:
        yield
        self.canaries += getattr(session, "looptui_canaries", [])
        self.elsewhere += _elsewhere(**self._for_workers)
        self._write(
            {
                "exit": int(session.exitstatus),
                "results": self.results,
                "words": self.words,
                "unrun": sorted(self.collected.difference(self.results)),
                "altered": self.altered,
                "canaries": self.canaries,
                "elsewhere": self.elsewhere,
                "other_failures": session.testsfailed - self.failures,
            }
        )

    def _id(self, nodeid: str) -> str:
        return nodeid[len(self._above) :] if nodeid.startswith(self._above) else nodeid

    def _note(self, nodeid: str, result: str, report: Any) -> None:
        test = self._id(nodeid)
        before = self.results.get(test, result)
        self.results[test] = max(before, result, key=_RANK.__getitem__)
        if result in ("failed", "error"):
            self.words.setdefault(test, _words(report.longrepr))


def _writer(report: str, nonce: str) -> Callable[[dict[str, Any]], None]:
    """Writes the report once, and only in the process that was asked to."""
    owner = os.getpid()

    def write(content: dict[str, Any]) -> None:
        if os.getpid() == owner:
            draft = report + ".part"
            Path(draft).write_text(json.dumps({"nonce": nonce, **content}), "utf-8")
            os.replace(draft, report)  # noqa: PTH105

    return write


def _elsewhere(root: str, changed: list[str], **_: Any) -> list[tuple[str, str]]:
    """Changed files (from `root`) of which an older copy was imported, each with that copy."""
    found = []
    names = {os.path.basename(path) for path in changed}  # noqa: PTH119
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if not isinstance(file, str) or os.path.basename(file) not in names:  # noqa: PTH119
            continue
        if _lies_in(file, root) or _is_pythons(file):
            continue
        own = name.replace(".", "/")
        own += "/__init__.py" if file.endswith("__init__.py") else ".py"
        for path in changed:
            if _is_module(root, path, own) and _differ(file, os.path.join(root, path)):  # noqa: PTH118
                found.append((path, file))
    return found


def _is_module(root: str, path: str, own: str) -> bool:
    """Whether a file is what a module's name says; a lone name says it only near the top.

    Where the directory above is a package too, or holds what others wrote, the name is another.
    """
    if "/" not in own:
        return path in (own, "src/" + own, "lib/" + own)
    above = path[: -len(own)]
    if above + own != path or not (above == "" or above.endswith("/")):
        return False
    within = os.path.exists(os.path.join(root, above, "__init__.py"))  # noqa: PTH110, PTH118
    return not above or not (within or _OF_OTHERS.intersection(above.split("/")))


def _is_pythons(file: str) -> bool:
    """A module of the standard library, of which no project is an older copy."""
    place = file[len(_LIBRARY) :] if file.startswith(_LIBRARY) else "/"
    return not place.startswith(("/", "site-packages", "dist-packages"))


def _lies_in(file: str, root: str) -> bool:
    return os.path.realpath(file).startswith(os.path.realpath(root) + os.sep)


def _differ(one: str, other: str) -> bool:
    try:
        return Path(one).read_bytes() != Path(other).read_bytes()
    except OSError:
        return False


def _words(longrepr: Any) -> str:
    """The exception and what it said, in as far as pytest kept it."""
    crash = getattr(longrepr, "reprcrash", None)
    text = str(getattr(crash, "message", "") or longrepr or "")
    return text[:_LONGEST] if crash is not None else text[-_LONGEST:]


def _canaries(session: Any) -> list[tuple[str, str]]:
    """(kind, what was reported) of each; empty where the loop did not come to its end."""
    unfinished = session.shouldstop or session.shouldfail or session.config.option.collectonly
    if unfinished or not getattr(session, "items", None):
        return []
    seen = []
    for body in canaries.ALL:
        try:
            seen.append((body.__name__, _reported(session, body)))
        except Exception as error:  # the run of the project's own tests must not suffer from it
            seen.append((body.__name__, "unable: {!r}".format(error)[:200]))  # noqa: UP032
    return seen


class _Canary(pytest.Function):
    """A test whose failure nobody reads: to word it would take longer than to run it."""

    def repr_failure(self, excinfo: Any, style: Any = None) -> str:
        return "failed as it must"


def _reported(session: Any, body: Callable[[], None]) -> str:
    """What pytest makes of a function, with no fixtures of the project around it."""
    from _pytest import runner

    module = pytest.Module.from_parent(session, path=Path(body.__code__.co_filename))
    item = _Canary.from_parent(module, name="test_" + os.urandom(6).hex(), callobj=body)
    item.fixturenames = []
    reports = runner.runtestprotocol(item, log=False, nextitem=None)
    if any(report.failed for report in reports):
        return "failed"
    return "skipped" if any(report.skipped for report in reports) else "passed"
