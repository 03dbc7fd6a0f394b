"""A gate that runs a command on the export and judges its exit code and its report."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
from dataclasses import dataclass, replace
from pathlib import Path

from looptui.adapters import child
from looptui.adapters.gates import junit, pytest_report, signature
from looptui.adapters.gates.hints import hint
from looptui.adapters.gates.report import Report, Verdict, judge, read_fresh, steady
from looptui.core.spec import GateSpec
from looptui.ports import GateResult, GateState, GateTask, Sandbox
from looptui.proc import KIB, Ended
from looptui.text import redact, safe

_HEAD, _TAIL = 8 * KIB, 24 * KIB
_NOT_EXECUTABLE, _NOT_FOUND = 126, 127


class CommandGate:
    """Passes when the command exits with 0 and its report, if it makes one, agrees."""

    kind = "command"

    def check(self, spec: GateSpec) -> str | None:
        if not spec.argv:
            return f"gate {spec.id} has no command"
        program = spec.argv[0]
        if _from_outside(program) and shutil.which(program) is None:
            return f"gate {spec.id}: {program} was not found; install it or correct argv"
        return None

    async def run(self, task: GateTask, sandbox: Sandbox) -> GateResult:
        call = _Call.of(task)
        ended = await child.run(
            sandbox,
            call.argv,
            cwd=task.export,
            env=call.env,
            confinement=task.confinement,
            seconds=task.seconds,
            keep_head=_HEAD,
            keep_tail=_TAIL,
        )
        output = _output(task, ended)
        code = ended.exit_code
        problem = _unfinished(ended, task.seconds)
        if problem is not None or code is None:
            state, summary = problem or ("error", "it ended without an exit code")
            failed = signature.of_output(None, summary)
            outside = ended.reason == "missing" and _from_outside(call.argv[0])
            return GateResult(
                state, ended.seconds, summary, signature=failed, output=output, blameless=outside
            )
        result = call.result(task, ended, code, output)
        words = hint(output) if result.state == "fail" else ""
        return replace(result, summary=f"{result.summary}; {words}") if words else result


def _from_outside(program: str) -> bool:
    """Whether a program is one of this machine and not of the tree that is judged."""
    return "/" not in program or Path(program).is_absolute()


@dataclass(frozen=True, slots=True)
class _Call:
    """The command as it is run, and where its report will be."""

    argv: tuple[str, ...]
    env: dict[str, str]
    report: Path | None
    injection: pytest_report.Injection | None

    @classmethod
    def of(cls, task: GateTask) -> _Call:
        spec = task.spec
        outside = task.scratch / f"{secrets.token_hex(8)}.xml"
        argv = child.filled(spec.argv, {"report": str(outside), "worktree": str(task.export)})
        if pytest_report.runs_pytest(spec):
            changed = (change.path for change in task.changes)
            injection = pytest_report.Injection.prepare(task.scratch, task.export, changed)
            env = injection.environment(task.env, argv)
            return cls(injection.command(argv), env, None, injection)
        report = None
        if spec.report == "junit":
            report = outside if spec.report_path is None else task.export / spec.report_path
            _remove(report)
        return cls(argv, dict(task.env), report, None)

    def result(self, task: GateTask, ended: Ended, code: int, output: str) -> GateResult:
        if self.injection is not None:
            return _pytest(task, self.injection, ended, code, output)
        if self.report is not None:
            return _junit(task, self.report, ended, code, output)
        if code == 0:
            return GateResult("pass", ended.seconds, "exit 0", output=output)
        failed = signature.of_output(code, output, _roots(task))
        return GateResult("fail", ended.seconds, f"exit {code}", signature=failed, output=output)


def _pytest(
    task: GateTask, injection: pytest_report.Injection, ended: Ended, code: int, output: str
) -> GateResult:
    report = injection.read(code)
    if report is not None:
        return _judged(task, report, ended, code, output)
    if code and pytest_report.says_missing(output):
        summary = "pytest is not installed"
        return GateResult("unavailable", ended.seconds, summary, output=output, blameless=True)
    if code and f"No module named '{injection.name}'" in output:
        summary = "pytest could not load looptui's report plugin; python must not run with -I or -E"
        return GateResult("error", ended.seconds, summary, output=output, blameless=True)
    return _unreported(task, "pytest", ended, code, output)


def _junit(task: GateTask, path: Path, ended: Ended, code: int, output: str) -> GateResult:
    content = read_fresh(path)
    if content is None:
        return _unreported(task, "the command", ended, code, output)
    try:
        report = junit.parse(content)
    except junit.NotJUnit as problem:
        report = Report(
            (), (), (), problems=(f"the report is not JUnit XML: {safe(str(problem))}",)
        )
    return _judged(task, report, ended, code, output)


def _judged(task: GateTask, report: Report, ended: Ended, code: int, output: str) -> GateResult:
    if report.elsewhere:
        path, file = next(iter(report.elsewhere.items()))
        words = f"does not see the candidate: {path} was imported from {file} (editable install?)"
        failed = signature.of_output(None, words)
        return GateResult(
            "error", ended.seconds, words, signature=failed, output=output, blameless=True
        )
    report = steady(report, _roots(task))
    verdict: Verdict = judge(report, code, task.spec, task.expected, _roots(task))
    return GateResult(
        state="pass" if verdict.passes else "fail",
        seconds=ended.seconds,
        summary=verdict.summary,
        passed=report.passed,
        failed=verdict.failed,
        skipped=report.skipped,
        signature=verdict.signature,
        output=output,
    )


def _unreported(task: GateTask, who: str, ended: Ended, code: int, output: str) -> GateResult:
    """No test is known to have run, whatever the exit code says."""
    return GateResult(
        "fail",
        ended.seconds,
        f"{who} ended without a report (exit {code})",
        failed=task.expected,
        signature=signature.of_output(code, output, _roots(task)),
        output=output,
    )


def _unfinished(ended: Ended, seconds: float) -> tuple[GateState, str] | None:
    """Why the command says nothing about the candidate, or None."""
    match ended.reason:
        case "missing":
            words = ended.output.strip().splitlines() or ["it could not be started"]
            return "unavailable", words[0].removeprefix("looptui: ")[:200]
        case "timeout":
            return "error", f"timed out after {seconds:g} s"
        case "flooded":
            return "error", f"stopped: it printed {ended.total:,} bytes"
        case "idle":
            return "error", "stopped: it printed nothing for too long"
    code = ended.exit_code or 0
    if code in (_NOT_EXECUTABLE, _NOT_FOUND):
        return "unavailable", f"exit {code}: a command was not found or may not be run"
    if code > 128 and (name := _signal(code - 128)):
        return "error", f"killed by {name}"
    return None


def _signal(number: int) -> str | None:
    try:
        return signal.Signals(number).name
    except ValueError:
        return None


def _output(task: GateTask, ended: Ended) -> str:
    """Without named secrets, and without the throw-away directory that means nothing to anybody."""
    output = redact(ended.output, [task.env[name] for name in task.spec.env if name in task.env])
    for root in _roots(task):
        output = output.replace(f"{root}/", "").replace(root, ".")
    return output


def _roots(task: GateTask) -> tuple[str, ...]:
    roots = (task.export, task.scratch)
    return tuple(dict.fromkeys(str(p) for root in roots for p in (root, os.path.realpath(root))))


def _remove(path: Path) -> None:
    """A report that lies there already is the candidate's, not the command's."""
    try:
        path.unlink()
    except (FileNotFoundError, NotADirectoryError):
        return
    except IsADirectoryError:
        shutil.rmtree(path)
