"""A warm pytest: forks one child for each run, and watches which lines each test executes.

This file is copied out of the package and started with the interpreter of the gate's command,
which may be another one than ours: standard library and pytest 7 or newer only, Python 3.9 or
newer. Requests come as JSON lines on stdin, the answers go as JSON lines to the first stdout:

    request  {"report": path, "args": [pytest arguments], "roots": [directories whose lines count],
              "select": [test ids] or null, "maxfail": n, "trace": bool,
              "seconds": for all, "test_seconds": for each test}
    answer   {"ended": bool, "late": bool}; the report file holds what the child saw, REPORT.log
             what it printed

Forking after pytest is imported saves its start-up for each variant; the code under test is
imported in the child only.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

MEMORY_LIMIT = 4 << 30
"""Address space of a child, in bytes: a variant that hoards meets MemoryError."""
FOREIGN = frozenset(("site-packages", ".venv", "venv", "node_modules"))
"""Directories inside a root whose lines are not the project's."""
WORDS = 400
"""Characters kept of what a failing test says."""
TOOL = 4
"""Our id for sys.monitoring; coverage and profilers have ids of their own."""

Place = tuple[str, int]


class Lines:
    """Which lines under the roots ran between `start` and `stop`."""

    def __init__(self, roots: list[str]) -> None:
        self.roots = tuple(os.path.realpath(root) + os.sep for root in roots)
        self.seen: set[Place] = set()
        self._paths: dict[str, str | None] = {}
        self._monitoring = getattr(sys, "monitoring", None)

    def path(self, filename: str) -> str | None:
        """The real path of a file whose lines count, else None."""
        if filename not in self._paths:
            path = os.path.realpath(filename)
            inside = path.startswith(self.roots) and path.endswith(".py")
            foreign = FOREIGN.intersection(Path(path).parts)
            self._paths[filename] = path if inside and not foreign else None
        return self._paths[filename]

    def files(self) -> list[str]:
        """Every file of which something ran, also if only at import."""
        return sorted(path for path in self._paths.values() if path is not None)

    def start(self) -> None:
        self.seen = set()
        if self._monitoring is not None:
            self._monitor(self._monitoring)
        else:
            threading.settrace(self._enter)
            sys.settrace(self._enter)

    def stop(self) -> set[Place]:
        if self._monitoring is not None:
            self._monitoring.set_events(TOOL, 0)
        else:
            sys.settrace(None)
            threading.settrace(None)
        return self.seen

    def _enter(self, frame: Any, event: str, _: Any) -> Callable[..., Any] | None:
        path = self.path(frame.f_code.co_filename)
        if path is None:
            return None
        add = self.seen.add

        def local(inner: Any, event: str, _: Any) -> Any:
            if event == "line":
                add((path, inner.f_lineno))
            return local

        return local

    def _monitor(self, monitoring: Any) -> None:
        line = monitoring.events.LINE
        if monitoring.get_tool(TOOL) is None:
            monitoring.use_tool_id(TOOL, "looptui")
            monitoring.register_callback(TOOL, line, self._line)
        monitoring.set_events(TOOL, line)
        monitoring.restart_events()

    def _line(self, code: Any, line: int) -> Any:
        path = self.path(code.co_filename)
        if path is not None:
            self.seen.add((path, line))
        return sys.monitoring.DISABLE  # type: ignore[attr-defined,unused-ignore]


class Alarm:
    """Fails a test that takes longer than its limit, also one that never ends."""

    def __init__(self, limit: float) -> None:
        self.limit = limit

    def __enter__(self) -> None:
        self.before = signal.signal(signal.SIGALRM, self._ring)
        signal.setitimer(signal.ITIMER_REAL, self.limit)

    def __exit__(self, *_: object) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, self.before)

    def _ring(self, *_: object) -> None:
        import pytest

        pytest.fail(f"took longer than {self.limit:g} s", pytrace=False)


class Recorder:
    """What the tests did: outcomes, times, words of failures, and lines where asked for."""

    def __init__(self, request: dict[str, Any]) -> None:
        chosen = request["select"]
        self.select: set[str] | None = None if chosen is None else set(chosen)
        self.files = {test.split("::")[0] for test in chosen or ()}
        self.limit: float = request["test_seconds"]
        self.maxfail: int = request["maxfail"]
        self.lines = Lines(request["roots"]) if request["trace"] else None
        self.outcomes: dict[str, str] = {}
        self.seconds: dict[str, float] = {}
        self.words: dict[str, str] = {}
        self.crashes: list[Place] = []
        self.failed: dict[str, list[Place]] = {}
        self.passed: dict[str, dict[int, int]] = {}

    def wants(self, test: str) -> bool:
        """Whether a test is selected, by its id or by its file (one that did not collect)."""
        return self.select is None or test in self.select or test.split("::")[0] in self.select

    def begin(self) -> None:
        if self.lines is not None:
            self.lines.start()

    def end(self, test: str) -> None:
        """Count the lines of a test by its outcome; a skipped one says nothing."""
        seen = self.lines.stop() if self.lines is not None else set()
        outcome = self.outcomes.get(test)
        if outcome == "failed":
            self.failed[test] = sorted(seen)
        elif outcome == "passed":
            for path, line in seen:
                counts = self.passed.setdefault(path, {})
                counts[line] = counts.get(line, 0) + 1

    def fail(self, test: str, words: object) -> None:
        self.outcomes[test] = "failed"
        self.words[test] = str(words)[-WORDS:]

    def phase(self, report: Any) -> None:
        """One of set-up, call and tear-down: a failure stays, else the call decides."""
        test = report.nodeid
        if report.failed:
            self.fail(test, report.longrepr)
        elif self.outcomes.get(test) != "failed" and (report.skipped or report.when == "call"):
            self.outcomes[test] = "skipped" if report.skipped else "passed"

    def crash(self, trace: Any) -> None:
        """Remember the innermost line under the roots that an exception passed."""
        place: Place | None = None
        while trace is not None and self.lines is not None:
            path = self.lines.path(trace.tb_frame.f_code.co_filename)
            place = (path, trace.tb_lineno) if path is not None else place
            trace = trace.tb_next
        if place is not None:
            self.crashes.append(place)

    def report(self) -> dict[str, Any]:
        names = ("outcomes", "seconds", "words", "crashes", "failed", "passed")
        files = self.lines.files() if self.lines is not None else []
        return {"files": files, **{name: getattr(self, name) for name in names}}


def make_plugin(recorder: Recorder) -> object:
    """The plugin object for pytest, whose decorators need pytest imported."""
    import pytest

    class Plugin:
        @pytest.hookimpl(tryfirst=True)
        def pytest_configure(self, config: Any) -> None:
            self.root = str(config.rootpath)
            config.option.maxfail = recorder.maxfail
            config.option.continue_on_collection_errors = True
            if hasattr(config.option, "dist"):
                config.option.dist = "no"  # pytest-xdist would run the tests where nobody watches

        @pytest.hookimpl(tryfirst=True)
        def pytest_ignore_collect(self, collection_path: Any) -> bool | None:
            if recorder.select is None or collection_path.is_dir():
                return None
            relative = os.path.relpath(str(collection_path), self.root).replace(os.sep, "/")
            return None if relative in recorder.files else True

        @pytest.hookimpl(trylast=True)
        def pytest_collection_modifyitems(self, items: list[Any]) -> None:
            items[:] = [item for item in items if recorder.wants(item.nodeid)]

        @pytest.hookimpl(hookwrapper=True)
        def pytest_make_collect_report(self, collector: Any) -> Iterator[None]:
            recorder.begin()
            outcome: Any = yield
            report = outcome.get_result()
            if report.failed:
                recorder.fail(report.nodeid, report.longrepr)
                recorder.crash(getattr(report, "call", None) and report.call.excinfo.tb)
            recorder.end(report.nodeid)

        @pytest.hookimpl(hookwrapper=True, tryfirst=True)
        def pytest_runtest_protocol(self, item: Any) -> Iterator[None]:
            started = time.monotonic()
            recorder.begin()
            with Alarm(recorder.limit):
                yield
            recorder.end(item.nodeid)
            recorder.seconds[item.nodeid] = time.monotonic() - started

        def pytest_runtest_logreport(self, report: Any) -> None:
            recorder.phase(report)

        @pytest.hookimpl(tryfirst=True)
        def pytest_runtest_makereport(self, call: Any) -> None:
            if call.excinfo is not None:
                recorder.crash(call.excinfo.tb)

    return Plugin()


def limit_memory() -> None:
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    soft = MEMORY_LIMIT if hard == resource.RLIM_INFINITY else min(MEMORY_LIMIT, hard)
    try:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
    except (ValueError, OSError):
        return


def run_child(request: dict[str, Any]) -> None:
    """In the fork: run pytest and write the report."""
    log = os.open(request["report"] + ".log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    limit_memory()
    import pytest

    recorder = Recorder(request)
    pytest.main(request["args"], plugins=[make_plugin(recorder)])
    Path(request["report"]).write_text(json.dumps(recorder.report()), encoding="ascii")


def kill_group(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def serve(request: dict[str, Any]) -> dict[str, bool]:
    """Run one request in a fork; it has not ended when it died or ran out of time.

    Stdin becomes readable only when whoever asked is gone: then the child is killed as well.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        code = 70
        try:
            os.setsid()
            os.close(reader)
            run_child(request)
            code = 0
        except BaseException:  # the fork ends here, whatever it is; what it was stays in the log
            traceback.print_exc()
        finally:
            os._exit(code)
    os.close(writer)
    ready, _, _ = select.select([reader, sys.stdin.fileno()], [], [], request["seconds"])
    late = reader not in ready
    if late:
        kill_group(child)
    _, status = os.waitpid(child, 0)
    kill_group(child)
    os.close(reader)
    return {"ended": status == 0, "late": late}


def prepare(mode: str, paths: list[str]) -> None:
    """Make `sys.path` what the gate's command sees, and import pytest with all its plugins.

    An empty run does that as pytest itself would: plugins come in with rewritten asserts, which
    costs a child most of a second where they are not there already.
    """
    here = Path(__file__).resolve().parent
    rest = [path for path in sys.path if Path(path).resolve() != here]
    sys.path[:] = paths + ([str(Path.cwd())] if mode == "module" else []) + rest
    sys.dont_write_bytecode = True
    import pytest

    empty = here / "empty"
    empty.mkdir(exist_ok=True)
    kept = {name: os.environ.pop(name, None) for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")}
    nothing = ["-qq", "-c", os.devnull, "--rootdir", str(empty), "-p", "no:cacheprovider"]
    pytest.main([*nothing, str(empty)])
    os.environ.update({name: value for name, value in kept.items() if value is not None})


def main(mode: str, *paths: str) -> None:
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def answer(value: Mapping[str, object]) -> None:
        print(json.dumps(value), file=answers, flush=True)

    try:
        prepare(mode, list(paths))
    except ImportError as error:
        answer({"ready": False, "why": str(error)})
        return
    answer({"ready": True})
    for line in iter(sys.stdin.readline, ""):
        answer(serve(json.loads(line)))


if __name__ == "__main__":
    main(*sys.argv[1:])
